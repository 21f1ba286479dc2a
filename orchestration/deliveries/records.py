"""Delimited text: which lines of a block are plain records, and what becomes of the few that are not.

Here belongs: finding, without looking at single characters in Python, the lines that a fast parser can take (RFC 4180
quoting, no zero bytes, no stray carriage return), and reading the others one by one. A block of four million bytes is
judged in a few milliseconds; only irregular lines cost more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from orchestration.deliveries.lines import Block

LONGEST_RECORD_LINES = 1_000
# A quoted field; the last quote is no half of a doubled one.
QUOTED = re.compile(r'"((?:[^"]|"")*)"(?!")', re.DOTALL)
UNDECODABLE, NUL_BYTES, BROKEN_QUOTES = "undecodable_bytes", "nul_bytes", "broken_quotes"


@dataclass
class Sorted:
    """A block, sorted: `plain` lines for the fast parser with their data rows, read `records`, and what is `broken`.

    `rest` is the beginning of a record that goes on in the next block; `rows` the data rows counted, `blank` lines
    among them. `open_end`: the block's last line could not be read.
    """

    plain: bytes
    plain_rows: npt.NDArray[np.int64]
    records: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: list[tuple[int, list[str], str]] = field(default_factory=list)
    rest: bytes = b""
    rest_first: int = 0
    rows: int = 0
    blank: int = 0
    open_end: bool = False


class UnclosedQuote(Exception):
    """A quoted field that does not end in the text given."""


class BrokenQuote(Exception):
    """A quoted field after whose closing quote comes neither a delimiter nor the end."""


def split_record(text: str, delimiter: str) -> list[str]:
    """The fields of one record (RFC 4180; a quote inside an unquoted field is text).

    Raises UnclosedQuote or BrokenQuote.
    """
    fields, position = [], 0
    while True:
        if text.startswith('"', position):
            match = QUOTED.match(text, position)
            if not match:
                raise UnclosedQuote
            fields.append(match[1].replace('""', '"'))
            position = match.end()
            if position == len(text):
                return fields
            if not text.startswith(delimiter, position):
                raise BrokenQuote
            position += len(delimiter)
        else:
            end = text.find(delimiter, position)
            if end < 0:
                return [*fields, text[position:]]
            fields.append(text[position:end])
            position = end + len(delimiter)


def wrong_number(found: int, agreed: int) -> str:
    """The reason for a record with too few or too many fields."""
    return f"wrong_number_of_fields: {found} instead of {agreed}"


def sort_lines(block: Block, delimiter: str, width: int, first_row: int) -> Sorted:
    """Sorts a block's lines. `width`: fields of a record; `first_row`: the data row of its first line."""
    data = np.frombuffer(block.data, np.uint8)
    ends = np.flatnonzero(data == 10)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    lengths = ends - starts
    blank = (lengths == 0) | ((lengths == 1) & (data[starts] == 13))
    odd = _irregular(block, data, ends, delimiter)
    odd &= ~blank
    if not odd.any() and not blank.any():
        rows = first_row + np.arange(len(ends), dtype=np.int64)
        return Sorted(block.data, rows, rows=len(ends))
    counted = np.ones(len(ends), np.int64)
    sorted_ = Sorted(b"", np.empty(0, np.int64))
    taken = _take_irregular(block, starts, ends, odd, delimiter, width, counted, sorted_)
    rows = first_row + np.cumsum(counted) - counted
    for place, found in taken:
        row = int(rows[place])
        if isinstance(found, list):
            sorted_.records.append((row, found))
        else:
            sorted_.broken.append((row, *found))
    plain = ~odd & ~blank & (counted == 1)
    if sorted_.rest:
        unread = int(np.searchsorted(starts, len(block.data) - len(sorted_.rest)))
        plain[unread:] = blank[unread:] = False
        counted[unread:] = 0
        sorted_.rest_first = block.first + unread
    sorted_.plain = data[np.repeat(plain, lengths + 1)].tobytes()
    sorted_.plain_rows = rows[plain]
    sorted_.rows, sorted_.blank = int(counted.sum()), int((blank & (counted == 1)).sum())
    return sorted_


