"""What is wrong now: sources that cannot be pulled, deliveries that were refused, sources that are late, a failed run.

Here belongs: finding problems, and the key by which the same problem is known again. A pull tried in vain once more is
the same problem; another kind of fault is another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.contracts.contract import Contract
from orchestration.deliveries import troubles as words
from orchestration.deliveries.freshness import Freshness
from orchestration.deliveries.pull import CHINA, STRAYS
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.troubles import Trouble
from orchestration.masking import mask, mask_values

RUN, REFUSED, STRAY, LATE = "run", "refused", "stray", "late"
# What is not written to its end yet is no news within the hour: it arrives.
_PATIENCE = timedelta(hours=1)
_PATIENT = {words.INCOMPLETE, words.WAITING}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `extract` is empty where it is none's; `since` is a moment in ISO 8601 with zone."""

    key: str
    kind: str
    extract: str
    since: str
    what: str
    remedy: str


def in_trouble(troubles: Iterable[Trouble], now: datetime) -> list[Problem]:
    """One problem an extract that cannot be pulled.

    The ways in which nothing answers are one: they change from try to try.
    """
    return [
        Problem(
            key=f"trouble:{each.extract}:{words.UNREACHABLE if each.kind in words.PASSING else each.kind}",
            kind=each.kind,
            extract=each.extract,
            since=each.since,
            what=f"{words.KINDS.get(each.kind, each.kind)}: {each.reason}",
            remedy=each.remedy,
        )
        for each in troubles
        if each.kind not in _PATIENT or now - datetime.fromisoformat(each.since) >= _PATIENCE
    ]


def refused(contracts: Mapping[str, Contract], receipts: Iterable[Receipt]) -> list[Problem]:
    """One problem a day of an extract whose last delivery was refused and not replaced since.

    A full delivery of a later day replaces it, changes only another delivery of the same day. `receipts` as they stand.
    """
    by_extract: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        if receipt.delivery_date and receipt.id in contracts:
            by_extract.setdefault(receipt.id, []).append(receipt)
    problems = []
    for id_, of_extract in by_extract.items():
        last: dict[str, Receipt] = {}
        for receipt in sorted(of_extract, key=lambda each: each.received_at):
            last[receipt.delivery_date or ""] = receipt
        accepted = [day for day, receipt in last.items() if receipt.accepted]
        for day, receipt in sorted(last.items()):
            replaced = contracts[id_].kind == "full" and any(other > day for other in accepted)
            if receipt.status == "refused" and not replaced:
                problems.append(
                    Problem(
                        key=f"refused:{id_}:{day}:{receipt.refusal}",
                        kind=REFUSED,
                        extract=id_,
                        since=receipt.received_at,
                        what=mask(f"{receipt.source_file} was refused: {receipt.reason}"),
                        remedy=mask(receipt.remedy),
                    )
                )
    return problems


def stray(data_dir: Path, contracts: Mapping[str, Contract], now: datetime) -> list[Problem]:
    """One problem an entry of the sources that is no delivery (deliveries/strays.json)."""
    file = data_dir / "deliveries" / STRAYS
    problems = []
    for entry in json.loads(file.read_text("utf-8")) if file.exists() else []:
        extract = ".".join(entry["place"].split("/")[:2])
        problems.append(
            Problem(
                key=f"stray:{mask(entry['place'])}",
                kind=STRAY,
                extract=extract if extract in contracts else "",
                since=now.isoformat(timespec="seconds"),
                what=mask(f"{entry['place']} is no delivery: {entry['reason']}"),
                remedy=entry["remedy"],
            )
        )
    return problems


def late(ages: Iterable[Freshness]) -> list[Problem]:
    """One problem an extract that is older than its contract's service levels allow."""
    problems = []
    for age in ages:
        if age.is_late and age.next_by:
            began = datetime.combine(age.next_by + timedelta(days=1), datetime.min.time(), CHINA)
            problems.append(
                Problem(
                    key=f"late:{age.contract.id}",
                    kind=LATE,
                    extract=age.contract.id,
                    since=began.astimezone(UTC).isoformat(timespec="seconds"),
                    what=f"a delivery was to come by {age.next_by}; the last one is of {age.last_delivery}",
                    remedy=f"Ask {age.contract.provider} for it, or agree on another frequency in the contract.",
                )
            )
    return problems


def failed_run(failure: str, at: datetime) -> Problem:
    """The problem of a run that failed with this text."""
    return Problem(
        key=RUN,
        kind=RUN,
        extract="",
        since=at.isoformat(timespec="seconds"),
        what=mask_values(failure).strip(),
        remedy="Do what the reason says and run again; the logs lie in the data folder's logs/.",
    )
