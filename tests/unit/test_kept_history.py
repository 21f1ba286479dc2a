"""The event log of `make run` holds what Dagster's own class makes of the same events, masked alike.

No postponed annotations here: Dagster reads the annotations of a step when the step is defined.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    AssetSpec,
    DagsterInstance,
    EventLogEntry,
    MaterializeResult,
    StaticPartitionsDefinition,
    asset,
    materialize,
    multi_asset,
)
from sqlalchemy import text

from orchestration.defs.history import EventLog
from orchestration.defs.kept_history import KeptEventLog

NUMBER, WIDE, TELEPHONE = "11010519491231002X", "１１０１０５４９１２３１００２", "138-1234-5678"
CHECKS = [AssetCheckSpec(name, asset="below") for name in ("passes", "fails")]
TABLES = {
    "event_logs": "id",
    "asset_keys": "asset_key",
    "asset_check_executions": "asset_key, check_name, run_id",
    "asset_event_tags": "id",
}


@multi_asset(specs=[AssetSpec("above"), AssetSpec("below", deps=["above"])], check_specs=CHECKS)
def two() -> Iterator[Any]:
    yield MaterializeResult("above", metadata={"note": f"{NUMBER} {WIDE} {TELEPHONE}", "rows": 11010519491231002})
    yield MaterializeResult("below")
    yield AssetCheckResult(asset_key="below", check_name="passes", passed=True)
    yield AssetCheckResult(asset_key="below", check_name="fails", passed=False, metadata={"seen": f"é {NUMBER}"})


@asset(deps=["below"])
def broken() -> None:
    raise ValueError(f"Could not convert string '欧阳小明' {NUMBER}")


@asset(partitions_def=StaticPartitionsDefinition(["2026"]))
def by_year() -> None:
    """An asset of the kind that this project has not."""


def rows(log: EventLog, table: str, order: str) -> list[dict[str, Any]]:
    with log.index_connection() as connection:
        found = connection.execute(text(f"select * from {table} order by {order}")).mappings().all()
    # Rows of two files are made at two times, and an asset's number is nobody's.
    return [{**row, "create_timestamp": None, "id": row["id"] if order == "id" else None} for row in found]


@pytest.fixture(scope="module")
def events() -> list[EventLogEntry]:
    with DagsterInstance.ephemeral() as instance:
        runs = [materialize([two, broken], instance=instance, raise_on_error=False) for _ in range(2)]
        runs.append(materialize([by_year], instance=instance, partition_key="2026"))
        return [entry for run in runs for entry in instance.all_logs(run.run_id)]


@pytest.fixture
def logs(events: list[EventLogEntry], tmp_path: Path) -> list[EventLog]:
    """Dagster's class, and the one that is kept, with the same events."""
    made: list[EventLog] = []
    for of_class in (EventLog, KeptEventLog):
        log = of_class(str(tmp_path / of_class.__name__))
        for entry in events:
            log.store_event(entry)
        made.append(log)
    return made


def test_the_tables_are_those_of_dagster(logs: list[EventLog]) -> None:
    for table, order in TABLES.items():
        theirs, ours = (rows(log, table, order) for log in logs)
        assert ours == theirs, table
        assert theirs


def test_no_value_is_kept(logs: list[EventLog]) -> None:
    for log in logs:
        kept = str([rows(log, *each) for each in TABLES.items()])
        assert "110105********" in kept
        wide = WIDE.encode("unicode_escape").decode()
        assert [each for each in (NUMBER, wide, TELEPHONE, "\\u6b27") if each in kept] == []


def test_what_is_remembered_of_an_asset_is_what_is_written(logs: list[EventLog]) -> None:
    keys = [AssetKey(name) for name in ("above", "below", "broken", "unknown")]
    theirs, ours = ([record.asset_entry for record in log.get_asset_records(keys)] for log in logs)
    assert [entry.last_materialization_record for entry in ours if entry.last_materialization_record]
    assert ours == theirs


def test_an_asset_that_was_wiped_is_not_remembered(logs: list[EventLog]) -> None:
    for log in logs:
        log.wipe_asset(AssetKey("above"))
        assert [record.asset_entry.last_materialization for record in log.get_asset_records([AssetKey("above")])] in (
            [],
            [None],
        )
