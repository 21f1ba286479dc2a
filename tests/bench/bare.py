"""The yardstick: bare DuckDB reading the files of a folder of deliveries into tables, without a check or a model."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from python_calamine import CalamineWorkbook

from orchestration.contracts.contract import Contract, read_contracts


def _text(file: Path, contract: Contract, folder: Path) -> Path:
    """The file as UTF-8, which is all that DuckDB reads without an extension."""
    if contract.encoding.lower().replace("-", "") in ("utf8", "utf8sig"):
        return file
    target = folder / f"{file.name}.utf8"
    with target.open("wb") as opened:
        subprocess.run(["iconv", "-f", contract.encoding, "-t", "UTF-8", str(file)], stdout=opened, check=True)
    return target


def _load(connection: duckdb.DuckDBPyConnection, file: Path, contract: Contract, folder: Path, number: int) -> None:
    table = f"create table file_{number} as select * from"
    if contract.format == "parquet":
        connection.execute(f"{table} read_parquet(?)", [str(file)])
    elif contract.format in ("jsonl", "geojson"):
        connection.execute(f"{table} read_json(?, maximum_object_size = 1 << 30)", [str(file)])
    elif contract.format == "xlsx":
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
        connection.register("sheet", pa.table({"cells": [[str(cell) for cell in row] for row in rows]}))
        connection.execute(f"{table} sheet")
    else:
        options = "all_varchar = true, header = true, delim = ?"
        text = _text(file, contract, folder)
        connection.execute(f"{table} read_csv(?, {options})", [str(text), contract.delimiter])


def read_bare(extracts: Path) -> tuple[int, float]:
    """Rows in all tables and the seconds that reading took, files transcoded included."""
    contracts = {(contract.department, contract.extract): contract for contract in read_contracts().values()}
    files = [file for file in sorted(extracts.glob("*/*/*")) if file.parts[-3:-1] in contracts]
    scratch = extracts.parent / "bare"
    scratch.mkdir()
    began = time.monotonic()
    with duckdb.connect(str(scratch / "bare.duckdb")) as connection:
        for number, file in enumerate(files):
            _load(connection, file, contracts[file.parts[-3:-1]], scratch, number)
        seconds = time.monotonic() - began
        counted = connection.execute(
            "select sum(estimated_size)::bigint from duckdb_tables() where table_name like 'file_%'"
        ).fetchone()
    for file in scratch.iterdir():
        file.unlink()
    scratch.rmdir()
    return (int(counted[0]) if counted else 0), seconds
