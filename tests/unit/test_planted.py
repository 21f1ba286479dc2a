"""Planted discrepancies: each is one by the files alone, and nothing like it stays unnamed."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from district_files import deliveries, labelled, people, write_ordinary


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ordinary(tmp_path_factory.mktemp("ordinary"))


def test_planted_discrepancies_are_what_they_say(ordinary: Path) -> None:
    planted = pq.read_table(ordinary / "truth" / "planted.parquet").to_pylist()
    always = {"assisted_twice", "group_letting", "let_without_contract", "occupied_but_vacant"}
    assert always <= {entry["kind"] for entry in planted} <= always | {"id_of_another", "deceased_active"}
    areas = {
        truth["address_code"]: float(unit["建筑面积"])
        for unit, truth in labelled(ordinary, "housing.housing_units", "20260825")
    }
    everybody = people(ordinary, "20260901")
    owners = {row["id"]: person for person, row in everybody.items()}
    for entry in planted:
        rows = labelled(ordinary, entry["extract"], entry["day"].strftime("%Y%m%d"))
        row, truth = rows[entry["row"] - 1]
        assert truth["person"] == entry["person"]
        if entry["kind"] == "id_of_another":
            assert owners[str(row.get("id_card", row.get("身份证号码"))).upper()] != entry["person"]
        if entry["kind"] == "deceased_active":
            assert everybody[entry["person"]]["dead"]
        if entry["kind"] == "assisted_twice":
            assert truth["person"] in {before["person"] for _, before in rows[: entry["row"] - 1]}
        if entry["kind"] == "group_letting":
            assert areas[truth["address_code"]] < 5 * row["occupants"]
        if entry["kind"] == "occupied_but_vacant":
            assert everybody[entry["person"]]["address_code"] is None and not everybody[entry["person"]]["dead"]
            visits = labelled(ordinary, "community.household_visits", "20260826")
            found = {visit["house_status"] for visit, true in visits if true["address_code"] == truth["address_code"]}
            assert found == {"空置"}


def test_nobody_else_is_crowded_and_no_one_else_is_on_paper_only(ordinary: Path) -> None:
    planted = pq.read_table(ordinary / "truth" / "planted.parquet").to_pylist()
    crowded = {entry["row"] for entry in planted if entry["kind"] == "group_letting"}
    units = labelled(ordinary, "housing.housing_units", "20260825")
    residents = Counter(
        person["address_code"] for person in people(ordinary, "20260901").values() if not person["dead"]
    )
    too_small = {
        truth["address_code"] for unit, truth in units if float(unit["建筑面积"]) < 5 * residents[truth["address_code"]]
    }
    contracts = labelled(ordinary, "housing.rental_contracts", "20260825")
    assert crowded == {truth["row"] for _, truth in contracts if truth["address_code"] in too_small}
    gone = {entry["row"] for entry in planted if entry["kind"] == "occupied_but_vacant"}
    everybody = people(ordinary, "20260825")
    records = labelled(ordinary, "health.resident_records", "20260825")
    elsewhere = {truth["row"] for _, truth in records if everybody[truth["person"]]["address_code"] is None}
    assert gone == elsewhere


def test_every_house_that_was_last_found_let_and_has_no_contract_is_planted(ordinary: Path) -> None:
    statuses, under_contract = {}, {}
    for day in deliveries(ordinary, "community.household_visits"):
        for visit, truth in labelled(ordinary, "community.household_visits", day):
            moment, _ = statuses.get(truth["address_code"], ("", ""))
            if visit["visited_at"] >= moment:
                statuses[truth["address_code"]] = visit["visited_at"], visit["house_status"]
    for day in deliveries(ordinary, "housing.rental_contracts"):
        for contract, truth in labelled(ordinary, "housing.rental_contracts", day):
            under_contract[contract["contract_no"]] = truth["address_code"], contract["status"], contract["end"]
    covered = {code for code, status, end in under_contract.values() if status == "active" and end >= "2026-09-01"}
    expected = {code for code, (_, status) in statuses.items() if status == "出租"} - covered
    units = {
        truth["row"]: truth["address_code"] for _, truth in labelled(ordinary, "housing.housing_units", "20260831")
    }
    planted = pq.read_table(ordinary / "truth" / "planted.parquet").to_pylist()
    named = {
        units[entry["row"]]
        for entry in planted
        if entry["kind"] == "let_without_contract" and f"{entry['day']:%Y%m%d}" == "20260831"
    }
    assert named == expected
    assert 0.1 < len(named) / len(covered) < 1


def test_every_further_row_of_a_recipient_is_planted(ordinary: Path) -> None:
    planted = pq.read_table(ordinary / "truth" / "planted.parquet").to_pylist()
    rows = labelled(ordinary, "civil_affairs.assistance_recipients", "20260901")
    persons = [truth["person"] for _, truth in rows]
    further = {row for row, person in enumerate(persons, 1) if person in persons[: row - 1]}
    assert further
    assert {entry["row"] for entry in planted if entry["kind"] == "assisted_twice"} == further
