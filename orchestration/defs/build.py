"""All definitions put together, for one district's folders; a test may swap any resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import Definitions

from orchestration.contracts.contract import read_contracts
from orchestration.defs.assets import dbt_models, extract_assets, release_asset
from orchestration.defs.jobs import refresh
from orchestration.defs.resources import dbt_for, folders_for
from orchestration.defs.schedules import daily
from orchestration.progress import Progress
from orchestration.settings import Settings


def build_defs(settings: Settings, resource_overrides: Mapping[str, Any] | None = None) -> Definitions:
    """The project's definitions. The manifest must exist (orchestration.prepare makes it)."""
    contracts = read_contracts()
    return Definitions(
        assets=[
            extract_assets(contracts),
            dbt_models(settings.manifest),
            release_asset(settings.manifest, contracts),
        ],
        jobs=[refresh],
        schedules=[daily],
        resources=_resources(settings, resource_overrides),
    )


def delivery_defs(settings: Settings, resource_overrides: Mapping[str, Any] | None = None) -> Definitions:
    """The extracts alone, as `build_defs` defines them: what can run before there is a manifest."""
    return Definitions(
        assets=[extract_assets(read_contracts())],
        jobs=[refresh],
        resources=_resources(settings, resource_overrides),
    )


def _resources(settings: Settings, overrides: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "folders": folders_for(settings),
        "dbt": dbt_for(settings),
        "progress": Progress(),
        **(overrides or {}),
    }
