"""What Dagster loads. Nothing else belongs here: see defs/."""

from orchestration.defs.build import build_defs
from orchestration.process import keep_private
from orchestration.settings import settings_from

# The process that loads this runs the steps, or starts those that do: what it prints is kept as the steps' log.
keep_private(output=True)

defs = build_defs(settings_from())
