"""The pull: everything that a source has and that was not taken yet.

Here belongs: order and concurrency. Extracts run side by side, the deliveries of one extract one after another in order
of date; what happens to a single delivery stands in `take`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from orchestration.contracts.contract import Contract
from orchestration.deliveries.files import locked, make_private_folder, write_atomically
from orchestration.deliveries.index import write_index
from orchestration.deliveries.receipt import Receipt, latest_day
from orchestration.deliveries.sources import Offer, Source, Stray
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.take import clean_leftovers, take_delivery

STRAYS = "strays.json"
LOCK = ".lock"
Progress = Callable[[Receipt], None]


def pull(
    source: Source,
    contracts: Mapping[str, Contract],
    data_dir: Path,
    extracts: Collection[str] | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> list[Receipt]:
    """Takes every delivery of `source` that was not taken yet; returns the new receipts, by date and extract.

    `contracts` by `department.extract`; `extracts` restricts to some of these ids. `progress` is called with each
    receipt as it comes, from one thread at a time. Entries that are no delivery give a receipt with status refused and
    no delivery id the first time they are seen; `deliveries/strays.json` lists those that are there now.
    `deliveries/index.json` is written at the end, also where a delivery failed; the first failure (disk full, lost
    connection) is raised after that.

    `workers` extracts are taken at a time (one a core), each by one thread of DuckDB: threads, because the work lies in
    libraries that let go of Python's lock (two cores 80 % busy), and more threads each spent the same processor time.
    """
    data_dir = data_dir.resolve()
    root = data_dir / "deliveries"
    make_private_folder(root)
    listing = source.listing(contracts.values())
    wanted = set(contracts) if extracts is None else set(extracts)
    queues: dict[str, list[Offer]] = {id_: [] for id_ in wanted if id_ in contracts}
    for offer in sorted(listing.offers, key=lambda each: each.delivery_date):
        if offer.contract.id in queues:
            queues[offer.contract.id].append(offer)
    # The largest first, so that the last one to finish is a small one.
    order = sorted(queues, key=lambda id_: -sum(offer.size for offer in queues[id_]))
    workers = workers or max(1, min(os.cpu_count() or 1, 8))
    memory = f"{_memory_megabytes() // (2 * workers)}MB"
    taken: list[Receipt] = []
    failures: list[BaseException] = []
    telling = Lock()
    # Fixed before the first is taken: what one pull takes is known on its own day, in whatever order it comes.
    known_by = latest_day(load_receipts(data_dir, contracts.values()))

    def run(id_: str) -> None:
        try:
            for receipt in _take_all(source, queues[id_], contracts[id_], data_dir, memory, known_by):
                with telling:
                    taken.append(receipt)
                    if progress:
                        progress(receipt)
        except Exception as error:
            failures.append(error)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, order))
    with locked(root / LOCK):
        for receipt in _new_strays(root, listing.strays) if extracts is None else []:
            taken.append(receipt)
            if progress:
                progress(receipt)
        write_index(data_dir, contracts.values())
    if failures:
        raise failures[0]
    return sorted(taken, key=lambda receipt: (receipt.delivery_date or "", receipt.id, receipt.source_file))


def _take_all(
    source: Source, offers: list[Offer], contract: Contract, data_dir: Path, memory: str, known_by: str
) -> Iterator[Receipt]:
    """Takes one extract's deliveries in order of date, alone: another pull of the same extract waits. `known_by` is the
    latest day that earlier pulls took."""
    folder = data_dir / "deliveries" / contract.department / contract.extract
    make_private_folder(folder)
    with locked(folder / LOCK):
        clean_leftovers(folder)
        receipts = load_receipts(data_dir, [contract])
        for offer in offers:
            receipt = take_delivery(source, offer, data_dir, receipts, 1, memory, known_by)
            if receipt:
                receipts = [each for each in receipts if each.delivery_id != receipt.delivery_id] + [receipt]
                yield receipt


def _new_strays(root: Path, strays: list[Stray]) -> list[Receipt]:
    """Receipts for entries that are no delivery and were not there before; keeps the list of those that are."""
    file = root / STRAYS
    known = {tuple(each.items()) for each in json.loads(file.read_text("utf-8"))} if file.exists() else set()
    now = [asdict(stray) for stray in strays]
    if {tuple(each.items()) for each in now} != known:
        write_atomically(file, (json.dumps(now, ensure_ascii=False, indent=1) + "\n").encode())
    return [_stray_receipt(stray) for stray in strays if tuple(asdict(stray).items()) not in known]


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
