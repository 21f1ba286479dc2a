"""DuckDB's codings of text: off where the whole warehouse fits into memory without them, for the texts that are mostly
different ones where that fits, on where it does not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
from districts import District

from orchestration.dbt_command import DBT
from orchestration.settings import DBT_PROJECT

MODEL = "stg_education__students"
# Of the columns that macros/text_codings.sql names, those of the model.
DISTINCT = {"identity_number", "name", "record_key", "version"}


def coded(warehouse: Path) -> set[str]:
    """The columns of the staging model whose texts are coded."""
    query = f"""
        select distinct column_name from pragma_storage_info('staging.{MODEL}')
        where segment_type = 'VARCHAR' and compression not in ('Constant', 'Uncompressed')
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {name for (name,) in connection.execute(query).fetchall()}


def build(district: District, folder: Path, rows: int) -> Path:
    """The warehouse with the model alone, made with 128 MB where about this many rows were delivered."""
    profile, limits = re.subn(
        "memory_limit: .*", "memory_limit: 128MB", (DBT_PROJECT / "profiles.yml").read_text("utf-8")
    )
    assert limits == 1
    (folder / "profiles.yml").write_text(profile, "utf-8")
    shutil.copytree(district.settings.dbt_target, folder / "dbt")
    # The same deliveries as often as it takes to be that many.
    indexed = json.loads(district.settings.delivery_index.read_text("utf-8"))
    paths = [path for entry in indexed for path in entry["paths"]]
    query = "select sum(num_rows)::bigint from parquet_file_metadata(?)"
    delivered = duckdb.execute(query, [paths]).fetchall()[0][0]
    for entry in indexed:
        entry["paths"] *= rows // delivered if entry["extract"] != "students" else 1
    (folder / "deliveries").mkdir()
    (folder / "deliveries" / "index.json").write_text(json.dumps(indexed), "utf-8")
    places = ["--profiles-dir", str(folder), "--target-path", str(folder / "dbt")]
    finished = subprocess.run(
        [*DBT, "--quiet", "--log-level-file", "none", "run", "--select", MODEL, *places],
        cwd=DBT_PROJECT,
        env={**os.environ, "WANGGE_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder / "warehouse.duckdb"


def test_text_is_written_as_it_is_where_memory_allows(district: District) -> None:
    assert not coded(district.settings.warehouse)


def test_text_that_is_read_by_key_is_written_as_it_is_where_memory_allows_that(
    district: District, tmp_path: Path
) -> None:
    others = coded(build(district, tmp_path, rows=55_000))
    assert others
    assert not others & DISTINCT


def test_text_is_coded_where_memory_is_short(district: District, tmp_path: Path) -> None:
    assert coded(build(district, tmp_path, rows=200_000)) & DISTINCT
