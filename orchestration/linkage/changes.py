"""What models in Python ask of a build by change (dbt_project/macros/changes): what changed, whose rows are at work.

Here belongs: reading the database `change` that such a build keeps in memory. Which rows hang on which changes each
model knows itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

_BEGUN = "select count(*) from duckdb_tables() where database_name = 'change' and table_name = 'outcome'"
_STANDS = "select count(*) from duckdb_tables() where database_name = current_database() and table_name = ?"
# As of models in SQL (macros/changes/exchange.sql, collect_keys).
_SHARE, _ALWAYS_FEW = 5, 10_000


def outcomes(session: duckdb.DuckDBPyConnection, model: str, *parents: str) -> dict[str, str] | None:
    """By parent `same` or `changed`; None where the model is to be made whole.

    That is in a whole build, where the model does not stand, and where a parent was built whole.
    """
    if not (session.execute(_BEGUN).fetchall()[0][0] and session.execute(_STANDS, [model]).fetchall()[0][0]):
        return None
    noted = dict(session.execute("select name, outcome from change.outcome").fetchall())
    found = {parent: noted.get(parent, "whole") for parent in parents}
    return None if "whole" in found.values() else found


def changed(found: Mapping[str, str], *columns: tuple[str, str]) -> str:
    """The query of all values in these columns (parent, column) of the rows that the parents gained and lost."""
    branches = [
        f"select {column} from change.{side}.{parent}"
        for parent, column in columns
        if found[parent] == "changed"
        for side in ("added", "removed")
    ]
    return " union ".join(branches) or "select null where false"


def set_to_work(session: duckdb.DuckDBPyConnection, model: str, touched: duckdb.DuckDBPyRelation, rows: int) -> bool:
    """Leave the keys in the one column of `touched`, named as the model's key, for the materialization; False, and
    nothing left, where they are so many, of so many rows, that making the model whole is cheaper."""
    at_work = f"change.keys.{model}"
    touched.distinct().create(at_work)
    if len(session.table(at_work)) <= max(rows // _SHARE, _ALWAYS_FEW):
        return True
    session.execute(f"drop table {at_work}")
    return False
