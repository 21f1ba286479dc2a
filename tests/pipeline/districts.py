"""Districts run from end to end as a person would run them, and what tests ask of the result."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt_command import DBT
from orchestration.settings import DBT_PROJECT, PROJECT, Settings, settings_for
from orchestration.waiting_dbt import read_before


@dataclass(frozen=True)
class District:
    """One data folder after a run, and what the run printed."""

    settings: Settings
    output: str

    def warehouse(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse."""
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def released(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the current release, found as a reader finds it."""
        file = (self.settings.releases / "current" / "marts.duckdb").resolve()
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def marts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every mart of the current release, in order."""
        names = self.released("select table_name from duckdb_tables() where table_name <> 'provenance' order by 1")
        return {name: self.released(f"from {name} order by all") for (name,) in names}

    @property
    def release_id(self) -> str:
        return (self.settings.releases / "current").resolve().name


def command(data: Path, extracts: Path | None, residents: int, days: int) -> list[str]:
    """What `make run` executes."""
    options = [f"--data={data}", f"--residents={residents}", f"--days={days}"]
    options += [f"--extracts={extracts}"] if extracts else []
    return [sys.executable, "-m", "orchestration.run", *options]


def run_district(
    data: Path, extracts: Path | None = None, residents: int = 1500, days: int = 3, project: Path = PROJECT
) -> District:
    """Run everything in `data` and insist that it ends well."""
    process = subprocess.run(
        command(data, extracts, residents, days), cwd=project, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return District(settings_for(data, extracts), process.stdout)


def run_dbt(settings: Settings, *arguments: str) -> None:
    """Run dbt on a data folder as a run does, with what it parsed elsewhere, and insist that it ends well."""
    process = subprocess.run(
        [*DBT, *read_before(settings), "--quiet", "--log-level-file", "none", *arguments],
        cwd=DBT_PROJECT,
        env={**os.environ, **settings.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr


def different_tables(one: Path, other: Path) -> set[str]:
    """The tables in which two warehouses differ; they must have the same ones."""
    with duckdb.connect() as connection:
        connection.execute("attach ? as one (read_only)", [str(one)])
        connection.execute("attach ? as other (read_only)", [str(other)])
        query = "select schema_name, table_name from duckdb_tables() where schema_name <> 'main' and database_name = ?"
        tables = set(connection.execute(query, ["one"]).fetchall())
        assert tables == set(connection.execute(query, ["other"]).fetchall())
        return {
            table
            for schema, table in tables
            for left, right in (("one", "other"), ("other", "one"))
            if connection.execute(f"from {left}.{schema}.{table} except all from {right}.{schema}.{table}").fetchone()
        }


def copy_project(folder: Path) -> Path:
    """The project's own files in a folder of their own, for a test that adds to them."""
    ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
    for part in ("orchestration", "seeds", "dbt_project", "docs"):
        shutil.copytree(PROJECT / part, folder / part, ignore=ignored)
    return folder


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """One process at a time: the workers of a parallel test run share the district."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def receipts(district: District) -> list[dict[str, Any]]:
    """Every receipt as it stands on disk."""
    files = sorted(district.settings.deliveries.glob("*/*/*/receipt.json"))
    return [json.loads(file.read_text("utf-8")) for file in files]


def start_job(settings: Settings, project: Path = PROJECT) -> subprocess.Popen[str]:
    """The job as Dagster itself starts it, outside `make run`."""
    options = ["-m", "dagster", "job", "execute", "-m", "orchestration.definitions", "-j", "refresh"]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", *options],
        cwd=project,
        env={**os.environ, **settings.environment, "DBT_PROFILES_DIR": str(project / "dbt_project")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def others_can_use(settings: Settings) -> list[str]:
    """What below a data folder its group or others may read, write or enter."""
    found = [settings.data, *settings.data.rglob("*")]
    # SQLite removes what it keeps beside a database that nobody has open any more.
    there = [each for each in found if not each.is_symlink() and not each.name.endswith(("-shm", "-wal"))]
    return [str(each) for each in there if each.stat().st_mode & 0o077]
