"""All departments behind the five kinds of source: what is pulled from their systems is what their files say."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import current_receipts
from orchestration.deliveries.sources import FolderSource, files, sources_for
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import read_troubles
from orchestration.settings import settings_for
from seeds.district.__main__ import generate
from tests.servers.departments import departments

DAYS = ("20260901", "20260902", "20260903")
CONTRACTS = read_contracts()


def state(data: Path, contract: Contract) -> Counter[tuple[str | None, ...]]:
    """The rows of an extract's current state: of changes, the last ones of each key."""
    receipts = current_receipts(contract, load_receipts(data, [contract]))
    names = [column.name for column in contract.columns]
    held: dict[str, list[tuple[str | None, ...]]] = {}
    for receipt in receipts:
        file = str(data / "deliveries" / receipt.folder / "accepted.parquet")
        with duckdb.connect() as connection:
            columns = ", ".join(f'"{name}"' for name in ("_record_key", *names))
            rows = connection.execute(f"select {columns} from read_parquet(?)", [file]).fetchall()
        fresh: dict[str, list[tuple[str | None, ...]]] = {}
        for key, *values in rows:
            fresh.setdefault(key, []).append(tuple(values))
        held |= fresh
    return Counter(row for rows in held.values() for row in rows)


def test_what_the_systems_hold_is_what_the_files_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SETTLE_SECONDS", 0.0)
    generate(tmp_path / "district", 1500, len(DAYS), 5, "2026-09-01", 1.0, lambda _: None)
    extracts = tmp_path / "district" / "extracts"
    pull(FolderSource(extracts), CONTRACTS, tmp_path / "files")
    (tmp_path / "folders").mkdir()
    with departments(tmp_path / "folders") as systems:
        settings = settings_for(tmp_path / "live", None, "live")
        for day in DAYS:
            systems.hand_over(extracts, day)
            when = datetime.strptime(day, "%Y%m%d").date()
            receipts = pull(sources_for(CONTRACTS, settings, systems.variables), CONTRACTS, settings.data, day=when)
            assert read_troubles(settings.data) == []
            assert {receipt.delivery_date for receipt in receipts} == {when.isoformat()}
            assert all(receipt.accepted for receipt in receipts), [receipt.reason for receipt in receipts]
    for contract in CONTRACTS.values():
        expected = state(tmp_path / "files", contract)
        assert state(tmp_path / "live", contract) == expected, contract.id
        assert expected or contract.department == "data_centre"
