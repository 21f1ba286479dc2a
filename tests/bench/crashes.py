"""Runs disturbed at moments of each stage: `python -m tests.bench.crashes --moments 50 --by kill`; never a timed test.

A small district is delivered and published but for its last day. Runs that take the last day are then disturbed while
they pull, build, link and publish, several in a row in one folder: `kill` (kill -9 of the process group, or of the
process that a person sees), `disk` (no room from that moment on; needs root), `lock` (the lock file goes). After each
the current release must be whole, a full disk or a lost lock must be told in a sentence, and the run that is
at last left alone must have the tables of one that was never disturbed. Ends with 1 where anything was lost, doubled or
different.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from rich.console import Console
from rich.table import Table

from orchestration.releases.release import latest, unfinished
from orchestration.settings import PROJECT, Settings, settings_for
from tests.bench.measure import STAGE
from tests.bench.whole import broken, differences, leftovers, tables

IN_A_ROW = 5
# Of a hundred moments; publication takes a second of a run's minute, and would hardly ever be met by chance.
SHARES = {"pull": 20, "build": 20, "link": 25, "publish": 35}
PRINTED = {"pull": "Deliveries", "build": "Models and tests", "publish": "Release"}
LINKING = (
    "person_candidate",
    "person_pair",
    "person_cluster",
    "person_member",
    "person_key_overlap",
    "person_key_origin",
    "person_key",
)
MESSAGES = {"disk": "The disk is full", "lock": "was moved, deleted or replaced"}
DISK_MEGABYTES = 3_000


class Run:
    """`make run` in a process group of its own; what it prints can be read while it works."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.printed, self.began = settings, "", time.monotonic()
        self._earlier = set(settings.logs.glob("run-*.log"))
        self._releases = set(settings.releases.glob("r*"))
        command = [sys.executable, "-m", "orchestration.run"]
        command += [f"--data={settings.data}", f"--extracts={settings.extracts}"]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for part in iter(lambda: os.read(self.process.stdout.fileno(), 4096), b""):  # type: ignore[union-attr]
            self.printed += part.decode("utf-8", "replace")

    def log(self) -> str:
        """What this run's log holds so far."""
        new = set(self.settings.logs.glob("run-*.log")) - self._earlier
        return "".join(file.read_text("utf-8", "replace") for file in new)

    def published(self) -> set[Path]:
        """Releases that stand in their place since this run began."""
        return set(self.settings.releases.glob("r*")) - self._releases

    def wait_until(self, reached: Callable[[], bool]) -> bool:
        """Whether the run came to a point; False where it ended before."""
        while self.process.poll() is None:
            if reached():
                return True
            time.sleep(0.0005)
        return False

    def kill(self, group: bool) -> None:
        """kill -9 of everything, or only of the process that a person sees: dbt then goes on for a while."""
        if group:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.end()

    def end(self) -> int:
        """Wait for the end of the process and of its output; returns the exit code."""
        code = self.process.wait()
        self._reader.join()
        return code


@dataclass(frozen=True)
class Moment:
    """A point of a run (stage, and what is waited for in it), and how long after it the disturbance comes."""

    stage: str
    point: str
    after: float

    def reached(self, run: Run) -> bool:
        """Whether the run has come to the point."""
        if self.point == "begun":
            return PRINTED[self.stage] in run.printed
        if self.stage == "link":
            return re.search(rf"START .* conformed\.{self.point} ", run.log()) is not None
        # What an earlier run left says nothing of this one's publication.
        if PRINTED[self.stage] not in run.printed:
            return False
        releases, state = run.settings.releases, run.settings.state
        return {
            "copying": lambda: (releases / ".draft" / "marts.duckdb").exists(),
            "described": lambda: (releases / ".draft" / "release.json").exists(),
            "keys proposed": lambda: (state / "registry" / "pending.json").exists(),
            "in its place": lambda: bool(run.published()),
        }[self.point]()


