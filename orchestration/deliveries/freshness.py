"""How old an extract is, when that is late, and on which days it is asked for.

Here belongs: what follows from a contract's cadence and service levels and from the receipts. The mart source_freshness
says the same of the day of its figures (dbt_project/models/marts/quality).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from orchestration.contracts.concepts import CADENCE_DAYS
from orchestration.contracts.contract import Contract
from orchestration.deliveries.pull import today
from orchestration.deliveries.receipt import Receipt, last_accepted_by_day, latest_day
from orchestration.settings import Settings

_MONDAY = 0


@dataclass(frozen=True)
class Freshness:
    """How old one extract is on a day: the day that its last accepted delivery describes (None: none ever came), and
    the last day on which the contract lets the next one come (None: it promises nothing, or nothing ever came)."""

    contract: Contract
    day: date
    last_delivery: date | None

    @property
    def age_days(self) -> int | None:
        return (self.day - self.last_delivery).days if self.last_delivery else None

    @property
    def next_by(self) -> date | None:
        period = self.contract.period_days
        if self.last_delivery is None or period is None:
            return None
        return self.last_delivery + timedelta(days=period + self.contract.grace_days)

    @property
    def is_late(self) -> bool:
        return self.next_by is not None and self.next_by < self.day

    @property
    def is_due(self) -> bool:
        """Whether its cadence lets a new delivery be expected: what never came is, and what comes once on Mondays."""
        if self.age_days is None:
            return True
        if self.contract.cadence == "once":
            return self.day.weekday() == _MONDAY
        return self.age_days >= CADENCE_DAYS[self.contract.cadence]


def freshness(contracts: Iterable[Contract], receipts: Iterable[Receipt], day: date) -> dict[str, Freshness]:
    """The freshness of each extract on a day, by its id; `receipts` as they stand (standing.load_receipts)."""
    by_extract: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        by_extract.setdefault(receipt.id, []).append(receipt)
    found = {}
    for contract in contracts:
        days = list(last_accepted_by_day(by_extract.get(contract.id, [])))
        found[contract.id] = Freshness(contract, day, date.fromisoformat(days[-1]) if days else None)
    return found


def judged_on(settings: Settings, receipts: Iterable[Receipt]) -> date:
    """The day on which sources are called late: WANGGE_DAY, else today in China.

    A simulated district has no today: its day is that of its last delivery.
    """
    if settings.day:
        return date.fromisoformat(settings.day)
    latest = latest_day(receipts) if settings.simulated.exists() else ""
    return date.fromisoformat(latest) if latest else today()
