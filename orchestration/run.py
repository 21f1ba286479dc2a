"""`make run`: the whole way through in one process, with what a person wants to see while it works and at its end.

Here belongs: the order of the steps and the words for failure. What it prints at the end lives in report.py.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from orchestration.deliveries.files import write_atomically
from orchestration.guard import RunAtWork, RunFailed, explain, only_run, still_ours
from orchestration.instance import RUN_CONFIGURATION
from orchestration.masking import MaskedLog
from orchestration.prepare import PreparationFailed, configure, needs_parsing, parse
from orchestration.process import end, keep_private
from orchestration.progress import TerminalProgress, terminal_console
from orchestration.releases.release import readers_have
from orchestration.settings import DROP, PROJECT, Settings, settings_for
from orchestration.waiting_dbt import NotLoaded, WaitingDbt

if TYPE_CHECKING:
    from dagster import AssetSelection, DagsterInstance, Definitions

# What the simulator says: one line an extract, and three about the whole.
_SIMULATOR_LINES = 19
_LOGS_KEPT = 30
_ANOTHER_FOLDER = "Two districts do not mix; take another folder: make run DATA=folder"


def simulate(settings: Settings, residents: int, days: int, seed: int, progress: TerminalProgress) -> None:
    """Write the simulated district into the data folder, unless it is there already.

    Raises RunFailed where the folder holds another district, whose deliveries would contradict this one's.
    """
    wanted = {"residents": residents, "days": days, "seed": seed}
    written = settings.simulated
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
    write_atomically(written, json.dumps(wanted).encode())


def accept(settings: Settings) -> None:
    """Raises RunFailed where there is no folder of extracts, DAY is no day, or the data folder holds the simulated
    district.

    Where the extracts come from the departments' systems, the folder is for those that no system has, and may be empty.
    """
    if settings.day:
        try:
            date.fromisoformat(settings.day)
        except ValueError:
            raise RunFailed(f"{settings.day} is no day; DAY must read like 2026-09-03.") from None
    elsewhere = settings.servers != DROP or settings.extracts != settings.data / "extracts"
    if settings.simulated.exists() and elsewhere:
        raise RunFailed(f"{settings.data} holds the simulated district. {_ANOTHER_FOLDER}")
    if not settings.extracts.is_dir() and not settings.may_lack_extracts:
        raise RunFailed(f"There is no folder {settings.extracts}; EXTRACTS must name a folder of deliveries.")


def refresh(settings: Settings, progress: TerminalProgress) -> None:
    """Run Dagster's job for everything in this process. Raises RunFailed with what failed.

    The extracts go first, by themselves: when they bring nothing new, the run ends there, and Dagster need not plan and
    record hundreds of models and tests only to skip them. dbt loads the models meanwhile, which only the rest needs.
    """
    os.environ.update(settings.environment)
    new_models = needs_parsing(settings)
    with WaitingDbt(settings, written=new_models) as dbt, ThreadPoolExecutor(1) as beside:
        parsing = beside.submit(parse, settings, dbt) if new_models else None
        with progress.stage("Start Dagster"):
            # Imported only now: seconds, which the person spends looking at a stage instead of at nothing.
            from dagster import AssetSelection, DagsterInstance

            from orchestration.building import begin
            from orchestration.defs.extracts import delivery_defs
            from orchestration.defs.history import STARTED_BY_MAKE_RUN, end_killed_runs
            from orchestration.releases.inputs import nothing_new

        with (
            DagsterInstance.from_config(str(settings.dagster_home), RUN_CONFIGURATION) as instance,
            MaskedLog(_new_log(settings)) as log,
            redirect_stdout(log),
            redirect_stderr(log),
        ):
            end_killed_runs(instance, STARTED_BY_MAKE_RUN)
            _execute(settings, delivery_defs(settings, {"progress": progress}), AssetSelection.all(), instance)
            if parsing:
                with progress.stage("Parse the models"):
                    parsing.result()
            if not nothing_new(settings):
                # While Dagster defines, plans and records the run, which takes it two seconds, dbt works already.
                still_ours(settings)
                try:
                    dbt.tell(begin(settings, whole=True))
                except NotLoaded as problem:
                    raise RunFailed(f"dbt did not begin:\n{problem}") from problem
                # Imported only now: seconds, which a run that finds nothing new is spared.
                from orchestration.defs.build import build_defs

                others = AssetSelection.all() - AssetSelection.groups("deliveries")
                _execute(settings, build_defs(settings, {"progress": progress}, dbt), others, instance)


def _execute(
    settings: Settings, definitions: Definitions, selection: AssetSelection, instance: DagsterInstance
) -> None:
    """Run a part of the job for everything. Raises RunFailed with what its steps say."""
    from orchestration.defs.history import STARTED_BY_MAKE_RUN

    still_ours(settings)
    assets = selection.resolve(definitions.resolve_asset_graph())
    result = definitions.resolve_job_def("refresh").execute_in_process(
        instance=instance, raise_on_error=False, asset_selection=list(assets), tags=STARTED_BY_MAKE_RUN
    )
    if not result.success:
        # Imported only now: most runs have no failures.
        from orchestration.defs.outcomes import failures

        raise RunFailed("\n".join(failures(result.all_events)) or "The run was stopped.")


def _new_log(settings: Settings) -> Path:
    """A file for this run's log; the oldest of many are removed."""
    for old in sorted(settings.logs.glob("run-*.log"))[:-_LOGS_KEPT]:
        old.unlink()
    return settings.logs / f"run-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"


def _all_texts(problem: BaseException | None) -> str:
    """What an error and those behind it say."""
    texts = []
    while problem:
        texts.append(str(problem))
        problem = problem.__cause__ or problem.__context__
    return "\n".join(texts)


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
            configure(settings)
            refresh(settings, progress)
    except Exception as problem:
        told = explain(settings, _all_texts(problem))
        if not isinstance(problem, RunAtWork):
            _notify(settings, console, told or f"{type(problem).__name__}: {problem}")
        if not told and not isinstance(problem, (RunFailed, PreparationFailed)):
            raise
        progress.close()
        # What each of the steps says of a full disk stands in the log; the person needs to read it once.
        console.print(f"\nFailed. {told or problem}", style="red", markup=False)
        console.print(f"{readers_have(settings.releases)} Logs: {settings.logs}", markup=False)
        return 1
    # Imported only now: dbt, which takes longest to load, begins the sooner.
    from orchestration.report import report

    report(settings, console, progress.receipts, began)
    _notify(settings, console)
    return 0


def _notify(settings: Settings, console: Console, failure: str = "") -> None:
    """Tell whoever is to be told; what does not arrive is told at the next occasion."""
    # Imported only now: most runs have nobody to tell, and Dagster has loaded the web client by then.
    from orchestration.notices.notify import Outcome, notify

    for untold in notify(settings, Outcome(datetime.now(UTC), failure)):
        console.print(untold, style="yellow", markup=False)


def main() -> int:
    """Read the command line and run."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--extracts", default="", help="folder of deliveries; without it a simulated district")
    arguments.add_argument("--environment", default="", help="whose entries of the contracts' servers are read")
    arguments.add_argument("--day", default="", help="the day that tables and interfaces stand for (default: today)")
    arguments.add_argument("--residents", type=int, default=20_000)
    arguments.add_argument("--days", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    simulate_first = not given.extracts and (given.environment or DROP) == DROP
    simulated = (given.residents, given.days, given.seed) if simulate_first else None
    settings = settings_for(given.data, given.extracts, given.environment, given.day)
    return run(settings, terminal_console(), simulated)


if __name__ == "__main__":
    keep_private()
    end(main())
