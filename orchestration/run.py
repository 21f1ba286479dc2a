"""`make run`: the whole way through in one process, with what a person wants to see while it works and at its end.

Here belongs: the order of the steps and the words for failure. What it prints at the end lives in report.py.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from orchestration.masking import MaskedLog, mask
from orchestration.prepare import RUN_CONFIGURATION, PreparationFailed, prepare
from orchestration.progress import TerminalProgress, terminal_console
from orchestration.report import report
from orchestration.settings import PROJECT, Settings, settings_for

# What the simulator says: one line an extract, and three about the whole.
_SIMULATOR_LINES = 19
_LOGS_KEPT = 30
_SIMULATED = "district.json"
_ANOTHER_FOLDER = "Two districts do not mix; take another folder: make run DATA=folder"


class RunFailed(Exception):
    """The run stopped; the message says what failed and what to do. The current release is as it was."""


@contextmanager
def only_run(settings: Settings) -> Iterator[None]:
    """One run at a time in one data folder. Raises RunFailed where another is at work."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunFailed(
                f"Another run is at work in {settings.data}; wait for it, or take another DATA folder."
            ) from None
        yield


def simulate(settings: Settings, residents: int, days: int, seed: int, progress: TerminalProgress) -> None:
    """Write the simulated district into the data folder, unless it is there already.

    Raises RunFailed where the folder holds another district, whose deliveries would contradict this one's.
    """
    wanted = {"residents": residents, "days": days, "seed": seed}
    written = settings.data / _SIMULATED
    found = json.loads(written.read_text("utf-8")) if written.exists() else None
    if found == wanted and settings.extracts.is_dir():
        return
    if found and found != wanted:
        asked = " ".join(f"{name.upper()}={value}" for name, value in found.items())
        raise RunFailed(f"{settings.data} holds another simulated district ({asked}). {_ANOTHER_FOLDER}")
    if not found and settings.delivery_index.exists():
        raise RunFailed(f"{settings.data} holds a district that is not simulated: give its EXTRACTS. {_ANOTHER_FOLDER}")
    with progress.stage("Simulated district", total=_SIMULATOR_LINES):
        options = [f"--{name}={value}" for name, value in wanted.items()]
        command = [sys.executable, "-m", "seeds.district", f"--out={settings.data}", *options]
        with (settings.data / "simulator.err").open("w+", encoding="utf-8") as errors:
            process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=errors, text=True)
            assert process.stdout is not None
            for line in process.stdout:
                progress.advance(line.strip())
            if process.wait() != 0:
                errors.seek(0)
                raise RunFailed("The simulated district could not be written:\n" + errors.read().strip())
    written.write_text(json.dumps(wanted), "utf-8")


def accept(settings: Settings) -> None:
    """Raises RunFailed where there is no folder of extracts, or the data folder holds the simulated district."""
    if not settings.extracts.is_dir():
        raise RunFailed(f"There is no folder {settings.extracts}; EXTRACTS must name a folder of deliveries.")
    if (settings.data / _SIMULATED).exists() and settings.extracts != settings.data / "extracts":
        raise RunFailed(f"{settings.data} holds the simulated district. {_ANOTHER_FOLDER}")


def refresh(settings: Settings, progress: TerminalProgress) -> None:
    """Run Dagster's job for everything in this process. Raises RunFailed with what failed.

    The extracts go first, by themselves: when they bring nothing new, the run ends there, and Dagster need not plan and
    record hundreds of models and tests only to skip them.
    """
    os.environ.update(settings.environment)
    with progress.stage("Start Dagster"):
        from dagster import AssetSelection, DagsterInstance

        from orchestration.defs.build import build_defs
        from orchestration.releases.inputs import nothing_new

        definitions = build_defs(settings, {"progress": progress})
        job = definitions.resolve_job_def("refresh")
        assets = definitions.resolve_asset_graph()
        extracts = AssetSelection.groups("deliveries").resolve(assets)
        others = assets.executable_asset_keys - extracts
    with (
        DagsterInstance.from_config(str(settings.dagster_home), RUN_CONFIGURATION) as instance,
        MaskedLog(_new_log(settings)) as log,
        redirect_stdout(log),
        redirect_stderr(log),
    ):
        for selected in (extracts, others):
            result = job.execute_in_process(instance=instance, raise_on_error=False, asset_selection=list(selected))
            if not result.success:
                raise RunFailed("\n".join(_failures(result)) or "The run was stopped.")
            if nothing_new(settings):
                break


def _import_dagster() -> None:
    """Import what `refresh` needs: four seconds of one core, while dbt parses the models on the other."""
    import orchestration.defs.build
    import orchestration.defs.history  # noqa: F401


def _new_log(settings: Settings) -> Path:
    """A file for this run's log; the oldest of many are removed."""
    for old in sorted(settings.logs.glob("run-*.log"))[:-_LOGS_KEPT]:
        old.unlink()
    return settings.logs / f"run-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"


def _failures(result: object) -> list[str]:
    """What the failed steps say, without a stack: that stands in the log."""
    told = []
    for event in result.all_events:  # type: ignore[attr-defined]
        if event.is_step_failure:
            failure = event.step_failure_data
            text = failure.user_failure_data.description if failure.user_failure_data else None
            cause = failure.error.cause if failure.error and failure.error.cause else failure.error
            told.append(f"{event.step_key}: {mask(text or (cause.message if cause else '')).strip()}")
    return told


def run(settings: Settings, console: Console, simulated: tuple[int, int, int] | None) -> int:
    """One run from deliveries to release; returns the exit code. `simulated`: residents, days, seed to write first."""
    progress = TerminalProgress(console)
    began = datetime.now(UTC)
    try:
        with only_run(settings):
            if simulated:
                simulate(settings, *simulated, progress)
            else:
                accept(settings)
            threading.Thread(target=_import_dagster, daemon=True).start()
            prepare(settings, progress)
            refresh(settings, progress)
    except (RunFailed, PreparationFailed) as problem:
        progress.close()
        console.print(f"\nFailed. {problem}", style="red", markup=False)
        console.print(f"The current release is as it was. Logs: {settings.logs}", markup=False)
        return 1
    report(settings, console, progress.receipts, began)
    return 0


def main() -> int:
    """Read the command line and run."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--extracts", default="", help="folder of deliveries; without it a simulated district")
    arguments.add_argument("--residents", type=int, default=20_000)
    arguments.add_argument("--days", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    simulated = None if given.extracts else (given.residents, given.days, given.seed)
    return run(settings_for(given.data, given.extracts), terminal_console(), simulated)


if __name__ == "__main__":
    sys.exit(main())
