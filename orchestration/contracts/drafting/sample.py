"""The rows of a sample as text in DuckDB, read by the same readers that will take the deliveries.

Here belongs: cutting a big file to its first rows, and the table `delivered` with one text column a header.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.contracts.contract import Contract
from orchestration.contracts.drafting import CannotDraft
from orchestration.contracts.drafting.layout import Layout, find_layout
from orchestration.deliveries.readers import read_delivery
from orchestration.deliveries.readers.reading import SOURCE_ROW, quote_text
from orchestration.deliveries.refusal import Refused
from orchestration.deliveries.take import UNREADABLE_ERRORS

ROWS = 100_000
PIECE = 4 << 20
DAY_IN_NAME = re.compile(r"(20[0-9]{6})")


@dataclass(frozen=True)
class Sample:
    """A sample that was read: the table `delivered` in `connection` has its columns as texts c0, c1, … in order.

    `day` is the day in the file's name (else of its last change).
    """

    layout: Layout
    suffix: str
    connection: duckdb.DuckDBPyConnection
    rows: int
    day: date

    def column(self, place: int) -> str:
        return f"c{place}"


@contextmanager
def take_sample(file: Path, contracts: Mapping[str, Contract]) -> Iterator[Sample]:
    """The first 100,000 rows of a file of any format that the readers take.

    Raises CannotDraft where the file cannot be read or has no row.
    """
    marks = {mark for contract in contracts.values() for mark in contract.footer_marks}
    layout = find_layout(file, sorted(marks))
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        cut = _first_rows(file, layout, Path(folder))
        try:
            read_delivery(cut, _provisional(file, layout, contracts), connection)
        except Refused as refusal:
            raise CannotDraft(f"{file.name} cannot be read: {refusal.reason}. {refusal.remedy}") from None
        except UNREADABLE_ERRORS as error:
            # What a library says may hold values.
            told = f"the {layout.format} reader fails ({type(error).__name__})"
            raise CannotDraft(f"{file.name} cannot be read: {told}. Export it anew.") from None
        connection.execute(f"delete from delivered where {SOURCE_ROW} > {ROWS}")
        rows = connection.execute("select count(*) from delivered").fetchall()[0][0]
        if not rows:
            raise CannotDraft(f"{file.name} has a header and no row that can be read. Take a sample with rows.")
        yield Sample(layout, file.suffix, connection, rows, _day(file))


def _day(file: Path) -> date:
    for digits in DAY_IN_NAME.findall(file.stem):
        try:
            return datetime.strptime(digits, "%Y%m%d").date()
        except ValueError:
            continue
    return date.fromtimestamp(file.stat().st_mtime)


def _provisional(file: Path, layout: Layout, contracts: Mapping[str, Contract]) -> Contract:
    """A contract for the readers: any one, with this layout and every column a text."""
    any_one = next(iter(contracts.values()))
    columns = tuple(
        replace(any_one.columns[0], name=f"c{place}", header=header, required=False, may_be_absent=False)
        for place, header in enumerate(layout.headers)
    )
    return replace(
        any_one,
        columns=columns,
        path=file.name,
        format=layout.format,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        footer_marks=layout.footer_marks,
        bad_row_share=1,
    )


def _first_rows(file: Path, layout: Layout, folder: Path) -> Path:
    """The file itself, or a copy of its first rows where it has many more: of a workbook or GeoJSON always itself."""
    cut = folder / f"sample{file.suffix}"
    if layout.format == "parquet":
        with duckdb.connect() as connection:
            source, target = quote_text(str(file)), quote_text(str(cut))
            connection.execute(f"copy (from read_parquet({source}) limit {ROWS}) to {target} (format parquet)")
        return cut
    if layout.format not in ("csv", "jsonl"):
        return file
    left = ROWS + 1
    with file.open("rb") as opened, cut.open("wb") as copy:
        while left and (piece := opened.read(PIECE)):
            lines = piece.count(b"\n")
            if lines >= left:
                piece = b"".join(line + b"\n" for line in piece.split(b"\n", left)[:left])
            left -= min(lines, left)
            copy.write(piece)
    return file if left else cut
