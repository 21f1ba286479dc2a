"""What may be said of a value in a log, an error message or metadata: never a whole identity number or telephone.

Libraries put the value that they could not read into their error text; whatever is shown or kept of such a text goes
through `mask` first.
"""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path

# Fifteen or eighteen digits (the last may be X) are an identity number, eleven from 1 a mobile telephone. Delivery ids
# and hashes are not touched: their digits stand among letters.
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{6})(?:\d{9}|\d{11}[\dXx])(?![0-9A-Za-z])")
_TELEPHONE = re.compile(r"(?<![0-9A-Za-z])(1\d{2})\d{8}(?![0-9A-Za-z])")


def mask(text: str) -> str:
    """The text with identity numbers cut to their area code and telephones to their first three digits."""
    return _TELEPHONE.sub(r"\1********", _IDENTITY_NUMBER.sub(r"\1********", text))


class MaskedLog(io.TextIOBase):
    """A text file, appended to, into which everything is written masked."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        # A full disk shows in what the run writes for good; a log that cannot grow must not end anything.
        with suppress(OSError):
            self._file.write(mask(text))
        return len(text)

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()
        super().close()
