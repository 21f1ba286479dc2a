"""A person's decisions change what a run makes of the same deliveries, whatever the evidence says."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest
from districts import District, run_dbt

from orchestration.releases.inputs import fingerprint
from orchestration.settings import PROJECT, settings_for

COLUMNS = (PROJECT / "seeds" / "rules" / "decisions.csv").read_text("utf-8").strip().split(",")
REGISTER, HEALTH, AID = (
    "public_security.household_register",
    "health.resident_records",
    "civil_affairs.assistance_recipients",
)
Record = tuple[str, str]


class Decided:
    """A copy of a district's warehouse, and what is asked of it."""

    def __init__(self, district: District, data: Path) -> None:
        self.district = District(settings_for(data, district.settings.extracts), "")
        for name in ("deliveries", "state"):
            shutil.copytree(district.settings.data / name, data / name)
        shutil.copy(district.settings.warehouse, data)
        self.same = self.records(
            f"select extract, record_key from conformed.person_link where extract = '{REGISTER}'"
            " and method = 'identity_number' order by source_row limit 2"
        )
        self.apart = self.records(
            "select health.extract, health.record_key, register.extract, register.record_key"
            " from conformed.person_link as health join conformed.person_link as register using (person_key)"
            f" where health.extract = '{HEALTH}' and register.extract = '{REGISTER}'"
            " and health.method = 'identity_number' and register.method = 'identity_number'"
            " order by health.source_row desc, register.source_row limit 1"
        )
        self.moved = self.records(
            f"select extract, record_key from conformed.address_link where extract = '{AID}'"
            " and address_code is not null order by source_row limit 1"
        )
        self.dwelling = str(self.district.warehouse("select min(address_code) from conformed.dwelling")[0][0])

    def records(self, query: str) -> list[Record]:
        """Pairs of extract and record key, however many stand in a row."""
        flat = [value for row in self.district.warehouse(query) for value in row]
        return list(zip(flat[::2], flat[1::2], strict=True))

    def write(self) -> None:
        rows = [
            ["same", *self.same[0], *self.same[1], ""],
            ["not_same", *self.apart[0], *self.apart[1], ""],
            ["this_dwelling", *self.moved[0], "", "", self.dwelling],
        ]
        with (self.district.settings.state / "decisions.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows([*row, "office", "2026-09-09", "seen, and asked"] for row in rows)

    def build(self) -> None:
        """Only what lies between the decisions and the links."""
        links = ("state_decision+,+person_link", "state_decision+,+address_link")
        run_dbt(self.district.settings, "run", "--select", *links)

    def keys(self, records: list[Record]) -> list[str]:
        """The person key of the subject of each record."""
        query = "select min(person_key) from conformed.person_link where role = 'subject'"
        return [
            str(self.district.warehouse(f"{query} and extract = '{extract}' and record_key = '{key}'")[0][0])
            for extract, key in records
        ]


@pytest.fixture(scope="module")
def decided(district: District, tmp_path_factory: pytest.TempPathFactory) -> Decided:
    """The district before and after: what was linked before is checked here, once."""
    copy = Decided(district, tmp_path_factory.mktemp("decided"))
    assert len(set(copy.keys(copy.same))) == 2
    assert len(set(copy.keys(copy.apart))) == 1
    copy.write()
    copy.build()
    return copy


def test_two_numbers_that_a_person_calls_one_are_one(decided: Decided) -> None:
    assert len(set(decided.keys(decided.same))) == 1


def test_two_rows_of_one_number_that_a_person_calls_two_are_two(decided: Decided) -> None:
    assert len(set(decided.keys(decided.apart))) == 2


def test_the_dwelling_that_a_person_names_stands(decided: Decided) -> None:
    extract, key = decided.moved[0]
    links = decided.district.warehouse(
        "select address_code, method, cast(confidence as double) from conformed.address_link"
        f" where extract = '{extract}' and record_key = '{key}'"
    )
    assert set(links) == {(decided.dwelling, "decision", 1.0)}


def test_a_decision_file_makes_the_next_run_build_again(decided: Decided) -> None:
    file = decided.district.settings.state / "decisions.csv"
    before, text = fingerprint(decided.district.settings), file.read_bytes()
    file.write_bytes(text + b"\n")
    assert fingerprint(decided.district.settings) != before
    file.write_bytes(text)
    assert fingerprint(decided.district.settings) == before


def test_nothing_else_moved(district: District, decided: Decided) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.settings.warehouse}' as before (read_only)")
        connection.execute(f"attach '{decided.district.settings.warehouse}' as after (read_only)")
        row = connection.execute(
            "select count(*) from before.conformed.person_link as one join after.conformed.person_link as other"
            " using (evidence_key) where one.method <> other.method"
        ).fetchone()
    assert row is not None
    assert row[0] <= 3
