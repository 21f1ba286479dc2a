"""How a sample file is written: format, encoding, delimiter, header, footer.

Here belongs: finding by the content what a contract will have to say of the file. Rows are read in `sample`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from orchestration.contracts.drafting import CannotDraft
from orchestration.deliveries.lines import BYTE_ORDER_MARK, is_utf8, sniff
from orchestration.deliveries.readers.archive import refuse_dangerous
from orchestration.deliveries.readers.features import GEOMETRY
from orchestration.deliveries.readers.reading import quote_text
from orchestration.deliveries.readers.workbook import HEADER_WITHIN
from orchestration.deliveries.records import BrokenQuote, UnclosedQuote, split_record
from orchestration.deliveries.refusal import Refused, plain_header

HEAD = 1 << 20
DELIMITERS = (",", "\t", "|", ";")
LINES_COMPARED = 50
OBJECTS_LOOKED_AT = 1_000
FOOTER_ROWS = 10
# Words that begin the rows below a table, beside those that the contracts know.
FOOTER_WORDS = ("合计", "总计", "小计", "填表", "填报", "审核", "制表", "备注", "说明", "注：", "注:")
# What stands in rows of data but never in a header: a number, a day, an identity number. 2025年 may be a header.
VALUE = re.compile(
    r"[+-]?[0-9][0-9,.]*|[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9].*|[0-9]{14,17}[0-9Xx]|true|false|null", re.IGNORECASE
)


@dataclass(frozen=True)
class Layout:
    """What was found; `headers` with the physical type of each column (text, number, boolean, timestamp, date).

    `unnamed`: columns left out because their header is empty.
    """

    format: str
    headers: tuple[str, ...]
    physical_types: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    footer_marks: tuple[str, ...] = ()
    unnamed: int = 0


def find_layout(file: Path, footer_marks: Collection[str]) -> Layout:
    """The layout of a sample; `footer_marks` are the words known to begin footer rows.

    Raises CannotDraft where the file is empty, unreadable, or has no header.
    """
    if not file.is_file():
        raise CannotDraft(f"There is no file {file}. FROM must name a sample file, or a table: postgres://…/table.")
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if not head.strip(BYTE_ORDER_MARK + b" \t\r\n\0\x1a"):
        raise CannotDraft(f"{file.name} is empty. Take a sample with a header and rows.")
    found = sniff(head)
    if found == "Parquet":
        layout = _parquet(file)
    elif found == "a workbook or zip archive":
        layout = _workbook(file, (*footer_marks, *FOOTER_WORDS))
    elif found:
        remedy = "Save it as .xlsx." if ".xls" in found else "Use delimited text, JSON Lines, GeoJSON, XLSX or Parquet."
        raise CannotDraft(f"{file.name} is {found}, which no reader takes. {remedy}")
    else:
        layout = _text(file, head)
    return _checked(file, layout)


def _checked(file: Path, layout: Layout) -> Layout:
    """Raises CannotDraft where the headers are no headers."""
    if not layout.headers:
        raise CannotDraft(f"{file.name} has no named column. Write the column names in the first line.")
    values = [place for place, header in enumerate(layout.headers, 1) if VALUE.fullmatch(header)]
    if values:
        raise CannotDraft(
            f"{file.name} seems to have no header: field {values[0]} of its first line is a value, not a name. "
            "Write the column names in the line above the data."
        )
    twice = [header for header, count in Counter(layout.headers).items() if count > 1]
    if twice:
        raise CannotDraft(f"{file.name}: the header {twice[0]!r} stands twice. Give each column a name of its own.")
    return layout


def _encoding(file: Path, head: bytes) -> str:
    """UTF-8 with or without a byte-order mark, or GB18030. Raises CannotDraft for anything else."""
    if head.startswith(BYTE_ORDER_MARK):
        return "utf-8-sig"
    whole = head[: head.rfind(b"\n") + 1] or head
    if is_utf8(whole):
        return "utf-8"
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        # One bad line in a thousand is the department's dirt, not another encoding.
        lines = whole.split(b"\n")
        for codec in ("utf-8", "gb18030"):
            if sum(_undecodable(line, codec) for line in lines) <= len(lines) // 1000:
                return codec
    raise CannotDraft(f"{file.name} is neither UTF-8 nor GB18030. Export it as UTF-8.")


def _undecodable(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return True
    return False


def _text(file: Path, head: bytes) -> Layout:
    encoding = _encoding(file, head)
    text = head.decode("utf-8" if encoding == "utf-8-sig" else encoding, "replace").removeprefix("\ufeff")
    start = text.lstrip()
    if start.startswith("["):
        raise CannotDraft(f"{file.name} is one JSON array. Write JSON Lines: one object a line.")
    if start.startswith("{"):
        return _json(file, text, encoding)
    lines = [line for line in text.splitlines() if line.strip()][:LINES_COMPARED]
    delimiter = max(DELIMITERS, key=lambda each: _same_width(lines, each))
    width = _width(lines[0], delimiter)
    if width < 2:
        raise CannotDraft(
            f"{file.name}: no delimiter found in its first line; known are comma, tab, vertical bar and semicolon."
        )
    fields = [plain_header(field) for field in split_record(lines[0], delimiter)]
    named = tuple(field for field in fields if field)
    return Layout("csv", named, ("text",) * len(named), encoding, delimiter, unnamed=len(fields) - len(named))


def _width(line: str, delimiter: str) -> int:
    try:
        return len(split_record(line, delimiter))
    except (UnclosedQuote, BrokenQuote):
        return 0


def _same_width(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How many lines have as many fields as the first one, and how many fields; (0, 0) where that is one field."""
    width = _width(lines[0], delimiter)
    return (sum(_width(line, delimiter) == width for line in lines), width) if width > 1 else (0, 0)


