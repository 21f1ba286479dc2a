"""JSON Lines: one object a line, values as their text.

Here belongs: cutting lines into an Arrow array without copying, and DuckDB's JSON reader over it. A block in which
every line is an object is read in one statement; only a block with a broken line is looked at line by line.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.contracts.contract import Contract
from orchestration.deliveries.lines import Block, Lines, refuse_if_undecodable
from orchestration.deliveries.readers.reading import (
    SOURCE_ROW,
    Reading,
    append_unreadable,
    create_tables,
    quote_identifier,
    quote_text,
)
from orchestration.deliveries.records import NUL_BYTES, UNDECODABLE
from orchestration.deliveries.refusal import missing_columns, plain_header, truncated, wrong_content

MALFORMED, NOT_AN_OBJECT = "malformed_json", "not_an_object"


def read_json_lines(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Reads a JSON Lines file (see `reading` for what it leaves behind); a row's number is its line's.

    Raises Refused: empty, wrong content or encoding, a key that no line has, or an end in the middle of an object.
    """
    lines = Lines(file, contract.encoding, "JSON Lines")
    if lines.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        raise wrong_content("JSON Lines (one object a line)", "one JSON array")
    create_tables(contract, connection)
    objects = _Objects(contract, connection, Reading(encoding=lines.found))
    for block in lines:
        objects.take(block)
    reading = objects.reading
    reading.open_end = not lines.ends_complete
    if reading.open_end and objects.last_broken:
        raise truncated(f"line {objects.rows}, the last one, is no whole object and has no line end")
    if objects.objects:
        agreed = {plain_header(column.header) for column in contract.columns}
        reading.unknown_columns = sorted(objects.keys - agreed)
        missing = [column.header for column in contract.columns if plain_header(column.header) not in objects.keys]
        if missing:
            raise missing_columns(missing, reading.unknown_columns)
    elif objects.rows > reading.blank_rows:
        lines.refuse_other_encoding()
        raise wrong_content("JSON Lines (one object a line)", "text without any JSON object")
    refuse_if_undecodable(lines, reading.undecodable_rows, objects.rows, contract.bad_row_share)
    return reading


class _Objects:
    """The lines as objects."""

    def __init__(self, contract: Contract, connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
        self.connection, self.reading = connection, reading
        self.rows = 0
        self.objects = 0
        self.keys: set[str] = set()
        self.last_broken = False
        # A key with surrounding spaces or another width means the agreed column; what stands in the file is looked up.
        self.columns = {plain_header(column.header): column.name for column in contract.columns}
        self.order = [plain_header(column.header) for column in contract.columns]

    def take(self, block: Block) -> None:
        if not block.data:
            return
        data = np.frombuffer(block.data, np.uint8)
        ends = np.flatnonzero(data == 10)
        offsets = np.concatenate([[0], ends + 1]).astype(np.int32)
        text = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(block.data))
        numbers = pa.array(np.arange(self.rows + 1, self.rows + 1 + len(ends), dtype=np.int64))
        lines = pa.table({SOURCE_ROW: numbers, "line": text})
        self.last_broken = False
        # Valid JSON that begins with a brace is an object.
        objects = bool((data[offsets[:-1]] == ord("{")).all())
        if block.undecodable or b"\0" in block.data or not objects or not self._read(lines):
            self._read(lines.filter(self._sound(lines, block)))
        self.rows += len(ends)

    def _read(self, lines: pa.Table) -> bool:
        """Adds lines that are all objects to `delivered`; False, and nothing added, where one is not."""
        self.connection.register("lines", lines)
        try:
            found = self.connection.execute("select distinct unnest(json_keys(line)) from lines").fetchall()
            keys = {key for (key,) in found}
            self.connection.execute(self._statement(keys))
        except (duckdb.InvalidInputException, UnicodeDecodeError):
            # DuckDB's message quotes the malformed line and may cut it inside a character.
            return False
        finally:
            self.connection.unregister("lines")
        self.keys |= {plain_header(key) for key in keys}
        self.objects += lines.num_rows
        return True

    def _statement(self, keys: set[str]) -> str:
        """One parse of each line; a value that is no text becomes its JSON text, null and an absent key null."""
        actual = {plain_header(key): key for key in sorted(keys)}
        structure = {actual.get(header, header): "VARCHAR" for header in self.order}
        values = ", ".join(f"parsed.{quote_identifier(actual.get(header, header))}" for header in self.order)
        transform = f"json_transform(line, {quote_text(json.dumps(structure, ensure_ascii=False))})"
        return (
            f"insert into delivered select {SOURCE_ROW}, {values} "
            f"from (select {SOURCE_ROW}, {transform} as parsed from lines)"
        )

    def _sound(self, lines: pa.Table, block: Block) -> pa.Array:
        """Which lines are objects; the others go to `unreadable`, blank ones are counted."""
        self.connection.register("lines", lines)
        judged = self.connection.execute(
            "select case when json_valid(line) then json_type(line) end from lines"
        ).fetchall()
        self.connection.unregister("lines")
        sound, broken = [], []
        rows, texts = lines.column(SOURCE_ROW).to_pylist(), lines.column("line").to_pylist()
        for place, ((kind,), row, text) in enumerate(zip(judged, rows, texts, strict=True)):
            reasons = []
            if block.first + place in block.undecodable:
                reasons.append(UNDECODABLE)
                self.reading.undecodable_rows += 1
            if "\0" in text:
                reasons.append(NUL_BYTES)
            if not text.strip():
                self.reading.blank_rows += 1
            elif kind != "OBJECT":
                reasons.append(MALFORMED if kind is None else NOT_AN_OBJECT)
            sound.append(not reasons and bool(text.strip()))
            if reasons:
                broken.append((row, reasons, text.rstrip("\r\n")))
        append_unreadable(self.connection, broken)
        self.last_broken = bool(broken) and broken[-1][0] == rows[-1]
        return pa.array(sound)
