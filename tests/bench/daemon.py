"""The drill as it is run: `python -m tests.bench.daemon`, which `make drill` is. Nobody runs anything by hand in it.

Here belongs: Dagster's daemon as the service starts it, with a clock that goes faster (`hurried`), so that mornings
come and waits end; when all that it was to ask for has been asked for; and the way from a district to a verdict.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.defs.sensors import unfinished_runs
from orchestration.deliveries.files import write_atomically
from orchestration.deliveries.sources.windows import CHINA, DAY
from orchestration.deliveries.troubles import read_troubles
from orchestration.instance import DAGSTER_CONFIGURATION
from orchestration.releases.inputs import nothing_new
from orchestration.settings import PROJECT, Settings, settings_for
from tests.bench.drill import DAYS, Drill, break_a_row, different_deliveries, different_marts, hook
from tests.bench.ledger import Ledger
from tests.servers.departments import Departments, departments
from tests.servers.front import LIVE

# While nothing is at work; a run has its own time, because Dagster gives it three minutes to start and an hour to pull.
PACE = 20
# What waits longer than this (of the clock that goes faster) is not waited for: the night comes first.
PATIENCE = timedelta(minutes=25)
# In real seconds: a look that takes longer has hung.
LONGEST_LOOK = 1_800
# A machine that was off at 05:30 catches up; before its first start there is nothing to catch up with.
FIRST_START, START = timedelta(hours=5, minutes=15), timedelta(hours=5, minutes=31)
RUN_KEY, WILL_RETRY = "dagster/run_key", "dagster/will_retry"
HURRIED = Path(__file__).parent / "hurried"


class Clock:
    """A clock that processes read from a file (`hurried`), and that can be made to go faster."""

    def __init__(self, file: Path, start: datetime) -> None:
        self.file = file
        self._moment, self._when, self._pace = start, time.monotonic(), 1
        self._write()

    @property
    def now(self) -> datetime:
        return self._moment + self._pace * timedelta(seconds=time.monotonic() - self._when)

    def go(self, pace: int) -> None:
        """From now on so many times as fast."""
        if pace != self._pace:
            self._moment, self._when, self._pace = self.now, time.monotonic(), pace
            self._write()

    def _write(self) -> None:
        write_atomically(self.file, f"{self._moment.timestamp()} {self._when} {self._pace}".encode())


class Daemon:
    """Dagster's daemon at work in a data folder, from a moment of its own clock on."""

    def __init__(self, settings: Settings, variables: dict[str, str], start: datetime) -> None:
        self.clock, self.log = Clock(settings.data.with_suffix(".clock"), start), settings.data.with_suffix(".log")
        told = {
            "WANGGE_DATA": str(settings.data),
            "WANGGE_ENVIRONMENT": settings.servers,
            "WANGGE_UNATTENDED": "1",
            "PYTHONPATH": str(HURRIED),
            "HURRIED_CLOCK": str(self.clock.file),
        }
        with self.log.open("ab") as opened:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.service.start", "daemon"],
                cwd=PROJECT,
                env={**os.environ, **variables, **told},
                stdout=opened,
                stderr=opened,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")[-4000:]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """As systemd stops a service: all its processes are told to end (SIGKILL: the power goes)."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait(120)


