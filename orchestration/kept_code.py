"""What dbt works out anew in every process and need not, kept for the next: compiled code, and what was found valid.

It stands beside what dbt itself keeps of the project that it read. Whatever is wrong with a file, all is worked out
anew.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from importlib.metadata import version
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

from orchestration.deliveries.files import write_atomically


class Kept:
    """What was worked out (anything that marshal writes), by what it was worked out from, in a file of this name; it
    holds for these versions of the packages that had a part in it."""

    def __init__(self, file: str, packages: Sequence[str]) -> None:
        self._file, self._packages = file, packages
        self._kept: dict[Hashable, Any] = {}
        self._used: dict[Hashable, Any] = {}

    def of(self, key: Hashable, work_out: Callable[[], Any]) -> Any:
        """What belongs to the key, worked out if it must be."""
        if key not in self._used:
            self._used[key] = self._kept[key] if key in self._kept else work_out()
        return self._used[key]

    def read(self, folder: Path) -> None:
        """Go on from what was kept in this folder."""
        try:
            digest, _, written = (folder / self._file).read_bytes().partition(b"\n")
            if digest == self._digest(written):
                self._kept = marshal.loads(written)
        except OSError:
            return

    def keep(self, folder: Path) -> None:
        """Keep what was used, with what was kept: not every run uses all. Where most of it is of models that were, what
        was used is enough."""
        if self._used.keys() <= self._kept.keys():
            return
        both = {**self._kept, **self._used}
        written = marshal.dumps(both if len(both) < 2 * len(self._used) else self._used)
        # A disk that is full shows in what the run writes for good.
        with suppress(OSError):
            write_atomically(folder / self._file, self._digest(written) + b"\n" + written)

    def _digest(self, written: bytes) -> bytes:
        """Of what is written, and of what it was made by."""
        made_by = " ".join([*map(version, self._packages), str(MAGIC_NUMBER)])
        return hashlib.sha256(made_by.encode() + written).hexdigest().encode()
