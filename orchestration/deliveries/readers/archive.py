"""What a workbook's archive would unpack to, before anything unpacks it.

Here belongs: the guard against damaged archives, zip bombs, and sheets whose cells lie so far apart that a reader would
reserve memory for billions of empty ones.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from orchestration.deliveries.lines import sniff
from orchestration.deliveries.refusal import Refused, empty_file, truncated, unreadable, wrong_content

LARGEST_UNPACKED = 4 << 30
LARGEST_RATIO = 100
HARMLESS = 64 << 20
LARGEST_AREA = 200_000_000
PIECE = 1 << 20
ZIP_MAGIC = b"PK\x03\x04"
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')


def refuse_dangerous(file: Path) -> None:
    """Raises Refused where a file is no whole workbook, or unpacks to a bomb.

    The sizes of the archive's directory are checked first: at most 4 GiB, and at most 100 times the packed size once
    that is more than 64 MiB (sheets of text pack about ten to one). Then every member is unpacked once in pieces and
    held against its stated size and checksum, because a directory can lie.
    """
    with file.open("rb") as opened:
        head = opened.read(1024)
    if not head:
        raise empty_file()
    if not head.startswith(ZIP_MAGIC):
        raise wrong_content("a workbook (.xlsx)", sniff(head) or "another kind of file")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bomb(sum(member.file_size for member in members), file.stat().st_size)
            if not any(SHEET.fullmatch(member.filename) for member in members):
                raise wrong_content("a workbook (.xlsx)", "a zip archive without sheets")
            for member in members:
                _walk(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise truncated("the workbook's archive is not whole") from None
    except (NotImplementedError, RuntimeError):
        raise unreadable("the workbook is locked with a password or packed in an unknown way") from None


def _refuse_bomb(unpacked: int, packed: int) -> None:
    if unpacked > LARGEST_UNPACKED or unpacked > max(HARMLESS, LARGEST_RATIO * packed):
        raise Refused(
            "bomb",
            f"the workbook of {packed:,} bytes unpacks to {unpacked:,}",
            "Save the rows alone in a new workbook and send that.",
        )


def _walk(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpacks one member in pieces; for a sheet, measures the area that its cells span."""
    sheet = bool(SHEET.fullmatch(member.filename))
    rows, columns, rest = 0, 0, b""
    with archive.open(member) as opened:
        while piece := opened.read(PIECE):
            if not sheet:
                continue
            text = rest + piece
            for letters, number in CELL.findall(text):
                rows = max(rows, int(number))
                columns = max(columns, _column(letters))
            rest = text[text.rfind(b"<") :][-200:]
    if rows * columns > LARGEST_AREA:
        raise Refused(
            "bomb",
            f"a sheet's cells span {rows:,} rows by {columns:,} columns",
            "Save the rows alone in a new workbook and send that.",
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
