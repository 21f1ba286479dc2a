"""Gathering by change: what stands and what is gathered again are together what gathering everything gives."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from change_builds import bring_up, build_by_change, note
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.linkage.decisions import cluster_with_decisions
from orchestration.linkage.regathering import gather

LEAST, MARGIN = 5.0, 3.0
RECORD = st.integers(1, 14)
PAIR = st.tuples(RECORD, RECORD).filter(lambda pair: pair[0] < pair[1])
# Below what joins, at it, far above it, and against it.
WEIGHT = st.sampled_from([-30.0, -8.0, 1.0, 4.0, 5.0, 6.0, 9.0, 20.0])
# One day: the pairs compared, the records with a number, what people have decided.
PAIRS = st.dictionaries(PAIR, WEIGHT, max_size=25)
OWNERS = st.sets(RECORD, max_size=4)
DECISIONS = st.dictionaries(PAIR, st.sampled_from(["same", "not_same"]), max_size=2)
# The next: some of them otherwise, or gone.
OTHERWISE = st.dictionaries(PAIR, st.none() | WEIGHT, max_size=4)


def pairs_of(weights: dict[tuple[int, int], float]) -> pa.Table:
    columns = [[pair[0] for pair in weights], [pair[1] for pair in weights], list(weights.values())]
    arrays = [
        pa.array(each, kind) for each, kind in zip(columns, (pa.uint64(), pa.uint64(), pa.float64()), strict=True)
    ]
    return pa.table(arrays, ["record_id", "other_id", "match_weight"])


def records_of(owners: set[int]) -> pa.Table:
    ids = list(range(1, 15))
    return pa.table({"record_id": pa.array(ids, pa.uint64()), "owns_number": [each in owners for each in ids]})


def decided_of(decisions: dict[tuple[int, int], str], owners: set[int]) -> pa.Table:
    own, other = [pair[0] for pair in decisions], [pair[1] for pair in decisions]
    return pa.table(
        {
            "decision": pa.array(decisions.values(), pa.string()),
            "record_id": pa.array(own, pa.uint64()),
            "owns_number": pa.array([each in owners for each in own], pa.bool_()),
            "other_id": pa.array(other, pa.uint64()),
            "other_owns_number": pa.array([each in owners for each in other], pa.bool_()),
        }
    )


def gathered(session: duckdb.DuckDBPyConnection) -> pa.Table:
    tables = (session.table(name) for name in ("person_pair", "person_record", "decision_pair"))
    return gather(session, *tables, LEAST, MARGIN)


def gathered_whole(session: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    anchors = session.sql("select record_id from person_record where owns_number").to_arrow_table()["record_id"]
    pairs, decided = (session.table(name).to_arrow_table() for name in ("person_pair", "decision_pair"))
    found = cluster_with_decisions(pairs, anchors.combine_chunks(), decided, LEAST, MARGIN)
    return sorted(session.from_arrow(found).fetchall())


def build(
    session: duckdb.DuckDBPyConnection,
    pairs: dict[tuple[int, int], float],
    owners: set[int],
    decisions: dict[tuple[int, int], str],
) -> None:
    bring_up(session, "person_pair", pairs_of(pairs))
    bring_up(session, "person_record", records_of(owners))
    bring_up(session, "decision_pair", decided_of(decisions, owners))


@settings(max_examples=300, deadline=None)
@given(PAIRS, OWNERS, DECISIONS, OTHERWISE, st.sets(RECORD, max_size=2), st.none() | DECISIONS)
def test_gathering_what_changed_gives_what_gathering_everything_gives(
    pairs: dict[tuple[int, int], float],
    owners: set[int],
    decisions: dict[tuple[int, int], str],
    otherwise: dict[tuple[int, int], float | None],
    turned: set[int],
    decided_later: dict[tuple[int, int], str] | None,
) -> None:
    with build_by_change() as session:
        for model, rows in (
            ("person_pair", pairs_of({})),
            ("person_record", records_of(set())),
            ("decision_pair", decided_of({}, set())),
        ):
            session.from_arrow(rows).create(model)
        build(session, pairs, owners, decisions)
        session.from_arrow(gathered(session)).create("person_cluster")
        assert sorted(session.table("person_cluster").fetchall()) == gathered_whole(session)
        later = {pair: weight for pair, weight in (pairs | otherwise).items() if weight is not None}
        build(session, later, owners ^ turned, decisions if decided_later is None else decided_later)
        again = session.from_arrow(gathered(session)).fetchall()
        stand = "from person_cluster where record_id not in (from change.keys.person_cluster)"
        assert sorted(session.execute(stand).fetchall() + again) == gathered_whole(session)


def test_what_nothing_joins_to_a_change_is_left_alone() -> None:
    with build_by_change() as session:
        for model, rows in (("person_pair", pairs_of({})), ("decision_pair", decided_of({}, set()))):
            session.from_arrow(rows).create(model)
        session.from_arrow(records_of(set())).create("person_record")
        pairs = {(1, 2): 9.0, (2, 3): 9.0, (3, 4): 4.0, (5, 6): 9.0}
        build(session, pairs, {2}, {})
        session.from_arrow(gathered(session)).create("person_cluster")
        build(session, pairs | {(1, 2): 8.0}, {2}, {})
        gathered(session)
        assert sorted(session.execute("from change.keys.person_cluster").fetchall()) == [(1,), (2,), (3,)]
        session.execute("drop table change.keys.person_cluster")
        note(session, "person_pair", "whole")
        assert sorted(session.from_arrow(gathered(session)).fetchall()) == gathered_whole(session)
        tables = "select count(*) from duckdb_tables() where schema_name = 'keys'"
        assert session.execute(tables).fetchall() == [(0,)]
