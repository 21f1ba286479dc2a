"""The pull: everything that the sources have and that was not taken yet.

Here belongs: order and concurrency, and that one source's failure stops no other. Extracts run side by side, the
deliveries of one extract one after another in order of date; what happens to a single delivery stands in `take`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from threading import BoundedSemaphore, Lock
from uuid import uuid4
from zoneinfo import ZoneInfo

from orchestration.contracts.contract import Contract
from orchestration.deliveries.files import locked, make_private_folder, write_atomically
from orchestration.deliveries.index import write_index
from orchestration.deliveries.receipt import Receipt, last_accepted_by_day, latest_day
from orchestration.deliveries.sources import FolderSource, Known, Offer, Origin, Source, Stray
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.take import INCOMING, Workplace, clean_leftovers, take_delivery
from orchestration.deliveries.troubles import INCOMPLETE, SourceTrouble, note_troubles

STRAYS, SWEEPS = "strays.json", "sweeps.json"
LOCK = ".lock"
CHINA = ZoneInfo("Asia/Shanghai")
MOST_REMOTE = 16
Progress = Callable[[Receipt], None]


def today() -> date:
    """The day in China, which has one time zone."""
    return datetime.now(CHINA).date()


def pull(
    sources: FolderSource | Mapping[str, FolderSource | Source],
    contracts: Mapping[str, Contract],
    data_dir: Path,
    extracts: Collection[str] | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    day: date | None = None,
) -> list[Receipt]:
    """Takes every delivery of the sources that was not taken yet; returns the new receipts, by date and extract.

    `sources`: a folder for every extract, or each extract's own source by its id. `contracts` by `department.extract`;
    `extracts` restricts to some of these ids. `day` is the one that tables and interfaces stand for (default: today in
    China). `progress` is called with each receipt as it comes, from one thread at a time. Entries that are no delivery
    give a receipt with status refused and no delivery id the first time they are seen; `deliveries/strays.json` lists
    those that are there now.

    A source that fails stops no other: its extract stands in `deliveries/troubles.json` until a pull of it succeeds.
    `deliveries/index.json` is written at the end, also where taking a delivery failed; the first failure of this
    machine (disk full) is raised after that.

    `workers` deliveries are checked at a time (one a core), each by one thread of DuckDB: threads, because the work
    lies in libraries that let go of Python's lock (two cores 80 % busy), and more threads each spent the same processor
    time. Waiting for a system takes no place from them.
    """
    data_dir = data_dir.resolve()
    root = data_dir / "deliveries"
    make_private_folder(root)
    wanted = [id_ for id_ in contracts if extracts is None or id_ in extracts]
    by_id = sources if isinstance(sources, Mapping) else dict.fromkeys(contracts, sources)
    run = _Pull(data_dir, contracts, workers or max(1, min(os.cpu_count() or 1, 8)), day or today(), progress)
    for folder in {id(each): each for each in by_id.values() if isinstance(each, FolderSource)}.values():
        run.list_folder(folder, [each for id_, each in contracts.items() if by_id.get(id_) is folder])
    remote = [id_ for id_ in wanted if not isinstance(by_id[id_], FolderSource)]
    # The largest first, so that the last one to finish is a small one; what has to be waited for before that.
    local = sorted(set(wanted) - set(remote), key=lambda id_: -sum(offer.size for offer in run.offers[id_]))
    with ThreadPoolExecutor(run.workers + min(len(remote), MOST_REMOTE)) as pool:
        list(pool.map(lambda id_: run.take_all(contracts[id_], by_id[id_]), [*remote, *local]))
    with locked(root / LOCK):
        for receipt in _new_strays(root, run.strays, run.troubles) if extracts is None else []:
            run.tell(receipt)
        note_troubles(data_dir, run.troubles, wanted)
        _note_sweeps(root, run.swept)
        write_index(data_dir, contracts.values())
    if run.failures:
        raise run.failures[0]
    return sorted(run.taken, key=lambda receipt: (receipt.delivery_date or "", receipt.id, receipt.source_file))


class _Pull:
    """One pull at work: what was offered, taken, and what went wrong."""

    def __init__(
        self, data_dir: Path, contracts: Mapping[str, Contract], workers: int, day: date, progress: Progress | None
    ) -> None:
        receipts = load_receipts(data_dir, contracts.values())
        self.data_dir, self.workers, self.day, self.progress = data_dir, workers, day, progress
        self.offers: dict[str, list[Offer]] = defaultdict(list)
        self.strays: list[Stray] = []
        self.taken: list[Receipt] = []
        self.failures: list[Exception] = []
        self.troubles: dict[str, tuple[str, SourceTrouble]] = {}
        self.swept: dict[str, date] = {}
        self._swept_before = _read_sweeps(data_dir / "deliveries")
        self.days = {date.fromisoformat(each.delivery_date or "") for each in receipts if each.accepted}
        # Fixed before the first is taken: what one pull takes is known on its own day, in whatever order it comes.
        self.workplace = Workplace(
            data_dir,
            known_by=latest_day(receipts),
            megabytes=_memory_megabytes() // (2 * workers),
            places=BoundedSemaphore(workers),
        )
        self._telling = Lock()
        self._systems: dict[str, BoundedSemaphore] = {}

    def list_folder(self, folder: FolderSource, contracts: Iterable[Contract]) -> None:
        listing = folder.listing(contracts)
        self.strays += listing.strays
        for offer in listing.offers:
            self.offers[offer.contract.id].append(offer)
            self.days.add(offer.delivery_date)

    def tell(self, receipt: Receipt) -> None:
        with self._telling:
            self.taken.append(receipt)
            if self.progress:
                self.progress(receipt)

    def take_all(self, contract: Contract, source: FolderSource | Source) -> None:
        """Takes one extract's deliveries in order of date, alone: another pull of the same extract waits."""
        folder = self.data_dir / "deliveries" / contract.department / contract.extract
        make_private_folder(folder)
        system = "" if isinstance(source, FolderSource) else source.system
        try:
            with locked(folder / LOCK):
                clean_leftovers(folder)
                receipts = load_receipts(self.data_dir, [contract])
                if isinstance(source, FolderSource):
                    self._take(contract, source, self.offers[contract.id], receipts)
                else:
                    self._take_remote(contract, source, folder / f"{INCOMING}{uuid4().hex}", receipts)
        except SourceTrouble as problem:
            self.troubles[contract.id] = (system, problem)
        except Exception as error:
            self.failures.append(error)

    def _take_remote(self, contract: Contract, source: Source, spool: Path, receipts: list[Receipt]) -> None:
        with self._telling:
            places = self._systems.setdefault(source.system, BoundedSemaphore(source.connections))
        make_private_folder(spool)
        try:
            with places if source.system else nullcontext(), closing(source):
                files = {
                    date.fromisoformat(day): self.data_dir / "deliveries" / each.folder / each.source_file
                    for day, each in last_accepted_by_day(receipts).items()
                }
                kept = {day: file for day, file in files.items() if file.exists()}
                swept, first_day = self._swept_before.get(contract.id), min(self.days, default=None)
                listing = source.listing(Known(receipts, kept, first_day, self.day, spool, swept))
                self.strays += listing.strays
                self._take(contract, source, listing.offers, receipts)
                if listing.swept:
                    self.swept[contract.id] = self.day
            if listing.waiting:
                raise listing.waiting[0]
        finally:
            shutil.rmtree(spool, ignore_errors=True)

    def _take(self, contract: Contract, source: Origin, offers: Iterable[Offer], receipts: list[Receipt]) -> None:
        """What is still being written waits, and the days after it do not."""
        waiting: list[SourceTrouble] = []
        for offer in sorted(offers, key=lambda each: each.delivery_date):
            try:
                receipt = take_delivery(source, offer, receipts, self.workplace)
            except SourceTrouble as problem:
                if problem.kind != INCOMPLETE:
                    raise
                waiting.append(problem)
                continue
            if receipt:
                receipts = [each for each in receipts if each.delivery_id != receipt.delivery_id] + [receipt]
                self.tell(receipt)
        if waiting:
            raise waiting[0]


