"""Correction orders piece by piece: working days, clocks, who may see what, and workbooks that run nothing."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from orchestration.contracts.contract import read_contracts
from orchestration.exchange.kinds import PROJECT
from orchestration.exchange.listing import Line, may_see, named_columns
from orchestration.exchange.orders import NotIssued, issue
from orchestration.exchange.reports import day_and_working_days
from orchestration.exchange.workbooks import ANSWERED, COLUMNS, write_workbooks
from orchestration.exchange.working_days import after_working_days, is_published, is_working_day
from orchestration.settings import settings_for

CONTRACTS = read_contracts()
HEALTH, REGISTER = "health.resident_records", "public_security.household_register"
INCIDENTS, REPLIES = "grid_office.incidents", "data_centre.correction_replies"


@pytest.mark.parametrize(
    ("day", "number", "last"),
    [
        # National Day is off from 1 to 7 October 2026, and the Saturday after it is worked.
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 3), 10, date(2026, 9, 17)),
        # Nobody has published the holidays of that year yet.
        (date(2050, 1, 7), 1, date(2050, 1, 10)),
    ],
)
def test_deadlines_follow_the_published_calendar(day: date, number: int, last: date) -> None:
    assert after_working_days(day, number) == last


@given(st.dates(date(2010, 1, 1), date(2026, 11, 30)), st.integers(1, 20))
def test_so_many_working_days_lie_before_a_deadline(day: date, number: int) -> None:
    last = after_working_days(day, number)
    assert is_working_day(last)
    assert sum(is_working_day(day + timedelta(days=after)) for after in range(1, (last - day).days + 1)) == number


def test_the_calendar_knows_which_years_are_published() -> None:
    assert is_published(date(2026, 12, 31))
    assert not is_published(date(2050, 1, 1))


@pytest.mark.parametrize(("district", "days"), [("140581", 5), ("530103", 10), (None, 10)])
def test_the_longest_prefix_sets_the_clock(district: str | None, days: int) -> None:
    with duckdb.connect() as connection:
        for schema in ("rules", "conformed"):
            connection.execute(f"create schema {schema}")
        clocks = PROJECT / "seeds" / "rules" / "correction_clock.csv"
        connection.execute(
            f"create table rules.correction_clock as from read_csv('{clocks}', types = {{'area_prefix': 'varchar'}})"
        )
        connection.execute("create table conformed.as_of as select date '2026-09-03' as as_of_date")
        connection.execute(
            "create table conformed.grid as select unnest($codes::varchar[]) as district_code",
            {"codes": [district] if district else []},
        )
        assert day_and_working_days(connection) == (date(2026, 9, 3), days)


@pytest.mark.parametrize(
    ("reader", "owner", "column", "seen"),
    [
        (HEALTH, HEALTH, "chronic_conditions", True),
        (REGISTER, HEALTH, "chronic_conditions", False),
        (REGISTER, HEALTH, "identity_number", True),
        (INCIDENTS, HEALTH, "identity_number", False),
        (REGISTER, "civil_affairs.assistance_recipients", "assistance_category", False),
        (REGISTER, "civil_affairs.deaths", "died_on", True),
        (HEALTH, REPLIES, "corrected_value", False),
    ],
)
def test_a_department_sees_what_it_needs_and_nothing_withheld(reader: str, owner: str, column: str, seen: bool) -> None:
    assert may_see(CONTRACTS[reader], CONTRACTS[owner], named_columns(CONTRACTS[owner])[column]) is seen


DANGEROUS = [
    "=1+1",
    "+86 1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
    "http://a.b",
    "530103198208021594",
    "00123",
]


def line(value: str, **other: object) -> Line:
    fields = {
        "department": "health", "order_id": "JH1", "kind": "id_invalid", "severity": 2, "state": "issued",
        "other_side": False, "deadline": date(2026, 9, 17), "extract": HEALTH, "source_file": value, "source_row": 1,
        "record_key": "k:1", "version": "1", "column_name": "identity_number", "value": value, "evidence": value,
        "suggested": value, "reason": None,
    }  # fmt: skip
    return Line(**{**fields, **other})  # type: ignore[arg-type]


def test_whatever_a_value_is_it_stays_text(tmp_path: Path) -> None:
    written = write_workbooks([line(value) for value in DANGEROUS], CONTRACTS, tmp_path / "2026-09", date(2026, 9, 3))
    assert written == [("health", len(DANGEROUS))]
    file = tmp_path / "2026-09" / "health.xlsx"
    sheet = openpyxl.load_workbook(file)["校核清单"]
    for column in ("本部门值", "佐证", "建议值"):
        cells = [row[list(COLUMNS).index(column)] for row in sheet.iter_rows(min_row=2)]
        assert [cell.value for cell in cells] == DANGEROUS
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    answers = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is None]
    assert len(answers) == len(ANSWERED) * len(DANGEROUS)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not any(b"<f>" in content or b"externalLink" in content for content in parts.values())
    assert not [name for name in parts if "vba" in name or "hyperlink" in name]


def test_the_same_lines_give_the_same_file(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        write_workbooks([line("x")], CONTRACTS, tmp_path / folder, date(2026, 9, 3))
    assert (tmp_path / "one" / "health.xlsx").read_bytes() == (tmp_path / "other" / "health.xlsx").read_bytes()


def test_a_workbook_is_for_its_owner_alone_and_a_failed_one_leaves_nothing(tmp_path: Path) -> None:
    write_workbooks([line("x")], CONTRACTS, tmp_path / "done", date(2026, 9, 3))
    assert (tmp_path / "done" / "health.xlsx").stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyError):
        write_workbooks([line("x"), line("x", kind="unknown")], CONTRACTS, tmp_path / "failed", date(2026, 9, 3))
    assert not (tmp_path / "failed").exists()


def test_the_list_holds_every_column_that_a_reply_needs() -> None:
    assert {column.header for column in CONTRACTS[REPLIES].columns} <= set(COLUMNS)


def test_without_a_warehouse_nothing_is_issued(tmp_path: Path) -> None:
    with pytest.raises(NotIssued, match="no warehouse"):
        issue(settings_for(tmp_path), "", Console(quiet=True))


@pytest.mark.parametrize(
    ("period", "told"), [("2026-9", "is no period"), ("2026-13", "is no period"), ("2026-10", "last")]
)
def test_a_period_must_be_a_month_that_deliveries_have_reached(tmp_path: Path, period: str, told: str) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema conformed")
        connection.execute("create table conformed.as_of as select date '2026-09-03' as as_of_date")
    with pytest.raises(NotIssued, match=told):
        issue(settings_for(tmp_path), period, Console(quiet=True))
