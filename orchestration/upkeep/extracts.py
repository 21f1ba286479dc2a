"""The folders of all extracts, held for as long as deliveries that were taken before are changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from orchestration.deliveries.files import locked
from orchestration.deliveries.parquet import SPILL
from orchestration.deliveries.pull import LOCK
from orchestration.deliveries.take import clean_leftovers
from orchestration.guard import only_run
from orchestration.settings import Settings


@contextmanager
def held_extracts(settings: Settings) -> Iterator[list[Path]]:
    """Every extract's folder that is there, in order of name, without leftovers; no run and no pull is at work in them.

    Raises RunFailed while a run is at work.
    """
    with ExitStack() as stack:
        stack.enter_context(only_run(settings))
        for spill in settings.deliveries.rglob(f".*{SPILL}"):
            shutil.rmtree(spill)
        folders = sorted(folder for folder in settings.deliveries.glob("*/*") if folder.is_dir())
        for folder in folders:
            stack.enter_context(locked(folder / LOCK))
            clean_leftovers(folder)
        yield folders
