"""`make dev`: Dagster's UI and daemon on one data folder."""

from __future__ import annotations

import argparse
import sys

from orchestration.guard import RunFailed
from orchestration.prepare import PreparationFailed
from orchestration.process import keep_private
from orchestration.progress import TerminalProgress, terminal_console
from orchestration.service.start import LOADS, become, get_ready
from orchestration.settings import settings_for


def main() -> int:
    """Prepare, then become `dagster dev`; ends with Ctrl-C."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--extracts", default="")
    arguments.add_argument("--environment", default="")
    arguments.add_argument("--day", default="")
    arguments.add_argument("--port", default="3000")
    given = arguments.parse_args()
    settings = settings_for(given.data, given.extracts, given.environment, given.day)
    console = terminal_console()
    try:
        get_ready(settings, TerminalProgress(console))
    except (PreparationFailed, RunFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    console.print(f"Dagster's UI: http://localhost:{given.port}   data: {settings.data}   (Ctrl-C ends it)")
    become(["-m", "dagster", "dev", *LOADS, "--port", given.port, "--log-level", "warning"])
    return 1


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
