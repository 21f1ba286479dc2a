"""Eight processes query the release while ten are published: no error, no mixed result."""

from __future__ import annotations

from pathlib import Path

from tests.bench.load import under_load


def test_readers_never_fail_and_never_see_two_releases(tmp_path: Path) -> None:
    reads = under_load(tmp_path, rows=2_000)
    assert [read.wrong for read in reads] == [[]] * 8
    assert all(read.seconds for read in reads)
    assert len(set().union(*(read.seen for read in reads))) > 1
