"""What the systemd units execute, `python -m orchestration.service.start daemon` or `webserver`: prepare, then become
Dagster's process. Where everything lies is read from the environment (orchestration.settings)."""

from __future__ import annotations

import argparse
import os
import sys

from orchestration.guard import PATIENCE_SECONDS, RunFailed, only_run
from orchestration.instance import DAGSTER_CONFIGURATION
from orchestration.prepare import PreparationFailed, prepare
from orchestration.process import keep_private
from orchestration.progress import Progress
from orchestration.settings import PROJECT, Settings, settings_from

LOADS = ["-m", "orchestration.definitions"]


def get_ready(settings: Settings, progress: Progress) -> None:
    """Prepare, and end the runs of a daemon that was killed, a power cut's too; waits for a run that is at work.

    Raises PreparationFailed or RunFailed.
    """
    with only_run(settings, PATIENCE_SECONDS, print):
        prepare(settings, progress)
        os.environ.update(settings.environment)
        from dagster import DagsterInstance

        from orchestration.defs.history import end_killed_runs

        # Nobody else is at work while this process is the one that is.
        with DagsterInstance.from_config(str(settings.dagster_home), DAGSTER_CONFIGURATION) as instance:
            end_killed_runs(instance, {})


def become(command: list[str]) -> None:
    """Replace this process by a Python command, in the project's folder."""
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-W", "ignore", *command])


def main() -> int:
    """Read the command line; returns only where it cannot begin."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("part", choices=("daemon", "webserver"))
    arguments.add_argument("--port", default="3000")
    given = arguments.parse_args()
    try:
        get_ready(settings_from(), Progress())
    except (PreparationFailed, RunFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    if given.part == "daemon":
        become(["-m", "dagster._daemon", "run", *LOADS, "--log-level", "warning"])
    # It asks nobody who they are: only this machine reaches it, and what stands before it lets people in.
    become(["-m", "dagster_webserver", "--host", "127.0.0.1", "--port", given.port, *LOADS])
    return 1


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
