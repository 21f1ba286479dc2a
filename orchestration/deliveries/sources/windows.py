"""Which days a table or an interface is read for: one delivery a day of the watermark.

Here belongs: the rule by which a week's outage gives afterwards the same deliveries as a quiet week, and nothing is
lost where rows are committed late or a clock is wrong. A window is a half-open span of local time in China.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.deliveries.receipt import Receipt, last_accepted_by_day
from orchestration.deliveries.sources.interface import Known

CHINA = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """The rows of one day's delivery: from `start` (None: everything before) to before `end`.

    Those before `fresh` only where they are not kept yet. `rest`: also the rows from that moment on (no clock can be
    there yet) and those without a watermark.
    """

    day: date
    start: datetime | None
    end: datetime
    fresh: datetime | None = None
    rest: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a row with this watermark (None: without one) belongs to the window."""
        if moment is None:
            return self.rest is not None
        inside = moment < self.end and (self.start is None or moment >= self.start)
        return inside or (self.rest is not None and moment >= self.rest)


def open_windows(
    receipts: Sequence[Receipt], first_day: date | None, day: date, overlap: timedelta, today: date
) -> list[Window]:
    """The days up to `day` that one extract is still to be read for, oldest first.

    They begin after its last accepted delivery, or with that day itself where the delivery came before the day had
    ended. Days whose delivery was refused, and nothing accepted in its place, are read again. What the district had
    before its first delivery (`first_day`, or the extract's own first) belongs to that day's. `overlap` before the
    first window is read again, because what was committed late, or by a clock that is behind, bears an older time.
    """
    accepted = last_accepted_by_day(receipts)
    if not accepted:
        first = opening = min(first_day or day, day)
        again: list[date] = []
    else:
        first = date.fromisoformat(min(accepted))
        last = date.fromisoformat(max(accepted))
        opening = last + DAY if _ended(accepted[last.isoformat()], last) else last
        refused = {each.delivery_date for each in receipts if each.status == "refused" and each.delivery_date}
        again = sorted(date.fromisoformat(each) for each in refused - set(accepted) if each < opening.isoformat())
    days = [*again, *(opening + n * DAY for n in range((day - opening).days + 1))]
    windows = [Window(each, _midnight(each) if each > first else None, _midnight(each + DAY)) for each in days]
    if opening <= day:
        place = len(again)
        fresh = windows[place].start
        windows[place] = replace(windows[place], start=fresh - overlap if fresh else None, fresh=fresh)
        windows[-1] = replace(windows[-1], rest=_midnight(max(day, today) + DAY))
    return windows


def kept_since(known: Known, window: Window) -> list[Path]:
    """The files that may hold rows which the window reads again: those of the days that it reaches back into.

    Not that of its own day, in whose place its delivery comes.
    """
    if window.fresh is None:
        return []
    since = window.start.date() if window.start else date.min
    return [file for day, file in known.kept.items() if day >= since and day != window.day]


def sweep(windows: Sequence[Window], known: Known, suffix: str) -> list[Window]:
    """The windows, of which the one that reads again reaches back as far as every day's delivery is kept, as a file
    that ends so: what is older than that could not be told from what was taken."""
    accepted = [date.fromisoformat(day) for day in last_accepted_by_day(known.receipts)]
    gone = [day for day in accepted if day not in known.kept or known.kept[day].suffix != suffix]
    reach = _midnight(max(gone) + DAY) if gone else None
    return [
        replace(window, start=reach and min(reach, window.start or reach)) if window.fresh else window
        for window in windows
    ]


def _ended(receipt: Receipt, day: date) -> bool:
    return datetime.fromisoformat(receipt.received_at).astimezone(CHINA).date() > day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
