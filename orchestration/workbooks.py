"""Cells that people open in a spreadsheet program: typed values, and no text that could run as a formula.

Here belongs: writing one cell of a workbook with openpyxl, and how high a row must be. What stands in which cell is for
the callers to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from unicodedata import east_asian_width

from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# A spreadsheet holds 32,767 characters a cell.
LONGEST_TEXT = 32_767
Value = str | int | float | Decimal | bool | date | datetime | None
# Points a line of text, and the highest row that a spreadsheet takes.
_LINE, _HIGHEST = 15.0, 405.0
_DATE, _TIME, _TEXT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"


def put(cell: Cell, value: Value) -> None:
    """Write a value under its own type: number, date, time (without a zone), 是/否, or text; None leaves it blank.

    Text is never a formula, whatever it begins with: it is stored as text, in a cell of format text that is marked as
    such (quotePrefix), so that it stays text after somebody has edited it. Control characters, which no workbook may
    hold, are left out, and what is longer than a cell is cut. A number keeps the number format of the cell.
    """
    if isinstance(value, bool):
        value = "是" if value else "否"
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT] or None
    cell.value = value
    if isinstance(value, str):
        # openpyxl takes "=…" for a formula and "#N/A" for an error.
        cell.data_type = "s"
        cell.number_format = _TEXT
        cell.quotePrefix = True
    elif isinstance(value, datetime):
        cell.number_format = _TIME
    elif isinstance(value, date):
        cell.number_format = _DATE


def row_height(wrapped: Iterable[tuple[Value, float]]) -> float:
    """Points that show every text of a row whole: `wrapped` are its values, each with the width of its column.

    Widths are in characters; a Chinese one takes two. Said in the file, because not every program measures wrapped text
    itself when it opens one.
    """
    lines = [
        sum(max(1, ceil(_width(line) / (width - 1))) for line in value.splitlines())
        for value, width in wrapped
        if isinstance(value, str)
    ]
    return min(_LINE * max([1, *lines]), _HIGHEST)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