def moments(number: int, seconds: dict[str, float], chance: random.Random) -> list[Moment]:
    """So many moments by SHARES; `seconds` are those of the stages of an undisturbed run."""
    drawn = []
    for stage, share in SHARES.items():
        for at in range(round(number * share / 100)):
            if stage == "link":
                drawn.append(Moment(stage, chance.choice(LINKING), chance.uniform(0, 0.5)))
            elif stage == "publish" and at % 2:
                point = chance.choice(("copying", "described", "keys proposed", "in its place"))
                drawn.append(Moment(stage, point, chance.choice((0.0, chance.uniform(0, 0.02)))))
            else:
                drawn.append(Moment(stage, "begun", chance.uniform(0, seconds[PRINTED[stage]])))
    chance.shuffle(drawn)
    return drawn


def finish(settings: Settings) -> dict[str, float]:
    """Run to the end; returns the seconds of its stages. Raises RuntimeError with what was printed where it fails."""
    run = Run(settings)
    if run.end():
        raise RuntimeError(run.printed)
    return {name: float(value) for name, value in STAGE.findall(run.printed)}


def crash(settings: Settings, moment: Moment, group: bool) -> bool:
    """Run, and kill at the moment; False where the run had ended before."""
    return disturb(settings, moment, lambda run: run.kill(group)) is not None


def disturb(settings: Settings, moment: Moment, disturbance: Callable[[Run], None]) -> Run | None:
    """Run, disturb it at the moment, and wait for its end; None where it had ended before."""
    run = Run(settings)
    met = run.wait_until(lambda: moment.reached(run))
    due = time.monotonic() + moment.after
    if met and run.wait_until(lambda: time.monotonic() >= due):
        disturbance(run)
        run.end()
        return run
    run.end()
    return None


def fill_disk(run: Run) -> None:
    """Take all room where the data folder lies, until the run has ended."""
    filler = run.settings.data.parent / "filler"
    with filler.open("wb", buffering=0) as opened:
        while run.process.poll() is None:
            try:
                opened.write(bytes(1 << 20))
            except OSError as problem:
                if problem.errno != errno.ENOSPC:
                    raise
                time.sleep(0.001)
    filler.unlink()


def lose_lock(run: Run) -> None:
    """What somebody does who believes that the lock is a leftover."""
    (run.settings.data / ".lock").unlink()


def reached(run: Run) -> str:
    """How far publication had come, as the files show it."""
    releases, registry = run.settings.releases, run.settings.state / "registry"
    if unfinished(releases):
        return "in its place, not current"
    noted = latest(releases)
    if run.published():
        return "current, inputs noted" if noted and noted.fingerprint else "current"
    if (registry / "pending.json").exists():
        return "keys proposed"
    return "copying" if (releases / ".draft").exists() else "beginning or end"


def last_day(extracts: Path) -> str:
    return max(file.stem[-8:] for file in extracts.rglob("*_*.*"))


def copy_days(source: Path, target: Path, without: str = "") -> None:
    """Another folder with the same files (links, which cost no room), but for those of one day. What is there stays."""
    for file in source.rglob("*_*.*"):
        place = target / file.relative_to(source)
        if file.stem[-8:] != without and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.hardlink_to(file)


def copied(data: Path, target: Path) -> Settings:
    """A data folder copied whole; its index names files by their absolute path and is written anew by the next pull."""
    shutil.copytree(data, target, symlinks=True)
    return settings_for(target, target / "extracts")


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of its own, which can be filled without harm to anybody."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "none", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def place_for(by: str, root: Path) -> Iterator[Path]:
    """Where the disturbed runs work."""
    if by == "disk":
        with small_disk(root / "disk") as disk:
            yield disk
    else:
        yield root


