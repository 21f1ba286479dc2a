"""Delimited text: any delimiter, UTF-8 with or without byte-order mark, GB18030.

Here belongs: the header, and feeding plain lines to Arrow's parser (0.7 µs a row of twelve columns) and the irregular
ones to the parser in `records`. Line numbers stay right whatever is rejected.
"""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv

from orchestration.contracts.contract import Contract
from orchestration.deliveries.lines import Block, Lines, refuse_if_undecodable
from orchestration.deliveries.readers.reading import (
    Reading,
    append,
    append_records,
    append_unreadable,
    create_tables,
    delivered_schema,
)
from orchestration.deliveries.records import (
    UNDECODABLE,
    BrokenQuote,
    Sorted,
    UnclosedQuote,
    sort_lines,
    split_record,
    wrong_number,
)
from orchestration.deliveries.refusal import Refused, match_headers, truncated, wrong_content

OTHER_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def read_delimited(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Reads a delimited text file (see `reading` for what it leaves behind).

    The first line that is not blank is the header. Raises Refused: empty, wrong content, encoding or delimiter,
    a missing column, or an end in the middle of a record.
    """
    lines = Lines(file, contract.encoding, "delimited text")
    create_tables(contract, connection)
    reading = Reading(encoding=lines.found)
    table: _Table | None = None
    waiting = Block(b"", 0, False)
    for each in lines:
        block = Block(waiting.data + each.data, waiting.first if waiting.data else each.first, each.last)
        block.undecodable = waiting.undecodable | each.undecodable
        if table is None:
            header, block = _header(block)
            if header is None:
                waiting = block
                continue
            table = _Table(header, contract, connection, lines, reading)
        waiting = table.take(block)
    reading.open_end = not lines.ends_complete
    if table is None:
        raise truncated("there is no header line")
    if reading.open_end and table.last_broken:
        raise truncated(f"data row {table.rows}, the last one, is not whole and has no line end")
    refuse_if_undecodable(lines, reading.undecodable_rows, table.rows, contract.bad_row_share)
    return reading


def _header(block: Block) -> tuple[str | None, Block]:
    """The first line that is not blank, and the block after it."""
    start, number = 0, block.first
    while start < len(block.data):
        end = block.data.index(b"\n", start)
        line = block.data[start:end].decode()
        start, number = end + 1, number + 1
        if line.strip():
            return line.removesuffix("\r"), Block(block.data[start:], number, block.last, block.undecodable)
    return None, Block(b"", number, block.last)


class _Table:
    """The rows after the header."""

    def __init__(
        self, header: str, contract: Contract, connection: duckdb.DuckDBPyConnection, lines: Lines, reading: Reading
    ) -> None:
        self.contract, self.connection, self.reading = contract, connection, reading
        self.delimiter = contract.delimiter
        try:
            found = split_record(header, self.delimiter)
            self.places, reading.unknown_columns = match_headers(found, [each.header for each in contract.columns])
        except (UnclosedQuote, BrokenQuote):
            raise Refused(
                "missing_column", "the header's quotes do not close", "Export the file again with a plain header."
            ) from None
        except Refused:
            lines.refuse_other_encoding()
            self._refuse_other_layout(header)
            raise
        if header.isascii():
            lines.refuse_other_encoding()
        self.width = len(found)
        self.rows = 0
        self.last_broken = False

    def _refuse_other_layout(self, header: str) -> None:
        """Raises Refused where the header line is JSON or separated by something else."""
        if header.lstrip().startswith(("{", "[")):
            raise wrong_content("delimited text", "JSON")
        for other, name in OTHER_DELIMITERS.items():
            if other != self.delimiter and header.count(other) >= max(1, header.count(self.delimiter) + 1):
                agreed = OTHER_DELIMITERS.get(self.delimiter, self.delimiter)
                raise wrong_content(f"text separated by {agreed}", f"text separated by {name}")

    def take(self, block: Block) -> Block:
        """Reads a block; returns the lines that belong to a record which is not finished yet."""
        if not block.data:
            return Block(b"", block.first, False)
        sorted_ = sort_lines(block, self.delimiter, self.width, self.rows + 1)
        ragged = self._parse(sorted_)
        append_records(
            self.connection,
            self.contract,
            [(row, [fields[place] for place in self.places]) for row, fields in sorted_.records],
        )
        append_unreadable(self.connection, sorted_.broken + ragged)
        self.rows += sorted_.rows
        self.reading.blank_rows += sorted_.blank
        self.reading.undecodable_rows += sum(UNDECODABLE in reasons for _, reasons, _ in sorted_.broken)
        self.last_broken = sorted_.open_end or bool(ragged and ragged[-1][0] == self.rows)
        unread = {number for number in block.undecodable if number >= sorted_.rest_first} if sorted_.rest else set()
        return Block(sorted_.rest, sorted_.rest_first, False, unread)

    def _parse(self, sorted_: Sorted) -> list[tuple[int, list[str], str]]:
        """Adds the plain lines to `delivered`; returns those with too few or too many fields."""
        if not sorted_.plain:
            return []
        invalid: list[tuple[int, int, str]] = []

        def skip(row: pa.csv.InvalidRow) -> str:
            invalid.append((row.number, row.actual_columns, row.text))
            return "skip"

        names = [f"c{place}" for place in range(self.width)]
        parsed = pa.csv.read_csv(
            io.BytesIO(sorted_.plain),
            read_options=pa.csv.ReadOptions(use_threads=False, column_names=names, block_size=len(sorted_.plain) + 1),
            parse_options=pa.csv.ParseOptions(
                delimiter=self.delimiter,
                quote_char='"' if b'"' in sorted_.plain else False,
                invalid_row_handler=skip,
                ignore_empty_lines=False,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                include_columns=[names[place] for place in self.places],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        rows = np.delete(sorted_.plain_rows, [number - 1 for number, _, _ in invalid])
        append(
            self.connection,
            "delivered",
            pa.table([pa.array(rows), *parsed.columns], schema=delivered_schema(self.contract)),
        )
        plain_rows = sorted_.plain_rows.tolist()
        return [(plain_rows[n - 1], [wrong_number(found, self.width)], text) for n, found, text in invalid]
