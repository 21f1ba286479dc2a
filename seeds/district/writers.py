"""Files of the simulated district: one delivery in the format of its extract, and the truth of its rows beside it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from seeds.district.arrays import Integers, Objects

MADE = datetime(2000, 1, 1)  # a workbook's time of creation, fixed so that the same seed gives the same bytes
FORMATS = {"csv": "csv", "csv_bom": "csv", "csv_gb18030": "csv", "pipe": "txt", "jsonl": "jsonl", "parquet": "parquet",
           "xlsx": "xlsx", "geojson": "geojson"}  # fmt: skip


@dataclass
class Rows:
    """The rows of one delivery. `person` and `dwelling` hold -1 where the row has none; None: no truth is written."""

    columns: dict[str, np.ndarray]
    person: Integers | None = None
    dwelling: Integers | None = None
    planted: dict[str, np.ndarray] = field(default_factory=dict)  # kind → mask of rows
    title: str = ""  # workbook: first row
    footer: list[list[object]] = field(default_factory=list)  # workbook: rows after the data

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def take(self, order: np.ndarray) -> "Rows":
        """These rows in this order."""
        return Rows(
            {name: values[order] for name, values in self.columns.items()},
            None if self.person is None else self.person[order],
            None if self.dwelling is None else self.dwelling[order],
            {kind: mask[order] for kind, mask in self.planted.items()},
            self.title,
            self.footer,
        )


def concat(parts: list[Rows]) -> Rows:
    """Several groups of rows of one delivery, one after the other; planted marks must have the same kinds."""
    first = parts[0]

    def joined(values: list[np.ndarray | None]) -> np.ndarray | None:
        return None if values[0] is None else np.concatenate([v for v in values if v is not None])

    return Rows(
        {name: np.concatenate([part.columns[name] for part in parts]) for name in first.columns},
        joined([part.person for part in parts]),
        joined([part.dwelling for part in parts]),
        {kind: np.concatenate([part.planted[kind] for part in parts]) for kind in first.planted},
        first.title,
        first.footer,
    )


def write_rows(path: Path, rows: Rows, form: str) -> None:
    """Write a delivery in one of FORMATS; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "xlsx":
        _write_workbook(path, rows)
    elif form == "geojson":
        _write_geojson(path, rows)
    elif form == "parquet":
        pq.write_table(table(rows.columns), path)
    elif form == "jsonl":
        _write_lines(path, rows)
    else:
        _write_delimited(path, rows, form)


def table(columns: dict[str, np.ndarray]) -> pa.Table:
    """An Arrow table of the columns; object columns become text, or what their values are."""
    return pa.table({name: pa.array(values, from_pandas=False) for name, values in columns.items()})


def _write_delimited(path: Path, rows: Rows, form: str) -> None:
    """Delimited text; a value is quoted only where it must be. GB18030 holds every character of Unicode."""
    delimiter = "|" if form == "pipe" else ","
    encoding = {"csv_gb18030": "gb18030", "csv_bom": "utf-8-sig"}.get(form, "utf-8")
    columns = [_cells(values, delimiter) for values in rows.columns.values()]
    with path.open("w", encoding=encoding, newline="") as sink:
        sink.write(delimiter.join(rows.columns) + "\n")
        lines = map(delimiter.join, zip(*columns, strict=True))
        while chunk := list(islice(lines, 50_000)):
            sink.write("\n".join(chunk) + "\n")


def _cells(values: np.ndarray, delimiter: str) -> list[str]:
    """Values as they stand in delimited text."""
    cells = ["" if value is None else str(value) for value in values.tolist()]
    return [f'"{cell}"' if delimiter in cell else cell for cell in cells]


def _write_lines(path: Path, rows: Rows) -> None:
    """JSON Lines."""
    target = str(path).replace("'", "''")
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows_to_write", table(rows.columns))
        connection.execute(f"COPY rows_to_write TO '{target}' (FORMAT json)").fetchall()


def _write_workbook(path: Path, rows: Rows) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet("Sheet1")
    for number, line in enumerate(_lines(rows)):
        for column, value in enumerate(line):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            elif value not in (None, ""):
                sheet.write_string(number, column, str(value))
    book.close()


def _lines(rows: Rows) -> Iterator[list[object]]:
    """Title, header, data and footer of a workbook."""
    yield [rows.title]
    yield list(rows.columns)
    columns = [values.tolist() for values in rows.columns.values()]
    for line in zip(*columns, strict=True):
        yield list(line)
    yield from rows.footer


def _write_geojson(path: Path, rows: Rows) -> None:
    names = [name for name in rows.columns if name != "geometry"]
    with path.open("w", encoding="utf-8", newline="\n") as sink:
        sink.write('{"type": "FeatureCollection", "features": [')
        for number in range(len(rows)):
            properties = {name: rows.columns[name][number] for name in names}
            feature = {"type": "Feature", "properties": properties, "geometry": rows.columns["geometry"][number]}
            sink.write((", " if number else "") + json.dumps(feature, ensure_ascii=False))
        sink.write("]}\n")


def truth_of(rows: Rows, extract: str, date: str, address_code: Objects) -> pa.Table:
    """Truth of a delivery's rows: extract, day, row (from 1), person, address_code."""
    assert rows.person is not None and rows.dwelling is not None
    count = len(rows)
    day = pa.scalar(np.datetime64(date, "D").astype(object), pa.date32())
    codes = address_code[np.maximum(rows.dwelling, 0)]
    return pa.table(
        {
            "extract": pa.repeat(pa.scalar(extract), count),
            "day": pa.repeat(day, count),
            "row": np.arange(1, count + 1),
            "person": pa.array(rows.person, mask=rows.person < 0),
            "address_code": pa.array(codes, pa.string(), mask=rows.dwelling < 0),
        }
    )


def planted_of(rows: Rows, extract: str, date: str) -> list[tuple[str, str, str, int, int]]:
    """Discrepancies put in on purpose: kind, extract, day, row, person."""
    assert rows.person is not None
    found = []
    for kind, mask in rows.planted.items():
        for row in np.flatnonzero(mask).tolist():
            found.append((kind, extract, date, row + 1, int(rows.person[row])))
    return found


def write_planted(path: Path, planted: list[tuple[str, str, str, int, int]]) -> None:
    """All planted discrepancies as one file."""
    kinds, extracts, days, lines, persons = zip(*planted, strict=True) if planted else ((), (), (), (), ())
    columns = {
        "kind": pa.array(kinds, pa.string()),
        "extract": pa.array(extracts, pa.string()),
        "day": pa.array(np.array(days, "datetime64[D]").astype(object).tolist(), pa.date32()),
        "row": pa.array(lines, pa.int64()),
        "person": pa.array(persons, pa.int64()),
    }
    pq.write_table(pa.table(columns), path)


def write_table(rows: pa.Table, path: Path) -> None:
    """A table as Parquet."""
    pq.write_table(rows, path)