class Unattended(Drill):
    """The drill over a district that is left to the daemon: started every morning, stopped every night. On the day
    `power_cut` (YYYYMMDD) the power goes while a run is at work."""

    def __init__(
        self, systems: Departments, extracts: Path, data: Path, web_hook: str = "", power_cut: str = ""
    ) -> None:
        super().__init__(systems, extracts, data)
        self._power_cut = power_cut
        self.settings = settings_for(data, None, LIVE)
        self.variables = systems.variables | ({"WANGGE_NOTICE_WEBHOOK": web_hook} if web_hook else {})
        self._day = ""
        self._daemon: Daemon | None = None

    def refresh(self, day: str) -> None:
        """Lets the daemon work until what it was to ask for on the day so far is done. Raises RuntimeError where a run
        fails or nothing comes to an end."""
        if day != self._day:
            self.stop()
            morning = datetime.combine(datetime.strptime(day, "%Y%m%d"), datetime.min.time(), CHINA)
            start = morning + (START if self._day else FIRST_START)
            self._day, self._daemon = day, Daemon(self.settings, self.variables, start)
            if day == self._power_cut:
                self._daemon = self._after_power_cut(self._daemon)
        assert self._daemon
        daemon, tried = self._daemon, {each.extract: each.last_try for each in read_troubles(self.data)}
        with self._instance(daemon) as instance:
            self._wait(daemon, instance, lambda: self._is_done(daemon, instance, tried))
            # Sensors look once a minute: what is new since the last run (an error of it, a file) is seen by now.
            seen = daemon.clock.now + timedelta(minutes=2)
            self._wait(daemon, instance, lambda: daemon.clock.now > seen and self._is_done(daemon, instance, tried))

    def _after_power_cut(self, daemon: Daemon) -> Daemon:
        """The daemon as it starts again when it was killed, with the morning's run at work, and all that it began."""
        at_work = RunsFilter(tags={RUN_KEY: self._day}, statuses=[DagsterRunStatus.STARTED])
        with self._instance(daemon) as instance:
            self._wait(daemon, instance, lambda: instance.get_runs_count(at_work) > 0)
        daemon.stop(signal.SIGKILL)
        print("  the power goes, and comes back", flush=True)
        return Daemon(self.settings, self.variables, daemon.clock.now)

    def finish(self) -> None:
        """The next morning, with nothing new in the systems."""
        self.refresh(f"{datetime.strptime(self.days[-1], '%Y%m%d') + DAY:%Y%m%d}")
        self.stop()

    def stop(self) -> None:
        if self._daemon:
            self._daemon.stop()
            self._daemon = None

    @contextmanager
    def _instance(self, daemon: Daemon) -> Iterator[DagsterInstance]:
        """Dagster's history, once the daemon has made it."""
        until = time.monotonic() + LONGEST_LOOK
        while not (self.settings.dagster_home / DAGSTER_CONFIGURATION).exists():
            _see(daemon, until)
        with DagsterInstance.from_config(str(self.settings.dagster_home), DAGSTER_CONFIGURATION) as instance:
            yield instance

    def _wait(self, daemon: Daemon, instance: DagsterInstance, done: Callable[[], bool]) -> None:
        until = time.monotonic() + LONGEST_LOOK
        while not done():
            # Schedule and sensors are known to the daemon once it has looked at them.
            at_rest = instance.all_instigator_state() and not unfinished_runs(instance)
            daemon.clock.go(PACE if at_rest else 1)
            _see(daemon, until)
            failed = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.FAILURE]))
            if any(run.tags.get(WILL_RETRY) != "true" for run in failed):
                raise RuntimeError(f"A run failed:\n{daemon.said()}")

    def _is_done(self, daemon: Daemon, instance: DagsterInstance, tried: dict[str, str]) -> bool:
        """Whether the morning's run is over, and every retry that is near, and a release holds what came of them."""
        of_morning = RunsFilter(tags={RUN_KEY: self._day})
        morning = [instance.get_run_group(run.run_id) for run in instance.get_runs(of_morning)]
        if unfinished_runs(instance) or not any(run.is_success for group in morning if group for run in group[1]):
            return False
        near = (daemon.clock.now + PATIENCE).astimezone(UTC)
        for trouble in read_troubles(self.data):
            if trouble.last_try == tried.get(trouble.extract) and datetime.fromisoformat(trouble.next_try) < near:
                return False
        return nothing_new(self.settings)


def _see(daemon: Daemon, until: float) -> None:
    """Waits a second. Raises RuntimeError where the daemon has ended, or the time is over."""
    if not daemon.alive or time.monotonic() > until:
        raise RuntimeError(f"The daemon {'hangs' if daemon.alive else 'has ended'}:\n{daemon.said()}")
    time.sleep(1)


def main() -> int:
    """Runs the drill and says whether it came to the same; ends in 1 where it did not."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.daemon")
    arguments.add_argument("--residents", type=int, default=4_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    # Whoever ends the drill ends the servers and the daemon, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Days to come: files are then never newer than the clock that goes faster.
        start = datetime.now(CHINA).date() + 2 * DAY
        command = [sys.executable, "-m", "seeds.district", f"--out={folder}", f"--residents={given.residents}"]
        options = [f"--days={DAYS}", f"--seed={given.seed}", f"--start={start}"]
        subprocess.run([*command, *options], cwd=PROJECT, check=True, capture_output=True)
        break_a_row(folder / "extracts")
        quiet, drilled = folder / "quiet", folder / "drilled"
        ledger = Ledger(folder / "extracts", folder / "offered")
        with departments(folder / "of quiet") as systems:
            left_alone = Unattended(systems, folder / "extracts", quiet)
            try:
                left_alone.quietly()
            finally:
                left_alone.stop()
        with hook() as (address, posted), departments(folder / "of drilled") as systems:
            drill = Unattended(systems, folder / "extracts", drilled, address, power_cut=f"{start + DAY:%Y%m%d}")
            try:
                drill.broken(Random(given.seed), ledger)
            finally:
                drill.stop()
        print(f"\nThe messages ({len(posted)}):\n\n" + "\n\n".join(posted))
        wrong = drill.lost + different_deliveries(quiet, drilled) + different_marts(quiet, drilled)
    well = "Everything came to the same as quietly, no row was lost on the way, and nothing waits."
    print("\n" + ("\n".join(wrong) or well))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
