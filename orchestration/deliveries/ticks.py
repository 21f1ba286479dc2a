"""What an unattended pull asks for: the extracts that are due, those whose wait is over, those with a new file.

Here belongs: decisions over ages, troubles and files. When they are taken is said in defs/schedules and defs/sensors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.contracts.contract import Contract
from orchestration.deliveries.freshness import Freshness
from orchestration.deliveries.pull import today
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.sources import FolderSource, Known, Source
from orchestration.deliveries.troubles import SourceTrouble, Trouble


@dataclass(frozen=True)
class Drop:
    """A file that no receipt speaks of yet: its extract, its name, and its size and time of change."""

    extract: str
    name: str
    stamp: str

    @property
    def key(self) -> str:
        return f"{self.extract}/{self.name} {self.stamp}"


def due(ages: Mapping[str, Freshness], troubles: Iterable[Trouble], now: datetime, free: Collection[str]) -> list[str]:
    """The extracts that a daily pull asks for, by name.

    `free` are those that cost nobody anything to ask for (files, of which none is read again). Of the others those that
    their cadence lets expect; one in trouble waits as long as its wait says, however due it is.
    """
    waiting = {trouble.extract for trouble in troubles} - set(ripe(troubles, now))
    return sorted(id_ for id_, age in ages.items() if (id_ in free or age.is_due) and id_ not in waiting)


def ripe(troubles: Iterable[Trouble], now: datetime) -> dict[str, Trouble]:
    """The troubles whose wait is over, by extract."""
    return {trouble.extract: trouble for trouble in troubles if datetime.fromisoformat(trouble.next_try) <= now}


def drops_in_folder(folder: FolderSource, contracts: Iterable[Contract], receipts: Iterable[Receipt]) -> Iterator[Drop]:
    """The deliveries in the drop that are newer than every receipt of their name and size.

    Told without reading them. One that was replaced by another of the same size with an older time is found by the
    daily pull, which compares bytes.
    """
    known: dict[tuple[str, str, int], datetime] = {}
    for receipt in receipts:
        name = (receipt.id, receipt.source_file, receipt.bytes)
        arrived = datetime.fromisoformat(receipt.received_at)
        known[name] = max(arrived, known.get(name, arrived))
    for offer in folder.listing(contracts).offers:
        try:
            status = Path(offer.place).stat()
        except FileNotFoundError:
            continue
        arrived = known.get((offer.contract.id, offer.name, status.st_size), datetime.min.replace(tzinfo=UTC))
        if datetime.fromtimestamp(status.st_mtime, UTC) > arrived:
            yield Drop(offer.contract.id, offer.name, f"{status.st_size}-{status.st_mtime_ns}")


def drops_behind(sources: Mapping[str, Source], receipts: Sequence[Receipt], now: datetime) -> list[Drop]:
    """The complete files of sources of files whose stamp no receipt bears, by extract; the sources are asked at once.

    One that cannot be listed gives a drop of its own, at most one an hour: the pull that it calls for finds the trouble
    again, notes it and lets it wait.
    """

    def look(id_: str) -> list[Drop]:
        of_extract = [receipt for receipt in receipts if receipt.id == id_]
        stamps = {(receipt.delivery_date, receipt.stamp) for receipt in of_extract}
        try:
            with closing(sources[id_]) as source:
                offers = source.listing(Known(of_extract, {}, None, today(), Path())).offers
        except SourceTrouble as problem:
            return [Drop(id_, problem.kind, f"{now:%Y%m%d%H}")]
        return [
            Drop(id_, offer.name, offer.stamp)
            for offer in offers
            if (offer.delivery_date.isoformat(), offer.stamp) not in stamps
        ]

    with ThreadPoolExecutor(max(1, len(sources))) as pool:
        return [drop for drops in pool.map(look, sorted(sources)) for drop in drops]


def run_key(parts: Iterable[str]) -> str:
    """One key for what a run is asked for: Dagster never runs the same key twice."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
