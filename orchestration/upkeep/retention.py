"""`make retention`: deliveries and releases whose time has passed.

Here belongs: from how long they are kept the day up to which deliveries are folded, and the order of the steps. What
folding does stands in `deliveries.checkpoint`. At any moment either the deliveries or the checkpoint is in force, and
asking again finishes what was killed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date, timedelta

from rich.console import Console
from rich.table import Table

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.deliveries.checkpoint import DATA_CENTRE, due, fold, folded_ids, read_checkpoint, remove_folded
from orchestration.deliveries.files import locked
from orchestration.deliveries.index import write_index
from orchestration.deliveries.receipt import Receipt, latest_day
from orchestration.deliveries.standing import load_receipts
from orchestration.exchange.reports import Reports
from orchestration.guard import RunFailed
from orchestration.process import keep_private
from orchestration.releases.release import LOCK, prune
from orchestration.settings import Settings, settings_for
from orchestration.upkeep.extracts import held_extracts


def checkpoint_day(receipts: list[Receipt], keep_days: int) -> str | None:
    """The day (ISO) up to whose end deliveries are folded; None before the first delivery.

    The last `keep_days` days before and with the district's last one keep every figure; the day before them opens
    them. What the data centre gathers itself says nothing of the district's day.
    """
    last = latest_day(each for each in receipts if each.department != DATA_CENTRE)
    return (date.fromisoformat(last) - timedelta(days=keep_days)).isoformat() if last else None


def retain(settings: Settings, keep_days: int, console: Console) -> None:
    """Fold what has expired and remove releases that tell of no day kept. Raises RunFailed while a run is at work."""
    contracts = {id_: each for id_, each in read_contracts().items() if each.department != DATA_CENTRE}
    with held_extracts(settings):
        receipts = load_receipts(settings.data, contracts.values())
        day = checkpoint_day(receipts, keep_days)
        expired = {id_: _expired(settings, each, receipts, day) for id_, each in contracts.items()} if day else {}
        expired = {id_: found for id_, found in expired.items() if found}
        if expired:
            console.print(f"Folded into a checkpoint of {day}, which opens the {keep_days} days kept:", markup=False)
        reported = Reports(settings.state).files()
        for id_ in expired:
            fold(settings.data, contracts[id_], _of(id_, receipts), day or "", reported)
        if settings.delivery_index.exists():
            # Also what a killed call had folded and not yet named or removed.
            write_index(settings.data, read_contracts().values())
        for contract in contracts.values():
            remove_folded(settings.data, contract)
        if expired:
            console.print(_listing(settings, contracts, expired))
        removed = _remove_releases(settings, day) if day else []
        for release_id in removed:
            console.print(f"Removed release {release_id}: it tells of no day kept.", markup=False)
        if not expired and not removed:
            console.print(f"Nothing has expired: no delivery is older than {keep_days} days.", markup=False)
        elif expired:
            console.print(
                "The next `make run` builds and publishes what follows; until then readers have the last one."
            )


def _of(id_: str, receipts: list[Receipt]) -> list[Receipt]:
    return [each for each in receipts if each.id == id_]


def _expired(settings: Settings, contract: Contract, receipts: list[Receipt], day: str) -> list[Receipt]:
    """What is to be folded of one extract; nothing where its checkpoint is of that day or a later one."""
    checkpoint = read_checkpoint(settings.data, contract)
    if checkpoint and checkpoint.day >= day:
        return []
    return due(contract, _of(contract.id, receipts), day, folded_ids(settings.data, contract))


def _remove_releases(settings: Settings, day: str) -> list[str]:
    """Remove the releases whose last day is that of the checkpoint or earlier, but for the current one."""
    settings.releases.mkdir(parents=True, exist_ok=True)
    with locked(settings.releases / LOCK):
        return prune(settings.releases, day)


def _listing(settings: Settings, contracts: Mapping[str, Contract], expired: Mapping[str, list[Receipt]]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("extract", no_wrap=True)
    for name in ("deliveries", "rows", "rows kept"):
        table.add_column(name, justify="right")
    for id_, receipts in expired.items():
        checkpoint = read_checkpoint(settings.data, contracts[id_])
        rows = sum(each.rows_accepted + each.rows_set_aside for each in receipts)
        table.add_row(id_, f"{len(receipts):,}", f"{rows:,}", f"{checkpoint.rows if checkpoint else 0:,}")
    return table


def main() -> int:
    """Read the command line and fold; 1 where it could not be done."""
    keep_private()
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--keep-days", default="")
    given = arguments.parse_args()
    if not given.keep_days:
        print("Nothing expires. Say for how many days figures are to be kept: make retention KEEP_DAYS=400")
        return 0
    if not given.keep_days.isascii() or not given.keep_days.isdigit() or int(given.keep_days) < 1:
        print(f"KEEP_DAYS={given.keep_days} is no number of days; at least one day is kept.", file=sys.stderr)
        return 1
    try:
        retain(
            settings_for(given.data),
            int(given.keep_days),
            Console(width=None if sys.stdout.isatty() else 140, highlight=False),
        )
    except RunFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
