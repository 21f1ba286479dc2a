"""`make dev`: Dagster's UI and daemon on one data folder."""

from __future__ import annotations

import argparse
import os
import sys

from orchestration.prepare import PreparationFailed, prepare
from orchestration.process import keep_private
from orchestration.progress import TerminalProgress, terminal_console
from orchestration.settings import PROJECT, settings_for


def main() -> int:
    """Prepare, then become `dagster dev`; ends with Ctrl-C."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--extracts", default="")
    arguments.add_argument("--port", default="3000")
    given = arguments.parse_args()
    settings = settings_for(given.data, given.extracts)
    console = terminal_console()
    try:
        prepare(settings, TerminalProgress(console))
    except PreparationFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    console.print(f"Dagster's UI: http://localhost:{given.port}   data: {settings.data}   (Ctrl-C ends it)")
    os.chdir(PROJECT)
    os.environ.update(settings.environment)
    command = ["-W", "ignore", "-m", "dagster", "dev", "-m", "orchestration.definitions", "--port", given.port]
    os.execv(sys.executable, [sys.executable, *command, "--log-level", "warning"])


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
