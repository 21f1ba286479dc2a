"""Where Dagster's history of a run is kept: the same file as for its UI, written over one kept connection.

Dagster's own class makes an engine, opens the file and compiles its statements anew for each of the thousands of
reads and writes of a run (4,000 connections, half of the time that recording takes). A run in this process is the only
writer, so it can keep what it made. The UI goes on with Dagster's own class: see orchestration.prepare.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event


class KeptEventLog(ConsolidatedSqliteEventLogStorage):
    """The event log, for the one process that runs the job."""

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