def _irregular(
    block: Block, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], delimiter: str
) -> npt.NDArray[np.bool_]:
    """Lines that the fast parser must not see."""
    if len(delimiter.encode()) > 1:
        # The fast parser separates at single bytes only.
        return np.ones(len(ends), np.bool_)
    odd = np.zeros(len(ends), np.bool_)
    odd[[number - block.first for number in block.undecodable]] = True
    if b"\0" in block.data:
        odd[np.searchsorted(ends, np.flatnonzero(data == 0))] = True
    if b"\r" in block.data:
        returns = np.flatnonzero(data == 13)
        odd[np.searchsorted(ends, returns[data[returns + 1] != 10])] = True
    if b'"' in block.data:
        odd |= _irregular_quotes(data, ends, delimiter)
    return odd


def _irregular_quotes(
    data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], delimiter: str
) -> npt.NDArray[np.bool_]:
    """Lines whose quotes do not pair up as opening (after a delimiter) and closing (before one) or doubled.

    Sound by induction over a line's quotes: between pairs the parser stands outside quotes, an opening quote stands at
    the beginning of a field, and a closing one at its end or directly before another quote.
    """
    odd = np.zeros(len(ends), np.bool_)
    quotes = np.flatnonzero(data == 34)
    line = np.searchsorted(ends, quotes)
    number = np.bincount(line, minlength=len(ends))
    odd[number % 2 == 1] = True
    before_line = np.cumsum(number) - number
    opening = (np.arange(len(quotes)) - before_line[line]) % 2 == 0
    separator = ord(delimiter)
    before = np.where(quotes > 0, data[quotes - 1], 10)
    after = data[quotes + 1]
    fits_open = (before == separator) | (before == 10) | (before == 34)
    fits_close = (after == separator) | (after == 10) | (after == 13) | (after == 34)
    odd[line[np.where(opening, ~fits_open, ~fits_close)]] = True
    return odd


def _take_irregular(
    block: Block,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    odd: npt.NDArray[np.bool_],
    delimiter: str,
    width: int,
    counted: npt.NDArray[np.int64],
    sorted_: Sorted,
) -> list[tuple[int, list[str] | tuple[list[str], str]]]:
    """Reads the irregular lines one by one; marks lines that continue a record by a count of 0."""
    taken: list[tuple[int, list[str] | tuple[list[str], str]]] = []
    next_free = 0
    for place in np.flatnonzero(odd).tolist():
        if place < next_free:
            continue
        text = block.data[starts[place] : ends[place]].decode().removesuffix("\r")
        reasons = [NUL_BYTES] if "\0" in text else []
        fields: list[str] | None = None
        last = place
        try:
            fields = split_record(text, delimiter)
        except BrokenQuote:
            reasons.append(BROKEN_QUOTES)
        except UnclosedQuote:
            fields, last = _continued(block, starts, ends, place, delimiter, width)
            if last < 0:
                sorted_.rest = block.data[starts[place] :]
                break
            if fields is None:
                reasons.append(BROKEN_QUOTES)
                last = place
        if fields is not None and len(fields) != width:
            reasons.append(wrong_number(len(fields), width))
        stretch = range(block.first + place, block.first + last + 1)
        if UNDECODABLE not in reasons and not block.undecodable.isdisjoint(stretch):
            reasons.append(UNDECODABLE)
        if fields is not None and any("\0" in value for value in fields) and NUL_BYTES not in reasons:
            reasons.append(NUL_BYTES)
        taken.append((place, (reasons, text) if reasons or fields is None else fields))
        counted[place + 1 : last + 1] = 0
        next_free = last + 1
        sorted_.open_end = bool(reasons) and last == len(ends) - 1
    return taken


def _continued(
    block: Block, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], place: int, delimiter: str, width: int
) -> tuple[list[str] | None, int]:
    """The fields of a record that goes on over line ends, and its last line.

    (None, place) where no such record of the right width ends within LONGEST_RECORD_LINES: the quote was a stray one,
    and only this line is broken. (None, -1) where the block ends first and more is to come.
    """
    limit = min(len(ends), place + LONGEST_RECORD_LINES)
    for last in range(place + 1, limit):
        if b'"' not in block.data[starts[last] : ends[last]]:
            continue
        text = block.data[starts[place] : ends[last]].decode().removesuffix("\r")
        try:
            fields = split_record(text, delimiter)
        except UnclosedQuote:
            continue
        except BrokenQuote:
            return None, place
        return (fields, last) if len(fields) == width else (None, place)
    return (None, place) if block.last or limit < len(ends) else (None, -1)