def _new_strays(root: Path, strays: list[Stray], unseen: Collection[str]) -> list[Receipt]:
    """Receipts for entries that are no delivery and were not there before; keeps the list of those that are.

    What is known of extracts that could not be looked at (`unseen`) stays.
    """
    file = root / STRAYS
    known = [Stray(**each) for each in json.loads(file.read_text("utf-8"))] if file.exists() else []
    there = {*strays, *(stray for stray in known if ".".join(stray.place.split("/")[:2]) in unseen)}
    if there != set(known):
        now = [asdict(stray) for stray in sorted(there, key=lambda stray: stray.place)]
        write_atomically(file, (json.dumps(now, ensure_ascii=False, indent=1) + "\n").encode())
    return [_stray_receipt(stray) for stray in strays if stray not in known]


def _read_sweeps(root: Path) -> dict[str, date]:
    """On which day each extract's system was last looked through for what was never taken."""
    file = root / SWEEPS
    found = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return {id_: date.fromisoformat(day) for id_, day in found.items()}


def _note_sweeps(root: Path, swept: Mapping[str, date]) -> None:
    """Adds what was looked through now."""
    if (known := _read_sweeps(root)) != (now := {**known, **swept}):
        text = json.dumps({id_: day.isoformat() for id_, day in sorted(now.items())}, indent=1) + "\n"
        write_atomically(root / SWEEPS, text.encode())


def _stray_receipt(stray: Stray) -> Receipt:
    parts = stray.place.split("/")
    return Receipt(
        delivery_id="",
        department=parts[0] if len(parts) > 1 else "",
        extract=parts[1] if len(parts) > 2 else "",
        delivery_date=None,
        source_file=parts[-1],
        sha256="",
        bytes=0,
        received_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        status="refused",
        contract_version="",
        refusal=stray.refusal,
        reason=f"{stray.place}: {stray.reason}",
        remedy=stray.remedy,
    )


def _memory_megabytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
