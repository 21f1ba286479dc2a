"""What people decide wins over every weight, and over every chain of others."""

from __future__ import annotations

import pyarrow as pa
import pytest

from orchestration.linkage.decisions import cluster_with_decisions, contract_pairs, join_decided

LEAST, MARGIN = 5.0, 3.0
Clusters = dict[int, tuple[int, str]]


def clusters(
    pairs: list[tuple[int, int, float]], anchors: list[int], decisions: list[tuple[str, int, int]]
) -> Clusters:
    """For each record its cluster and standing."""
    left, right, weight = zip(*pairs, strict=True) if pairs else ((), (), ())
    scored = pa.table(
        {
            "record_id": pa.array(left, pa.uint64()),
            "other_id": pa.array(right, pa.uint64()),
            "match_weight": pa.array(weight, pa.float64()),
        }
    )
    decided = pa.table(
        {
            "decision": pa.array([entry[0] for entry in decisions], pa.string()),
            "record_id": pa.array([entry[1] for entry in decisions], pa.uint64()),
            "owns_number": pa.array([entry[1] in anchors for entry in decisions], pa.bool_()),
            "other_id": pa.array([entry[2] for entry in decisions], pa.uint64()),
            "other_owns_number": pa.array([entry[2] in anchors for entry in decisions], pa.bool_()),
        }
    )
    found = cluster_with_decisions(scored, pa.array(anchors, pa.uint64()), decided, LEAST, MARGIN)
    rows = found.to_pylist()
    assert len(rows) == len({row["record_id"] for row in rows})
    return {row["record_id"]: (row["cluster_id"], row["standing"]) for row in rows}


def test_without_decisions_nothing_changes() -> None:
    assert clusters([(1, 100, 9.0), (2, 100, 1.0)], [100], []) == {
        1: (100, "linked"), 2: (2, "alone"), 100: (100, "linked"),
    }  # fmt: skip


def test_same_joins_two_records_that_were_never_compared() -> None:
    assert clusters([], [], [("same", 7, 3)]) == {3: (3, "decided"), 7: (3, "decided")}


def test_same_joins_two_numbers_against_the_veto() -> None:
    found = clusters([(1, 100, 9.0), (2, 200, 9.0)], [100, 200], [("same", 200, 100)])
    assert {record: cluster for record, (cluster, _) in found.items()} == {1: 100, 2: 100, 100: 100, 200: 100}


def test_same_settles_a_mention_between_two_people() -> None:
    pairs = [(1, 100, 9.0), (1, 200, 8.5)]
    assert clusters(pairs, [100, 200], [])[1] == (1, "open")
    assert clusters(pairs, [100, 200], [("same", 1, 200)])[1] == (200, "decided")


def test_a_mention_of_two_numbers_decided_to_be_one_person_is_not_open() -> None:
    found = clusters([(1, 100, 9.0), (1, 200, 8.5)], [100, 200], [("same", 100, 200)])
    assert found[1] == (100, "linked")


def test_not_same_takes_away_the_best_and_leaves_the_next() -> None:
    pairs = [(1, 100, 30.0), (1, 200, 9.0)]
    assert clusters(pairs, [100, 200], [])[1] == (100, "linked")
    assert clusters(pairs, [100, 200], [("not_same", 100, 1)])[1] == (200, "linked")


@pytest.mark.parametrize("weight", [6.0, 60.0])
def test_not_same_holds_against_a_chain_of_others(weight: float) -> None:
    chain = [(1, 2, weight), (2, 3, 20.0), (1, 3, 40.0)]
    found = clusters(chain, [], [("not_same", 1, 3)])
    assert found[1][0] != found[3][0]


def test_not_same_holds_where_one_anchor_would_hold_both() -> None:
    pairs = [(1, 100, 9.0), (2, 100, 12.0)]
    found = clusters(pairs, [100], [("not_same", 1, 2)])
    assert (found[1][0], found[2][0]) == (1, 100)


def test_not_same_wins_over_same() -> None:
    found = clusters([], [], [("same", 1, 2), ("same", 2, 3), ("not_same", 1, 3)])
    assert found[1][0] != found[3][0]


def test_not_same_holds_for_all_whom_same_joins() -> None:
    found = clusters([(2, 3, 30.0)], [], [("same", 1, 2), ("not_same", 1, 3)])
    assert found[3][0] not in (found[1][0], found[2][0])


def test_groups_do_not_depend_on_the_order_of_decisions() -> None:
    one = {1, 2, 3, 4}
    assert join_decided({(1, 2), (3, 4), (2, 3)}, set()) == dict.fromkeys(one, frozenset(one))


def test_a_contracted_pair_stands_once_with_its_best_weight() -> None:
    pairs = pa.table(
        {
            "record_id": pa.array([1, 1, 5], pa.uint64()),
            "other_id": pa.array([10, 11, 6], pa.uint64()),
            "match_weight": pa.array([2.0, 7.0, 1.0], pa.float64()),
        }
    )
    rows = contract_pairs(pairs, {10: 10, 11: 10}, set()).to_pylist()
    assert sorted(tuple(row.values()) for row in rows) == [(1, 10, 7.0), (5, 6, 1.0)]
