"""The extracts as assets: one step takes every delivery not yet taken, its extracts side by side.

A step per extract would cost seconds of start-up sixteen times over, so extracts are threads within one. Nothing here
loads dbt: a run that finds nothing new ends before it is needed.

No postponed annotations here: Dagster reads the annotations of a step when the step is defined.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    Definitions,
    MaterializeResult,
    ResourceParam,
    multi_asset,
)

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.defs.checks import check_result, extract_checks, extract_key, freshness_result
from orchestration.defs.jobs import refresh
from orchestration.defs.resources import Alone, Folders, resources_for
from orchestration.deliveries.freshness import freshness, judged_on
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.sources import sources_for
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import read_troubles
from orchestration.progress import Progress
from orchestration.settings import Settings

HISTORY_KEY = AssetKey(["deliveries", "receipts"])
TROUBLES_KEY = AssetKey(["deliveries", "troubles"])


def _extract_spec(contract: Contract) -> AssetSpec:
    return AssetSpec(
        extract_key(contract),
        group_name="deliveries",
        description=contract.description,
        owners=[f"team:{contract.department}"],
        kinds={"parquet", contract.format},
        metadata={"contract": contract.version, "delivery": contract.kind, "cadence": contract.cadence},
    )


def pulled(contracts: Iterable[Contract]) -> list[AssetKey]:
    """What a run that pulls these extracts materializes."""
    return [*(extract_key(contract) for contract in contracts), HISTORY_KEY, TROUBLES_KEY]


def _taken(receipts: list[Receipt]) -> dict[str, int | float]:
    """What a run took of one extract, in counts."""
    return {
        "deliveries": len(receipts),
        "rows_read": sum(receipt.rows_read for receipt in receipts),
        "rows_accepted": sum(receipt.rows_accepted for receipt in receipts),
        "rows_rejected": sum(receipt.rows_rejected for receipt in receipts),
        "seconds": round(sum(receipt.seconds for receipt in receipts), 2),
    }


def extract_assets(contracts: Mapping[str, Contract]) -> AssetsDefinition:
    """One step that takes every delivery not yet taken of the extracts that a run asks for."""
    by_key = {extract_key(contract): contract for contract in contracts.values()}
    history = AssetSpec(
        HISTORY_KEY,
        group_name="deliveries",
        description="Every delivery ever taken or refused, and what its checks counted (交付台账).",
        owners=["team:data_centre"],
        kinds={"parquet"},
    )
    waiting = AssetSpec(
        TROUBLES_KEY,
        group_name="deliveries",
        description="Every extract that could not be pulled at the last try, and why (采集故障).",
        owners=["team:data_centre"],
        kinds={"parquet"},
    )

    @multi_asset(
        name="deliveries",
        specs=[*(_extract_spec(contract) for contract in contracts.values()), history, waiting],
        check_specs=extract_checks(contracts.values()),
        can_subset=True,
    )
    def deliveries(
        context: AssetExecutionContext, folders: Folders, alone: Alone, progress: ResourceParam[Progress]
    ) -> Iterator[MaterializeResult | AssetCheckResult]:
        wanted = {contract.id: contract for key, contract in by_key.items() if key in context.selected_asset_keys}
        settings = folders.settings
        with progress.stage("Deliveries"):
            sources = sources_for(contracts, settings)
            chosen = set(wanted) if context.is_subset else None
            day = date.fromisoformat(settings.day) if settings.day else None
            receipts = pull(sources, contracts, settings.data, chosen, progress.delivered, day=day)
        by_extract = defaultdict(list)
        for receipt in receipts:
            by_extract[receipt.id].append(receipt)
        standing = load_receipts(settings.data, contracts.values())
        ages = freshness(wanted.values(), standing, judged_on(settings, standing))
        troubles = {trouble.extract: trouble for trouble in read_troubles(settings.data)}
        for name, contract in wanted.items():
            yield MaterializeResult(extract_key(contract), metadata=_taken(by_extract[name]))
            yield check_result(contract, by_extract[name])
            yield freshness_result(ages[name], troubles.get(name))
        if HISTORY_KEY in context.selected_asset_keys:
            yield MaterializeResult(HISTORY_KEY, metadata={"deliveries": len(receipts)})
        if TROUBLES_KEY in context.selected_asset_keys:
            yield MaterializeResult(TROUBLES_KEY, metadata={"extracts": len(troubles)})

    return deliveries


def delivery_defs(settings: Settings, resource_overrides: Mapping[str, Any] | None = None) -> Definitions:
    """The extracts alone, as `build_defs` defines them: what can run before there is a manifest."""
    return Definitions(
        assets=[extract_assets(read_contracts())],
        jobs=[refresh],
        resources=resources_for(settings, resource_overrides),
    )