def told_wrong(by: str, run: Run) -> list[str]:
    """What is wrong with what a person is told: one sentence says what happened, and no stack."""
    if by == "kill" or not run.process.returncode:
        return []
    words = " ".join(run.printed.split())
    wrong = [] if MESSAGES[by] in words else [f"not told that {MESSAGES[by].lower()}: {run.printed[-600:]}"]
    return wrong + (["a stack is printed"] if "Traceback" in run.printed else [])


def main() -> int:
    """Disturb, look, finish, compare; prints one line a moment and a table at the end."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--by", choices=("kill", *MESSAGES), default="kill")
    arguments.add_argument("--moments", type=int, default=50)
    arguments.add_argument("--residents", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    chance, console = random.Random(given.seed), Console(width=150, highlight=False)
    disturbances = {"disk": fill_disk, "lock": lose_lock}
    results: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory(prefix="crashes-") as folder, place_for(given.by, Path(folder)) as place:
        root = Path(folder)
        program = [sys.executable, "-m", "seeds.district", f"--out={root / 'district'}"]
        subprocess.run([*program, f"--residents={given.residents}", "--days=3"], cwd=PROJECT, check=True, stdout=-3)
        written = root / "district" / "extracts"
        copy_days(written, root / "base" / "extracts", without=last_day(written))
        finish(settings_for(root / "base", root / "base" / "extracts"))
        copy_days(written, root / "base" / "extracts")
        undisturbed = copied(root / "base", root / "undisturbed")
        seconds = finish(undisturbed)
        wanted, left = tables(undisturbed), moments(given.moments, seconds, chance)
        console.print(f"undisturbed: {seconds}")
        folders = 0
        while left:
            folders += 1
            settings, met = copied(root / "base", place / f"run{folders}"), []
            row, left = left[:IN_A_ROW], left[IN_A_ROW:]
            for moment in sorted(row, key=lambda each: list(SHARES).index(each.stage)):
                group = chance.random() < 0.7
                run = disturb(
                    settings, moment, disturbances.get(given.by) or (lambda each, group=group: each.kill(group))
                )
                if run is None:
                    left.append(Moment(moment.stage, moment.point, moment.after * 0.7))
                    continue
                whole, wrongly = broken(settings), told_wrong(given.by, run)
                point = f"{moment.stage}: {reached(run)}" if moment.stage == "publish" else moment.stage
                met.append(point)
                results[point]["moments"] += 1
                results[point]["release whole"] += not whole
                results[point]["told"] += not wrongly
                how = {"kill": f"kill -9 of the {'group' if group else 'process'}"}.get(
                    given.by, f"exit {run.process.returncode}"
                )
                found = "; ".join([*whole, *wrongly]) or "whole"
                console.print(
                    f"{folders:>3} {point:<36} {moment.point:<20} +{moment.after:6.3f} s, {how}: {found}", markup=False
                )
            try:
                finish(settings)
                found = broken(settings) + differences(wanted, tables(settings)) + leftovers(settings)
            except RuntimeError as failure:
                found = [str(failure)]
            console.print(f"{folders:>3} left alone: {'; '.join(found) or 'the same tables'}", markup=False)
            for point in met:
                results[point]["same tables"] += not found
            if found:
                shutil.copytree(settings.data, Path(tempfile.gettempdir()) / f"crashes-kept-{os.getpid()}-{folders}")
            shutil.rmtree(settings.data)
    return show(results, given.by, console)


def show(results: dict[str, Counter[str]], by: str, console: Console) -> int:
    """Prints moments by stage and outcome; 1 where an outcome is not that of every moment."""
    outcomes = ["moments", "release whole", *(["told"] if by != "kill" else []), "same tables"]
    table = Table("stage", *outcomes)
    results["all"] = sum(results.values(), Counter())
    for point in sorted(results, key=lambda name: (name == "all", name)):
        table.add_row(point, *(str(results[point][outcome]) for outcome in outcomes))
    console.print(table)
    return int(any(results["all"][outcome] != results["all"]["moments"] for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
