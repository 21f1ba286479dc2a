"""A folder of deliveries: every extract's files below one root (the drop, `EXTRACTS`).

Here belongs: walking that folder, telling deliveries from strays, and copying a file while hashing it.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from orchestration.contracts.contract import Contract
from orchestration.deliveries.sources.interface import Listing, Offer, Stray
from orchestration.deliveries.troubles import INCOMPLETE, SourceTrouble

PIECE = 4 << 20
# Nanoseconds: two seconds, the coarsest clock of a file system in use (FAT).
_SETTLED = 2_000_000_000
LINK = "a link, whose target need not be the department's"
FILE_NAME = re.compile(r"(?P<extract>.+)_(?P<day>[0-9]{8})(?P<suffix>\.[^.]+)")


class FolderSource:
    """A folder laid out as `<department>/<extract>/<extract>_<YYYYMMDD>.<ext>`."""

    def __init__(self, root: Path) -> None:
        """Raises NotADirectoryError where the folder is missing."""
        self.root = root.resolve()
        if not self.root.is_dir():
            raise NotADirectoryError(f"no folder of deliveries: {root}")

    def listing(self, contracts: Iterable[Contract]) -> Listing:
        known = {(contract.department, contract.extract): contract for contract in contracts}
        departments = {department for department, _ in known}
        offers: list[Offer] = []
        strays: list[Stray] = []
        for place in self._files(self.root):
            parts = place.relative_to(self.root).parts
            name = "/".join(parts)
            if place.is_symlink() or not place.resolve().is_relative_to(self.root):
                strays.append(stray(name, "path_leaves_folder", LINK))
            elif len(parts) == 3 and (parts[0], parts[1]) in known:
                found = self._judge(place, known[parts[0], parts[1]], name)
                if isinstance(found, Offer):
                    offers.append(found)
                else:
                    strays.append(found)
            elif len(parts) == 1 or parts[0] not in departments:
                strays.append(stray(name, "unknown_department", "no contract knows this department"))
            elif (parts[0], parts[1]) in known:
                strays.append(stray(name, "wrong_name", "it does not stand in the extract's own folder"))
            else:
                strays.append(stray(name, "unknown_extract", "no contract knows this extract of the department"))
        return Listing(sorted(offers, key=lambda offer: (offer.delivery_date, offer.contract.id)), strays)

    def digest(self, offer: Offer) -> str | None:
        return _hashed(self._open(offer), None)

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as copy:
            original = self._open(offer)
            before = os.fstat(original)
            digest = _hashed(original, copy.fileno())
            size = os.fstat(copy.fileno()).st_size
        try:
            after = Path(offer.place).lstat()
        except FileNotFoundError:
            raise taken_away(offer.name) from None
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise still_written(offer.name)
        return digest, size

    def _open(self, offer: Offer) -> int:
        """O_NOFOLLOW, because the entry may have become a link since it was listed."""
        try:
            return os.open(offer.place, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise taken_away(offer.name) from None

    def _files(self, folder: Path) -> Iterator[Path]:
        """Everything below that is no folder; a linked folder is named, not entered."""
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                yield from self._files(entry)
            else:
                yield entry

    def _judge(self, place: Path, contract: Contract, name: str) -> Offer | Stray:
        suffix = Path(contract.path).suffix
        wanted = f"{contract.extract}_<YYYYMMDD>{suffix}"
        if not place.is_file():
            return stray(name, "wrong_name", "neither a file nor a folder")
        match = FILE_NAME.fullmatch(place.name)
        if not match or match["extract"] != contract.extract:
            return stray(name, "wrong_name", f"the name does not read {wanted}")
        if match["suffix"] != suffix:
            return stray(name, "wrong_name", f"the name ends in {match['suffix']}, agreed is {suffix}")
        try:
            day = datetime.strptime(match["day"], "%Y%m%d").date()
        except ValueError:
            return stray(name, "wrong_name", f"{match['day']} is no day")
        status = place.stat()
        return Offer(contract, day, place.name, str(place), status.st_size, _stamp(status))


def _stamp(status: os.stat_result) -> str:
    """What a file's bytes cannot change without; nothing where it has changed just now, for the clock of a file system
    may tell the time of another change alike.

    With the time of the last change of its entry, which nobody can set: not only that of its bytes.
    """
    if time.time_ns() - status.st_ctime_ns < _SETTLED:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_dev}:{status.st_ino}"


def taken_away(name: str) -> SourceTrouble:
    return SourceTrouble(INCOMPLETE, f"{name} went while it was read", "Nothing: it is taken once it is back.")


def still_written(name: str) -> SourceTrouble:
    return SourceTrouble(
        INCOMPLETE, f"{name} changed while it was read", "Nothing: it is taken once its writer has finished."
    )


def stray(place: str, refusal: str, reason: str) -> Stray:
    """A stray, with what to do about it."""
    remedies = {
        "wrong_name": "Give the file the name that the exchange standard asks for.",
        "path_leaves_folder": "Put the file itself there, not a link.",
    }
    return Stray(place, refusal, reason, remedies.get(refusal, "Remove it, or add a contract for it."))


def hash_file(file: Path) -> str:
    """The SHA-256 of a file."""
    return _hashed(os.open(file, os.O_RDONLY), None)


def _hashed(descriptor: int, copy: int | None) -> str:
    """The SHA-256 of an open file, which is closed; its bytes go to the descriptor `copy` in the same pass."""
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            while copy is not None and piece:
                piece = piece[os.write(copy, piece) :]
    return digest.hexdigest()
