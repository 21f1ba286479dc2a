"""Working days of the Chinese calendar (工作日): public holidays off, make-up days worked.

Here belongs: counting days. How many a department has stands in seeds/rules/correction_clock.csv.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar


def is_working_day(day: date) -> bool:
    """Whether the day is worked. Of a year whose holidays are not published yet Monday to Friday are taken."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_published(day: date) -> bool:
    """Whether the library knows the State Council's holidays (国务院办公厅节假日安排) of the day's year."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def after_working_days(day: date, number: int) -> date:
    """The last of `number` working days after `day`, which itself does not count. `number` is at least 1."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day
