"""Where deliveries come from: what a source offers, and how its bytes are fetched.

Here belongs: the small interface that every kind of source follows, and the folder of deliveries. What is done with the
bytes is not a source's business.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from orchestration.contracts.contract import Contract
from orchestration.masking import mask_values

PIECE = 4 << 20
FILE_NAME = re.compile(r"(?P<extract>.+)_(?P<day>[0-9]{8})(?P<suffix>\.[^.]+)")


@dataclass(frozen=True)
class Offer:
    """One delivery that a source has: of which extract and day, its file name, its size in bytes (0: unknown)."""

    contract: Contract
    delivery_date: date
    name: str
    place: str
    size: int = 0


@dataclass(frozen=True)
class Stray:
    """Something in a source that is no delivery: where it stands (relative to the source) and why it is left there.

    Whoever put it there may have named it after somebody: its place is kept masked.
    """

    place: str
    refusal: str
    reason: str
    remedy: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", mask_values(self.place))


@dataclass(frozen=True)
class Listing:
    """What a source has at one moment."""

    offers: list[Offer]
    strays: list[Stray]


class Source(Protocol):
    """A place that hands over deliveries."""

    def listing(self, contracts: Iterable[Contract]) -> Listing:
        """Everything that is there; what is not a delivery of a contract is a stray with its reason."""

    def digest(self, offer: Offer) -> str | None:
        """SHA-256 of an offer's bytes where the source can tell it without a transfer, else None."""

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        """Writes an offer's bytes to a new file (mode 0600) and returns their SHA-256 and number."""


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
                strays.append(_stray(name, "path_leaves_folder", "a link, whose target need not be the department's"))
            elif len(parts) == 3 and (parts[0], parts[1]) in known:
                found = self._judge(place, known[parts[0], parts[1]], name)
                if isinstance(found, Offer):
                    offers.append(found)
                else:
                    strays.append(found)
            elif len(parts) == 1 or parts[0] not in departments:
                strays.append(_stray(name, "unknown_department", "no contract knows this department"))
            elif (parts[0], parts[1]) in known:
                strays.append(_stray(name, "wrong_name", "it does not stand in the extract's own folder"))
            else:
                strays.append(_stray(name, "unknown_extract", "no contract knows this extract of the department"))
        return Listing(sorted(offers, key=lambda offer: (offer.delivery_date, offer.contract.id)), strays)

    def digest(self, offer: Offer) -> str | None:
        return _hashed(self._open(offer), None)

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as copy:
            digest = _hashed(self._open(offer), copy.fileno())
            return digest, os.fstat(copy.fileno()).st_size

    def _open(self, offer: Offer) -> int:
        """O_NOFOLLOW, because the entry may have become a link since it was listed."""
        return os.open(offer.place, os.O_RDONLY | os.O_NOFOLLOW)

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
            return _stray(name, "wrong_name", "neither a file nor a folder")
        match = FILE_NAME.fullmatch(place.name)
        if not match or match["extract"] != contract.extract:
            return _stray(name, "wrong_name", f"the name does not read {wanted}")
        if match["suffix"] != suffix:
            return _stray(name, "wrong_name", f"the name ends in {match['suffix']}, agreed is {suffix}")
        try:
            day = datetime.strptime(match["day"], "%Y%m%d").date()
        except ValueError:
            return _stray(name, "wrong_name", f"{match['day']} is no day")
        return Offer(contract, day, place.name, str(place), place.stat().st_size)


def _stray(place: str, refusal: str, reason: str) -> Stray:
    remedies = {
        "wrong_name": "Give the file the name that the exchange standard asks for.",
        "path_leaves_folder": "Put the file itself there, not a link.",
    }
    return Stray(place, refusal, reason, remedies.get(refusal, "Remove it, or add a contract for it."))


def _hashed(descriptor: int, copy: int | None) -> str:
    """The SHA-256 of an open file, which is closed; its bytes go to the descriptor `copy` in the same pass."""
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            while copy is not None and piece:
                piece = piece[os.write(copy, piece) :]
    return digest.hexdigest()
