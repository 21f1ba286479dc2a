"""`kill -9` at random moments of a run: `python -m tests.bench.crashes --moments 50`; never a timed test.

A small district is delivered and published but for its last day. Runs that take the last day are then killed at random
moments, several in a row in one folder; after each the current release must be whole, and the run that is at last let
finish must have the tables of one that was never disturbed. Ends with 1 where anything was lost, doubled or different.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import PROJECT, Settings, settings_for

IN_A_ROW = 5


@dataclass(frozen=True)
class Tables:
    """What must be the same whatever happened on the way."""

    marts: dict[str, list[tuple[Any, ...]]]
    counts: dict[str, int]
    deliveries: list[str]
    releases: int


def start(settings: Settings) -> subprocess.Popen[str]:
    """`make run` in a process group of its own."""
    command = [sys.executable, "-m", "orchestration.run"]
    command += [f"--data={settings.data}", f"--extracts={settings.extracts}"]
    return subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def finish(settings: Settings) -> float:
    """Run to the end; returns the seconds. Raises RuntimeError with what was printed where it fails."""
    began = time.monotonic()
    process = start(settings)
    printed, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(printed)
    return time.monotonic() - began


def crash(settings: Settings, after: float, group: bool) -> str:
    """Run, and kill after some seconds: the whole process group, or only the process that a person sees.

    Returns the stage that was at work, empty where the run had ended before.
    """
    process = start(settings)
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        printed, _ = process.communicate()
        lines = [line for line in printed.splitlines() if line.startswith("  ")] or ["start"]
        return lines[-1].strip()
    return ""


def broken(settings: Settings) -> list[str]:
    """What is wrong with the current release, read as a reader does: every mart against what the release says of it."""
    file = (settings.releases / "current" / "marts.duckdb").resolve()
    with duckdb.connect(str(file), read_only=True) as connection:
        query = "select name, value, rows_accepted from provenance where item = 'mart'"
        told = {name: (rows, value) for name, value, rows in connection.execute(query).fetchall()}
        named = connection.execute("select name, value from provenance where item = 'release'").fetchall()
        found = {}
        for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            if name != "provenance":
                measure = f'select count(*), coalesce(sum(hash(entry)::hugeint), 0)::varchar from "{name}" as entry'
                found[name] = connection.execute(measure).fetchone()
    wrong = [f"{name}: {found.get(name)} instead of {told.get(name)}" for name in told if found.get(name) != told[name]]
    wrong += [f"{name}: not told" for name in found.keys() - told.keys()]
    if dict(named)["release_id"] != file.parent.name:
        wrong.append(f"release {dict(named)['release_id']} in folder {file.parent.name}")
    return wrong


def tables(settings: Settings) -> Tables:
    """The marts as released, how many rows the tables behind them have, and what is kept."""
    with duckdb.connect(str((settings.releases / "current" / "marts.duckdb").resolve()), read_only=True) as connection:
        query = "select table_name from duckdb_tables() where table_name <> 'provenance' order by 1"
        names = [name for (name,) in connection.execute(query).fetchall()]
        marts = {name: connection.execute(f'from "{name}" order by all').fetchall() for name in names}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        query = "select schema_name || '.' || table_name, schema_name from duckdb_tables()"
        found = connection.execute(query).fetchall()
        names = [name for name, schema in found if schema in ("conformed", "exchange")]
        counts = {name: connection.execute(f"select count(*) from {name}").fetchall()[0][0] for name in names}
        keys = connection.execute("select count(distinct person_key) from conformed.person_link").fetchall()[0][0]
    # Events of keys are those of the last build alone: none where an earlier build of the same rows was published.
    counts = {name: count for name, count in counts.items() if not name.endswith("person_key_event")}
    kept = sorted(
        str(file.parent.relative_to(settings.deliveries)) for file in settings.deliveries.rglob("receipt.json")
    )
    releases = len(list(settings.releases.glob("r*/release.json")))
    return Tables(marts, counts | {"person keys": keys}, kept, releases)


def differences(one: Tables, other: Tables) -> list[str]:
    """The names of what differs."""
    wrong = [
        f"mart {name}" for name in one.marts.keys() | other.marts.keys() if one.marts.get(name) != other.marts.get(name)
    ]
    wrong += [
        f"rows of {name}"
        for name in one.counts.keys() | other.counts.keys()
        if one.counts.get(name) != other.counts.get(name)
    ]
    wrong += ["deliveries"] if one.deliveries != other.deliveries else []
    return wrong + ([f"{other.releases} releases instead of {one.releases}"] if one.releases != other.releases else [])


def leftovers(settings: Settings) -> list[str]:
    """Files of unfinished work that nothing will remove."""
    hidden = [*settings.deliveries.rglob(".*-*"), *settings.releases.glob(".*"), *settings.state.rglob(".*-*")]
    return [str(file.relative_to(settings.data)) for file in hidden]


def last_day(extracts: Path) -> str:
    return max(file.stem[-8:] for file in extracts.rglob("*_*.*"))


def copy_days(source: Path, target: Path, without: str = "") -> None:
    """Another folder with the same files (links, which cost no room), but for those of one day."""
    for file in source.rglob("*_*.*"):
        if file.stem[-8:] != without:
            place = target / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.hardlink_to(file)


def copied(data: Path, target: Path) -> Settings:
    """A data folder copied whole; its index names files by their absolute path and is written anew by the next pull."""
    shutil.copytree(data, target, symlinks=True)
    return settings_for(target, target / "extracts")


def main() -> int:
    """Kill, look, finish, compare; prints one line a moment."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--moments", type=int, default=50)
    arguments.add_argument("--residents", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    moments = random.Random(given.seed)
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="crashes-") as folder:
        root = Path(folder)
        program = [sys.executable, "-m", "seeds.district", f"--out={root / 'district'}"]
        subprocess.run([*program, f"--residents={given.residents}", "--days=3"], cwd=PROJECT, check=True, stdout=-3)
        written = root / "district" / "extracts"
        copy_days(written, root / "base" / "extracts", without=last_day(written))
        finish(settings_for(root / "base", root / "base" / "extracts"))
        copy_days(written, root / "base" / "extracts")
        undisturbed = copied(root / "base", root / "undisturbed")
        seconds = finish(undisturbed)
        wanted = tables(undisturbed)
        print(f"undisturbed: {seconds:.0f} s", flush=True)
        killed = folders = in_a_row = 0
        while killed < given.moments:
            if not in_a_row:
                folders += 1
                settings = copied(root / "base", root / f"run{folders}")
            after, group, began = moments.uniform(0, seconds), moments.random() < 0.7, time.monotonic()
            stage = crash(settings, after, group)
            found = broken(settings)
            if stage:
                killed, in_a_row = killed + 1, in_a_row + 1
            else:
                # It ended first: no moment of a run, and the machine is quicker than it was.
                seconds = min(seconds, time.monotonic() - began)
            if not stage or in_a_row == IN_A_ROW or killed == given.moments:
                in_a_row = 0
                try:
                    finish(settings)
                    found += broken(settings) + differences(wanted, tables(settings)) + leftovers(settings)
                except RuntimeError as failure:
                    found.append(str(failure))
                shutil.rmtree(settings.data)
            wrong += bool(found)
            whom = f"{'group' if group else 'process'} killed" if stage else "not killed, ended"
            print(f"{killed:>3} {whom} after {after:5.1f} s: {stage:<24}", "; ".join(found) or "whole", flush=True)
    print(f"{killed} moments, {wrong} with something lost, doubled or different")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
