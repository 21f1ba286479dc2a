"""A text file as blocks of whole lines in UTF-8, whatever its encoding, never more than a block in memory.

Here belongs: decoding and cutting into lines, and telling what a file really is when it is not what was agreed.
Fields, quotes and JSON are the readers' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from orchestration.deliveries.refusal import empty_file, unreadable, wrong_content, wrong_encoding

# Each block costs a few statements of some milliseconds: 16 MiB is a tenth faster than 4, and no slower than 32.
BLOCK = 16 << 20
LONGEST_LINE = 64 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with byte-order mark", "gb18030": "GB18030", "utf-16": "UTF-16"}

MAGIC = (
    (b"PK\x03\x04", "a workbook or zip archive"),
    (b"PAR1", "Parquet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "an SQLite database"),
)


@dataclass
class Block:
    """Some whole lines: UTF-8 text in which every line ends with a line feed.

    `first` is the physical number (from 0) of the first line; `undecodable` holds the physical numbers of lines with
    bytes that mean nothing in the file's encoding (they stand as U+FFFD in `data`).
    """

    data: bytes
    first: int
    last: bool
    undecodable: set[int] = field(default_factory=set)


def sniff(head: bytes) -> str | None:
    """What the first bytes of a file are, where they are no delimited text or JSON; None for anything else."""
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    start = head.removeprefix(BYTE_ORDER_MARK).lstrip()[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<head")):
        return "a web page (HTML)"
    if start.startswith((b"<?xml", b"<")):
        return "XML"
    return None


def is_utf8(data: bytes) -> bool:
    """Whether bytes are valid UTF-8 (Arrow's check: 30 times as fast as decoding them)."""
    if len(data) >= 1 << 31:
        raise ValueError("blocks stay below 2 GiB")
    offsets = pa.array([0, len(data)], pa.int32()).buffers()[1]
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


class Lines:
    """The lines of one text file, block by block. Iterate once.

    After iteration `ends_complete` says whether the last line ended with a line feed.
    """

    def __init__(self, file: Path, encoding: str, kind: str) -> None:
        """`kind` names the agreed format in refusals. Raises Refused: empty, wrong content, UTF-16 or a byte-order
        mark where another encoding was agreed."""
        self.file, self.encoding, self.kind = file, encoding, kind
        self.codec = "utf-8" if encoding.startswith("utf-8") else encoding
        self.ends_complete = True
        with file.open("rb") as opened:
            self.head = opened.read(1 << 20)
        self.marked = self.head.startswith(BYTE_ORDER_MARK)
        self._refuse_other_content()
        # Lines that end in carriage returns alone, as old Macintosh programs write them.
        self._carriage_returns = b"\r" in self.head and b"\n" not in self.head

    @property
    def found(self) -> str:
        return "utf-8-sig" if self.marked else self.codec

    def _refuse_other_content(self) -> None:
        if not self.head.strip(BYTE_ORDER_MARK + b" \t\r\n\x1a"):
            raise empty_file()
        agreed = ENCODINGS.get(self.encoding, self.encoding)
        if self.head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise wrong_encoding(agreed, ENCODINGS["utf-16"])
        if self.marked and self.codec != "utf-8":
            raise wrong_encoding(agreed, ENCODINGS["utf-8-sig"])
        found = sniff(self.head)
        if found:
            raise wrong_content(self.kind, found)
        if not self.head.strip(b"\0"):
            raise unreadable("the file holds nothing but zero bytes")

    def other_encoding(self) -> str | None:
        """The encoding in which the beginning of the file makes sense, where it is not the agreed one."""
        whole_lines = self.head[: self.head.rfind(b"\n") + 1] or self.head
        if whole_lines.isascii():
            return None
        agreed_reads = is_utf8(whole_lines) if self.codec == "utf-8" else _decodes(whole_lines, self.codec)
        if self.codec != "utf-8" and is_utf8(whole_lines):
            return ENCODINGS["utf-8"]
        if agreed_reads:
            return None
        for codec in ("gb18030", "big5"):
            if codec != self.codec and _decodes(whole_lines, codec):
                return ENCODINGS.get(codec, codec.upper())
        return None

    def refuse_other_encoding(self) -> None:
        """Raises Refused where the beginning of the file is text in another encoding than agreed."""
        other = self.other_encoding()
        if other:
            raise wrong_encoding(ENCODINGS.get(self.encoding, self.encoding), other)

    def __iter__(self) -> Iterator[Block]:
        with self.file.open("rb", buffering=0) as opened:
            opened.seek(len(BYTE_ORDER_MARK) if self.marked else 0)
            rest, first = b"", 0
            while True:
                piece = opened.read(BLOCK)
                if self._carriage_returns:
                    piece = piece.replace(b"\r", b"\n")
                if not piece:
                    break
                cut = piece.rfind(b"\n") + 1
                if not cut:
                    rest += piece
                    if len(rest) > LONGEST_LINE:
                        raise unreadable(f"line {first + 1} is longer than {LONGEST_LINE >> 20} MiB")
                    continue
                block = self._decoded(rest + piece[:cut], first, last=False)
                rest = piece[cut:]
                yield block
                first += block.data.count(b"\n")
            self.ends_complete = not rest
            yield self._decoded(rest + b"\n" if rest else b"", first, last=True)

    def _decoded(self, raw: bytes, first: int, last: bool) -> Block:
        if self.codec == "utf-8":
            if is_utf8(raw):
                return Block(raw, first, last)
        else:
            try:
                return Block(raw.decode(self.codec).encode(), first, last)
            except UnicodeDecodeError:
                pass
        lines, undecodable = [], set()
        for number, line in enumerate(raw.split(b"\n")[:-1], first):
            text = line.decode(self.codec, "replace")
            if not _decodes(line, self.codec):
                undecodable.add(number)
                # A replacement may swallow nothing but must never add a line.
                text = text.replace("\n", "\ufffd")
            lines.append(text)
        return Block("".join(f"{line}\n" for line in lines).encode(), first, last, undecodable)


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def refuse_if_undecodable(lines: Lines, undecodable: int, read: int, share: float) -> None:
    """Raises Refused(wrong_encoding) where more rows than `share` hold bytes outside the agreed encoding, and the file
    makes sense in another; else such rows are bad rows like others."""
    if undecodable > max(1, share * read):
        lines.refuse_other_encoding()
