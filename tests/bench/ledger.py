"""Where every row is that the departments of a drill ever offered: accepted, rejected with a reason, or waiting with a
reason.

What was offered is read from the district's own files, by the plain way of a folder; what has become of it, from what
was taken of the systems. Here belongs: the two, set against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import Receipt, last_accepted_by_day, read_receipts
from orchestration.deliveries.sources import FolderSource
from orchestration.deliveries.troubles import read_troubles

ACCEPTED = "select distinct _record_key || ' ' || _version from read_parquet(?)"


@dataclass
class Account:
    """Rows (no row twice) by what has become of them, and `lost`: what nobody can say that of."""

    accepted: int = 0
    rejected: int = 0
    waiting: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        waiting = ", ".join(f"{rows:,} of {why}" for why, rows in sorted(self.waiting.items()))
        told = f"{self.accepted:,} rows accepted, {self.rejected:,} rejected, {self.waiting.total():,} waiting"
        return f"{told}{f' ({waiting})' if waiting else ''}, {len(self.lost)} extracts with rows lost"


class Ledger:
    """The rows that a district's files hold, by extract and day."""

    def __init__(self, extracts: Path, folder: Path) -> None:
        """`folder`: for what is read of the files `extracts`."""
        pull(FolderSource(extracts), read_contracts(), folder)
        self.offered = {
            (receipt.id, _day(receipt)): (_accepted(folder, receipt), receipt.rows_rejected)
            for receipt in read_receipts(folder)
        }

    def account(self, data: Path, day: str, withheld: Collection[tuple[str, str]] = ()) -> Account:
        """What has become in `data` of all that was offered until `day`, save what departments kept back (extract
        and day; days are YYYYMMDD)."""
        receipts = read_receipts(data)
        troubles = {trouble.extract: trouble.kind for trouble in read_troubles(data)}
        found = Account()
        for extract in sorted({id_ for id_, _ in self.offered}):
            taken = [receipt for receipt in receipts if receipt.id == extract]
            # A drop that was refused counts until the day is accepted.
            good = {_day(each): each for each in last_accepted_by_day(taken).values()}
            refused = {_day(each): each.refusal for each in taken if _day(each) not in good}
            held: set[str] = set().union(*(_accepted(data, each) for each in taken if each.accepted))
            days = {day_: rows for (id_, day_), rows in self.offered.items() if id_ == extract and day_ <= day}
            for of_day, (rows, rejected) in sorted(days.items()):
                if (extract, of_day) in withheld:
                    continue
                missing = len(rows - held)
                found.accepted += len(rows) - missing
                why = troubles.get(extract) or (f"a delivery refused: {refused[of_day]}" if of_day in refused else "")
                if why:
                    found.waiting[f"{extract} ({why})"] += missing + (0 if of_day in good else rejected)
                elif missing:
                    found.lost.append(f"{extract} of {of_day}: {missing} of {len(rows)} rows are nowhere")
                elif of_day in good and good[of_day].rows_rejected != rejected:
                    found.lost.append(f"{extract} of {of_day}: {good[of_day].rows_rejected} rejected, not {rejected}")
            found.rejected += sum(each.rows_rejected for each in good.values())
        found.waiting = +found.waiting
        return found


def _day(receipt: Receipt) -> str:
    return (receipt.delivery_date or "").replace("-", "")


def _accepted(data: Path, receipt: Receipt) -> set[str]:
    """The accepted rows of a delivery: what each is called, and what it says."""
    if not receipt.accepted:
        return set()
    with duckdb.connect() as connection:
        file = data / "deliveries" / receipt.folder / "accepted.parquet"
        return {row for (row,) in connection.execute(ACCEPTED, [str(file)]).fetchall()}
