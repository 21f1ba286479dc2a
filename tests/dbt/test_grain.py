"""The generic test of a grain finds what breaks one: copies, and values that may not be missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import duckdb
import pytest
from dbt_runs import DbtRun

from orchestration.dbt_command import DBT
from orchestration.settings import DBT_PROJECT

NAME = "person_of_record_unique_by_record_id"


@pytest.fixture(scope="module")
def grain(dbt_run: DbtRun, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The SQL of a grain of record_id in which person_key may not be missing."""
    target, folder = tmp_path_factory.mktemp("grain"), dbt_run.warehouse.parent
    shutil.copy(folder / "target/partial_parse.msgpack", target)
    places = ["--profiles-dir", str(DBT_PROJECT), "--target-path", str(target), "--log-path", str(target)]
    subprocess.run(
        [*DBT, "--quiet", "compile", "--select", NAME, *places],
        cwd=DBT_PROJECT,
        env={**os.environ, "WANGGE_DATA": str(folder)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"].values()
    (sql,) = (node["compiled_code"] for node in nodes if node["name"] == NAME)
    return str(sql)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("(1, 'P'), (2, 'Q')", []),
        ("(1, 'P'), (1, 'Q'), (2, 'Q')", [(1, 0, 2)]),
        ("(1, 'P'), (2, null)", [(2, 1, 1)]),
        ("(1, 'P'), (null, 'Q')", [(None, 0, 1)]),
    ],
)
def test_copies_and_missing_values_are_found(grain: str, rows: str, found: list[tuple[object, ...]]) -> None:
    with duckdb.connect() as session:
        session.execute("attach ':memory:' as warehouse; create schema warehouse.conformed")
        session.execute(
            f"create table warehouse.conformed.person_of_record as from (values {rows}) as rows (record_id, person_key)"
        )
        assert session.execute(grain).fetchall() == found
