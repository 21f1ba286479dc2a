"""One dbt run that all tests of the project share: everything built, with unit tests, where nothing was delivered.

Such a warehouse is a district without departments: every source is empty and typed, and every model must still build.
"""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from dbt_runs import DbtRun

from orchestration.dbt_command import DBT
from orchestration.settings import DBT_PROJECT


@pytest.fixture(scope="session")
def dbt_run(tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    """Seeds, models and unit tests built in an empty folder. dbt runs in a process of its own, which frees the file."""
    folder = tmp_path_factory.mktemp("empty_district")
    target = folder / "target"
    places = ["--profiles-dir", str(DBT_PROJECT), "--target-path", str(target), "--log-path", str(folder / "logs")]
    process = subprocess.run(
        [*DBT, "build", "--exclude-resource-type", "test", *places],
        cwd=DBT_PROJECT,
        env={**os.environ, "WANGGE_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (target / "run_results.json").exists(), f"dbt cannot parse the project:\n{process.stdout}{process.stderr}"
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    return DbtRun(
        manifest=json.loads((target / "manifest.json").read_text("utf-8")),
        results={result["unique_id"]: result for result in results},
        warehouse=folder / "warehouse.duckdb",
    )
