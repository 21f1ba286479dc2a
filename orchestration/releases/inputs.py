"""What a release is made from: deliveries, decisions and code, and whether any has changed since the last."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import duckdb

from orchestration.contracts.contract import Contract
from orchestration.deliveries.receipt import current_receipts
from orchestration.deliveries.standing import load_receipts
from orchestration.exchange.reports import Reports
from orchestration.releases.publish import DeliveryUsed, Provenance
from orchestration.releases.release import current_release, latest, record_latest
from orchestration.revision import VERSIONS, code_hash, git_revision
from orchestration.settings import Settings

# A release speaks of areas; what names one person stays in the warehouse.
_NAMING = {"person.identity_number", "person.name", "person.phone", "person.guardian_phone"}


def fingerprint(settings: Settings) -> str:
    """One hash for deliveries ever and in force, what waits, what people decided, reported and filled, and the code."""
    digest = hashlib.sha256(settings.delivery_index.read_bytes())
    others = [settings.delivery_history, settings.delivery_troubles, settings.state / "decisions.csv", settings.fills]
    others += map(Path, Reports(settings.state).files())
    for file in others:
        if file.exists():
            digest.update(file.read_bytes())
    digest.update(code_hash().encode())
    return digest.hexdigest()


def nothing_new(settings: Settings) -> bool:
    """Whether warehouse and releases already are what the deliveries and the code make of them."""
    last = latest(settings.releases)
    return (
        last is not None
        and settings.warehouse.exists()
        and current_release(settings.releases) is not None
        and last.fingerprint == fingerprint(settings)
    )


def seeds_loaded(settings: Settings) -> bool:
    """Whether the warehouse holds the seeds of the project that was parsed, loaded and tested.

    It says so itself (dbt's macro note_seeds): a new, lost or restored warehouse is asked, not remembered.
    """
    if not settings.warehouse.exists() or not settings.parsed_stamp.exists():
        return False
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        noted = warehouse.execute("select 1 from duckdb_tables() where table_name = 'seeds_loaded'").fetchall()
        project = warehouse.execute("select project from main.seeds_loaded").fetchall() if noted else []
    return project == [(settings.parsed_stamp.read_text("utf-8"),)]


def begin_build(settings: Settings) -> None:
    """Note what the build starts from; until publication the warehouse is not what any fingerprint says."""
    _inputs(settings).write_text(fingerprint(settings), "utf-8")
    last = latest(settings.releases)
    if last:
        record_latest(settings.releases, "", last.release_id)


def _inputs(settings: Settings) -> Path:
    """Where the fingerprint of the build at work stands: files that change during it belong to the next one."""
    return settings.dbt_target / "inputs.sha256"


def provenance_of(settings: Settings, contracts: Mapping[str, Contract]) -> Provenance:
    """Where the marts of this build come from."""
    receipts = load_receipts(settings.data, contracts.values())
    used = [
        DeliveryUsed(
            extract=receipt.id,
            contract_version=receipt.contract_version,
            delivery_id=receipt.delivery_id,
            delivery_date=receipt.delivery_date or "",
            rows_accepted=receipt.rows_accepted,
            rows_rejected=receipt.rows_rejected,
        )
        for contract in contracts.values()
        for receipt in current_receipts(contract, receipts)
    ]
    return Provenance(
        fingerprint=_inputs(settings).read_text("utf-8"),
        code_revision=f"{git_revision()} {code_hash()[:12]}",
        versions={name: version(name) for name in VERSIONS},
        deliveries=tuple(used),
    )


def forbidden_columns(contracts: Mapping[str, Contract]) -> frozenset[str]:
    """Names of columns that hold a person's name, number or telephone in any extract."""
    return frozenset(
        name
        for contract in contracts.values()
        for column in contract.columns
        if column.concept in _NAMING
        for name in (column.name, column.concept_column)
    )
