"""One table on a built district: figures are the marts', rosters the people that they count, and what people type into
a returned form comes back as a delivery, a mart and a later filling."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from districts import District, run_dbt
from filled_forms import FORMS, MONTH, Filled, copy_of, filled
from openpyxl import load_workbook

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import FolderSource
from orchestration.forms import command, returned
from orchestration.forms.binding import FormError, figure_of, roster_of, source_of
from orchestration.guard import only_run
from orchestration.releases.inputs import fingerprint
from orchestration.releases.release import LATEST, latest, record_latest

LATER = "2026-10"


@pytest.fixture(scope="module")
def copied(district: District, tmp_path_factory: pytest.TempPathFactory) -> District:
    return copy_of(district, tmp_path_factory.mktemp("forms"))


@pytest.fixture(scope="module")
def areas(copied: District) -> dict[str, str]:
    """A code of each level; the grid is one with old people who live alone."""
    found = copied.released(
        "select grids.grid_code, community_code, street_code, district_code from grids"
        " join population_by_grid using (grid_code)"
        " order by as_of_date desc, living_alone_60_and_over desc, grid_code limit 1"
    )[0]
    return dict(zip(("grid", "community", "street", "district"), map(str, found), strict=True))


@pytest.mark.parametrize("level", ["grid", "community", "street", "district"])
def test_every_figure_of_a_filled_form_equals_the_mart(copied: District, areas: dict[str, str], level: str) -> None:
    code, compared = areas[level], 0
    for form in filled(copied, code, MONTH).values():
        for name, binding in form.form.bindings.cells.items():
            figure = figure_of(source_of(binding) or "")
            if figure:
                key = "grid_code" if level == "grid" else "area_code"
                mart = f"{figure[0]}_by_{'grid' if level == 'grid' else 'area'}"
                value = copied.released(
                    f"select {figure[1]} from {mart} where {key} = '{code}' order by as_of_date desc limit 1"
                )[0][0]
                # A workbook keeps 16 digits.
                assert form.value(name) == pytest.approx(value, rel=1e-14, abs=0), name
                compared += value is not None
        assert form.value("area_code") == code and form.value("month") == MONTH
        assert form.value("as_of_date") == copied.released("select max(as_of_date) from population_by_grid")[0][0]
    assert compared >= 30


def test_the_list_of_communities_equals_the_mart_row_by_row(copied: District, areas: dict[str, str]) -> None:
    form = filled(copied, areas["district"], MONTH)["resident_population"]
    block = form.form.bindings.list
    assert block is not None
    columns = {name: source for name, binding in block.columns.items() if (source := source_of(binding))}
    figures = ", ".join(columns.values())
    expected = copied.released(
        f"select {figures} from population_by_area join areas using (area_level, area_code)"
        " where area_level = 'community'"
        " and as_of_date = (select max(as_of_date) from population_by_area) order by area_code"
    )
    assert len(expected) > 1 and form.rows(*columns) == expected
    assert sum(row[0] for row in form.rows("row_resident")) == form.value("total_resident")


@pytest.mark.parametrize("level", ["grid", "street", "district"])
def test_a_roster_names_the_people_and_dwellings_that_the_mart_counts(
    copied: District, areas: dict[str, str], level: str
) -> None:
    forms = filled(copied, areas[level], MONTH)
    alone = forms["living_alone"].rows("row_key", "row_name", "row_age", "row_grid")
    assert len(alone) == forms["living_alone"].value("total_living_alone") > 0
    names = dict(copied.warehouse("select person_key, name from conformed.person"))
    assert all(names[key] == name and (age is None or age >= 60) for key, name, age, _ in alone)
    assert all(str(grid).startswith(areas[level]) for *_, grid in alone)
    let = forms["let_dwellings"].rows("row_key", "row_residents", "row_group_letting")
    assert len(let) == forms["let_dwellings"].value("total_let")
    assert sum(residents for _, residents, _ in let) == forms["let_dwellings"].value("total_residents")
    assert sum(group == "是" for *_, group in let) == forms["let_dwellings"].value("total_group_letting")
    assisted = {key.partition("-")[0] for (key,) in forms["assistance_recipients"].rows("row_key")}
    assert len(assisted) == forms["assistance_recipients"].value("total_recipients")
    incidents = forms["incidents"].rows("row_closed", "row_overdue")
    assert sum(closed == "否" for closed, _ in incidents) == forms["incidents"].value("total_open")
    assert sum(overdue == "是" for _, overdue in incidents) == forms["incidents"].value("total_overdue")
    if level == "district":
        assert let and assisted and incidents


def test_the_ledger_knows_who_states_each_cell_of_a_roster(copied: District, areas: dict[str, str]) -> None:
    """Every column that a form binds to a roster, but keys and grids, with as many cells as the filled forms have."""
    counted = {
        (roster, column): cells
        for roster, column, cells in copied.warehouse(
            "select roster, column_name, sum(cells) from conformed.roster_value group by all"
        )
    }
    in_forms: dict[tuple[str, str], int] = {}
    for form in filled(copied, areas["district"], MONTH).values():
        block = form.form.bindings.list
        assert block is not None
        roster = roster_of(block)
        for name, binding in block.columns.items():
            column = source_of(binding)
            if roster and column and column not in (block.key, "grid_code"):
                in_forms[roster, column] = sum(value is not None for (value,) in form.rows(name))
    assert len(in_forms) > 30
    assert counted == {column: cells for column, cells in in_forms.items() if cells}


def test_the_ledger_credits_the_rows_that_state_a_value_and_place_a_resident(copied: District) -> None:
    """Against the rows themselves: telephones of old people who live alone, and homes."""
    stated = copied.warehouse("""
        select split_part(statement.extract, '.', 1) as department, count(distinct roster.person_key)
        from conformed.roster_living_alone as roster
        join conformed.person_of_statement as whose using (person_key)
        join conformed.person_statement as statement using (evidence_key)
        where statement.phone = roster.phone group by 1
    """)
    found = copied.warehouse("""
        select distinct person_key, phone from conformed.roster_living_alone where phone is not null
    """)
    credited: dict[str, int] = {}
    bits = dict(copied.warehouse("select distinct extract, extract_bit from conformed.person_statement"))
    for extracts, cells in copied.warehouse(
        "select extracts, cells from conformed.roster_value"
        " where roster = 'roster_living_alone' and column_name = 'phone'"
    ):
        for department in {extract.partition(".")[0] for extract, bit in bits.items() if extracts & bit}:
            credited[department] = credited.get(department, 0) + cells
    assert found and credited == dict(stated)
    placed = dict(copied.released("select department, residents_placed from contribution_ledger"))
    residents = copied.released(
        "select sum(resident_population) from population_by_grid"
        " where as_of_date = (select max(as_of_date) from population_by_grid)"
    )
    assert sum(placed.values()) == residents[0][0] > 0
    assert placed["community"] > 0 == placed["grid_office"]


def test_every_cell_says_its_source_or_why_it_is_blank(copied: District, areas: dict[str, str]) -> None:
    for form in filled(copied, areas["street"], MONTH).values():
        block, sources = form.form.bindings.list, form.sheet("来源")
        assert block is not None
        told = {row["单元格"].partition("[")[0] for row in sources}
        assert told == set(form.form.bindings.cells) | set(block.columns)
        blank = {row["单元格"] for row in form.sheet("待填") if row["理由"]}
        assert len(blank) == len(form.sheet("待填"))
        for name in form.form.bindings.cells:
            assert (form.value(name) is None) == (name in blank), name
        keys = [key for (key,) in form.rows(*(n for n, b in block.columns.items() if source_of(b) == block.key))]
        for name in block.columns:
            for at, key in enumerate(keys):
                assert (form.value(name, at) is None) == (f"{name}[{key}]" in blank), (name, at)
        figures = [row for row in sources if str(row["来源"]).startswith("marts.")]
        assert all(row["统计日期"] and row["口径"] for row in figures)
        assert {row["表单"] for row in form.sheet("待填")} == {form.form.name}


def test_no_cell_is_a_formula_and_nobody_else_reads_the_files(copied: District, areas: dict[str, str]) -> None:
    for name, form in filled(copied, areas["street"], MONTH).items():
        cells = [cell for sheet in form.workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert not [cell.coordinate for cell in cells if cell.data_type in ("f", "e")]
        file = copied.settings.data / "forms" / MONTH / areas["street"] / f"{name}.xlsx"
        assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700


def test_a_month_without_figures_is_said_and_nothing_is_invented(copied: District, areas: dict[str, str]) -> None:
    for form in filled(copied, areas["community"], "2001-02").values():
        reasons = {row["单元格"]: row["理由"] for row in form.sheet("待填")}
        for name, binding in form.form.bindings.cells.items():
            if figure_of(source_of(binding) or ""):
                assert form.value(name) is None and "没有数据" in reasons[name]
        assert form.rows("row_grid" if roster_of(form.form.bindings.list) else "row_code") == []  # type: ignore[arg-type]
        assert "没有数据" in form.value("note")


def run(capfd: pytest.CaptureFixture[str], module: Any, monkeypatch: pytest.MonkeyPatch, *options: str) -> str:
    """What a command that must fail says."""
    monkeypatch.setattr(sys, "argv", [module.__name__, *options])
    assert module.main() == 1
    return " ".join(capfd.readouterr().out.split())


def test_what_cannot_be_filled_is_told(
    copied: District, areas: dict[str, str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, area = f"--data={copied.settings.data}", f"--area={areas['street']}"
    assert "no area code" in run(capfd, command, monkeypatch, data, "--area=12")
    assert "knows no community" in run(capfd, command, monkeypatch, data, "--area=999999999999")
    assert "no month" in run(capfd, command, monkeypatch, data, area, "--month=2026-13")
    assert "make run" in run(capfd, command, monkeypatch, f"--data={copied.settings.data / 'none'}", area)
    with only_run(copied.settings):
        assert "run is at work" in run(capfd, command, monkeypatch, data, area)


def test_a_roster_is_filled_only_from_the_warehouse_that_the_current_release_was_made_from(
    copied: District, areas: dict[str, str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options, releases = (f"--data={copied.settings.data}", f"--area={areas['grid']}"), copied.settings.releases
    built, kept = latest(releases), (releases / LATEST).read_bytes()
    assert built is not None
    record_latest(releases, "", built.release_id)
    assert "The last run" in run(capfd, command, monkeypatch, *options)
    shutil.copytree(releases / built.release_id, releases / "r99999-later")
    record_latest(releases, built.fingerprint, "r99999-later")
    assert "TO=r99999-later" in run(capfd, command, monkeypatch, *options)
    (releases / LATEST).write_bytes(kept)
    with duckdb.connect(str(copied.settings.warehouse)) as other:
        other.execute("update marts.safety_by_grid set open_incidents = open_incidents + 1")
    assert "is not the warehouse" in run(capfd, command, monkeypatch, *options)
    with duckdb.connect(str(copied.settings.warehouse)) as same:
        same.execute("update marts.safety_by_grid set open_incidents = open_incidents - 1")
    filled(copied, areas["grid"], MONTH)


def test_a_row_whose_key_is_missing_or_stands_twice_is_told(
    copied: District, areas: dict[str, str], tmp_path: Path
) -> None:
    form = filled(copied, areas["community"], MONTH)["living_alone"]
    key, contact = form.form.places["row_key"], form.form.places["row_contact"]
    sheet = form.workbook[key.sheet]
    sheet.cell(key.row + 1, contact.column).value = "typed"
    own = sheet.cell(key.row + 1, key.column).value
    for wrong, told in ((None, "whose key is missing"), (form.value("row_key"), "bear one key")):
        sheet.cell(key.row + 1, key.column).value = wrong
        form.workbook.save(tmp_path / "form.xlsx")
        with pytest.raises(FormError, match=told) as problem:
            list(returned.typed_cells(tmp_path / "form.xlsx", FORMS))
        assert f"{key.row + 1}" in str(problem.value)
    # The first row cut and put below the others takes its names with it.
    sheet.cell(key.row + 1, key.column).value = own
    for name in form.form.bindings.list.columns:  # type: ignore[union-attr]
        defined = form.workbook.defined_names[name]
        defined.attr_text = f"{defined.attr_text.rpartition('$')[0]}${key.row + 2}"
    form.workbook.save(tmp_path / "form.xlsx")
    assert [cell.cell for cell in returned.typed_cells(tmp_path / "form.xlsx", FORMS)] == [f"row_contact[{own}]"]
    # Without the name of the column of keys, what was typed in the list is nobody's: told, and not left out.
    del form.workbook.defined_names["row_key"]
    form.workbook.save(tmp_path / "form.xlsx")
    with pytest.raises(FormError, match="no cell named row_key any more"):
        list(returned.typed_cells(tmp_path / "form.xlsx", FORMS))


def test_a_filling_is_taken_in_by_the_next_run_and_the_same_again_is_nothing_new(
    copied: District, areas: dict[str, str]
) -> None:
    before = fingerprint(copied.settings)
    filled(copied, areas["grid"], "2001-03")
    after = fingerprint(copied.settings)
    filled(copied, areas["grid"], "2001-03")
    assert fingerprint(copied.settings) == after != before


def typed_in(copied: District, code: str, folder: Path) -> tuple[str, str]:
    """Two forms come back with typing in them, one sorted the other way; returns row key and what was typed there."""
    folder.mkdir()
    source = copied.settings.data / "forms" / MONTH / code
    form = Filled(FORMS["living_alone"], load_workbook(source / "living_alone.xlsx"))
    sheet = form.workbook.worksheets[0]
    place = form.form.places["row_key"]
    keys = [key for (key,) in form.rows("row_key")]
    contact = form.form.places["row_contact"].column
    # A spreadsheet program moves names and merged cells along with an inserted row; openpyxl leaves them.
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_rows(1)
    for name in form.form.places:
        old = form.workbook.defined_names[name].attr_text
        head, _, row = old.rpartition("$")
        form.workbook.defined_names[name].attr_text = f"{head}${int(row) + 1}"
    first, last = place.row + 1, place.row + len(keys)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first, max_row=last)]
    for at, row in enumerate(reversed(rows), first):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column).value = value
    sheet.cell(last, contact).value = "+8613800000000"
    sheet.cell(last, form.form.places["row_name"].column).value = "not a blank cell"
    preparer = form.form.places["preparer"]
    sheet.cell(preparer.row + 1, preparer.column).value = '=HYPERLINK("http://x","填表")'
    sheet.cell(preparer.row + 1, preparer.column).data_type = "s"
    form.workbook.save(folder / "living_alone.xlsx")
    other = load_workbook(source / "resident_population.xlsx")
    change = FORMS["resident_population"].places["row_change"]
    other[change.sheet].cell(change.row, change.column).value = "新楼入住"
    other.save(folder / "resident_population.xlsx")
    return keys[0], "+8613800000000"


def test_what_people_type_comes_back_as_a_delivery_a_mart_and_a_later_filling(
    copied: District,
    areas: dict[str, str],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = areas["community"]
    blank = len(filled(copied, code, MONTH)["living_alone"].sheet("待填"))
    key, contact = typed_in(copied, code, tmp_path / "returned")
    options = (f"--returned={tmp_path / 'returned'}", f"--extracts={tmp_path / 'extracts'}", "--date=20260930")
    monkeypatch.setattr(sys, "argv", ["returned", *options])
    assert returned.main() == 0
    assert "3 cells of 2 forms" in capfd.readouterr().out
    assert "give another DATE" in run(capfd, returned, monkeypatch, *options)

    receipts = pull(FolderSource(tmp_path / "extracts"), read_contracts(), copied.settings.data)
    assert [(receipt.id, receipt.status, receipt.rows_accepted) for receipt in receipts] == [
        ("data_centre.typed_cells", "accepted", 3)
    ]
    build(copied)
    typed = copied.warehouse("select form, cell, value from conformed.typed_cell order by all")
    assert typed == [
        ("living_alone", "preparer", '=HYPERLINK("http://x","填表")'),
        ("living_alone", f"row_contact[{key}]", contact),
        ("resident_population", f"row_change[{code}]", "新楼入住"),
    ]
    rate = "select cells, filled_cells, carried_cells, typed_cells, blank_cells, auto_fill_rate from marts.form_fill"
    cells, own, carried, by_hand, left, share = copied.warehouse(
        f"{rate} where form = 'living_alone' and area_code = '{code}' and month = '{MONTH}-01'"
    )[0]
    assert (by_hand, left, carried) == (2, blank - 2, 0) and cells == own + blank and share == own / cells

    again, later = filled(copied, code, MONTH), filled(copied, code, LATER)
    assert dict(again["living_alone"].rows("row_key", "row_contact"))[key] == contact
    assert again["resident_population"].value("row_change") == "新楼入住"
    assert again["living_alone"].workbook.worksheets[0]["A1"].data_type != "f"
    assert later["living_alone"].value("preparer") == '=HYPERLINK("http://x","填表")'
    place = FORMS["living_alone"].places["preparer"]
    assert later["living_alone"].workbook[place.sheet].cell(place.row, place.column).data_type == "s"
    # What holds for one month is not carried on; what was typed of a person serves their grid's form too.
    assert later["resident_population"].value("row_change") is None
    grid = str(next(row[1] for row in again["living_alone"].rows("row_key", "row_grid") if row[0] == key))
    assert dict(filled(copied, grid, MONTH)["living_alone"].rows("row_key", "row_contact"))[key] == contact


def build(copied: District) -> None:
    """Only what hangs on typed cells and fillings."""
    selection = ("--select", "stg_data_centre__typed_cells", "typed_cell", "form_fill")
    run_dbt(copied.settings, "build", *selection, "--exclude-resource-type", "unit_test")
