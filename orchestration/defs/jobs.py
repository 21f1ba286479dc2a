"""The jobs: one, for everything."""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job, in_process_executor

# One process for all steps: it alone opens the warehouse, and it starts once.
refresh = define_asset_job(
    "refresh",
    selection=AssetSelection.all(),
    executor_def=in_process_executor,
    description="Take every new delivery, build, test and publish (全流程).",
)
