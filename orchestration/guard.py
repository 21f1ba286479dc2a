"""What keeps a run alone, and what it says when the ground gives way: a full disk, a held lock, a folder gone.

Here belongs: the lock of the data folder, clearing what a killed run left, and the words for faults of the machine.
Nothing here makes anything safe: deliveries, state and releases are written so that any moment is a good one to stop.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from orchestration.deliveries.files import locked, make_private_folder, remove_leftovers
from orchestration.settings import Settings

LOCK = ".lock"
DAMAGED = "warehouse.damaged"
# A dbt whose run was killed ends at its next line of output; a model takes seconds.
WAIT_SECONDS = 30.0
# A refresh of a million residents takes minutes: who waits for one need not wait longer than this.
PATIENCE_SECONDS = 3600.0
# How often somebody who waits for the data folder asks whether it is free.
_ASK_SECONDS = 0.5
_FULL = (
    "no space left on device", "database or disk is full", "disk quota exceeded", "file too large",
    # DuckDB's temporary files may fill what room there was when it began, and no more.
    "max_temp_directory_size",
)  # fmt: skip
# Not every program names a full disk: SQLite, which holds Dagster's history, says "disk I/O error".
_NO_ROOM_BYTES = 1 << 20
_HELD = re.compile(r"Conflicting lock is held in (?P<program>.*?) ?\(PID (?P<process>\d+)\)")


# The descriptors of the locks that this process holds, by data folder.
_held: dict[Path, int] = {}


class RunFailed(Exception):
    """The run stopped; the message says what failed and what to do."""


class RunAtWork(RunFailed):
    """Another run is at work in the data folder: nothing is wrong with the district."""


@contextmanager
def only_run(settings: Settings, patience: float = 0.0, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """One run at a time in one data folder, which begins without the leftovers of killed ones.

    Waits as many seconds as `patience` for another that is at work, and says so once (`waiting`). Raises RunAtWork
    where it still is, and RunFailed in place of any other error where the lock was lost meanwhile: what failed then
    failed because somebody else was at work in the folder.
    """
    make_private_folder(settings.data)
    with ExitStack() as stack:
        _held[settings.data] = _take(settings, stack, patience, waiting)
        stack.callback(_held.pop, settings.data)
        for folder in (settings.deliveries, settings.releases, settings.state, settings.data / "forms"):
            remove_leftovers(folder)
        # Workbooks name people: those of an order that was never issued do not stay.
        for draft in (settings.data / "orders").glob(".*"):
            shutil.rmtree(draft)
        try:
            yield
        except Exception:
            still_ours(settings)
            raise


def _take(settings: Settings, stack: ExitStack, patience: float, waiting: Callable[[str], None] | None) -> int:
    """The descriptor of the data folder's lock, once it is held."""
    until, told = time.monotonic() + patience, f"Another run is at work in {settings.data}; "
    while True:
        try:
            return stack.enter_context(locked(settings.data / LOCK, wait=False))
        except BlockingIOError:
            if time.monotonic() >= until:
                raise RunAtWork(f"{told}wait for it, or take another DATA folder.") from None
            if waiting:
                waiting(f"{told}this one waits for it, {patience / 60:.0f} minutes at most.")
                waiting = None
        time.sleep(_ASK_SECONDS)


@contextmanager
def alone(settings: Settings, patience: float, waiting: Callable[[str], None]) -> Iterator[bool]:
    """`only_run`, unless this process is at work in the data folder already; gives whether it was not."""
    if settings.data in _held:
        yield False
    else:
        with only_run(settings, patience, waiting):
            yield True


def still_ours(settings: Settings) -> None:
    """Raises RunFailed where the lock that this process took is no longer the one that others would find.

    A process that took none has none to lose.
    """
    descriptor = _held.get(settings.data)
    if descriptor is not None:
        try:
            ours = os.path.samestat(os.fstat(descriptor), (settings.data / LOCK).stat())
        except FileNotFoundError:
            ours = False
        if not ours:
            raise RunFailed(folder_gone(settings))


def folder_gone(settings: Settings) -> str:
    return (
        f"The data folder {settings.data} or the lock in it ({LOCK}) was moved, deleted or replaced while the run was "
        "at work. Put a folder back that was moved (or name the place where it is now: DATA=folder), see that nothing "
        "else is at work in it, and run again."
    )


def open_warehouse(settings: Settings, wait: float = WAIT_SECONDS) -> None:
    """Make sure that dbt can write the warehouse: nobody holds it, and it is whole.

    Waits for whoever holds it, then raises RunFailed. One that cannot be read is put aside: it is derived, and the
    build makes another from the deliveries.
    """
    shutil.rmtree(settings.data / "warehouse.tmp", ignore_errors=True)
    until = time.monotonic() + wait
    while settings.warehouse.exists():
        try:
            # Opening replays what a killed dbt had committed and not yet moved into the file.
            duckdb.connect(str(settings.warehouse)).close()
            return
        except duckdb.Error as error:
            text = str(error)
            if told := explain(settings, text):
                if not _HELD.search(text) or time.monotonic() > until:
                    raise RunFailed(told) from None
                time.sleep(0.5)
            else:
                _put_aside(settings.warehouse)


def _put_aside(warehouse: Path) -> None:
    """Keep a damaged warehouse beside, for whoever wants to look; the last one only."""
    for suffix in ("", ".wal"):
        file = warehouse.with_name(warehouse.name + suffix)
        if file.exists():
            file.replace(warehouse.with_name(DAMAGED + suffix))


def speaks_of_machine(text: str) -> bool:
    """Whether an error's text tells of a fault for which `explain` has words."""
    lower = text.lower()
    return any(words in lower for words in _FULL) or bool(_HELD.search(text))


def explain(settings: Settings, text: str) -> str | None:
    """What to do about a fault of the machine that an error's text speaks of; None where it speaks of none."""
    if not settings.data.is_dir() or not (settings.data / LOCK).exists():
        return folder_gone(settings)
    lower, usage = text.lower(), shutil.disk_usage(settings.data)
    if any(words in lower for words in _FULL) or usage.free < _NO_ROOM_BYTES:
        return (
            f"The disk is full: {usage.free / 1e6:,.0f} MB of {usage.total / 1e9:,.1f} GB are free where "
            f"{settings.data} lies. Make room (a full refresh writes about three times what the deliveries hold) and "
            "run again: it goes on from what was taken."
        )
    if held := _HELD.search(text):
        return (
            f"{settings.warehouse} is held by another program: {held['program'] or 'process'}, process "
            f"{held['process']}. Close it there (readers use the release, never the warehouse) and run again."
        )
    return None
