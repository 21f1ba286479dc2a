"""Readers at work while releases are published: `python -m tests.bench.load`; in a small form a test of tests/pipeline.

Every mart of release n holds n in each row, so that a reader who sees two releases in one connection sees two numbers.
"""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.releases.publish import DeliveryUsed, Provenance, publish

MARTS = ("population_by_grid", "housing_by_grid", "safety_by_grid")


@dataclass(frozen=True)
class Read:
    """What one reader met: the seconds of each visit, the releases seen, and every error or mixed result."""

    seconds: list[float]
    seen: set[int]
    wrong: list[str]


def read_until(file: Path, stop: Path) -> Read:
    """Open the release as documented, ask each mart and the provenance, close; again until there is a file `stop`."""
    seconds, seen, wrong = [], set(), []
    while not stop.exists():
        began = time.monotonic()
        try:
            with duckdb.connect(str(file), read_only=True) as connection:
                numbers = {
                    number
                    for mart in MARTS
                    for (number,) in connection.execute(f"select distinct figure from {mart}").fetchall()
                }
                query = "select value from provenance where name = 'release_id'"
                ((release_id,),) = connection.execute(query).fetchall()
                numbers.add(int(release_id[1:6]))
            if len(numbers) != 1:
                wrong.append(f"mixed: {sorted(numbers)}")
            seen |= numbers
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        seconds.append(time.monotonic() - began)
    return Read(seconds, seen, wrong)


def publish_number(folder: Path, number: int, rows: int) -> None:
    """Build a warehouse whose marts say `number`, as a refresh would, and publish it."""
    warehouse = folder / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists marts")
        for mart in MARTS:
            connection.execute(
                f"create or replace table marts.{mart} as select {number} as figure, n as grid from range({rows}) t(n)"
            )
    used = (DeliveryUsed("grid_office.grids", "1.0.0", f"delivery {number}", "2026-09-01", rows, 0),)
    publish(warehouse, folder / "releases", Provenance(f"inputs {number}", "code", {}, used), {}, frozenset())


def under_load(folder: Path, rows: int, publications: int = 10, readers: int = 8) -> list[Read]:
    """Publish so many releases while so many processes read; returns what each reader met."""
    stop, file = folder / "stop", folder / "releases" / "current" / "marts.duckdb"
    publish_number(folder, 1, rows)
    with ProcessPoolExecutor(readers, mp_context=multiprocessing.get_context("spawn")) as pool:
        reading = [pool.submit(read_until, file, stop) for _ in range(readers)]
        try:
            for number in range(2, publications + 2):
                publish_number(folder, number, rows)
        finally:
            stop.touch()
        return [one.result() for one in reading]


def figures(reads: list[Read]) -> dict[str, float]:
    """Visits of all readers, how many were wrong, and the milliseconds of a visit: median, 95 %, longest."""
    seconds = sorted(second for read in reads for second in read.seconds)
    told = {"visits": len(seconds), "wrong": sum(len(read.wrong) for read in reads)}
    places = {"median ms": 0.5, "p95 ms": 0.95, "longest ms": 1}
    return told | {name: round(1000 * seconds[int(place * (len(seconds) - 1))]) for name, place in places.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="load-") as scratch:
        print(json.dumps(figures(under_load(Path(scratch), rows=1_000_000))))
