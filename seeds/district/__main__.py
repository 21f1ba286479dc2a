"""`python -m seeds.district`: write a simulated district's extracts and the truth behind them.

Here only the command line, the order of work and what is shown of it. Extracts are written side by side in processes
that share the district; each draws from its own generator, so their order changes no byte.
"""

import argparse
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from pathlib import Path
from typing import NamedTuple

from seeds.district import changes, grounds, registers, truth, visits, world, writers


class Extract(NamedTuple):
    """How an extract is written and by which function its rows of a day come."""

    department: str
    form: str
    rows: Callable[[world.World, int], writers.Rows | None]

    @property
    def name(self) -> str:
        """department.extract"""
        return f"{self.department}.{self.rows.__name__}"


# the heaviest first, so that the processes end together
EXTRACTS = [
    Extract("community", "jsonl", visits.household_visits),
    Extract("health", "parquet", changes.resident_records),
    Extract("public_security", "csv_gb18030", registers.household_register),
    Extract("human_resources", "csv_bom", registers.social_insurance),
    Extract("housing", "pipe", grounds.housing_units),
    Extract("public_security", "csv_gb18030", changes.residence_permits),
    Extract("grid_office", "csv", grounds.standard_addresses),
    Extract("housing", "jsonl", changes.rental_contracts),
    Extract("party_building", "xlsx", registers.party_members),
    Extract("education", "csv_gb18030", registers.students),
    Extract("market_regulation", "csv_gb18030", grounds.enterprises),
    Extract("disabled_federation", "csv", registers.disability_certificates),
    Extract("grid_office", "jsonl", grounds.incidents),
    Extract("civil_affairs", "xlsx", registers.assistance_recipients),
    Extract("civil_affairs", "csv_gb18030", changes.deaths),
    Extract("grid_office", "geojson", grounds.grids),
]
PEOPLE = len(EXTRACTS)  # the job that writes who is where
MOST_HELD = 8_000_000  # residents whose rows are held at once, by all workers

_shared: world.World  # set before the processes fork
_out: Path


class Done(NamedTuple):
    """What one job wrote."""

    name: str
    files: int
    rows: int
    planted: list[tuple[str, str, str, int, int]]
    seconds: float


def _write(job: int) -> Done:
    """Write all days of one extract, or the people of all days."""
    began = time.monotonic()
    if job == PEOPLE:
        return Done(
            "truth: people", _shared.days, truth.write_people(_shared, _out / "truth"), [], time.monotonic() - began
        )
    extract = EXTRACTS[job]
    short = extract.rows.__name__
    files, count, planted = 0, 0, []
    for day in range(_shared.days):
        rows = extract.rows(_shared, day)
        if rows is None:
            continue
        iso, compact = _shared.date(day), _shared.date(day, "%Y%m%d")
        suffix = writers.FORMATS[extract.form]
        writers.write_rows(
            _out / "extracts" / extract.department / short / f"{short}_{compact}.{suffix}", rows, extract.form
        )
        if rows.person is not None:
            answers = writers.truth_of(rows, extract.name, iso, _shared.places.address_code)
            writers.write_table(answers, _out / "truth" / "rows" / f"{extract.name}_{compact}.parquet")
            planted += writers.planted_of(rows, extract.name, iso)
        files, count = files + 1, count + len(rows)
    return Done(extract.name, files, count, planted, time.monotonic() - began)


def generate(
    out: Path, residents: int, days: int, seed: int, start: str, noise: float, say: Callable[[str], None] = print
) -> dict[str, int]:
    """Write a district below `out` (its extracts and truth are replaced) and give the rows written for each extract.

    `residents` live in the district on the first day (`start`, ISO date); `noise` 0 is clean, 1 ordinary, 2 hard.
    """
    global _shared, _out
    began = time.monotonic()
    for part in ("extracts", "truth"):
        shutil.rmtree(out / part, ignore_errors=True)
    (out / "truth" / "rows").mkdir(parents=True)
    _shared, _out = world.build(residents, days, seed, start, noise), out
    places = _shared.places
    say(
        f"district: {places.region}, {len(places.street_code)} streets, {len(places.community_code)} communities, "
        f"{len(places.grid_code)} grids, {len(places.site):,} dwellings, {residents:,} residents "
        f"({time.monotonic() - began:.1f} s)"
    )
    jobs = [*range(len(EXTRACTS)), PEOPLE]
    finished: list[Done] = []
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # A worker holds a whole extract: nearly a gigabyte for a million residents.
    workers = min(processors, 4, MOST_HELD // residents)
    if workers > 1 and residents >= 10_000 and "fork" in multiprocessing.get_all_start_methods():
        # No Pool: one that renews its processes may wait for ever, when it ends, for one that it has just begun.
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            for written in as_completed([pool.submit(_write, job) for job in jobs]):
                finished.append(written.result())
                say(_line(finished[-1], len(finished), len(jobs)))
    else:
        for job in jobs:
            finished.append(_write(job))
            say(_line(finished[-1], len(finished), len(jobs)))
    planted = sorted(entry for done in finished for entry in done.planted)
    writers.write_planted(out / "truth" / "planted.parquet", planted)
    rows = {done.name: done.rows for done in sorted(finished) if not done.name.startswith("truth")}
    say(
        f"{sum(rows.values()):,} rows of {len(rows)} extracts over {days} days, {len(planted):,} planted "
        f"discrepancies, in {time.monotonic() - began:.1f} s: {out}"
    )
    return rows


def _line(done: Done, number: int, total: int) -> str:
    return f"[{number:>2}/{total}] {done.name:<46} {done.files:>3} files {done.rows:>10,} rows {done.seconds:>6.1f} s"


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m seeds.district", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for extracts/ and truth/ (replaced if there)")
    parser.add_argument(
        "--residents", type=int, default=20_000, help="living residents on the first day (at least 500)"
    )
    parser.add_argument("--days", type=int, default=3, help="days to simulate")
    parser.add_argument("--seed", type=int, default=1, help="the same seed writes the same bytes")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 9, 1), help="first day, YYYY-MM-DD")
    parser.add_argument("--noise", type=float, default=1.0, help="0 clean, 1 ordinary, 2 hard")
    chosen = parser.parse_args(arguments)
    if chosen.residents < 500 or chosen.days < 1 or chosen.noise < 0:
        parser.error("at least 500 residents, one day, and no negative noise")
    generate(chosen.out, chosen.residents, chosen.days, chosen.seed, chosen.start.isoformat(), chosen.noise, _say)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    # The people are invented; the folder is handled as if they were not.
    os.umask(0o077)
    main(sys.argv[1:])
