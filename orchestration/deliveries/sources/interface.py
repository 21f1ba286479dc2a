"""What every kind of source is asked, and what it answers.

Here belongs: the small interface between the pull and the systems of the departments. What is done with the bytes is
not a source's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from orchestration.contracts.contract import Contract
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.troubles import SourceTrouble
from orchestration.masking import mask_values


@dataclass(frozen=True)
class Offer:
    """One delivery that a source has: of which extract and day, its file name, its size in bytes (0: unknown).

    `stamp` is what the source says of the bytes without handing them over (size and time of change; empty: nothing):
    the same stamp means the same bytes. `dated_by_pull`: the day is that of the pull, because a table as a whole has
    none of its own.
    """

    contract: Contract
    delivery_date: date
    name: str
    place: str
    size: int = 0
    stamp: str = ""
    dated_by_pull: bool = False


@dataclass(frozen=True)
class Stray:
    """Something in a source that is no delivery: where it stands (relative to the source) and why it is left there."""

    place: str
    refusal: str
    reason: str
    remedy: str

    def __post_init__(self) -> None:
        # Whoever put it there may have named it after somebody.
        object.__setattr__(self, "place", mask_values(self.place))


@dataclass(frozen=True)
class Listing:
    """What a source has at one moment; `waiting`: deliveries that are there and not complete yet; `swept`: whether it
    was looked through for rows of any time that were never taken."""

    offers: list[Offer]
    strays: list[Stray] = field(default_factory=list)
    waiting: list[SourceTrouble] = field(default_factory=list)
    swept: bool = False


@dataclass(frozen=True)
class Known:
    """What a source is told of what was pulled before, so that it can say what is new.

    `receipts` of its extract; the file of each day as it was `kept`, of the deliveries in force; `first_day` on which
    the district delivered anything (None: not yet); `day` that tables and interfaces stand for now; `spool`, a private
    folder for what is read until it is taken; the day of the last listing that `swept` (None: none did).
    """

    receipts: Sequence[Receipt]
    kept: Mapping[date, Path]
    first_day: date | None
    day: date
    spool: Path
    swept: date | None = None


class Origin(Protocol):
    """Where the bytes of offers are. Both methods may raise SourceTrouble."""

    def digest(self, offer: Offer) -> str | None:
        """SHA-256 of an offer's bytes where the source can tell it without a transfer, else None."""

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        """Writes an offer's bytes to a new file (mode 0600) and returns their SHA-256 and number."""


class Source(Origin, Protocol):
    """The place of one extract. It tries again by itself what may pass in seconds, then raises SourceTrouble."""

    @property
    def system(self) -> str:
        """The system behind it: those of one name share its limit of connections. Empty: this machine, no limit."""

    @property
    def connections(self) -> int:
        """How many extracts may be read from the system at once."""

    def listing(self, known: Known) -> Listing:
        """Everything that is there or new; what is not a delivery is a stray with its reason."""

    def close(self) -> None:
        """Lets go of what it holds open."""
