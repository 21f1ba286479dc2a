"""Parquet files that are written anew without some of their rows: all at once, private, and only where needed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb

from orchestration.deliveries.files import sync
from orchestration.deliveries.readers.reading import quote_text

SPILL = "-spill"


@contextmanager
def connected(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that spills, where it must, into a folder of its own below `folder`, and not where it is called."""
    spill = folder / f".{uuid4().hex}{SPILL}"
    try:
        with duckdb.connect(config={"temp_directory": str(spill)}) as connection:
            yield connection
    finally:
        shutil.rmtree(spill, ignore_errors=True)


@contextmanager
def rewriting(file: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection, and beside `file` the name (quoted) of one to write, which takes its place at the end."""
    beside = file.with_name(f".{file.name}-{uuid4().hex}")
    try:
        with connected(file.parent) as connection:
            yield connection, quote_text(str(beside))
        beside.chmod(0o600)
        sync(beside)
        beside.replace(file)
        sync(file.parent)
    finally:
        beside.unlink(missing_ok=True)


def count_rows(file: Path, condition: str, parameters: dict[str, object]) -> int:
    """How many rows of a Parquet file a condition names."""
    with duckdb.connect() as connection:
        counted = f"select count(*) from read_parquet({quote_text(str(file))}) where {condition}"
        return int(connection.execute(counted, parameters).fetchall()[0][0])


def drop_rows(file: Path, condition: str, parameters: dict[str, object]) -> None:
    """Writes a Parquet file anew without the rows that a condition names; leaves it alone where there are none."""
    if count_rows(file, condition, parameters):
        with rewriting(file) as (connection, target):
            kept = f"select * from read_parquet({quote_text(str(file))}) where not coalesce({condition}, false)"
            connection.execute(f"copy ({kept}) to {target} (format parquet, compression zstd)", parameters)
