"""What may be said of a value in a log, an error message or metadata: never an identity number, telephone or name.

Libraries put the value that they could not read into their error text; whatever is shown or kept of such a text goes
through `mask_values` first. `mask` is for our own words, which may name a column by its Chinese header.
"""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from orchestration.quoted_values import mask_quoted

# Fifteen or eighteen digits (the last may be X) are an identity number, eleven from 1 a mobile telephone, also in three
# groups. Delivery ids and hashes are not touched: their digits stand among letters. Nor are decimals: a masked one
# would break the JSON that it stands in.
_APART = r"(?<![0-9A-Za-z])(?<!\d\.)"
_IDENTITY_NUMBER = re.compile(_APART + r"(\d{6})(?:\d{9}|\d{11}[\dXx])(?![0-9A-Za-z])")
_TELEPHONE = re.compile(_APART + r"(1\d{2})([- ]?)\d{4}\2\d{4}(?![0-9A-Za-z])")
# A name is Chinese, in its characters or as JSON escapes them (also twice); a library's own words are not.
_CHARACTER = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHINESE = re.compile(rf"[{_CHARACTER}](?:·?[{_CHARACTER}])*|(?:\\+u[3-9a-fA-F][0-9a-fA-F]{{3}})+")
# A foreigner's, of several words in Latin letters, is told by its quotes and its capitals: 'Anna de Souza', "LI NA".
_LETTER = r"(?:[^\W\d_]|\\+u[0-9a-fA-F]{4}|['’.-])"
_WORD = rf"[A-Z\u00c0-\u00de]{_LETTER}*|[a-z]{{1,3}}"
_LATIN = re.compile(rf"(?<![\w'])(\\*['\"])(?=[A-Z\u00c0-\u00de])(?:{_WORD})(?: (?:{_WORD}))+\1(?!\w)")


def mask(text: str) -> str:
    """The text with identity numbers cut to their area code and telephones to their first three digits."""
    return _TELEPHONE.sub(r"\1********", _IDENTITY_NUMBER.sub(r"\1********", text))


def mask_values(text: str) -> str:
    """`mask` for what a library says of data: everything Chinese goes too, as it may be somebody's name or address, and
    whatever it quotes as a value, or that is written as a name in Latin letters."""
    return _LATIN.sub(r"\1**\1", mask_quoted(_CHINESE.sub("**", mask(text))))


class MaskedLog(io.TextIOBase):
    """A text file, appended to, into which everything is written masked."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        # A full disk shows in what the run writes for good; a log that cannot grow must not end anything.
        with suppress(OSError):
            self._file.write(mask_values(text))
        return len(text)

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()
        super().close()


class MaskedStream(io.TextIOBase):
    """Standard output or error, as far as Python writes to it: tracebacks, warnings, what Dagster prints of a run."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._stream.write(mask_values(text))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()
