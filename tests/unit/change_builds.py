"""A build by change as models in Python see it: the database `change`, and how their parents were built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa


@contextmanager
def build_by_change() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory in the middle of a build by change."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as change")
        for schema in ("added", "removed", "keys"):
            connection.execute(f"create schema change.{schema}")
        connection.execute(
            "create table change.outcome (name varchar, outcome varchar, rows_removed bigint, rows_added bigint)"
        )
        yield connection


def bring_up(session: duckdb.DuckDBPyConnection, model: str, rows: pa.Table) -> None:
    """The model stands as `rows`, and its children are told what it gained and lost."""
    session.register("now", rows)
    for side, query in (("added", "from now except all from stood"), ("removed", "from stood except all from now")):
        session.execute(f"create or replace table change.{side}.{model} as {query.replace('stood', model)}")
    session.execute(f"create or replace table {model} as from now")
    note(session, model, "changed")


def note(session: duckdb.DuckDBPyConnection, model: str, outcome: str, removed: int = 1, added: int = 1) -> None:
    """How the model was built."""
    session.execute("delete from change.outcome where name = ?", [model])
    session.execute("insert into change.outcome values (?, ?, ?, ?)", [model, outcome, removed, added])
