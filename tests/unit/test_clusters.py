"""Gathering records into people: what must hold whatever the pairs are, and the cases that once went wrong."""

from __future__ import annotations

import random
from math import log2

import duckdb
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from orchestration.linkage.clusters import ALONE, LINKED, OPEN, cluster
from orchestration.linkage.comparisons import COMPARISONS, read_model, splink_settings
from orchestration.linkage.names import character_readings

LEAST, MARGIN = 5.0, 3.0


def gather(pairs: list[tuple[int, int, float]], anchors: set[int]) -> dict[int, dict]:
    table = pa.table(
        {
            "record_id": pa.array([pair[0] for pair in pairs], pa.uint64()),
            "other_id": pa.array([pair[1] for pair in pairs], pa.uint64()),
            "match_weight": pa.array([pair[2] for pair in pairs], pa.float64()),
        }
    )
    rows = cluster(table, pa.array(sorted(anchors), pa.uint64()), LEAST, MARGIN).to_pylist()
    return {row["record_id"]: row for row in rows}


records = st.integers(min_value=1, max_value=12)
scored = st.lists(
    st.tuples(records, records, st.floats(min_value=-30, max_value=40)).filter(lambda pair: pair[0] < pair[1]),
    min_size=1,
    max_size=40,
    unique_by=lambda pair: pair[:2],
)


@given(scored, st.sets(records, max_size=4), st.randoms(use_true_random=False))
def test_no_person_holds_two_numbers_and_order_does_not_matter(
    pairs: list[tuple[int, int, float]], anchors: set[int], shuffler: random.Random
) -> None:
    found = gather(pairs, anchors)
    for anchor in anchors & found.keys():
        assert found[anchor]["cluster_id"] == anchor
    shuffled = list(pairs)
    shuffler.shuffle(shuffled)
    assert gather(shuffled, anchors) == found
    for record, row in found.items():
        assert found[row["cluster_id"]]["cluster_id"] == row["cluster_id"]
        assert (row["standing"] == LINKED) or row["cluster_id"] == record


@given(scored)
def test_without_anchors_vetoed_records_stay_apart(pairs: list[tuple[int, int, float]]) -> None:
    found = gather(pairs, set())
    for left, right, weight in pairs:
        if weight <= -8:
            assert found[left]["cluster_id"] != found[right]["cluster_id"]


def test_a_mention_joins_the_anchor_that_leads() -> None:
    found = gather([(1, 10, 12.0), (1, 11, 2.0)], {10, 11})
    assert found[1]["cluster_id"] == 10 and found[1]["standing"] == LINKED


def test_a_mention_between_two_anchors_stays_open() -> None:
    found = gather([(1, 10, 12.0), (1, 11, 11.0)], {10, 11})
    assert found[1]["standing"] == OPEN and found[1]["cluster_id"] == 1


def test_many_weak_rivals_together_keep_a_mention_open() -> None:
    rivals = [(1, 20 + n, 6.0) for n in range(8)]
    assert gather([(1, 10, 8.0), *rivals], {10, *(pair[1] for pair in rivals)})[1]["standing"] == OPEN


def test_the_runner_up_of_a_sure_link_is_what_its_rivals_weigh_together() -> None:
    rivals = {anchor: -20.0 - anchor / 7 for anchor in range(3, 12)}
    pairs = [(1, 2, 39.5), *((1, anchor, weight) for anchor, weight in rivals.items())]
    together = round(log2(sum(2**weight for weight in rivals.values())), 3)
    assert gather(pairs, {2, *rivals})[1]["runner_up"] == together
    assert gather(pairs[::-1], {2, *rivals})[1]["runner_up"] == together


def test_a_mention_reaches_an_anchor_through_another_mention() -> None:
    found = gather([(1, 2, 10.0), (2, 10, 20.0)], {10})
    assert {found[record]["cluster_id"] for record in (1, 2)} == {10}


def test_an_anchor_may_hold_two_names_of_one_person() -> None:
    found = gather([(1, 10, 18.0), (2, 10, 11.0), (1, 2, -13.0)], {10})
    assert {found[record]["cluster_id"] for record in (1, 2)} == {10}


def test_below_the_least_weight_everybody_stays_alone() -> None:
    found = gather([(1, 2, 4.9), (1, 10, 4.0)], {10})
    assert {row["standing"] for row in found.values()} == {ALONE}


def test_homophones_and_slurred_initials_read_alike() -> None:
    with duckdb.connect() as connection:
        evidence = connection.sql("select unnest(['张章', '成晨', '刘牛', '?A']) as name_text")
        readings = dict(
            zip(*(column.to_pylist() for column in character_readings(connection, evidence).columns), strict=True)
        )
    assert readings["张"] == readings["章"]
    assert readings["成"] == readings["晨"]
    assert readings["刘"] == readings["牛"]
    assert readings["?"] == "?-"


def test_the_frozen_model_weighs_every_level() -> None:
    model = read_model()
    settings = splink_settings(model, model.people * 50)
    assert settings["probability_two_random_records_match"] == 1 / model.people
    levels = {entry["output_column_name"]: len(entry["comparison_levels"]) for entry in settings["comparisons"]}
    assert levels == {name: len(described) + 1 for name, (_, described) in COMPARISONS.items()}
