"""What a build by change need not gather again: records that no chain of likely pairs joins to one that has changed.

What becomes of a record hangs on its own pairs, and on those of the records that pairs of the least weight, or
decisions, join it to, however many lie between.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from orchestration.linkage.changes import changed, outcomes, set_to_work
from orchestration.linkage.decisions import cluster_with_decisions


def gather(
    session: duckdb.DuckDBPyConnection,
    pairs: duckdb.DuckDBPyRelation,
    records: duckdb.DuckDBPyRelation,
    decided: duckdb.DuckDBPyRelation,
    least: float,
    margin: float,
) -> pa.Table:
    """As decisions.cluster_with_decisions; in a build by change the rows of the records at work alone.

    pairs: record_id, other_id, match_weight; records: record_id, owns_number; decided: as there. The records at work
    are left in change.keys.person_cluster.
    """
    anchors = records.filter("owns_number").project("record_id")
    if not _find_joined(session, pairs, decided, least):
        return cluster_with_decisions(pairs.to_arrow_table(), ids_of(anchors), decided.to_arrow_table(), least, margin)
    at_work = "in (from change.keys.person_cluster)"
    near = session.from_arrow(pairs.filter(f"record_id {at_work} or other_id {at_work}").to_arrow_table())
    ends = near.project("record_id").union(near.project("other_id")).distinct()
    owners = ids_of(anchors.join(ends, "record_id", how="semi"))
    gathered = cluster_with_decisions(near.to_arrow_table(), owners, decided.to_arrow_table(), least, margin)
    return session.from_arrow(gathered).filter(f"record_id {at_work}").to_arrow_table()


def _find_joined(
    session: duckdb.DuckDBPyConnection,
    pairs: duckdb.DuckDBPyRelation,
    decided: duckdb.DuckDBPyRelation,
    least: float,
) -> bool:
    """Leave the records that what has changed can concern; False where every record is to be gathered."""
    found = outcomes(session, "person_cluster", "person_pair", "person_record", "decision_pair")
    if found is None:
        return False
    ends = [(parent, end) for parent in ("person_pair", "decision_pair") for end in ("record_id", "other_id")]
    touched = changed(found, *ends)
    if found["person_record"] == "changed":
        touched += f" union {_ends_of_new_owners(pairs)}"
    likely = pairs.filter(f"match_weight >= {least}").project("record_id, other_id")
    joins = likely.union(decided.project("record_id, other_id"))
    reached = f"""
        with recursive
        joins as ({joins.sql_query()}),
        both_ways as (from joins union all select other_id, record_id from joins),
        reached (record_id) as (
            {touched}
            union
            select both_ways.other_id from both_ways inner join reached on both_ways.record_id = reached.record_id
        )
        from reached
    """
    return set_to_work(session, "person_cluster", session.sql(reached), len(pairs))


def _ends_of_new_owners(pairs: duckdb.DuckDBPyRelation) -> str:
    """The records compared with one that owns a number now and did not before, or the other way round."""
    return f"""
        select unnest([record_id, other_id])
        from ({pairs.sql_query()}) as pairs, (
            select distinct record_id as turned
            from change.added.person_record as gained inner join change.removed.person_record as lost using (record_id)
            where gained.owns_number <> lost.owns_number
        )
        where turned in (record_id, other_id)
    """


def ids_of(relation: duckdb.DuckDBPyRelation) -> pa.Array:
    """The column record_id of a relation."""
    return relation.to_arrow_table()["record_id"].combine_chunks()
