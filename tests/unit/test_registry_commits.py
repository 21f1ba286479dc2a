"""The registry on disk: what counts when, what a crash leaves, and what stands in its files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from registry_builds import District

from orchestration.state import registry

FIRST = {1: 1, 2: 1, 3: 3, 4: 3, 5: 3}
MERGED = dict.fromkeys(FIRST, 1)


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def test_a_build_that_is_not_published_changes_nothing(district: District) -> None:
    keys = district.refresh(FIRST)
    before = district.registry.manifest()
    district.build(MERGED)
    district.propose()
    assert district.registry.manifest() == before
    assert district.checkpoint() == keys
    assert district.build(FIRST) == keys


def test_a_proposal_counts_from_the_moment_its_release_exists(district: District) -> None:
    district.refresh(FIRST)
    keys = district.build(MERGED)
    district.release(district.propose())
    assert district.checkpoint() == keys
    district.registry.settle()
    assert district.checkpoint() == keys


def test_a_build_that_is_published_twice_counts_once(district: District) -> None:
    district.refresh(FIRST)
    district.refresh(MERGED)
    log = district.log()
    assert not district.publish()
    assert district.log() == log


def test_a_proposal_without_release_is_swept_away_by_the_next(district: District) -> None:
    keys = district.refresh(FIRST)
    district.build(MERGED)
    district.propose()
    district.build(FIRST)
    assert not district.publish()
    assert district.checkpoint() == keys
    named = {*district.registry.manifest().events, *district.registry.manifest().members}
    assert {file.name for file in district.registry.folder.iterdir()} == {registry.MANIFEST, *named}


def test_a_merge_leaves_a_redirect_and_its_reversal_a_split(district: District) -> None:
    first = district.refresh(FIRST)
    merged = district.refresh(MERGED)
    assert set(merged.values()) == {first[3]}
    assert district.redirects() == {first[1]: first[3]}
    again = district.refresh(FIRST)
    assert again[3] == first[3]
    assert again[1] not in first.values()
    assert district.log()[-1] == ("split", again[1], first[3])


def test_a_person_who_comes_back_has_the_key_of_before(district: District) -> None:
    keys = district.refresh(FIRST)
    district.refresh({3: 3, 4: 3, 5: 3})
    assert district.refresh(FIRST) == keys


def test_a_key_waits_for_rows_that_are_gone_though_another_has_its_last(district: District) -> None:
    keys = district.refresh(FIRST)
    gone = district.refresh({1: 1, 2: 1, 5: 1})
    assert set(gone.values()) == {keys[1]}
    assert district.redirects() == {}
    assert district.refresh({1: 1, 2: 1, 5: 1, 3: 3, 4: 3})[3] == keys[3]


def test_the_checkpoint_is_written_anew_when_its_changes_are_many(district: District) -> None:
    rows = {row: row for row in range(20)}
    district.refresh(rows)
    files = []
    for row in range(20, 28):
        rows[row] = row
        keys = district.refresh(rows)
        files.append(len(district.registry.manifest().members))
    assert files == [2, 3, 4, 5, 6, 1, 2, 3]
    assert district.checkpoint() == keys
    assert len(district.registry.manifest().events) == 9


def test_the_state_is_its_owners_alone(district: District) -> None:
    district.refresh(FIRST)
    assert stat.S_IMODE(district.registry.folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in district.registry.folder.iterdir()}
    assert modes == {0o600}


def test_a_damaged_manifest_is_an_error_and_no_new_beginning(district: District) -> None:
    district.refresh(FIRST)
    (district.registry.folder / registry.MANIFEST).write_text("{", "utf-8")
    with pytest.raises(ValueError):
        district.registry.manifest()
