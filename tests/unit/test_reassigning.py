"""Keys by change: of the clusters at work, and of those left alone, what deciding on every cluster gives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from change_builds import bring_up, build_by_change
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_builds import EVENTS, District

from orchestration.state.reassigning import decide, find_overlap
from orchestration.state.registry import Registry

ROWS = 12
CLUSTER = st.none() | st.integers(0, 5)
FIRST = st.lists(CLUSTER, min_size=ROWS, max_size=ROWS)
CHANGE = st.dictionaries(st.integers(0, ROWS - 1), CLUSTER, max_size=5)
# The key of a cluster, and where it is from: a new one is another at every attempt.
Decided = dict[int, tuple[str | None, str, str | None]]


def rows_of(state: dict[int, int | None]) -> dict[int, int]:
    """Row → cluster; clusters are named by their smallest row, so that a name may pass to another."""
    present = {row: cluster for row, cluster in state.items() if cluster is not None}
    names = {cluster: min(row for row in present if present[row] == cluster) for cluster in present.values()}
    return {row: names[cluster] for row, cluster in present.items()}


def members_of(rows: dict[int, int]) -> pa.Table:
    return pa.table({"member": pa.array(rows.keys(), pa.int64()), "cluster_id": pa.array(rows.values(), pa.uint64())})


def decided_in(table: pa.Table) -> Decided:
    return {
        row["cluster_id"]: (row["person_key"] if row["origin"] == "held" else None, row["origin"], row["origin_key"])
        for row in table.to_pylist()
    }


def decide_by_change(session: duckdb.DuckDBPyConnection, registry: Registry) -> tuple[list[tuple[Any, ...]], Decided]:
    """What the models give; they stand in the schema `conformed` for the events."""
    members = session.table("person_member")
    overlap = session.from_arrow(find_overlap(session, registry, members))
    decided = decide(session, registry, members.project("cluster_id"), overlap)
    session.execute("create or replace table conformed.person_key_overlap as from overlap")
    session.execute("create or replace table conformed.person_key_origin as from decided")
    return overlap.fetchall(), decided_in(decided)


def events(session: duckdb.DuckDBPyConnection, log: list[tuple[str, str, str | None]]) -> list[tuple[Any, ...]]:
    """The events that the log has not, but for the names of new keys."""
    found = [row for row in session.sql(EVENTS).fetchall() if row[:2] not in {row[:2] for row in log}]
    return sorted((event, key if event == "merge" else "", members) for event, key, _, members in found)


def committed(session: duckdb.DuckDBPyConnection, district: District, rows: dict[int, int]) -> None:
    """The build of the rows is published, and the next one goes on from it."""
    district.build_name = f"build {district.published}"
    district.refresh(rows)
    keys = "select cluster_id, person_key from w.conformed.person_key"
    session.execute(f"attach or replace '{district.warehouse}' as w (read_only)")
    session.execute(f"create or replace table person_key as {keys}")
    session.execute("detach w")
    session.execute("create or replace table change.build_before as select ? as build", [district.build_name])


@settings(max_examples=60, deadline=None)
@given(FIRST, st.lists(CHANGE, min_size=1, max_size=4))
def test_deciding_on_what_changed_gives_what_deciding_on_everything_gives(
    first: list[int | None], changes: list[dict[int, int | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, build_by_change() as session:
        district, state = District(Path(folder)), dict(enumerate(first))
        session.from_arrow(members_of(rows_of(state))).create("person_member")
        session.execute("create schema conformed; create view conformed.person_member as from main.person_member")
        committed(session, district, rows_of(state))
        for change in changes:
            state |= change
            rows = rows_of(state)
            bring_up(session, "person_member", members_of(rows))
            overlap, decided = decide_by_change(session, district.registry)
            district.build(rows)
            with duckdb.connect(str(district.warehouse)) as whole:
                expected = decided_in(whole.table("conformed.person_key_origin").to_arrow_table())
                shared = whole.sql("from conformed.person_key_overlap").fetchall()
                proposed = events(whole, district.log())
            at_work = {cluster for (cluster,) in session.execute("from change.keys.person_key").fetchall()}
            assert decided == {cluster: expected[cluster] for cluster in expected.keys() & at_work}
            stood = dict(session.execute("from person_key").fetchall())
            for cluster in expected.keys() - at_work:
                assert expected[cluster] == (stood[cluster], "held", None)
            assert set(overlap) <= set(shared)
            session.execute(
                "create or replace table conformed.person_key as select cluster_id, person_key"
                " from conformed.person_key_origin union all"
                " from person_key where cluster_id not in (from change.keys.person_key)"
            )
            assert events(session, district.log()) == proposed
            session.execute("drop table change.keys.person_key")
            committed(session, district, rows)


def test_a_registry_committed_from_another_build_is_asked_of_every_row(tmp_path: Path) -> None:
    district, rows = District(tmp_path), {1: 1, 2: 1, 3: 3}
    with build_by_change() as session:
        session.from_arrow(members_of(rows)).create("person_member")
        session.execute("create schema conformed")
        committed(session, district, rows)
        bring_up(session, "person_member", members_of({1: 1, 2: 1, 3: 3, 4: 4}))
        overlap, decided = decide_by_change(session, district.registry)
        assert not overlap and decided == {4: (None, "mint", None)}
        session.execute("drop table change.keys.person_key")
        session.execute("update change.build_before set build = 'never published'")
        overlap, decided = decide_by_change(session, district.registry)
        assert len(overlap) == 2 and decided.keys() == {1, 3, 4}
