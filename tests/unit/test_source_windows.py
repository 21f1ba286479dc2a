"""Which days a table is read for: whatever the order of outages and quiet days, each row belongs to one delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.sources import Known
from orchestration.deliveries.sources.windows import Window, kept_since, open_windows, sweep

FIRST = date(2026, 9, 1)
TODAY = date(2026, 11, 24)
OVERLAP = timedelta(hours=24)


def receipt(day: date, status: str = "accepted", received: str = "2026-11-01T00:00:00+00:00") -> Receipt:
    return Receipt("", "health", "resident_records", day.isoformat(), "", "", 1, received, status, "1.0.0")


def opened(receipts: Sequence[Receipt], day: date, first_day: date | None = FIRST) -> list[Window]:
    return open_windows(receipts, first_day, day, OVERLAP, TODAY)


def days(windows: Sequence[Window]) -> list[int]:
    return [(window.day - FIRST).days for window in windows]


def after(number: int) -> date:
    return FIRST + timedelta(days=number)


def test_the_first_delivery_holds_everything_before_it() -> None:
    first, second, third = opened([], after(2))
    assert (first.start, first.end) == (None, datetime(2026, 9, 2))
    assert (second.start, second.fresh, third.rest) == (datetime(2026, 9, 2), None, datetime(2026, 11, 25))
    assert days(opened([], FIRST, None)) == [0]


def test_a_week_of_outage_is_read_day_by_day() -> None:
    windows = opened([receipt(FIRST)], after(7))
    assert days(windows) == [1, 2, 3, 4, 5, 6, 7]
    assert (windows[0].start, windows[0].fresh) == (datetime(2026, 9, 1), datetime(2026, 9, 2))
    assert all(earlier.end == later.start for earlier, later in pairwise(windows[1:]))
    assert opened([receipt(FIRST)], FIRST) == []


def test_a_day_that_had_not_ended_stays_open() -> None:
    """Received at 23:59 and at 00:01 in China."""
    for minute, still in (("15:59", [1, 2]), ("16:01", [2])):
        receipts = [receipt(FIRST), receipt(after(1), received=f"2026-09-02T{minute}:00+00:00")]
        assert days(opened(receipts, after(2))) == still
    (window,) = opened([receipt(FIRST, received="2026-09-01T04:00:00+00:00")], FIRST)
    assert window.start is None, "the first delivery's successor must hold everything, too"


def test_a_refused_day_is_read_again_until_something_is_accepted_for_it() -> None:
    receipts = [receipt(FIRST), receipt(after(1), "refused"), receipt(after(2))]
    again, following = opened(receipts, after(3))
    assert days([again, following]) == [1, 3]
    assert (again.start, again.end, again.rest) == (datetime(2026, 9, 2), datetime(2026, 9, 3), None)
    assert days(opened([*receipts, receipt(after(1))], after(3))) == [3]


def test_a_sweep_reaches_back_as_far_as_what_was_taken_can_be_compared() -> None:
    receipts = [receipt(after(number)) for number in (0, 3, 5)]
    windows = opened(receipts, after(6))
    for files, start in (
        ({0: "1.parquet", 3: "2.parquet", 5: "3.parquet"}, None),
        ({3: "2.parquet", 5: "3.parquet"}, datetime(2026, 9, 2)),
        ({0: "1.csv", 3: "2.csv", 5: "3.parquet"}, datetime(2026, 9, 5)),
        ({0: "1.parquet", 3: "2.parquet"}, windows[0].start),
    ):
        kept = {after(number): Path(name) for number, name in files.items()}
        known = Known(receipts, kept, FIRST, after(6), Path())
        (swept,) = sweep(windows, known, ".parquet")
        assert (swept.start, swept.end, swept.fresh) == (start, windows[0].end, windows[0].fresh)
        since = start.date() if start else FIRST
        assert kept_since(known, swept) == [file for day, file in kept.items() if day >= since]


@given(
    pulls=st.lists(st.integers(0, 9), min_size=1, max_size=6).map(sorted),
    moments=st.lists(st.datetimes(datetime(2026, 8, 20), datetime(2026, 9, 12)), max_size=20),
)
def test_every_moment_up_to_the_last_pull_is_held_by_exactly_one_delivery(
    pulls: list[int], moments: list[datetime]
) -> None:
    receipts: list[Receipt] = []
    held: list[Window] = []
    for number in pulls:
        for window in opened(receipts, after(number)):
            held.append(window)
            receipts.append(receipt(window.day))
    for moment in moments:
        fresh = [each for each in held if each.holds(moment) and not (each.fresh and moment < each.fresh)]
        assert len(fresh) == (moment.date() <= after(pulls[-1]))
