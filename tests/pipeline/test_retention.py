"""What has expired and who was erased: the figures of the days kept stay, and the erased person is nowhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from histories import THEMES, Handover, Rows, TinyDistrict, handovers, written
from rich.console import Console

from orchestration.deliveries.tombstones import forms
from orchestration.upkeep.erasure import erase_person
from orchestration.upkeep.retention import retain

QUIET = Console(quiet=True)
MARTS = [f"{theme}_by_grid{kind}" for theme in THEMES for kind in ("", "_history")]
SELECTION = ("--select", *(f"+{mart}" for mart in MARTS), "person_link", "--exclude-resource-type", "test", "unit_test")
CHECKPOINT = "2026-09-03"
Linked = tuple[str, str, str, int]


def figures(district: TinyDistrict, since: str = CHECKPOINT) -> dict[str, Rows]:
    """The figures of the days after the checkpoint, as known now and then."""
    return {mart: district.rows(f"from marts.{mart} where as_of_date > '{since}' order by all") for mart in MARTS}


def people(district: TinyDistrict) -> dict[str, frozenset[Linked]]:
    """Which rows each person has."""
    rows = "list((extract, role, record_key, source_row))"
    query = f"select person_key, {rows} from conformed.person_link group by person_key"
    return {key: frozenset(map(tuple, rows)) for key, rows in district.rows(query)}


def test_days_after_a_checkpoint_keep_their_figures_and_an_erased_person_is_nowhere(tmp_path: Path) -> None:
    files = written(tmp_path / "written")
    district = TinyDistrict(tmp_path / "written", tmp_path / "data")
    district.take(handovers(files, {1, 2, 4}))
    district.take(handovers(files, {5}))
    # Known only after the checkpoint: a day that comes late, and what was corrected of a day before.
    district.take(handovers(files, {3}))
    district.take([Handover(each, corrected=True) for each in files if each.name == "household_visits_20260902.jsonl"])
    district.dbt("build", *SELECTION)
    before, opening = figures(district), stocks(district)
    retain(district.settings, 2, QUIET)
    district.dbt("build", *SELECTION)
    assert figures(district) == before
    assert stocks(district) == opening
    assert district.rows("select min(as_of_date)::varchar from marts.population_by_grid") == [(CHECKPOINT,)]
    linked = people(district)

    number, person = somebody(district)
    erase_person(district.settings, number, "asked for it", QUIET)
    (register,) = district.settings.extracts.glob("public_security/household_register/*_20260901.*")
    shutil.copyfile(register, register.with_name(register.name.replace("0901", "0905")))
    district.take([])
    district.dbt("build", *SELECTION)
    left = set(people(district).values())
    assert left == {rows for key, rows in linked.items() if key != person}
    counted = [sum(row[2] for row in each["population_by_grid"]) for each in (before, figures(district))]
    assert counted[0] - counted[1] == 2
    assert_nowhere(district, number)


def stocks(district: TinyDistrict) -> Rows:
    """The day of the checkpoint opens as it closes; who and what is there then is told as ever."""
    columns = "resident_population, registered_population, floating_population"
    return district.rows(
        f"select grid_code, {columns} from marts.population_by_grid where as_of_date = '{CHECKPOINT}' order by all"
    )


def somebody(district: TinyDistrict) -> tuple[str, str]:
    """A living resident who stands in the register and owns a dwelling: number and key."""
    query = """
        select any_value(identity_number), person_key
        from conformed.person_link as link inner join conformed.person_statement as statement using (evidence_key)
        inner join conformed.person_state using (person_key)
        where placement = 'grid'
        group by person_key
        having count(*) filter (link.extract = 'public_security.household_register') = 1
            and count(*) filter (link.role = 'owner') > 0 and count(distinct identity_number) = 1
        order by count(*) desc, person_key limit 1
    """
    return district.rows(query)[0]  # type: ignore[return-value]


def assert_nowhere(district: TinyDistrict, number: str) -> None:
    """In no file below the data folder but those that the departments wrote, packed or not, and in no table."""
    for file in district.settings.data.rglob("*"):
        if file.is_file() and not file.is_relative_to(district.settings.extracts):
            content: Any = file.read_bytes().decode("utf-8", "ignore").upper()
            values = str(pq.read_table(file).to_pylist()) if file.suffix == ".parquet" else ""
            assert not any(form in content or form in values for form in forms(number)), file
    with duckdb.connect(str(district.settings.warehouse), read_only=True) as warehouse:
        tables = warehouse.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        tables += warehouse.execute("select schema_name, view_name from duckdb_views() where not internal").fetchall()
        for schema, table in tables:
            query = f"select count(*) from {schema}.{table} as entry where contains(cast(entry as varchar), $number)"
            for form in forms(number):
                assert warehouse.execute(query, {"number": form}).fetchall() == [(0,)], table
