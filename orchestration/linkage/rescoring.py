"""What a build by change (dbt_project/macros/changes) need not score again: pairs of records that are as they were."""

from __future__ import annotations

import duckdb

from orchestration.linkage.matching import in_steps

_GOES_BY_CHANGE = """
select count(*) from duckdb_tables() where database_name = 'change' and table_name = 'outcome'
"""
_STANDS = """
select count(*) from duckdb_tables() where database_name = current_database() and table_name = 'person_pair'
"""
_CHANGED = "change.keys.person_pair"
_OUTCOMES = """
select name, outcome, coalesce(rows_added, 0) - coalesce(rows_removed, 0)
from change.outcome
where name in ('person_record', 'number_owner')
"""


def scored_before(
    session: duckdb.DuckDBPyConnection, pairs: str, records: duckdb.DuckDBPyRelation, owners: int
) -> tuple[duckdb.DuckDBPyRelation, duckdb.DuckDBPyRelation] | None:
    """The rows of `pairs` that stand, and the rows of `records` by which the others are scored again.

    Of the latter `pair_keys` hold just the keys of pairs with a record that has changed. None where every pair is to be
    scored: in a whole build, and where there are so many more people (`owners`) that every weight moves.
    """
    if not (_count(session, _GOES_BY_CHANGE) and _count(session, _STANDS)):
        return None
    outcomes = {name: (outcome, more) for name, outcome, more in session.execute(_OUTCOMES).fetchall()}
    if any(outcome not in ("same", "changed") for outcome, _ in outcomes.values()) or len(outcomes) < 2:
        return None
    if in_steps(owners - outcomes["number_owner"][1]) != in_steps(owners):
        return None
    sides = [f"from (select record_id from change.{side}.person_record)" for side in ("added", "removed")]
    changed = " union ".join(sides) if outcomes["person_record"][0] == "changed" else "select 0::ubigint where false"
    session.execute(f"create table {_CHANGED} as {changed}")
    stood = session.sql(f"from {pairs} where record_id not in (from {_CHANGED}) and other_id not in (from {_CHANGED})")
    touched = records.query(
        "record",
        f"""
        with
        key as (
            select distinct unnest(pair_keys) as pair_key from record where record_id in (from {_CHANGED})
        ),

        compared as (
            select record_id, list(pair_key) as pair_keys
            from (select record_id, unnest(pair_keys) as pair_key from record) semi join key using (pair_key)
            group by record_id
        )

        select record.* replace (compared.pair_keys as pair_keys) from record inner join compared using (record_id)
        """,
    )
    assert touched is not None
    return stood, touched


def _count(session: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(session.execute(query).fetchall()[0][0])
