"""DuckDB's codings of text: off where the whole warehouse fits into memory without them, on where it does not."""

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


def codings(warehouse: Path) -> set[str]:
    """How the texts of a staging model are written."""
    query = f"select distinct compression from pragma_storage_info('staging.{MODEL}') where segment_type = 'VARCHAR'"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {coding for (coding,) in connection.execute(query).fetchall()} - {"Constant"}


def test_text_is_written_as_it_is_where_memory_allows(district: District) -> None:
    assert codings(district.settings.warehouse) == {"Uncompressed"}


def test_text_is_coded_where_memory_is_short(district: District, tmp_path: Path) -> None:
    profile, limits = re.subn(
        "memory_limit: .*", "memory_limit: 128MB", (DBT_PROJECT / "profiles.yml").read_text("utf-8")
    )
    assert limits == 1
    (tmp_path / "profiles.yml").write_text(profile, "utf-8")
    shutil.copytree(district.settings.dbt_target, tmp_path / "dbt")
    # The same deliveries as often as it takes to be more than this memory holds.
    indexed = json.loads(district.settings.delivery_index.read_text("utf-8"))
    for entry in indexed:
        entry["paths"] *= 20 if entry["extract"] != "students" else 1
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / "index.json").write_text(json.dumps(indexed), "utf-8")
    places = ["--profiles-dir", str(tmp_path), "--target-path", str(tmp_path / "dbt")]
    finished = subprocess.run(
        [*DBT, "--quiet", "--log-level-file", "none", "run", "--select", MODEL, *places],
        cwd=DBT_PROJECT,
        env={**os.environ, "WANGGE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert codings(tmp_path / "warehouse.duckdb") - {"Uncompressed"}
