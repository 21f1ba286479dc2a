"""`make deliveries`, `make withdraw`, `make restore`: what was delivered, and what no longer counts.

A withdrawal names one delivery, that is bytes and the day that they were for. These bytes stay out for that day, also
while their file still lies where the department put it; other bytes for the day, or the same for another day, are
another delivery. The next run builds and publishes what follows.
"""

from __future__ import annotations

import argparse
import difflib
import getpass
import sys

from rich.console import Console
from rich.table import Table

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.deliveries.checkpoint import folded_ids
from orchestration.deliveries.index import write_index
from orchestration.deliveries.receipt import Receipt, current_receipts, read_receipts
from orchestration.deliveries.standing import load_receipts, without
from orchestration.deliveries.withdrawals import RESTORE, WITHDRAW, record, withdrawn
from orchestration.guard import RunFailed, only_run
from orchestration.process import keep_private
from orchestration.settings import Settings, settings_for


class NotPossible(Exception):
    """The delivery cannot be withdrawn or restored; the message says why and what to do."""


def change(settings: Settings, action: str, delivery_id: str, reason: str) -> Receipt:
    """Withdraw or restore a delivery and write the index anew; returns its receipt as it stands now.

    Raises NotPossible for an id that is unknown, refused, or has the wanted standing already, and RunFailed while a run
    is at work.
    """
    if not settings.deliveries.is_dir():
        raise NotPossible(f"There are no deliveries in {settings.data}.")
    contracts = read_contracts()
    with only_run(settings):
        # A withdrawal that was killed behind its decision is finished here: asked for again, it is no news.
        write_index(settings.data, contracts.values())
        receipt = _find(settings, delivery_id, load_receipts(settings.data, contracts.values()))
        gone = withdrawn(settings.data).get((receipt.id, delivery_id))
        if action == RESTORE and not gone:
            raise NotPossible(f"{delivery_id} ({receipt.id}) is not withdrawn: nothing to restore.")
        if action == WITHDRAW and gone:
            raise NotPossible(
                f"{delivery_id} ({receipt.id}) was already withdrawn on {gone.decided_at[:10]} by {gone.decided_by}."
            )
        if action == WITHDRAW and not receipt.accepted:
            raise NotPossible(
                f"{delivery_id} ({receipt.id}) was refused when it came, so nothing of it counts: {receipt.reason}"
            )
        _refuse_for_folded(settings, contracts[receipt.id], action, receipt)
        record(settings.data, action, receipt.id, delivery_id, reason, getpass.getuser())
        write_index(settings.data, contracts.values())
    return _find(settings, delivery_id, load_receipts(settings.data, contracts.values()))


def _refuse_for_folded(settings: Settings, contract: Contract, action: str, receipt: Receipt) -> None:
    """Raises NotPossible where the decision would change what counts of deliveries that are folded into a checkpoint:
    their rows cannot be told from others' any more."""
    folded = folded_ids(settings.data, contract)
    ids = {delivery_id for id_, delivery_id in withdrawn(settings.data) if id_ == contract.id}
    after = ids | {receipt.delivery_id} if action == WITHDRAW else ids - {receipt.delivery_id}
    written = read_receipts(settings.data, [contract])
    standing = [{each.delivery_id: each.status for each in without(written, gone)} for gone in (ids, after)]
    if any(standing[0][delivery_id] != standing[1][delivery_id] for delivery_id in folded):
        raise NotPossible(
            f"{receipt.delivery_id} ({receipt.id}) cannot be {'withdrawn' if action == WITHDRAW else 'restored'}: "
            "it, or a delivery that would count otherwise without it, has expired and is folded into a checkpoint. "
            "What is wrong in it is corrected by a delivery of a later day."
        )


def _find(settings: Settings, delivery_id: str, receipts: list[Receipt]) -> Receipt:
    """The receipt with this id; of several (bytes that two extracts got) the one that was not refused."""
    found = [receipt for receipt in receipts if receipt.delivery_id == delivery_id]
    if not found:
        alike = difflib.get_close_matches(delivery_id, [receipt.delivery_id for receipt in receipts], n=1)
        hint = f" Did you mean {alike[0]}?" if alike else ""
        raise NotPossible(
            f"There is no delivery {delivery_id} in {settings.data}.{hint} `make deliveries` lists all with their ids."
        )
    return min(found, key=lambda receipt: receipt.status == "refused")


def in_force(contract: Contract, receipts: list[Receipt]) -> set[str]:
    """The ids of the deliveries that make up an extract's current state."""
    return {receipt.delivery_id for receipt in current_receipts(contract, receipts)}


def listing(settings: Settings) -> Table:
    """Every delivery: its id, and whether it counts, is superseded, folded, refused or withdrawn."""
    contracts = read_contracts()
    receipts = load_receipts(settings.data, contracts.values())
    current = {(contract.id, id_) for contract in contracts.values() for id_ in in_force(contract, receipts)}
    gone = withdrawn(settings.data)
    folded = {(contract.id, id_) for contract in contracts.values() for id_ in folded_ids(settings.data, contract)}
    table = Table(box=None, pad_edge=False)
    for name in ("extract", "delivery", "status"):
        table.add_column(name, no_wrap=True)
    table.add_column("rows", justify="right")
    table.add_column("why")
    for receipt in receipts:
        key = (receipt.id, receipt.delivery_id)
        status = "in force" if key in current else "superseded" if receipt.accepted else receipt.status
        status = "folded" if key in folded and receipt.accepted else status
        why = gone[key].reason if key in gone else receipt.refusal
        table.add_row(receipt.id, receipt.delivery_id, status, f"{receipt.rows_accepted:,}", why)
    return table


def main() -> int:
    """Read the command line; 1 where the delivery cannot be withdrawn or restored."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("action", choices=("list", WITHDRAW, RESTORE))
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--delivery", default="")
    arguments.add_argument("--reason", default="")
    given = arguments.parse_args()
    settings = settings_for(given.data)
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    if given.action == "list":
        console.print(listing(settings))
        return 0
    if not given.delivery:
        print(f"Which? make {given.action} DELIVERY=id; `make deliveries` lists all with their ids.", file=sys.stderr)
        return 1
    try:
        receipt = change(settings, given.action, given.delivery, given.reason)
    except (NotPossible, RunFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    contract = read_contracts()[receipt.id]
    left = sorted(in_force(contract, load_receipts(settings.data, [contract])))
    print(f"{receipt.delivery_id} ({receipt.id}) is {'withdrawn' if given.action == WITHDRAW else 'restored'}.")
    print(f"In force now: {', '.join(left[-3:]) or 'no delivery'}{f' and {len(left) - 3} more' if left[3:] else ''}.")
    print("The next `make run` builds and publishes what follows; until then readers have the last release.")
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
