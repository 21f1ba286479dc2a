"""The receipt of a delivery: what came, what was read of it, what was wrong with it.

Here belongs: the receipt's fields, writing and finding receipts, and which deliveries make up an extract's current
state. A receipt holds counts and reasons, never a value of a row. It is written once; what became of a delivery when
another was withdrawn is told by `standing.py` whenever receipts are loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.contracts.contract import Contract

RECEIPT = "receipt.json"
ACCEPTED = "accepted.parquet"
REJECTED = "rejected.parquet"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Receipt:
    """What became of one delivery.

    `rows_read` = `rows_accepted` + `rows_rejected` + `rows_set_aside` + `rows_erased`; title, footer and blank rows are
    not data and counted apart. `checks` names every `column:rule` that each accepted row was held against, `flags`
    counts the rows that break one, `reasons` rejected rows by reason. A refused delivery says in `refusal` what kind of
    fault it has, in `reason` what and where, and in `remedy` what its department can do.

    A full delivery with fewer than `minimum_row_share` of the rows of the last one is refused, but keeps its rows, set
    aside: it will count where that last one is withdrawn. `earlier_arrivals` are the times at which the same bytes had
    come for the same day before `received_at`, other ones between. `known_on` is the day on which the district
    learnt what it says, counted in delivery dates and not by the wall clock: its own date, or the latest one taken
    before this pull where it came late. `stamp` is what the source said of the bytes before it handed them over (size
    and time of change): while it says the same, they need not be fetched again.

    `rows_erased` are gone because they name a person whose data was erased, `rows_blanked` lost what they said of one;
    `original` says why the bytes as they came are not kept (an empty text: they are).
    """

    delivery_id: str
    department: str
    extract: str
    delivery_date: str | None
    source_file: str
    sha256: str
    bytes: int
    received_at: str
    status: str
    contract_version: str
    known_on: str = ""
    stamp: str = ""
    seconds: float = 0.0
    refusal: str = ""
    reason: str = ""
    remedy: str = ""
    encoding: str = ""
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_set_aside: int = 0
    rows_erased: int = 0
    rows_blanked: int = 0
    original: str = ""
    minimum_row_share: float = 0.0
    title_rows: int = 0
    footer_rows: int = 0
    blank_rows: int = 0
    rows_with_repeated_key: int = 0
    checks: list[str] = field(default_factory=list)
    flags: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    earlier_arrivals: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """`department.extract`."""
        return f"{self.department}.{self.extract}"

    @property
    def accepted(self) -> bool:
        return self.status == "accepted"

    @property
    def arrivals(self) -> list[str]:
        """Every time at which these bytes came for this day and were read, oldest first."""
        return [*self.earlier_arrivals, self.received_at]

    @property
    def folder(self) -> Path:
        """The delivery's folder below the folder of deliveries."""
        return Path(self.department) / self.extract / self.delivery_id

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """A receipt from its JSON text; fields of a later version are ignored."""
        fields: dict[str, Any] = json.loads(text)
        return cls(**{name: value for name, value in fields.items() if name in cls.__dataclass_fields__})


def read_receipts(data_dir: Path, contracts: Iterable[Contract] | None = None) -> list[Receipt]:
    """Every receipt below `data_dir`/deliveries as written, by extract, delivery date and time of arrival.

    With `contracts` only those of their extracts. A folder without a receipt is no delivery. What a delivery counts for
    now, withdrawals honoured, says `standing.load_receipts`.
    """
    root = data_dir / "deliveries"
    if contracts is None:
        files = root.glob(f"*/*/*/{RECEIPT}")
    else:
        files = (file for each in contracts for file in (root / each.department / each.extract).glob(f"*/{RECEIPT}"))
    receipts = []
    for file in files:
        # Another pull may be replacing the folder at this moment.
        with suppress(FileNotFoundError):
            if not file.parent.name.startswith("."):
                receipts.append(Receipt.from_json(file.read_text("utf-8")))
    return sorted(receipts, key=lambda receipt: (receipt.id, receipt.delivery_date or "", receipt.received_at))


def last_accepted_by_day(receipts: Iterable[Receipt]) -> dict[str, Receipt]:
    """The accepted delivery that holds for each day of one extract, oldest day first: the one that arrived last."""
    held: dict[str, Receipt] = {}
    for receipt in sorted(receipts, key=lambda each: each.received_at):
        if receipt.accepted and receipt.delivery_date:
            held[receipt.delivery_date] = receipt
    return dict(sorted(held.items()))


def latest_day(receipts: Iterable[Receipt]) -> str:
    """The latest day of any accepted delivery; an empty text before the first."""
    return max((each.delivery_date or "" for each in receipts if each.accepted), default="")


def learnt_receipts(contract: Contract, receipts: Iterable[Receipt]) -> list[tuple[Receipt, str, str | None]]:
    """What an extract's deliveries said and when: each with the day from which it was known and the day from which it
    was not any more, because a corrected one had come for the same day (null: it still holds). Oldest day first.

    A delivery that was corrected on the day on which it became known was never known to anybody.
    """
    by_day: dict[str, list[tuple[Receipt, str]]] = {}
    for receipt in sorted((each for each in receipts if each.id == contract.id), key=lambda each: each.received_at):
        if receipt.accepted and receipt.delivery_date:
            by_day.setdefault(receipt.delivery_date, []).append((receipt, receipt.known_on or receipt.delivery_date))
    learnt: list[tuple[Receipt, str, str | None]] = []
    for _, taken in sorted(by_day.items()):
        until = [known for _, known in taken[1:]]
        for (receipt, known), replaced in zip(taken, [*until, None], strict=True):
            if replaced is None or known < replaced:
                learnt.append((receipt, known, replaced))
    return learnt


def current_receipts(contract: Contract, receipts: Iterable[Receipt]) -> list[Receipt]:
    """The deliveries that make up an extract's current state, oldest first.

    A full delivery stands alone: the last day's. Changes add up: every day's last accepted one.
    """
    held = list(last_accepted_by_day(each for each in receipts if each.id == contract.id).values())
    return held if contract.kind == "change" else held[-1:]


def taken_already(receipts: Iterable[Receipt], delivery_date: date, sha256: str, contract_version: str) -> bool:
    """Whether the same bytes need not be taken (again) for this day of one extract.

    True where they have been withdrawn; where they are in force for the day (unless others came later whose rows were
    set aside, as those might come into force); and where they are the last that arrived for the day and were refused
    under the same version of the contract (another version may well accept them).
    """
    day = delivery_date.isoformat()
    of_day = [each for each in receipts if each.delivery_date == day]
    if any(each.sha256 == sha256 and each.status == WITHDRAWN for each in of_day):
        return True
    last = max((each for each in of_day if each.status != WITHDRAWN), key=lambda each: each.received_at, default=None)
    current = last_accepted_by_day(of_day).get(day)
    if last is None:
        return False
    if current and current.sha256 == sha256 and not last.rows_set_aside:
        return True
    return last.sha256 == sha256 and (last.accepted or last.contract_version == contract_version)


def previous_accepted(receipts: Iterable[Receipt], delivery_date: date) -> Receipt | None:
    """The last accepted delivery of an earlier day: what a full delivery's number of rows is held against."""
    earlier = [receipt for day, receipt in last_accepted_by_day(receipts).items() if day < delivery_date.isoformat()]
    return earlier[-1] if earlier else None
