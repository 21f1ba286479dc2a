"""Dated files in one folder, here or behind SFTP: one file a day, taken when it is complete.

Here belongs: which files are deliveries of an extract, and when a file is complete: it bears none of the names that
programs give to half a file, the mark that was agreed lies beside it, and it stands still while it is looked at twice
and while it is copied. How a folder is reached stands in `LocalFiles` and in `sftp`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

from orchestration.contracts.contract import Contract
from orchestration.contracts.servers import Server
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.sources import faults
from orchestration.deliveries.sources.access import resolve, shown
from orchestration.deliveries.sources.folder import LINK, PIECE, still_written, stray, taken_away
from orchestration.deliveries.sources.interface import Known, Listing, Offer, Stray
from orchestration.deliveries.sources.patience import patiently
from orchestration.deliveries.troubles import INCOMPLETE, SourceTrouble

SETTLE_SECONDS = 2.0
LIMIT_MINUTES, CONNECTIONS = 30, 2
HALF_WRITTEN = (".part", ".partial", ".filepart", ".tmp", ".temp", ".writing", ".uploading", ".crdownload")


@dataclass(frozen=True)
class Entry:
    """A file of a folder, or a link in it."""

    name: str
    size: int
    changed: float
    link: bool = False

    @property
    def stamp(self) -> str:
        return f"{self.size}:{self.changed:.6f}"


class Files(Protocol):
    """A way to a folder. Every method may raise SourceTrouble; FileNotFoundError where there is no such entry."""

    def entries(self, folder: str) -> list[Entry]:
        """The files and links in a folder."""

    def entry(self, path: str) -> Entry:
        """One file as it is now."""

    def pieces(self, path: str) -> Iterator[bytes]:
        """A file's bytes from its beginning to its end."""

    def close(self) -> None:
        """Ends the connection."""


class LocalFiles:
    """A folder of this machine."""

    def entries(self, folder: str) -> list[Entry]:
        found = []
        for each in Path(folder).iterdir():
            # Renamed since: a later listing has it.
            with suppress(FileNotFoundError):
                found.append((each.name, each.lstat()))
        return [
            Entry(name, each.st_size, each.st_mtime, stat.S_ISLNK(each.st_mode))
            for name, each in found
            if not stat.S_ISDIR(each.st_mode)
        ]

    def entry(self, path: str) -> Entry:
        found = Path(path).lstat()
        return Entry(Path(path).name, found.st_size, found.st_mtime)

    def pieces(self, path: str) -> Iterator[bytes]:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb", buffering=0) as file:
            while piece := file.read(PIECE):
                yield piece

    def close(self) -> None:
        """Nothing is held open."""


class FilesSource:
    """The files of one extract in a folder; the server's place ends in their name with {date}."""

    def __init__(
        self, contract: Contract, server: Server, files: Files, variables: Mapping[str, str] = os.environ
    ) -> None:
        self.contract, self.server, self.files, self.variables = contract.fetched_from(server), server, files, variables
        self.connections = int(server.setting("connections", CONNECTIONS))
        self.limit = 60.0 * server.setting("limitMinutes", LIMIT_MINUTES)
        self._folder, _, self.wanted = server.place.rpartition("/")
        before, _, after = self.wanted.partition("{date}")
        self._before = before
        self._pattern = re.compile(re.escape(before) + "([0-9]{8})" + re.escape(after))

    @property
    def system(self) -> str:
        """The folders of this machine have no limit."""
        return "/".join(shown(self._folder, self.variables).split("/")[:3]) if self.server.kind == "sftp" else ""

    def listing(self, known: Known) -> Listing:
        return patiently(lambda: self._listing(known.receipts))

    def digest(self, offer: Offer) -> str | None:
        return None

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        return patiently(lambda: self._copy(offer, target))

    def close(self) -> None:
        self.files.close()

    def _listing(self, receipts: Sequence[Receipt]) -> Listing:
        folder = resolve(self._folder, self.variables)
        if self.server.kind == "sftp":
            folder = urlsplit(folder).path
        entries = self._entries(folder)
        mark = self.server.setting("completeMark", "")
        names = {entry.name for entry in entries}
        listing = Listing([], [], [])
        for entry in entries:
            matched = self._pattern.fullmatch(entry.name)
            whole = entry.name
            for ending in HALF_WRITTEN:
                whole = whole.removesuffix(ending)
            if entry.link:
                if entry.name.startswith(self._before):
                    listing.strays.append(self._stray(entry.name, "path_leaves_folder"))
            elif matched and (day := _day(matched[1])):
                if mark and entry.name + mark not in names:
                    listing.waiting.append(_incomplete(entry.name, f"{entry.name}{mark} does not lie beside it yet"))
                else:
                    name = f"{self.contract.extract}_{matched[1]}{self.server.suffix}"
                    place = f"{folder}/{entry.name}"
                    listing.offers.append(Offer(self.contract, day, name, place, entry.size, entry.stamp))
            elif whole != entry.name and self._pattern.fullmatch(whole):
                listing.waiting.append(_incomplete(entry.name, "its name says that it is still being written"))
            elif entry.name.startswith(self._before) and not (mark and entry.name.endswith(mark)):
                listing.strays.append(self._stray(entry.name, "wrong_name"))
        stamps = {(receipt.delivery_date, receipt.stamp) for receipt in receipts}
        unknown = [each for each in listing.offers if (each.delivery_date.isoformat(), each.stamp) not in stamps]
        if unknown and not mark:
            time.sleep(SETTLE_SECONDS)
            now = {f"{folder}/{entry.name}": entry.stamp for entry in self._entries(folder)}
            for offer in unknown:
                if now.get(offer.place) != offer.stamp:
                    listing.offers.remove(offer)
                    listing.waiting.append(still_written(PurePosixPath(offer.place).name))
        return listing

    def _entries(self, folder: str) -> list[Entry]:
        try:
            return sorted(self.files.entries(folder), key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            raise faults.not_there("the folder") from None

    def _copy(self, offer: Offer, target: Path) -> tuple[str, int]:
        digest, size, until = hashlib.sha256(), 0, time.monotonic() + self.limit
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as copy:
                for piece in self.files.pieces(offer.place):
                    digest.update(piece)
                    copy.write(piece)
                    size += len(piece)
                    if time.monotonic() > until:
                        raise faults.too_long(self.limit)
            now = self.files.entry(offer.place)
        except FileNotFoundError:
            raise taken_away(offer.name) from None
        except PermissionError:
            raise faults.not_there(offer.name) from None
        if now.stamp != offer.stamp or size != now.size:
            raise still_written(offer.name)
        return digest.hexdigest(), size

    def _stray(self, name: str, refusal: str) -> Stray:
        wanted = self.wanted.replace("{date}", "<YYYYMMDD>")
        why = LINK if refusal == "path_leaves_folder" else f"the name does not read {wanted}"
        return stray(f"{self.contract.department}/{self.contract.extract}/{name}", refusal, why)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None


def _incomplete(name: str, why: str) -> SourceTrouble:
    return SourceTrouble(INCOMPLETE, f"{name}: {why}", "Nothing: it is taken once it is complete.")
