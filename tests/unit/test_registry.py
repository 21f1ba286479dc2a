"""Keys that last through random histories of merges, splits, arrivals, departures and returns."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_builds import District

from orchestration.state.keys import OVERLAP, BrokenRedirects, assign_keys, mint, resolve

ROWS = 12
# A build: the cluster of each row, null where no delivery in force holds the row.
BUILD = st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=ROWS, max_size=ROWS)
# The next build differs in a few rows; most stay, as from one day to the next.
CHANGES = st.lists(
    st.dictionaries(st.integers(0, ROWS - 1), st.one_of(st.none(), st.integers(0, 5)), max_size=5),
    min_size=1,
    max_size=4,
)


def history(first: list[int | None], changes: list[dict[int, int | None]]) -> list[dict[int, int]]:
    """Each build as row → cluster; clusters are named by their smallest row, so that a name may pass to another."""
    builds, state = [], dict(enumerate(first))
    for change in [{}, *changes]:
        state |= change
        present = {row: cluster for row, cluster in state.items() if cluster is not None}
        names = {cluster: min(row for row in present if present[row] == cluster) for cluster in present.values()}
        builds.append({row: names[cluster] for row, cluster in present.items()})
    return builds


def people(rows: dict[int, int]) -> dict[int, frozenset[int]]:
    """For each row all rows of its cluster."""
    return {row: frozenset(other for other in rows if rows[other] == rows[row]) for row in rows}


@settings(max_examples=10, deadline=None)
@given(BUILD, CHANGES)
def test_keys_last_through_any_history(first: list[int | None], changes: list[dict[int, int | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        district = District(Path(folder))
        before: dict[int, int] = {}
        keys: dict[int, str] = {}
        expected: dict[int, str] = {}
        for rows in history(first, changes):
            held, keys = keys, district.refresh(rows)
            assert_unchanged_people_keep_their_key(before, rows, held, keys)
            expected = resolved(expected | keys, district.redirects())
            assert district.checkpoint() == expected
            assert_log_replays(district, set(keys.values()))
            before = rows
        assert district.build(before) == keys, "the same rows again have other keys"
        assert not district.publish(), "nothing new, and yet a commit"


def resolved(keys: dict[int, str], redirects: dict[str, str]) -> dict[int, str]:
    return {row: redirects.get(key, key) for row, key in keys.items()}


def assert_unchanged_people_keep_their_key(
    before: dict[int, int], rows: dict[int, int], held: dict[int, str], keys: dict[int, str]
) -> None:
    """Unless a row came back: those of its old key that come back together may be more than those that stayed."""
    if set(rows) - set(before):
        return
    was, now = people(before), people(rows)
    for row in rows:
        if was[row] == now[row]:
            assert keys[row] == held[row]


def assert_log_replays(district: District, in_use: set[str]) -> None:
    """The log alone gives every key, live or merged away; redirects end at live keys."""
    live: set[str] = set()
    for event, key, other in district.log():
        if event == "merge":
            assert other in live
            live.remove(key)
        else:
            assert key not in live
            assert event == "mint" or other is not None
            live.add(key)
    assert in_use <= live
    assert set(district.checkpoint().values()) <= live
    assert set(district.redirects().values()) <= live
    assert not set(district.redirects()) & live


def assigned(overlap: list[tuple[int | None, str, int]], clusters: list[int]) -> dict[int, tuple[str, str, str | None]]:
    """cluster → key, origin, origin key."""
    columns = list(zip(*overlap, strict=True)) or [(), (), ()]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, OVERLAP, strict=True)]
    members = pa.table({"cluster_id": pa.array(clusters, pa.uint64())})
    table = assign_keys(members, pa.table(arrays, schema=OVERLAP), pa.array([], pa.string()))
    return {row["cluster_id"]: (row["person_key"], row["origin"], row["origin_key"]) for row in table.to_pylist()}


def test_a_new_cluster_is_minted_a_key() -> None:
    ((key, origin, origin_key),) = assigned([], [1]).values()
    assert re.fullmatch("P[A-Z2-7]{11}", key)
    assert (origin, origin_key) == ("mint", None)


def test_of_a_split_the_larger_part_keeps_the_key() -> None:
    found = assigned([(1, "PA", 2), (2, "PA", 3), (None, "PA", 9)], [1, 2])
    assert found[2] == ("PA", "held", None)
    assert found[1][1:] == ("split", "PA")


def test_of_a_merge_the_larger_key_stays() -> None:
    assert assigned([(1, "PA", 2), (1, "PB", 3)], [1])[1] == ("PB", "held", None)


def test_a_cluster_that_loses_its_first_key_takes_the_next_that_is_free() -> None:
    found = assigned([(1, "PA", 5), (2, "PA", 4), (2, "PB", 2)], [1, 2])
    assert (found[1][0], found[2][0]) == ("PA", "PB")


def test_minted_keys_are_distinct() -> None:
    none = pa.array([], pa.string())
    assert len(set(mint(100_000, none).to_pylist())) == 100_000
    assert len(mint(0, none)) == 0


def test_no_key_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([bytes(16), bytes(8) + b"\1" * 8, b"\2" * 8 + b"\1" * 8])
    monkeypatch.setattr(os, "urandom", lambda size: next(drawn))
    first = "P" + "A" * 11
    minted = mint(2, pa.array([first], pa.string())).to_pylist()
    assert len(set(minted)) == 2 and first not in minted


def test_redirects_resolve_over_many_merges() -> None:
    assert resolve({"A": "B", "B": "C", "D": "B"}) == {"A": "C", "B": "C", "D": "C"}


@pytest.mark.parametrize("circle", [{"A": "A"}, {"A": "B", "B": "A"}, {"A": "B", "B": "C", "C": "B"}])
def test_a_circle_of_redirects_is_an_error(circle: dict[str, str]) -> None:
    with pytest.raises(BrokenRedirects):
        resolve(circle)
