"""How a build begins, whoever starts dbt: the warehouse made ready, what the build starts from noted."""

from __future__ import annotations

from orchestration.guard import open_warehouse
from orchestration.releases.inputs import begin_build, seeds_loaded
from orchestration.settings import Settings

WITHOUT_SEEDS = ["--exclude", "resource_type:seed"]


def begin(settings: Settings, whole: bool) -> list[str]:
    """Make everything ready for dbt; returns its arguments, without the seeds where all of a build finds them loaded.

    Raises RunFailed where the warehouse cannot be opened.
    """
    open_warehouse(settings)
    begin_build(settings)
    (settings.dbt_target / "run_results.json").unlink(missing_ok=True)
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    return [*arguments, *WITHOUT_SEEDS] if whole and seeds_loaded(settings) else arguments
