"""What every reader hands over.

Two tables in the delivery's own DuckDB connection:
`delivered` (_source_row BIGINT, then every contract column by its English name, VARCHAR, the text as delivered) and
`unreadable` (_source_row BIGINT, _reasons VARCHAR[], _text VARCHAR) for what cannot be read as a record;
and a `Reading` with what is known of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from orchestration.contracts.contract import Contract

SOURCE_ROW = "_source_row"
UNREADABLE = pa.schema(
    [(SOURCE_ROW, pa.int64()), ("_reasons", pa.list_(pa.string())), ("_text", pa.string())],
)


@dataclass
class Reading:
    """What was found in a file besides its rows. `open_end`: a text file whose last line has no line end."""

    encoding: str = ""
    unknown_columns: list[str] = field(default_factory=list)
    title_rows: int = 0
    footer_rows: int = 0
    blank_rows: int = 0
    undecodable_rows: int = 0
    open_end: bool = False


def quote_identifier(name: str) -> str:
    """A name for use in SQL text."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text literal for SQL text."""
    return "'" + text.replace("'", "''") + "'"


def delivered_schema(contract: Contract) -> pa.Schema:
    return pa.schema([(SOURCE_ROW, pa.int64()), *((column.name, pa.string()) for column in contract.columns)])


def create_tables(contract: Contract, connection: duckdb.DuckDBPyConnection) -> None:
    """The two tables, empty."""
    columns = ", ".join(f"{quote_identifier(column.name)} varchar" for column in contract.columns)
    connection.execute(f"create table delivered ({SOURCE_ROW} bigint, {columns})")
    connection.execute(f"create table unreadable ({SOURCE_ROW} bigint, _reasons varchar[], _text varchar)")


def append(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Adds the rows of an Arrow table, whose columns stand in the table's order."""
    connection.register("appended", rows)
    connection.execute(f"insert into {table} select * from appended")
    connection.unregister("appended")


def append_unreadable(connection: duckdb.DuckDBPyConnection, broken: Sequence[tuple[int, list[str], str]]) -> None:
    """Adds rows that could not be read: data row, every reason, the text as far as it can be shown."""
    if broken:
        rows, reasons, texts = zip(*broken, strict=True)
        append(connection, "unreadable", pa.table([rows, reasons, texts], schema=UNREADABLE))


def append_records(
    connection: duckdb.DuckDBPyConnection, contract: Contract, records: Sequence[tuple[int, Sequence[str | None]]]
) -> None:
    """Adds rows read one by one: data row and the values in the contract's order."""
    if records:
        columns = [[row for row, _ in records], *(list(each) for each in zip(*(v for _, v in records), strict=True))]
        append(connection, "delivered", pa.table(columns, schema=delivered_schema(contract)))
