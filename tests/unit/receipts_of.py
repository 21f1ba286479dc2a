"""Receipts, troubles and contracts as tests of what is due, late or wrong need them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.troubles import Trouble

CONTRACTS = read_contracts()
REGISTER = "public_security.household_register"  # full, weekly: every 7 days, 2 days of grace
VISITS = "community.household_visits"  # changes, daily: every 7 days, 2 days of grace


def receipt(extract: str, day: date, received: str, status: str = "accepted", refusal: str = "") -> Receipt:
    """One receipt, received at that moment (ISO 8601 with zone)."""
    department, name = extract.split(".")
    return Receipt(
        delivery_id=f"{day:%Y%m%d}-{abs(hash((extract, received))):012x}"[:21],
        department=department,
        extract=name,
        delivery_date=day.isoformat(),
        source_file=f"{name}_{day:%Y%m%d}.csv",
        sha256="00",
        bytes=1,
        received_at=received,
        status=status,
        contract_version="1.0.0",
        refusal=refusal,
        reason=f"fault of {day}" if refusal else "",
        remedy="Send it again." if refusal else "",
    )


def write_receipt(data: Path, one: Receipt) -> None:
    folder = data / "deliveries" / one.department / one.extract / one.delivery_id
    folder.mkdir(parents=True)
    (folder / "receipt.json").write_text(json.dumps(asdict(one)), "utf-8")


def trouble(extract: str, since: datetime, next_try: datetime, kind: str = "unreachable", tries: int = 1) -> Trouble:
    return Trouble(
        extract=extract,
        system="records",
        kind=kind,
        reason="nothing answers at the department's host",
        remedy="Ask the department whether its system is up.",
        since=since.isoformat(timespec="seconds"),
        last_try=since.isoformat(timespec="seconds"),
        tries=tries,
        next_try=next_try.isoformat(timespec="seconds"),
    )


def write_troubles(data: Path, troubles: list[Trouble]) -> None:
    (data / "deliveries").mkdir(parents=True, exist_ok=True)
    (data / "deliveries" / "troubles.json").write_text(json.dumps([asdict(each) for each in troubles]), "utf-8")
