"""All definitions put together, for one district's folders; a test may swap any resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import Definitions, in_process_executor

from orchestration.contracts.contract import read_contracts
from orchestration.contracts.servers import FILES
from orchestration.defs.assets import dbt_models, release_asset
from orchestration.defs.dbt import dbt_for
from orchestration.defs.extracts import extract_assets
from orchestration.defs.jobs import refresh
from orchestration.defs.resources import resources_for
from orchestration.defs.schedules import daily_refresh
from orchestration.defs.sensors import unattended_sensors
from orchestration.settings import Settings
from orchestration.waiting_dbt import WaitingDbt


def build_defs(
    settings: Settings, resource_overrides: Mapping[str, Any] | None = None, waiting: WaitingDbt | None = None
) -> Definitions:
    """The project's definitions. The manifest must exist (orchestration.prepare makes it).

    A dbt that waits already builds the models; without one the step starts its own.
    """
    contracts = read_contracts()
    built = [dbt_models(settings.manifest, waiting), release_asset(settings.manifest, contracts)]
    others = [key for asset in built for key in asset.keys]
    files = {id_ for id_, contract in contracts.items() if contract.server(settings.servers).kind in FILES}
    return Definitions(
        assets=[extract_assets(contracts), *built],
        jobs=[refresh],
        # Also for what somebody picks in the UI: one process a run, which holds the lock and opens the warehouse.
        executor=in_process_executor,
        schedules=[daily_refresh(contracts, others, files, settings.unattended)],
        sensors=unattended_sensors(contracts, others, settings.unattended),
        resources={"dbt": dbt_for(settings), **resources_for(settings, resource_overrides)},
    )
