"""XLSX workbooks: title rows above the header, footer rows below the data, any number of sheets.

Here belongs: finding the header, telling footers from data, and the text of a cell. `python-calamine` reads the cells
(100,000 rows of 12 in about a second); what it must never see is caught in `archive`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from orchestration.contracts.contract import Contract
from orchestration.deliveries.readers.archive import refuse_dangerous
from orchestration.deliveries.readers.reading import (
    Reading,
    append_records,
    append_unreadable,
    create_tables,
)
from orchestration.deliveries.refusal import Refused, empty_file, match_headers, missing_columns, plain_header

HEADER_WITHIN = 50
EXACT_DIGITS = 1e15
BATCH = 20_000
NO_HEADER = "sheet_without_header"


def cell_text(value: Any) -> str | None:
    """The text of a cell: empty is None, whole numbers without a fraction, dates and times ISO 8601.

    A number of more than 15 digits has lost its last ones in the spreadsheet; it is shown as the spreadsheet shows it
    (4.40106199001010E+17), so that nobody takes the zeros for digits.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if abs(value) >= EXACT_DIGITS:
            return f"{value:.14E}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    raise TypeError(f"a cell of type {type(value).__name__}")


def read_workbook(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Reads a workbook (see `reading` for what it leaves behind).

    A row's number counts the rows after its sheet's header, going on from the data rows of the sheet before. Raises
    Refused: empty, wrong content, damaged, a bomb, a missing column.
    """
    refuse_dangerous(file)
    create_tables(contract, connection)
    reading = Reading(encoding="xlsx")
    sheets = _Sheets(contract, connection, reading)
    with CalamineWorkbook.from_path(str(file)) as workbook:
        for sheet in workbook.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                sheets.take(workbook.get_sheet_by_name(sheet.name))
    if not sheets.headers:
        sheets.refuse_without_header()
    return reading


class _Sheets:
    """The sheets of one workbook, one after another."""

    def __init__(self, contract: Contract, connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
        self.contract, self.connection, self.reading = contract, connection, reading
        self.agreed = [column.header for column in contract.columns]
        self.may_be_absent = [column.header for column in contract.columns if column.may_be_absent]
        self.needed = [header for header in self.agreed if header not in self.may_be_absent]
        self.plain = {plain_header(header) for header in self.needed}
        self.rows = 0
        self.headers = 0
        self.filled = 0
        self.nearest: list[str] = []

    def take(self, sheet: CalamineSheet) -> None:
        rows = sheet.iter_rows()
        above = self._header(rows)
        if above is None:
            return
        self.reading.title_rows += sum(any(cell not in ("", None) for cell in row) for row in above[:-1])
        places, unknown = match_headers([cell_text(cell) or "" for cell in above[-1]], self.agreed, self.may_be_absent)
        self.reading.unknown_columns += [
            header for header in unknown if header and header not in self.reading.unknown_columns
        ]
        self.headers += 1
        self._data(rows, places)

    def _header(self, rows: Iterator[Sequence[Any]]) -> list[Sequence[Any]] | None:
        """The rows down to the header; None where the sheet has none, whose filled rows are then accounted for.

        The header is the first row that holds every header needed, else the one that holds most of them (at least
        half), so that a renamed column is told by its name.
        """
        read: list[Sequence[Any]] = []
        best, most = -1, 0
        for row in rows:
            read.append(row)
            alike = len(self.plain & {plain_header(cell) for cell in row if isinstance(cell, str)})
            if alike == len(self.plain):
                return read
            if alike > most:
                best, most = len(read) - 1, alike
            if len(read) == HEADER_WITHIN:
                break
        if most * 2 >= len(self.plain):
            # Raises, because at least one agreed header is missing.
            match_headers([cell_text(cell) or "" for cell in read[best]], self.needed)
        self._without_header([*read, *rows])
        return None

    def _without_header(self, rows: list[Sequence[Any]]) -> None:
        """A sheet of notes counts as title rows; rows as wide as data are rejected, so that none is lost unseen."""
        broken = []
        for row in rows:
            cells = [cell_text(cell) for cell in row]
            filled = sum(cell is not None for cell in cells)
            if filled:
                self.filled += 1
                self.nearest = self.nearest or [cell for cell in cells if cell]
            if filled * 2 >= len(self.agreed):
                self.rows += 1
                broken.append((self.rows, [NO_HEADER], json.dumps(cells, ensure_ascii=False)))
            elif filled:
                self.reading.title_rows += 1
        append_unreadable(self.connection, broken)

    def _data(self, rows: Iterator[Sequence[Any]], places: list[int]) -> None:
        """The rows after a header; the next sheet goes on from the number of the last one that is data."""
        marks = self.contract.footer_marks
        base, last = self.rows, self.rows
        batch: list[tuple[int, list[str | None]]] = []
        for row, cells in enumerate(rows, base + 1):
            first = next((cell for cell in cells if cell not in ("", None)), None)
            if first is None:
                self.reading.blank_rows += 1
            elif marks and isinstance(first, str) and first.strip().startswith(marks):
                self.reading.footer_rows += 1
            else:
                batch.append((row, [cell_text(cells[place]) if 0 <= place < len(cells) else None for place in places]))
                last = row
            if len(batch) == BATCH:
                append_records(self.connection, self.contract, batch)
                batch = []
        append_records(self.connection, self.contract, batch)
        self.rows = last

    def refuse_without_header(self) -> None:
        """Raises Refused: no sheet has a header."""
        if not self.filled:
            raise empty_file()
        if not self.nearest:
            raise Refused("missing_column", "no sheet has a header row", "Add the header row that the contract has.")
        raise missing_columns(self.needed, [plain_header(cell) for cell in self.nearest][: len(self.needed)])
