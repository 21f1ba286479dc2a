"""Templates of dbt as Jinja compiled them, kept for the next process: 800 texts, which change with the project.

They stand beside what dbt itself keeps of the project that it read. Whatever is wrong with the file, templates are
compiled anew.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType

from orchestration.deliveries.files import write_atomically

_FILE = "templates.bin"


class Templates:
    """What is compiled, by text and whether it is to give a value of Python (`native`)."""

    def __init__(self, compiled_by: Callable[[str, bool], CodeType]) -> None:
        self._compiled_by = compiled_by
        self._kept: dict[tuple[str, bool], CodeType] = {}
        self._used: dict[tuple[str, bool], CodeType] = {}

    def code(self, text: str, native: bool) -> CodeType:
        """The template's code, compiled if it must be."""
        key = text, native
        if key not in self._used:
            self._used[key] = self._kept.get(key) or self._compiled_by(text, native)
        return self._used[key]

    def read(self, folder: Path) -> None:
        """Go on from what was kept in this folder."""
        try:
            digest, _, code = (folder / _FILE).read_bytes().partition(b"\n")
            if digest == _digest(code):
                self._kept = marshal.loads(code)
        except OSError:
            return

    def keep(self, folder: Path) -> None:
        """Keep what was compiled, with what was kept: not every run uses all. Where most of it is of models that were,
        what was used is enough."""
        if self._used.keys() <= self._kept.keys():
            return
        both = {**self._kept, **self._used}
        code = marshal.dumps(both if len(both) < 2 * len(self._used) else self._used)
        # A disk that is full shows in what the run writes for good.
        with suppress(OSError):
            write_atomically(folder / _FILE, _digest(code) + b"\n" + code)


def _digest(code: bytes) -> bytes:
    """Of the code, and of what it runs under."""
    made_by = f"{version('jinja2')} {version('dbt-common')} {MAGIC_NUMBER.hex()}"
    return hashlib.sha256(made_by.encode() + code).hexdigest().encode()
