"""When an extract is due and when it is late, by its contract; and what contracts may promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipts_of import CONTRACTS, REGISTER, VISITS, receipt

from orchestration.contracts.contract import CONTRACTS as FOLDER
from orchestration.contracts.contract import read_contract
from orchestration.contracts.validation import ContractError
from orchestration.deliveries.freshness import Freshness, freshness, judged_on
from orchestration.settings import settings_for

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
AGES = st.integers(0, 800)
SERVICE = {id_: contract for id_, contract in CONTRACTS.items() if contract.period_days}


@given(st.sampled_from(sorted(SERVICE)), DAYS, AGES)
def test_late_means_older_than_period_and_grace(extract: str, day: date, age: int) -> None:
    found = Freshness(SERVICE[extract], day, day - timedelta(days=age))
    assert found.is_late == (age > SERVICE[extract].period_days + SERVICE[extract].grace_days)
    assert found.next_by == day - timedelta(days=age - SERVICE[extract].period_days - SERVICE[extract].grace_days)


@given(st.sampled_from(sorted(SERVICE)), DAYS, AGES)
def test_what_is_late_is_asked_for_within_a_week(extract: str, day: date, age: int) -> None:
    last = day - timedelta(days=age)
    week = [Freshness(SERVICE[extract], day + timedelta(days=later), last) for later in range(7)]
    assert not week[0].is_late or any(each.is_due for each in week)


@given(DAYS, AGES)
def test_a_cadence_says_when_something_is_due(day: date, age: int) -> None:
    last = day - timedelta(days=age)
    due = {id_: Freshness(contract, day, last).is_due for id_, contract in CONTRACTS.items()}
    assert due[VISITS] == (age >= 1)
    assert due[REGISTER] == (age >= 7)
    assert due["human_resources.social_insurance"] == (age >= 28)
    assert due["education.students"] == (day.weekday() == 0)
    assert all(Freshness(contract, day, None).is_due for contract in CONTRACTS.values())


def test_a_department_that_never_delivered_and_one_that_promised_nothing_are_never_late() -> None:
    day = date(2030, 1, 1)
    assert not any(Freshness(contract, day, None).is_late for contract in CONTRACTS.values())
    assert not Freshness(CONTRACTS["data_centre.typed_cells"], day, date(2026, 1, 1)).is_late


def test_age_is_told_from_the_last_accepted_delivery_and_not_from_when_it_came() -> None:
    receipts = [
        receipt(REGISTER, date(2026, 9, 1), "2026-09-20T00:00:00+00:00"),
        receipt(REGISTER, date(2026, 9, 8), "2026-09-08T00:00:00+00:00", "refused", "truncated"),
    ]
    found = freshness(CONTRACTS.values(), receipts, date(2026, 9, 11))
    assert (found[REGISTER].last_delivery, found[REGISTER].age_days) == (date(2026, 9, 1), 10)
    assert found[REGISTER].is_late
    assert found[VISITS].age_days is None


def test_the_day_is_the_one_asked_for_the_last_simulated_one_or_today(tmp_path: Path) -> None:
    receipts = [receipt(VISITS, date(2026, 9, 3), "2026-11-01T00:00:00+00:00")]
    assert judged_on(settings_for(tmp_path, day="2026-09-12"), receipts) == date(2026, 9, 12)
    china = datetime.now(UTC) + timedelta(hours=8)
    assert judged_on(settings_for(tmp_path), receipts) - china.date() in (timedelta(0), timedelta(days=1))
    (tmp_path / "district.json").write_text("{}")
    assert judged_on(settings_for(tmp_path), receipts) == date(2026, 9, 3)


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ("- {property: frequency, value: 0, unit: d}", "whole number"),
        ("- {property: frequency, value: 1, unit: h}", "unit of frequency 'h'"),
        ("- {property: frequency, value: 6, unit: d}", "shorter than the cadence weekly"),
        ("- {property: latency, value: 2, unit: d}", "latency without a frequency"),
        ("- {property: retention, value: 2, unit: y}", "property 'retention'"),
    ],
)
def test_a_service_level_that_promises_nonsense_is_refused(tmp_path: Path, levels: str, told: str) -> None:
    text = (FOLDER / "public_security" / "household_register.odcs.yaml").read_text("utf-8")
    before, _, after = text.partition("slaProperties:\n")
    rest = after[after.index("customProperties:") :]
    file = tmp_path / "public_security" / "household_register.odcs.yaml"
    file.parent.mkdir()
    file.write_text(f"{before}slaProperties:\n  {levels}\n{rest}", "utf-8")
    with pytest.raises(ContractError, match=told):
        read_contract(file)


def test_a_contract_without_service_levels_promises_nothing() -> None:
    assert replace(CONTRACTS[REGISTER], service_levels=()).period_days is None
