"""The measure itself, on a district of six rows: a perfect answer gives 1, each kind of mistake costs what it must."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.evaluation.document import document
from orchestration.evaluation.goals import GOALS
from orchestration.evaluation.scores import ALL, DEATH_REGISTERED, Scores, score, together
from orchestration.evaluation.truth import District

REGISTER, VISITS = "public_security.household_register", "community.household_visits"
# Two people of one birth date in one dwelling, one elsewhere; the register's first day is superseded whole, and the
# visit of the second day supersedes that of the first.
TRUTH = [
    (REGISTER, "2026-08-25", 1, 1, "D1"),
    (REGISTER, "2026-09-01", 1, 1, "D1"),
    (REGISTER, "2026-09-01", 2, 2, "D1"),
    (REGISTER, "2026-09-01", 3, 3, "D2"),
    (VISITS, "2026-09-01", 1, 1, "D1"),
    (VISITS, "2026-09-01", 2, 2, "D1"),
    (VISITS, "2026-09-01", 3, 3, "D2"),
    (VISITS, "2026-09-02", 1, 1, "D1"),
    (VISITS, "2026-09-02", 2, None, "D2"),
]
KINDS = [
    "id_of_another", "deceased_active", "assisted_twice", "group_letting", "let_without_contract",
    "occupied_but_vacant",
]  # fmt: skip
VISIT_KEYS = {("2026-09-01", 1): "k:1", ("2026-09-01", 2): "k:2", ("2026-09-02", 1): "k:1", ("2026-09-02", 2): "k:4"}
CURRENT = [row for row in TRUTH if row[1:3] not in {("2026-08-25", 1)} and row[:3] != (VISITS, "2026-09-01", 1)]


def _district(folder: Path, *changes: str) -> District:
    """A district whose warehouse is right in everything, then changed by the statements."""
    (folder / "truth" / "rows").mkdir(parents=True)
    connection = duckdb.connect(str(folder / "warehouse.duckdb"))
    rows = ", ".join(
        f"('{extract}', date '{day}', {row}, {person or 'null'}, '{code}')" for extract, day, row, person, code in TRUTH
    )
    connection.execute(
        f"copy (from (values {rows}) as v (extract, day, row, person, address_code))"
        f" to '{folder}/truth/rows/all.parquet' (format parquet)"
    )
    connection.execute(
        f"""
        copy (
            select person, cast(birth as date) as birth, false as dead, true as here, address_code, grid_code
            from (values (1, '1950-01-31', 'D1', 'G1'), (2, '1950-01-31', 'D1', 'G1'), (3, '2010-09-03', 'D2', 'G2'))
                as v (person, birth, address_code, grid_code)
        ) to '{folder}/truth/person_20260902.parquet' (format parquet)
        """
    )
    connection.execute(
        f"copy (select unnest({KINDS}) as kind, '{VISITS}' as extract, date '2026-09-01' as day, 2 as row, 2 as person)"
        f" to '{folder}/truth/planted.parquet' (format parquet)"
    )
    _deliveries(connection, folder)
    _warehouse(connection)
    for change in changes:
        connection.execute(change)
    connection.close()
    return District(folder / "warehouse.duckdb", folder / "index.json", folder / "truth")


def _deliveries(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """What the pull accepted: the third visit of the first day was rejected."""
    entries = []
    for extract, address in ((REGISTER, "registered_address"), (VISITS, "address")):
        rows = [row for row in CURRENT if row[0] == extract and row[:3] != (VISITS, "2026-09-01", 3)]
        rows += [row for row in TRUTH if row[:3] == (VISITS, "2026-09-01", 1) and extract == VISITS]
        values = ", ".join(
            f"(date '{day}', {row}, '{VISIT_KEYS.get((day, row), f'k:{row}')}', 'text')" for _, day, row, *_ in rows
        )
        file = folder / f"{extract}.parquet"
        connection.execute(
            f"copy (from (values {values}) as v (_delivery_date, _source_row, _record_key, {address}))"
            f" to '{file}' (format parquet)"
        )
        department, name = extract.split(".")
        entries.append({"department": department, "extract": name, "paths": [str(file)]})
    (folder / "index.json").write_text(json.dumps(entries), "utf-8")


def _warehouse(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("conformed", "marts", "exchange"):
        connection.execute(f"create schema {schema}")
    rows = ", ".join(
        f"('{extract}', '{day.replace('-', '')}-aaaaaaaaaaaa', {row}, {person or 'null'}, '{code}')"
        for extract, day, row, person, code in CURRENT
    )
    connection.execute(
        f"create table found as from (values {rows}) as v (extract, delivery_id, source_row, person, code)"
    )
    connection.execute(
        """
        create table conformed.person_link as
        select
            *, 'subject' as role, 'P' || person as person_key,
            concat(extract, delivery_id, source_row) as evidence_key
        from found where person is not null
        """
    )
    connection.execute("create table conformed.address_link as select *, code as address_code from found")
    connection.execute(
        "create table conformed.person_statement as"
        " select evidence_key, if(person = 2, null, 'valid') as identity_number from conformed.person_link"
    )
    connection.execute(
        "create table conformed.dwelling_register as"
        " from (values ('D1', null), ('D2', '花园')) as v (address_code, compound)"
    )
    connection.execute(
        "create table marts.population_by_grid as"
        " from (values (date '2026-09-02', 'G1', 2), (date '2026-09-02', 'G2', 1), (date '2026-09-01', 'G2', 9))"
        " as v (as_of_date, grid_code, resident_population)"
    )
    connection.execute(
        f"create table exchange.discrepancies as"
        f" select unnest({KINDS}) as kind, '{VISITS}' as extract,"
        " 'household_visits_20260901.jsonl' as source_file, 2 as source_row"
    )


@pytest.fixture
def measured(tmp_path: Path) -> Callable[..., Scores]:
    """Scores of the small district after some changes to its warehouse."""
    numbers = iter(range(99))
    return lambda *changes: score(_district(tmp_path / str(next(numbers)), *changes))


def test_a_perfect_answer_gives_one(measured: Callable[..., Scores]) -> None:
    scores = measured()
    people = scores.people[ALL]
    assert (people.rows, people.omitted, people.true_pairs, people.people) == (6, 0, 3, 3)
    assert (people.precision, people.recall, people.exact) == (1, 1, 1)
    assert (scores.addresses[ALL].texts, scores.addresses[ALL].right, scores.addresses[ALL].wrong) == (7, 1, 0)
    assert (scores.population.people, scores.population.error) == (3, 0)
    borrowed = scores.planted["id_of_another"]
    assert (borrowed.found, borrowed.true) == (1, 1)


def test_merging_two_people_costs_precision_and_both(measured: Callable[..., Scores]) -> None:
    people = measured("update conformed.person_link set person_key = 'P1' where person = 2").people[ALL]
    assert people.claimed_pairs == 7
    assert people.precision == pytest.approx(3 / 7)
    assert people.recall == 1
    assert people.exact == pytest.approx(1 / 3)


def test_splitting_one_person_costs_recall_and_that_person(measured: Callable[..., Scores]) -> None:
    change = "update conformed.person_link set person_key = 'P9' where person = 3 and extract like 'community%'"
    people = measured(change).people[ALL]
    assert people.precision == 1
    assert people.recall == pytest.approx(2 / 3)
    assert people.exact == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "change",
    [
        "delete from conformed.person_link where person = 3 and extract like 'community%'",
        "update conformed.person_link set person_key = null where person = 3 and extract like 'community%'",
        "insert into conformed.person_link by name select * replace ('P9' as person_key) from conformed.person_link"
        " where person = 3 and extract like 'community%'",
    ],
    ids=["omitted", "without a key", "with two keys"],
)
def test_a_row_without_one_key_is_wrong(measured: Callable[..., Scores], change: str) -> None:
    people = measured(change).people[ALL]
    assert people.omitted == 1
    assert people.precision == 1
    assert people.recall == pytest.approx(2 / 3)
    assert people.exact == pytest.approx(2 / 3)


def test_rows_left_out_altogether_leave_nothing_right(measured: Callable[..., Scores]) -> None:
    people = measured("delete from conformed.person_link").people[ALL]
    assert (people.precision, people.recall, people.exact) == (None, 0, 0)
    assert all(goal.missed(together([measured("delete from conformed.person_link")]), 1) for goal in GOALS[:3])


def test_addresses_are_right_wrong_or_undecided(measured: Callable[..., Scores]) -> None:
    addresses = measured(
        "update conformed.address_link set address_code = 'D2' where source_row = 1 and extract like 'public%'",
        "update conformed.address_link set address_code = null where source_row = 2 and extract like 'public%'",
        "delete from conformed.address_link where source_row = 3 and extract like 'public%'",
    ).addresses[ALL]
    assert addresses.right == pytest.approx(4 / 7)
    assert addresses.wrong == pytest.approx(2 / 7)
    assert addresses.undecided == pytest.approx(1 / 7)


def test_population_counts_too_many_and_too_few(measured: Callable[..., Scores]) -> None:
    change = "update marts.population_by_grid set grid_code = if(resident_population = 1, null, 'G1')"
    assert measured(f"{change} where as_of_date = date '2026-09-02'").population.error == pytest.approx(2 / 3)


def test_planted_discrepancies_found_and_true(measured: Callable[..., Scores]) -> None:
    again = "insert into exchange.discrepancies select * replace (1 as source_row) from exchange.discrepancies"
    more = measured(again).planted["id_of_another"]
    assert (more.found, more.true) == (1, 0.5)
    none = measured("delete from exchange.discrepancies").planted["id_of_another"]
    assert (none.found, none.true) == (0, None)
    elsewhere = measured(again.replace("1 as source_row", "'x.y' as extract")).planted["id_of_another"]
    assert (elsewhere.found, elsewhere.true) == (1, 1)
    assert measured("drop table exchange.discrepancies").planted == {}


@pytest.mark.parametrize("dead, found", [(2, 1), (3, None)], ids=["told", "not told"])
def test_of_the_dead_those_whom_the_register_names_are_shown_apart(
    tmp_path: Path, dead: int, found: float | None
) -> None:
    told = (
        f"copy (select 'civil_affairs.deaths' as extract, date '2026-09-01' as day, 1 as row, {dead} as person,"
        f" null::varchar as address_code) to '{tmp_path}/district/truth/rows/deaths.parquet' (format parquet)"
    )
    scores = score(_district(tmp_path / "district", told))
    assert scores.planted["deceased_active"].found == 1
    goal = next(goal for goal in GOALS if goal.name == f"{DEATH_REGISTERED}: found")
    assert goal.figure(scores) == found
    assert not goal.missed(scores, 1)


def test_strata_hold_the_pairs_that_touch_them(measured: Callable[..., Scores]) -> None:
    people = measured("update conformed.person_link set person_key = 'P1' where person = 2").people
    assert people["rows without a valid number"].rows == 2
    assert people["rows without a valid number"].precision == pytest.approx(1 / 5)
    assert people["twins"].exact == 0
    assert (people["minors"].people, people["minors"].exact, people["minors"].precision) == (1, 1, 1)
    assert people["aged 60 and over"].people == 2
    assert people["people in old streets (no compound)"].rows == 4
    assert people[f"{VISITS}: subject"].rows == 3


def test_districts_add_up_and_the_document_names_what_is_missed(measured: Callable[..., Scores]) -> None:
    good, bad = measured(), measured("update conformed.person_link set person_key = 'P1' where person = 2")
    assert together([good, bad]).people[ALL].precision == pytest.approx(6 / 10)
    text = document({1.0: {7: good, 8: bad}}, 3, 2, "abc", [])
    assert "seed 8: people exactly right 0.33333, goal ≥ 0.998" in text
    assert "seed 7" not in text.split("## Noise")[0].split("## Not reached")[1]
    assert text == document({1.0: {7: good, 8: bad}}, 3, 2, "abc", [])
