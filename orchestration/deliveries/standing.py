"""What each delivery counts for, once withdrawals are honoured.

A withdrawn delivery is as if it had never come. Besides itself that concerns the full deliveries that were judged by
their number of rows while it was in force: they are judged again, in the order in which they arrived, without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

from orchestration.contracts.contract import Contract
from orchestration.deliveries.receipt import WITHDRAWN, Receipt, previous_accepted, read_receipts, taken_already
from orchestration.deliveries.refusal import too_few_rows
from orchestration.deliveries.withdrawals import read_log, withdrawn


def load_receipts(data_dir: Path, contracts: Iterable[Contract] | None = None) -> list[Receipt]:
    """Every receipt below `data_dir`/deliveries as it stands now, by extract, delivery date and time of arrival.

    With `contracts` only those of their extracts.
    """
    gone = withdrawn(data_dir)
    # Also where all were restored: what came in between was judged without them.
    named = {line.extract for line in read_log(data_dir)}
    standing: list[Receipt] = []
    for extract, group in groupby(read_receipts(data_dir, contracts), key=lambda receipt: receipt.id):
        receipts = list(group)
        ids = {delivery_id for id_, delivery_id in gone if id_ == extract}
        standing += without(receipts, ids) if extract in named else receipts
    return standing


def without(receipts: Collection[Receipt], withdrawn_ids: Collection[str]) -> list[Receipt]:
    """One extract's receipts, by day and arrival, as they would stand had those deliveries never come.

    The withdrawn themselves get the status `withdrawn`.
    """
    arrivals = [
        replace(receipt, received_at=moment)
        for receipt in receipts
        if receipt.delivery_id not in withdrawn_ids
        for moment in receipt.arrivals
    ]
    taken: dict[str, Receipt] = {}
    for receipt in sorted(arrivals, key=lambda each: each.received_at):
        day = date.fromisoformat(receipt.delivery_date or "")
        if not taken_already(taken.values(), day, receipt.sha256, receipt.contract_version):
            taken[receipt.delivery_id] = judge_rows(receipt, previous_accepted(taken.values(), day))
    standing = [taken.get(receipt.delivery_id) or replace(receipt, status=WITHDRAWN) for receipt in receipts]
    return sorted(standing, key=lambda each: (each.delivery_date or "", each.received_at))


def judge_rows(receipt: Receipt, before: Receipt | None) -> Receipt:
    """A receipt, accepted or set aside for its number of rows by how many the last delivery in force before it has.

    A delivery that was refused for another reason stays refused.
    """
    if not receipt.accepted and not receipt.rows_set_aside:
        return receipt
    rows = receipt.rows_accepted or receipt.rows_set_aside
    if before is None or rows >= receipt.minimum_row_share * before.rows_accepted:
        return replace(
            receipt, status="accepted", rows_accepted=rows, rows_set_aside=0, refusal="", reason="", remedy=""
        )
    refusal = too_few_rows(rows, before.rows_accepted, before.delivery_date or "", receipt.minimum_row_share)
    return replace(
        receipt,
        status="refused",
        rows_accepted=0,
        rows_set_aside=rows,
        refusal=refusal.kind,
        reason=refusal.reason,
        remedy=refusal.remedy,
    )
