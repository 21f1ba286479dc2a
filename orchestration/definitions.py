"""What Dagster loads. Nothing else belongs here: see defs/."""

from orchestration.defs.build import build_defs
from orchestration.settings import settings_from

defs = build_defs(settings_from())
