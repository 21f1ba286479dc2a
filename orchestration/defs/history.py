"""Where Dagster keeps its history: in a file of the data folder, or in PostgreSQL; what is kept of an event is masked.

Here belongs: the classes that dagster.yaml and run.yaml name (orchestration.prepare writes those), and giving an end
to runs that have none.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from dagster import DagsterInstance, DagsterRunStatus, EventLogEntry, RunsFilter
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage, SqlEventLogStorage
from dagster_postgres import PostgresEventLogStorage
from dagster_postgres.utils import pg_url_from_config
from dagster_shared.serdes import deserialize_value, serialize_value
from sqlalchemy import Connection, Engine, create_engine, event

from orchestration.masking import mask, mask_values

# Marks the runs that live and die with a process of `make run`.
STARTED_BY_MAKE_RUN = {"wangge/started_by": "make run"}
# What of an event holds the words of a library: errors, and what a step says of its failure.
_TELLS_ERRORS = {"SerializableErrorInfo", "UserFailureData"}


def masked(entry: EventLogEntry) -> EventLogEntry:
    """The event with every text in it masked, and those of errors and log messages as a library's words are."""
    text = serialize_value(entry)
    told = json.loads(text)
    safe = _masked(told, entry.dagster_event is None)
    return entry if safe == told else deserialize_value(json.dumps(safe), EventLogEntry)


def _masked(value: Any, of_library: bool) -> Any:
    if isinstance(value, str):
        return mask_values(value) if of_library else mask(value)
    if isinstance(value, list):
        return [_masked(each, of_library) for each in value]
    if isinstance(value, dict):
        of_library = of_library or value.get("__class__") in _TELLS_ERRORS
        return {key: _masked(each, of_library) for key, each in value.items()}
    return value


class MaskedEvents(SqlEventLogStorage):
    """Masks every event on its way into an event log."""

    def store_event(self, event: EventLogEntry) -> None:
        super().store_event(masked(event))

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        super().store_event_batch([masked(each) for each in events])


class EventLog(MaskedEvents, ConsolidatedSqliteEventLogStorage):
    """The event log in a file, for Dagster's UI, daemon and the runs that they start."""


class KeptEventLog(EventLog):
    """The event log in the same file, written over one kept connection, for the one process that runs the job.

    Dagster's own class makes an engine, opens the file and compiles its statements anew for each of the thousands of
    reads and writes of a run (4,000 connections, half of the time that recording takes). `make run` is the only writer
    of its run, so it can keep what it made.
    """

    @cached_property
    def _kept(self) -> Engine:
        engine = create_engine(self._conn_string)
        event.listen(engine, "connect", _without_waiting_for_disk)
        return engine

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._kept.begin() as connection:
            yield connection

    def has_table(self, table_name: str) -> bool:
        # Asked once a check whether the tables of checks have been made; a table that is there stays.
        if table_name not in self._tables:
            self._tables.update({table_name} if super().has_table(table_name) else ())
        return table_name in self._tables

    @cached_property
    def _tables(self) -> set[str]:
        return set()

    def dispose(self) -> None:
        self._kept.dispose()
        super().dispose()


def _without_waiting_for_disk(connection: sqlite3.Connection, _: object) -> None:
    """No disk flush an event (37 s became 16 s on a busy machine).

    A power cut may cost the history, which nothing is built on; deliveries, state and releases flush for themselves.
    """
    connection.execute("pragma synchronous = off")


class PostgresEventLog(MaskedEvents, PostgresEventLogStorage):
    """The event log in PostgreSQL."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> PostgresEventLog:
        return cls(postgres_url=pg_url_from_config(config_value), inst_data=inst_data)


def end_killed_runs(instance: DagsterInstance, tags: Mapping[str, str]) -> None:
    """Give runs with these tags whose process was killed an end: Dagster's queue would wait for them for ever.

    Call where none of them can be at work.
    """
    unfinished = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    for run in instance.get_runs(RunsFilter(tags=tags, statuses=unfinished)):
        instance.report_run_failed(run, "The process of this run was killed.")
