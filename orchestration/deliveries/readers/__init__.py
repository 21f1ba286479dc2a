"""Readers: one module a format, each turning a delivery's file into the same two tables of text.

Here belongs: the choice of the reader. What a reader must do stands in `reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.contracts.contract import Contract
from orchestration.deliveries.readers.delimited import read_delimited
from orchestration.deliveries.readers.features import read_features
from orchestration.deliveries.readers.json_lines import read_json_lines
from orchestration.deliveries.readers.parquet import read_parquet
from orchestration.deliveries.readers.reading import Reading
from orchestration.deliveries.readers.workbook import read_workbook

Reader = Callable[[Path, Contract, duckdb.DuckDBPyConnection], Reading]

READERS: dict[str, Reader] = {
    "csv": read_delimited,
    "jsonl": read_json_lines,
    "geojson": read_features,
    "parquet": read_parquet,
    "xlsx": read_workbook,
}


def read_delivery(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Reads a delivery's file into the tables `delivered` and `unreadable` of `connection`.

    Raises Refused where the file as a whole cannot be taken, KeyError where the contract names an unknown format.
    """
    return READERS[contract.format](file, contract, connection)
