"""Checks on the extracts' assets: what the deliveries of this run had wrong with them, and how old the extract is.

A failed check warns and stops nothing: the asset keeps its last good delivery. dbt's tests are checks too; dagster-dbt
makes those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dagster import AssetCheckResult, AssetCheckSeverity, AssetCheckSpec, AssetKey

from orchestration.contracts.contract import Contract
from orchestration.deliveries.freshness import Freshness
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.troubles import Trouble

CONTRACT, FRESHNESS = "contract", "freshness"


def extract_key(contract: Contract) -> AssetKey:
    return AssetKey([contract.department, contract.extract])


def extract_checks(contracts: Iterable[Contract]) -> list[AssetCheckSpec]:
    """Two checks an extract, by name."""
    return [
        spec
        for contract in contracts
        for spec in (
            AssetCheckSpec(CONTRACT, asset=extract_key(contract), description=f"{contract.id} keeps its contract."),
            AssetCheckSpec(
                FRESHNESS,
                asset=extract_key(contract),
                description=f"{contract.id} is no older than its contract's service levels allow (数据时效).",
            ),
        )
    ]


def check_result(contract: Contract, receipts: Sequence[Receipt]) -> AssetCheckResult:
    """What this run's deliveries of one extract say: counts and reasons, never a value."""
    flags: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for receipt in receipts:
        flags.update(receipt.flags)
        reasons.update(receipt.reasons)
    refused = [f"{receipt.source_file}: {receipt.refusal}" for receipt in receipts if not receipt.accepted]
    return AssetCheckResult(
        check_name=CONTRACT,
        asset_key=extract_key(contract),
        passed=not (refused or reasons or flags),
        severity=AssetCheckSeverity.WARN,
        metadata={"refused": refused, "rows_rejected": dict(reasons), "rows_flagged": dict(flags)},
    )


def freshness_result(age: Freshness, trouble: Trouble | None) -> AssetCheckResult:
    """Whether the last accepted delivery is late, told from the receipts: by the day that it describes."""
    metadata: dict[str, str | int] = {"day": age.day.isoformat()}
    if age.last_delivery and age.age_days is not None:
        metadata |= {"last_delivery": age.last_delivery.isoformat(), "age_in_days": age.age_days}
    if age.next_by:
        metadata["next_delivery_by"] = age.next_by.isoformat()
    if trouble:
        metadata["trouble"] = f"{trouble.kind} since {trouble.since}: {trouble.reason}"
    return AssetCheckResult(
        check_name=FRESHNESS,
        asset_key=extract_key(age.contract),
        passed=not age.is_late,
        severity=AssetCheckSeverity.WARN,
        metadata=metadata,
    )
