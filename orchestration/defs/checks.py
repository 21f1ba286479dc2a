"""Contract checks: what a department's deliveries of this run had wrong with them, as a check on the extract's asset.

A failed check warns and stops nothing: the asset keeps its last good delivery. dbt's tests are checks too; dagster-dbt
makes those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dagster import AssetCheckResult, AssetCheckSeverity, AssetCheckSpec, AssetKey

from orchestration.contracts.contract import Contract
from orchestration.deliveries.receipt import Receipt

CHECK = "contract"


def extract_key(contract: Contract) -> AssetKey:
    return AssetKey([contract.department, contract.extract])


def contract_checks(contracts: Iterable[Contract]) -> list[AssetCheckSpec]:
    """One check an extract, by name."""
    return [
        AssetCheckSpec(CHECK, asset=extract_key(contract), description=f"{contract.id} keeps its contract.")
        for contract in contracts
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
        check_name=CHECK,
        asset_key=extract_key(contract),
        passed=not (refused or reasons or flags),
        severity=AssetCheckSeverity.WARN,
        metadata={"refused": refused, "rows_rejected": dict(reasons), "rows_flagged": dict(flags)},
    )
