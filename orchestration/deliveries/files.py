"""How files of the data folder are written: private, all at once, and by one process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

LEFTOVERS = ".*-" + "[0-9a-f]" * 32  # as uuid4().hex


def make_private_folder(folder: Path) -> None:
    """A folder, with those above it as far as they are missing, that only its owner enters (0700)."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def write_atomically(file: Path, content: bytes) -> None:
    """Replaces a file (mode 0600) so that a reader sees the old content or the new, never a part."""
    beside = file.with_name(f".{file.name}-{uuid4().hex}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Force a file or folder to the disk, so that a power cut cannot undo what follows it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """Removes what `write_atomically` was writing below `folder` when it was killed. Call where nobody writes there."""
    for leftover in folder.rglob(LEFTOVERS):
        if leftover.is_file():
            leftover.unlink()


@contextmanager
def locked(file: Path, wait: bool = True) -> Iterator[int]:
    """Holds a lock file and gives its descriptor; it is let go when the process ends, however it ends.

    Raises BlockingIOError where another process holds it and this one shall not wait.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)
