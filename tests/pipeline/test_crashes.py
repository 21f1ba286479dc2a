"""`kill -9` at a few moments of a run, a small form of tests/bench/crashes.py (fifty moments)."""

from __future__ import annotations

from pathlib import Path

from districts import District, run_district

from orchestration.deliveries.__main__ import change
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.withdrawals import RESTORE, WITHDRAW
from tests.bench.crashes import Moment, copied, crash
from tests.bench.whole import broken, leftovers


def test_killed_runs_leave_the_release_whole_and_the_next_finishes(district: District, tmp_path: Path) -> None:
    """The copy builds again, first without a delivery; with it, all must be as undisturbed."""
    settings = copied(district.settings.data, tmp_path / "data")
    delivery = max(load_receipts(settings.data), key=lambda receipt: (receipt.rows_accepted, receipt.id))
    change(settings, WITHDRAW, delivery.delivery_id, "to have something to do")
    link, publication = Moment("link", "person_pair", 0.0), Moment("publish", "copying", 0.0)
    for moment, group in ((link, False), (publication, True)):
        assert crash(settings, moment, group), moment
        assert broken(settings) == []
    change(settings, RESTORE, delivery.delivery_id, "")
    finished = run_district(settings.data, settings.extracts)
    assert finished.marts() == district.marts()
    # The build before ended well, its publication did not: only what the delivery concerns is computed again.
    assert "Rows changed since the last build" in finished.output
    assert broken(settings) == []
    assert leftovers(settings) == []
    people = "select count(distinct person_key), count(*) from conformed.person_link"
    assert finished.warehouse(people) == district.warehouse(people)
