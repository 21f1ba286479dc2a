"""The event log of `make run`: in the same file as any other's, but written by somebody who goes on writing.

Here belongs what makes recording cheap where one process writes thousands of events; what it writes is what Dagster's
own class would have written (tests/unit/test_kept_history.py holds the one against the other).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from dagster import AssetKey, DagsterEventType, EventLogEntry, EventLogRecord
from dagster._core.events import DagsterEvent
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, AssetKeyTable, SqlEventLogStorageTable
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, and_, bindparam, create_engine, event

from orchestration.defs.history import EventLog, masked_with_text

# What happens hundreds of times a run.
_OUTPUT, _MATERIALIZED = DagsterEventType.STEP_OUTPUT, DagsterEventType.ASSET_MATERIALIZATION
_PLANNED = DagsterEventType.ASSET_MATERIALIZATION_PLANNED
_CHECKED, _CHECK_PLANNED = DagsterEventType.ASSET_CHECK_EVALUATION, DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED
_OFTEN = {_OUTPUT, _MATERIALIZED, _PLANNED, _CHECKED, _CHECK_PLANNED}

# Statements that are made once: SQLAlchemy spends more on making one, and on finding what it compiled of another that
# is like it, than SQLite on running it.
_KEEP_EVENT = SqlEventLogStorageTable.insert()
_KEEP_ASSET = AssetKeyTable.update().where(AssetKeyTable.c.asset_key == bindparam("of_asset"))
_KEEP_NEW_ASSET = AssetKeyTable.insert()
_KEEP_CHECK = AssetCheckExecutionsTable.update().where(
    and_(
        AssetCheckExecutionsTable.c.asset_key == bindparam("of_asset"),
        AssetCheckExecutionsTable.c.check_name == bindparam("of_check"),
        AssetCheckExecutionsTable.c.run_id == bindparam("of_run"),
        AssetCheckExecutionsTable.c.partition.is_(None),
    )
)
_KEEP_NEW_CHECK = AssetCheckExecutionsTable.insert()


class KeptEventLog(EventLog):
    """The event log in a file, written over one kept connection, for the one process that runs the job.

    Dagster's own class makes an engine, opens the file and compiles its statements anew for each of the thousands of
    reads and writes of a run (4,000 connections, half of the time that recording takes). `make run` is the only writer
    of its run, so it can keep what it made.
    """

    def store_event(self, event: EventLogEntry) -> None:
        happened = event.dagster_event
        if happened is None or happened.event_type not in _OFTEN or _of_partitions(happened):
            super().store_event(event)
            return
        safe, text = masked_with_text(event)
        with self._connect() as connection:
            self._store(connection, safe, text)

    def _store(self, connection: Connection, event: EventLogEntry, text: str) -> None:
        happened = event.get_dagster_event()
        asset = happened.asset_key.to_string() if happened.asset_key else None
        at = self._event_insert_timestamp(event)
        row = {"run_id": event.run_id, "event": text, "dagster_event_type": happened.event_type_value, "timestamp": at}
        row |= {"step_key": happened.step_key, "asset_key": asset, "partition": None}
        event_id = connection.execute(_KEEP_EVENT, row).lastrowid
        if happened.event_type in (_CHECKED, _CHECK_PLANNED):
            _store_check(connection, event, {"evaluation_event": text, "evaluation_event_timestamp": at}, event_id)
        elif happened.asset_key:
            row = {"last_run_id": event.run_id, "last_materialization_timestamp": at}
            if happened.event_type == _MATERIALIZED:
                record = f'{{"__class__": "EventLogRecord", "event_log_entry": {text}, "storage_id": {event_id}}}'
                row["last_materialization"] = record
                self._materialized[happened.asset_key] = EventLogRecord(event_id, event)
                self._store_asset_event_tags(connection, [event], [event_id])
            if not connection.execute(_KEEP_ASSET, {"of_asset": asset, **row}).rowcount:
                connection.execute(_KEEP_NEW_ASSET, {"asset_key": asset, **row})

    def _get_latest_materialization_records(self, raw_asset_rows: Any) -> Mapping[AssetKey, EventLogRecord | None]:
        # Asked before each materialization and check, mostly for what this process has just written.
        known, others = {}, []
        for row in raw_asset_rows:
            key = AssetKey.from_db_string(row["asset_key"])
            if key in self._materialized and not row["asset_details"]:
                known[key] = self._materialized[key]
            else:
                others.append(row)
        return {**known, **super()._get_latest_materialization_records(others)} if others else known

    @cached_property
    def _materialized(self) -> dict[AssetKey, EventLogRecord]:
        return {}

    @cached_property
    def _kept(self) -> Engine:
        engine = create_engine(self._conn_string, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _without_waiting_for_disk)
        return engine

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._kept.begin() as connection:
            yield connection

    def has_table(self, table_name: str) -> bool:
        # Asked once a check, and more often for each asset; what is there stays.
        return self._is_there(table_name, super().has_table)

    def has_asset_key_col(self, column_name: str) -> bool:
        return self._is_there(column_name, super().has_asset_key_col)

    def _is_there(self, name: str, ask: Callable[[str], bool]) -> bool:
        key = (ask.__name__, name)
        if key not in self._there:
            self._there.update({key} if ask(name) else ())
        return key in self._there

    @cached_property
    def _there(self) -> set[tuple[str, str]]:
        return set()

    def dispose(self) -> None:
        self._kept.dispose()
        super().dispose()


def _store_check(connection: Connection, event: EventLogEntry, row: dict[str, Any], event_id: int) -> None:
    check: Any = event.get_dagster_event().event_specific_data
    status = AssetCheckExecutionRecordStatus.PLANNED
    names = (check.asset_key.to_string(), check.check_name, event.run_id)
    row["evaluation_event_storage_id"] = event_id
    if event.dagster_event_type == _CHECKED:
        status = AssetCheckExecutionRecordStatus.SUCCEEDED if check.passed else AssetCheckExecutionRecordStatus.FAILED
        tested = check.target_materialization_data
        row |= {"execution_status": status.value, "materialization_event_storage_id": tested and tested.storage_id}
        planned = dict(zip(("of_asset", "of_check", "of_run"), names, strict=True))
        if connection.execute(_KEEP_CHECK, {**planned, **row}).rowcount:
            return
    row |= zip(("asset_key", "check_name", "run_id"), names, strict=True)
    connection.execute(_KEEP_NEW_CHECK, {"execution_status": status.value, **row})


def _of_partitions(happened: DagsterEvent) -> bool:
    told = happened.event_specific_data
    return any(getattr(told, name, None) is not None for name in ("partition", "partitions_subset")) or bool(
        happened.partition
    )


def _without_waiting_for_disk(connection: sqlite3.Connection, _: object) -> None:
    """No disk flush an event (37 s became 16 s on a busy machine).

    A power cut may cost the history, which nothing is built on; deliveries, state and releases flush for themselves.
    """
    connection.execute("pragma synchronous = off")
