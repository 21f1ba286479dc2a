"""Tiny districts whose deliveries come in any order, built after each pull: what the tests of history compare.

Here belongs: writing the district once, handing its files over pull by pull, building, and reading the figures.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from orchestration.contracts.contract import read_contracts
from orchestration.dbt_command import DBT
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import FolderSource
from orchestration.settings import DBT_PROJECT, PROJECT, settings_for
from orchestration.waiting_dbt import read_before

RESIDENTS, DAYS, SEED = 500, 5, 11
THEMES = ("population", "housing", "community", "safety", "party", "organisations")
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Handover:
    """One file that a pull finds: as it was written, or corrected (without its last record)."""

    file: Path
    corrected: bool = False

    @property
    def day(self) -> int:
        """The day of the month; a simulated district begins on the first."""
        return int(self.file.stem[-2:])


def written(folder: Path) -> list[Path]:
    """The files of the tiny district, relative to its extracts, written below `folder`; in order of day and name."""
    if not folder.exists():
        options = [f"--residents={RESIDENTS}", f"--days={DAYS}", f"--seed={SEED}", f"--out={folder}"]
        subprocess.run([sys.executable, "-m", "seeds.district", *options], cwd=PROJECT, check=True)
    extracts = folder / "extracts"
    files = [file.relative_to(extracts) for file in extracts.rglob("*_*.*") if file.is_file()]
    return sorted(files, key=lambda file: (file.stem[-8:], file))


class TinyDistrict:
    """A data folder that takes files of `source` (a folder with extracts) and is built when asked."""

    def __init__(self, source: Path, data: Path) -> None:
        self.source, self.settings = source / "extracts", settings_for(data)
        self.settings.extracts.mkdir(parents=True)

    def take(self, handed: Iterable[Handover]) -> None:
        """One pull that finds these files."""
        for each in handed:
            target = self.settings.extracts / each.file
            target.parent.mkdir(parents=True, exist_ok=True)
            if each.corrected:
                lines = (self.source / each.file).read_bytes().splitlines(keepends=True)
                target.write_bytes(b"".join(lines[:-1]))
            else:
                shutil.copyfile(self.source / each.file, target)
        pull(FolderSource(self.settings.extracts), read_contracts(), self.settings.data)

    def build(self, tested: bool = True) -> None:
        """Builds the marts and what they rest on, and insists on their tests, unless other builds prove them."""
        left_out = ("unit_test",) if tested else ("unit_test", "test")
        self.dbt("build", "--select", "+path:models/marts", "--exclude-resource-type", *left_out)

    def dbt(self, *arguments: str) -> None:
        """Runs dbt and insists that it ends well."""
        with self.start_dbt(*arguments) as process:
            said, _ = process.communicate()
        assert process.returncode == 0, said

    def start_dbt(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts dbt; what it says can be read from it."""
        return subprocess.Popen(
            [*DBT, *read_before(self.settings), "--log-level-file", "none", *arguments],
            cwd=DBT_PROJECT,
            env={**os.environ, **self.settings.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def rebuilt(self, data: Path) -> TinyDistrict:
        """The same kept deliveries in a data folder of their own, built once from nothing."""
        again = TinyDistrict(self.source.parent, data)
        shutil.copytree(self.settings.deliveries, again.settings.deliveries)
        again.take([])
        again.build()
        return again

    def rows(self, query: str) -> Rows:
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def figures(self) -> dict[str, Rows]:
        """Every row of the marts of all themes: by grid, by area, and as known."""
        kinds = ("by_grid", "by_area", "by_grid_history")
        tables = [f"{theme}_{kind}" for theme in THEMES for kind in kinds]
        return {table: self.rows(f"from marts.{table} order by all") for table in tables}

    def known(self, theme: str, day: str) -> Rows:
        """What was known on `day` of every grid and day up to it, in the columns that add up and their ratios."""
        return self.rows(
            f"select {self._columns(theme)} from marts.{theme}_by_grid_history where as_of_date <= '{day}' "
            f"and known_on <= '{day}' and coalesce(known_until > '{day}', true) order by all"
        )

    def told(self, theme: str) -> Rows:
        """What is told now, in the columns of `known`."""
        return self.rows(f"select {self._columns(theme)} from marts.{theme}_by_grid order by all")

    def _columns(self, theme: str) -> str:
        names = self.rows(
            "select column_name from duckdb_columns() where schema_name = 'marts' "
            f"and table_name = '{theme}_by_grid_history' and column_name not in ('known_on', 'known_until') order by 1"
        )
        return ", ".join(name for (name,) in names)


def handovers(files: Iterable[Path], days: Collection[int]) -> list[Handover]:
    """The files of some days as they were written."""
    return [each for each in map(Handover, files) if each.day in days]


def edited(extract: Path, words: tuple[str, str], day: int) -> int:
    """Writes a later delivery of a full text extract: a row of the last one is gone, one stands twice, in one the first
    word is the other, and all stand in another order. Returns the number of its rows."""
    last = max(extract.glob("*_*.*"))
    encoding = read_contracts()[f"{extract.parent.name}.{extract.name}"].encoding
    header, *lines = last.read_text(encoding).splitlines(keepends=True)
    Random(day).shuffle(lines)
    place = next(number for number, line in enumerate(lines[2:-1], 2) if words[0] in line)
    lines[place] = lines[place].replace(*words)
    text = "".join([header, lines[0], *lines[:-1]])
    last.with_name(f"{last.stem[:-2]}{day:02}{last.suffix}").write_text(text, encoding)
    return len(lines)
