"""Parquet: every value as text, rows numbered as they stand in the file.

Here belongs: how values that are no text are written as text. DuckDB reads the file itself.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet

from orchestration.contracts.contract import Contract
from orchestration.deliveries.readers.reading import Reading, create_tables, quote_identifier, quote_text
from orchestration.deliveries.refusal import Refused, empty_file, match_headers, truncated, unreadable, wrong_content

MAGIC = b"PAR1"
WHOLE_NUMBER = 1e15


def read_parquet(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Reads a Parquet file (see `reading` for what it leaves behind).

    Raises Refused: empty, wrong content, a footer that is missing (cut) or damaged, a missing column, text that is no
    UTF-8.
    """
    _refuse_damaged(file)
    create_tables(contract, connection)
    try:
        described = connection.execute(f"describe select * from read_parquet({quote_text(str(file))})").fetchall()
        types = {row[0]: row[1] for row in described}
        places, unknown = match_headers(list(types), [column.header for column in contract.columns])
        names = list(types)
        values = ", ".join(_text(names[place], types[names[place]]) for place in places)
        connection.execute(
            f"insert into delivered select file_row_number + 1, {values} "
            f"from read_parquet({quote_text(str(file))}, file_row_number = true)"
        )
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        # The machine's fault, not the file's.
        raise
    except duckdb.Error as error:
        if "encoding" in str(error).lower() or "utf" in str(error).lower():
            raise Refused(
                "wrong_encoding", "a text column holds bytes that are no UTF-8", "Write text columns as UTF-8."
            ) from None
        raise unreadable("a column or page is damaged") from None
    return Reading(encoding="parquet", unknown_columns=unknown)


def _refuse_damaged(file: Path) -> None:
    size = file.stat().st_size
    if not size:
        raise empty_file()
    with file.open("rb") as opened:
        head = opened.read(4)
        opened.seek(max(0, size - 4))
        tail = opened.read(4)
    if head != MAGIC:
        raise wrong_content("Parquet", "a file without Parquet's mark")
    if tail != MAGIC or size < 12:
        raise truncated("Parquet's footer is missing")
    try:
        pyarrow.parquet.read_metadata(file)
    except Exception as error:
        raise truncated(f"Parquet's footer is damaged ({type(error).__name__})") from None


def _text(name: str, kind: str) -> str:
    """SQL for one column as text: booleans true/false, dates and times ISO 8601, whole floats without a fraction,
    bytes as UTF-8, nested values as JSON."""
    value = quote_identifier(name)
    if kind == "VARCHAR":
        return value
    if kind == "BLOB":
        return f"decode({value})"
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"isfinite({value}) and {value} = trunc({value}) and abs({value}) < {WHOLE_NUMBER}"
        return f"case when {whole} then cast(cast({value} as bigint) as varchar) else cast({value} as varchar) end"
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return f"cast(to_json({value}) as varchar)"
    return f"cast({value} as varchar)"