def _json(file: Path, text: str, encoding: str) -> Layout:
    """GeoJSON where the document is a collection of features, else JSON Lines."""
    if re.match(r'\{[^\n]*"type"\s*:\s*"FeatureCollection"', text) or '"FeatureCollection"' in text[:200]:
        try:
            features = json.loads(file.read_bytes().removeprefix(BYTE_ORDER_MARK))["features"]
        except (ValueError, KeyError) as error:
            raise CannotDraft(f"{file.name} is no whole GeoJSON ({type(error).__name__}). Export it again.") from None
        rows = [each["properties"] for each in features if isinstance(each.get("properties"), dict)]
        return _objects(file, "geojson", encoding, [{**row, GEOMETRY: {}} for row in rows])
    rows = []
    for line in text.splitlines()[:OBJECTS_LOOKED_AT]:
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return _objects(file, "jsonl", encoding, [row for row in rows if isinstance(row, dict)])


def _objects(file: Path, form: str, encoding: str, rows: Sequence[dict[str, Any]]) -> Layout:
    if not rows:
        raise CannotDraft(
            f"{file.name} holds no JSON object on a line of its own. Write JSON Lines: one object a line."
        )
    keys = list(dict.fromkeys(plain_header(key) for row in rows for key in row))
    named = tuple(key for key in keys if key)
    kinds = tuple(_json_type(key, rows) for key in named)
    return Layout(form, named, kinds, encoding, unnamed=len(keys) - len(named))


def _json_type(key: str, rows: Sequence[dict[str, Any]]) -> str:
    values = [row[key] for row in rows if row.get(key) is not None]
    if values and all(isinstance(value, bool) for value in values):
        return "boolean"
    numbers = values and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return "number" if numbers else "text"


def _parquet(file: Path) -> Layout:
    try:
        with duckdb.connect() as connection:
            described = connection.execute(f"describe select * from read_parquet({quote_text(str(file))})").fetchall()
    except duckdb.Error as error:
        raise CannotDraft(f"{file.name} is no whole Parquet file ({type(error).__name__}). Write it again.") from None
    return Layout("parquet", tuple(row[0] for row in described), tuple(_parquet_type(row[1]) for row in described))


def _parquet_type(kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        return "timestamp"
    known = {"VARCHAR": "text", "BLOB": "text", "BOOLEAN": "boolean", "DATE": "date"}
    numbers = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
    return "integer" if kind in numbers else known.get(kind, "number" if kind[:3] in ("DEC", "DOU", "FLO") else "text")


def _workbook(file: Path, marks: Sequence[str]) -> Layout:
    """The first sheet with a header: the first row whose cells are all texts and fill most of the sheet's width."""
    try:
        refuse_dangerous(file)
        workbook = CalamineWorkbook.from_path(str(file))
        sheets = [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
    except (Refused, CalamineError) as error:
        raise CannotDraft(f"{file.name} cannot be read as a workbook: {error}. Save it as .xlsx again.") from None
    for rows in sheets:
        filled = [[cell for cell in row if cell not in ("", None)] for row in rows]
        width = max((len(cells) for cells in filled[:HEADER_WITHIN]), default=0)
        for place, cells in enumerate(filled[:HEADER_WITHIN]):
            if len(cells) < 2 or len(cells) * 10 < width * 6 or not all(isinstance(cell, str) for cell in cells):
                continue
            headers = tuple(plain_header(str(cell)) for cell in cells)
            found = _footer_marks(filled[place + 1 :], len(cells), marks)
            unnamed = sum(cell in ("", None) for cell in rows[place][: width or None])
            return Layout("xlsx", headers, ("text",) * len(headers), footer_marks=found, unnamed=unnamed)
    raise CannotDraft(f"No sheet of {file.name} has a header row. Write the column names in one row above the data.")


def _footer_marks(rows: Sequence[Sequence[Any]], width: int, marks: Sequence[str]) -> tuple[str, ...]:
    """The known words with which rows at the end begin: alone in their cell, or in a row that is mostly empty."""
    found = []
    for cells in rows[-FOOTER_ROWS:]:
        first = str(cells[0]).strip() if cells else ""
        mark = max((mark for mark in marks if first.startswith(mark)), key=len, default="")
        if mark and (first.rstrip(":： ") == mark or len(cells) * 2 <= width):
            found.append(mark)
    return tuple(dict.fromkeys(found))
