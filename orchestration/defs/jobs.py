"""The jobs: one, for everything."""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job, in_process_executor

# Seconds after which Dagster ends a run that hangs: a pull ends by itself where its sources answer or time out, and a
# million residents are built within an hour.
LONGEST_PULL, LONGEST_RUN = 60 * 60, 6 * 60 * 60
MAX_RUNTIME = "dagster/max_runtime"
# One that is made again begins anew: what was taken is not taken twice.
_RETRY = {"dagster/retry_strategy": "ALL_STEPS"}

# One process for all steps: it alone opens the warehouse, and it starts once.
refresh = define_asset_job(
    "refresh",
    selection=AssetSelection.all(),
    executor_def=in_process_executor,
    tags={MAX_RUNTIME: str(LONGEST_RUN), **_RETRY},
    description="Take every new delivery, build, test and publish (全流程).",
)
