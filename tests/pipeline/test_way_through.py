"""The whole way through, from a simulated district's files to its release."""

from __future__ import annotations

import re
from collections import Counter

import duckdb
from districts import District, others_can_use, receipts, run_district
from said_of_people import people_of, texts


def truth_rows(district: District) -> dict[tuple[str, str], int]:
    """Rows that the simulator wrote, by extract and day, counted from the truth it kept of them."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select extract, day::varchar, count(*) from read_parquet(?) group by all",
            [str(district.settings.data / "truth" / "rows" / "*.parquet")],
        ).fetchall()
    return {(extract, day): count for extract, day, count in rows}


def test_every_row_of_every_delivery_is_accounted_for(district: District) -> None:
    read = {}
    for receipt in receipts(district):
        assert receipt["status"] == "accepted", receipt
        assert receipt["rows_read"] == receipt["rows_accepted"] + receipt["rows_rejected"]
        read[f"{receipt['department']}.{receipt['extract']}", receipt["delivery_date"]] = receipt["rows_read"]
    told = truth_rows(district)
    assert {key: read[key] for key in told} == told
    assert len({extract for extract, _ in read}) == 16


def test_every_current_row_that_names_somebody_is_linked(district: District) -> None:
    unlinked = district.warehouse(
        "select count(*) from conformed.person_evidence anti join conformed.person_link using (evidence_key)"
    )
    assert unlinked == [(0,)]
    assert district.warehouse("select count(*) from conformed.person_link where person_key is null") == [(0,)]


def test_the_output_shows_deliveries_marts_figures_and_queries(district: District) -> None:
    assert "public_security.household_register" in district.output
    assert re.search(r"population_by_grid +\d", district.output)
    (population,) = district.released(
        "select sum(resident_population) from population_by_grid"
        " where as_of_date = (select max(as_of_date) from population_by_grid)"
    )[0]
    assert f"{population:,}" in district.output
    for way in ("duckdb -readonly", "python -c", "jdbc:duckdb:"):
        assert way in district.output
    printed = district.output.partition("Query it:")[0].splitlines()
    assert max(len(line) for line in printed if not line.startswith("/")) <= 100


def test_a_second_run_finds_nothing_new_and_publishes_nothing(district: District) -> None:
    before, marts = district.release_id, district.marts()
    again = run_district(district.settings.data)
    assert "No new delivery." in again.output
    assert f"Nothing new: release {before} stays current." in again.output
    assert "Models and tests" not in again.output
    assert again.release_id == before
    assert again.marts() == marts


def test_nobody_but_the_account_can_use_anything_below_the_data_folder(district: District) -> None:
    assert others_can_use(district.settings) == []


def test_the_release_explains_its_tables_and_columns(district: District) -> None:
    tables = district.released("select table_name, comment from duckdb_tables()")
    assert [name for name, comment in tables if not comment] == []
    silent = district.released(
        "select table_name, column_name from duckdb_columns()"
        " where not internal and comment is null and table_name <> 'provenance'"
    )
    assert silent == []


def test_the_release_says_where_it_comes_from(district: District) -> None:
    items = Counter(item for (item,) in district.released("select item from provenance"))
    assert items["contract"] == 16
    used = district.released("select count(distinct name) from provenance where item = 'delivery'")
    assert used == [(16,)]
    names = {name for (name,) in district.released("select name from provenance where item in ('release', 'version')")}
    assert {"release_id", "created_at", "code_revision", "dbt-core", "duckdb"} <= names


def test_older_clients_can_open_the_release(district: District) -> None:
    stored = district.released("select tags['storage_version'] from duckdb_databases() where not internal")
    assert stored[0][0].startswith("v1.5")


def test_nothing_but_the_tables_that_may_names_anybody(district: District) -> None:
    people = people_of(district.settings)
    assert min(map(len, (people.numbers, people.telephones, people.names))) > 1000
    left = {**dict(texts(district.settings)), "printed": district.output}
    assert {place: found for place, text in left.items() if (found := people.named_in(text))} == {}
    # It finds whom a text does name.
    assert people.named_in(next(district.settings.extracts.rglob("household_visits_*.jsonl")).read_text("utf-8"))
