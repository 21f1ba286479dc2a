"""What a build by change need not score again: pairs of records that are as they were."""

from __future__ import annotations

import duckdb

from orchestration.linkage.changes import changed, outcomes, set_to_work
from orchestration.linkage.matching import in_steps

_MORE_OWNERS = """
select coalesce(sum(rows_added), 0) - coalesce(sum(rows_removed), 0) from change.outcome where name = 'number_owner'
"""


def changed_records(
    session: duckdb.DuckDBPyConnection, records: duckdb.DuckDBPyRelation, owners: int
) -> duckdb.DuckDBPyRelation | None:
    """The rows of `records` by which the pairs with a record that has changed are scored again.

    Their `pair_keys` hold just the keys of such pairs. None where every pair is to be scored: in a whole build, where
    most have changed, and where there are so many more people (`owners`) that every weight moves.
    """
    found = outcomes(session, "person_pair", "person_record", "number_owner")
    if found is None:
        return None
    if in_steps(owners - session.execute(_MORE_OWNERS).fetchall()[0][0]) != in_steps(owners):
        return None
    touched = session.sql(changed(found, ("person_record", "record_id"))).project("#1 as record_id")
    if not set_to_work(session, "person_pair", touched, len(records)):
        return None
    return records.query(
        "record",
        """
        with
        key as (
            select distinct unnest(pair_keys) as pair_key
            from record where record_id in (from change.keys.person_pair)
        ),

        compared as (
            select record_id, list(pair_key) as pair_keys
            from (select record_id, unnest(pair_keys) as pair_key from record) semi join key using (pair_key)
            group by record_id
        )

        select record.* replace (compared.pair_keys as pair_keys) from record inner join compared using (record_id)
        """,
    )
