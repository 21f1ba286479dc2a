"""The same deliveries give the same marts: at once or day by day, in another folder, after a lost warehouse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from districts import District, different_tables, run_district
from openpyxl import Workbook

from tests.bench.crashes import copy_days, last_day

# Made elsewhere, with the columns that must stand and no more.
REPLY = {"记录键": "k:of-no-order", "版本": "v", "字段": "identity_number", "答复": "属实", "更正值": "", "理由": ""}
KEYS = "select extract, role, delivery_id, source_row, person_key from conformed.person_link order by all"
TYPED = {"表单": "living_alone", "区划代码": "1", "月份": "2026-09", "单元格": "preparer", "值": "=1+1"}


@pytest.fixture(scope="module")
def day_after_day(district: District, tmp_path_factory: pytest.TempPathFactory) -> District:
    """The district's deliveries in another folder, those of the last day in a run of their own."""
    folder = tmp_path_factory.mktemp("day_after_day")
    data, extracts = folder / "data", folder / "extracts"
    copy_days(district.settings.extracts, extracts, without=last_day(district.settings.extracts))
    run_district(data, extracts)
    copy_days(district.settings.extracts, extracts)
    return run_district(data, extracts)


def test_day_after_day_gives_what_all_at_once_gave_in_another_folder(
    district: District, day_after_day: District
) -> None:
    assert day_after_day.marts() == district.marts()
    touched = dict(day_after_day.warehouse("select model, outcome from main.model_change"))
    assert [model for model, outcome in touched.items() if outcome == "whole"] == []
    assert touched["person_statement"] == touched["residence"] == touched["person_coverage"] == "changed"


def test_a_lost_warehouse_is_rebuilt_from_the_kept_deliveries(district: District, day_after_day: District) -> None:
    data, extracts = day_after_day.settings.data, day_after_day.settings.extracts
    shutil.rmtree(extracts)
    months_later = incidents_of_months_later(district.settings.extracts, extracts, data)
    aside = data.with_name("by_change.duckdb")
    months_later.settings.warehouse.rename(aside)
    shutil.rmtree(extracts)
    extracts.mkdir()
    rebuilt = run_district(data, extracts)
    assert "No new delivery." in rebuilt.output
    assert f"Nothing new: release {months_later.release_id} stays current." in rebuilt.output
    assert rebuilt.marts() == months_later.marts()
    assert seeds_of_last_build(rebuilt)
    # Every table, with its keys of people, is what was built by change. What proposes new keys to the registry has
    # nothing more to propose once they are published.
    proposed = {"person_key_event", "person_key_origin", "person_key_overlap"}
    assert different_tables(rebuilt.settings.warehouse, aside) <= proposed

    # A warehouse that holds the project's seeds keeps them, and all else is built and tested again; people keep their
    # keys, also where no release is left. What the data centre gathers after the last day of the departments' data is
    # taken, and moves no figure.
    keys = rebuilt.warehouse(KEYS)
    shutil.rmtree(data / "releases")
    gather(extracts / "data_centre" / "correction_replies", REPLY)
    gather(extracts / "data_centre" / "typed_cells", TYPED)
    again = run_district(data, extracts)
    assert not seeds_of_last_build(again)
    assert again.warehouse(KEYS) == keys
    assert again.warehouse("from conformed.person_key_origin where origin <> 'held'") == []
    assert again.warehouse("from conformed.person_key_event") == []
    came_later = ("source_freshness", "linking_coverage")
    assert without(again.marts(), came_later) == without(rebuilt.marts(), came_later)
    gathered = "select extract, current_rows from source_freshness where age_in_days < 0 order by all"
    assert again.released(gathered) == [("data_centre.correction_replies", 1), ("data_centre.typed_cells", 1)]


def incidents_of_months_later(source: Path, extracts: Path, data: Path) -> District:
    """The district once a delivery has come that is months younger: what turns with the days (birthdays, tenancies that
    end, visits too old to count) is brought up to date by change."""
    (incidents,) = source.rglob(f"incidents_{last_day(source)}.*")
    later = extracts / incidents.relative_to(source).with_stem("incidents_20270301")
    later.parent.mkdir(parents=True)
    shutil.copyfile(incidents, later)
    run = run_district(data, extracts)
    touched = dict(run.warehouse("select model, outcome from main.model_change"))
    assert [model for model, outcome in touched.items() if outcome == "whole"] == []
    assert {touched[model] for model in ("person_now", "dwelling_now", "resident_known", "tenancy")} == {"changed"}
    return run


def gather(folder: Path, row: dict[str, str]) -> None:
    """A workbook that comes to the data centre weeks after the last delivery of any department."""
    folder.mkdir(parents=True)
    workbook = Workbook()
    workbook.active.append(list(row))
    workbook.active.append(list(row.values()))
    workbook.save(folder / f"{folder.name}_20270331.xlsx")


def without(marts: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: rows for name, rows in marts.items() if name not in names}


def seeds_of_last_build(run: District) -> list[str]:
    results = json.loads((run.settings.dbt_target / "run_results.json").read_text("utf-8"))["results"]
    assert any(result["unique_id"].startswith("test.") for result in results)
    return [result["unique_id"] for result in results if result["unique_id"].startswith("seed.")]
