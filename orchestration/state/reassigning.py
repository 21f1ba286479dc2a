"""What a build by change need not ask of the registry again: keys and clusters that nothing which changed concerns.

Where the last commit was of just the build that this one goes on from, every row of a cluster was committed under the
cluster's own key. So those clusters alone are at work whose rows have changed, and those that hold the key of one of
their rows.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from orchestration.linkage.changes import changed, outcomes
from orchestration.state.keys import assign_keys
from orchestration.state.registry import Registry


def find_overlap(session: duckdb.DuckDBPyConnection, registry: Registry, members: duckdb.DuckDBPyRelation) -> pa.Table:
    """As Registry.overlap; in a build by change of the keys at work alone.

    members: member, cluster_id of every row of the build.
    """
    touched = _of_changed_rows(session, registry, "cluster_id")
    changed_members = _of_changed_rows(session, registry, "member")
    if touched is None or changed_members is None:
        return registry.overlap(members.to_arrow_table())
    asked = members.join(touched, "cluster_id", how="semi").project("member").union(changed_members)
    held = registry.members_of(registry.keys_of(asked.distinct().to_arrow_table()))
    return registry.overlap(members.join(session.from_arrow(held), "member", how="semi").to_arrow_table(), held)


def decide(
    session: duckdb.DuckDBPyConnection,
    registry: Registry,
    members: duckdb.DuckDBPyRelation,
    overlap: duckdb.DuckDBPyRelation,
) -> pa.Table:
    """As keys.assign_keys; in a build by change of the clusters at work alone, left for person_key in change.keys.

    members: cluster_id of every row of the build; overlap: what find_overlap gave.
    """
    touched = _of_changed_rows(session, registry, "cluster_id")
    if touched is not None:
        at_work = touched.union(overlap.filter("cluster_id is not null").project("cluster_id"))
        at_work.distinct().create("change.keys.person_key")
        members = members.join(session.table("change.keys.person_key"), "cluster_id", how="semi")
    clusters = members.distinct().to_arrow_table()
    return assign_keys(clusters, overlap.to_arrow_table(), registry.keys_given())


def _of_changed_rows(
    session: duckdb.DuckDBPyConnection, registry: Registry, column: str
) -> duckdb.DuckDBPyRelation | None:
    """The column of the rows of person_member that came or went; None where every cluster is to be decided on: in a
    whole build, and where the last commit was of another build than the one that stands."""
    found = outcomes(session, "person_key", "person_member")
    if found is None or session.sql("from change.build_before").fetchall() != [(registry.manifest().build,)]:
        return None
    return session.sql(changed(found, ("person_member", column))).project(f"#1 as {column}")
