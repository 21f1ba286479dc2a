"""How every process of the project begins, called first in each `main` and by what Dagster loads, and how the large
ones end."""

from __future__ import annotations

import atexit
import os
import sys
from typing import NoReturn

from orchestration.masking import MaskedStream

# For the account alone: no bit for its group, none for others.
UMASK = 0o077


def keep_private(output: bool = False) -> None:
    """Files that this process and its children make are readable by their account alone, whoever makes them (DuckDB,
    dbt, Dagster); what Python writes to standard error, a traceback too, is masked, and with `output` what it prints.

    Commands print what a person asked for, a release's Chinese column names among it: they mask what they quote.
    """
    os.umask(UMASK)
    if not isinstance(sys.stderr, MaskedStream):
        sys.stderr = MaskedStream(sys.stderr)
    if output and not isinstance(sys.stdout, MaskedStream):
        sys.stdout = MaskedStream(sys.stdout)


def end(code: int) -> NoReturn:
    """Leave with an exit code, all said and closed.

    Python would give back its objects one by one: a second or more, for what the system takes back at once.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
