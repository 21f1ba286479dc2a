"""Forms: templates and bindings that are checked, cells that run nothing, typed values, the record of fillings."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.defined_name import DefinedName

from orchestration.forms.binding import FormError, check_columns, read_form, read_forms
from orchestration.forms.fillings import record
from orchestration.forms.typed import TypedCells
from orchestration.workbooks import LONGEST_TEXT, put, row_height

BINDINGS = """
title: 测试表
cells:
  area: form.area_name
  residents: marts.population.resident_population
list:
  source: conformed.roster
  key: person_key
  columns:
    key: person_key
    remark: {typed: 由填表人填写}
"""
NAMES = {"area": "B1", "residents": "B2", "key": "A4", "remark": "B4"}
COLUMNS = {
    "marts.population_by_grid": {"resident_population": ""},
    "marts.population_by_area": {"resident_population": ""},
    "conformed.roster": {"as_of_date": "", "grid_code": "", "person_key": ""},
}


def template(folder: Path, bindings: str = BINDINGS, names: dict[str, str] = NAMES, below: str = "") -> Path:
    """A form in a folder; `below` is written below its list."""
    workbook = Workbook()
    workbook.active.title = "表"
    for name, reference in names.items():
        defined = DefinedName(name, attr_text=f"'表'!${reference[0]}${reference[1:]}")
        workbook.defined_names[name] = defined
        workbook.active[reference].number_format = "0"
    workbook.active["A6"] = below or None
    workbook.save(folder / "test_form.xlsx")
    (folder / "test_form.yaml").write_text(bindings, "utf-8")
    return folder / "test_form.yaml"


@given(st.text(st.characters(codec="utf-8"), min_size=1))
@example("=HYPERLINK(1)")
@example("+1")
@example("-1+1")
@example("@SUM(A1)")
@example("#N/A")
@example("\t=1")
@example("\x1f")
@example("x" * (LONGEST_TEXT + 1))
def test_text_is_text_whatever_it_begins_with(text: str) -> None:
    workbook, content = Workbook(), BytesIO()
    put(workbook.active["A1"], text)
    workbook.save(content)
    cell = load_workbook(BytesIO(content.getvalue())).active["A1"]
    if cell.value is None:
        assert not ILLEGAL_CHARACTERS_RE.sub("", text)
    else:
        assert (cell.data_type, cell.number_format, cell.quotePrefix) == ("s", "@", True)


def test_values_keep_their_type() -> None:
    workbook, content = Workbook(), BytesIO()
    values: list[Any] = [3, 0.25, date(2026, 9, 3), datetime(2026, 9, 3, 8, 30), True, None]
    for row, value in enumerate(values, 1):
        put(workbook.active.cell(row, 1), value)
    workbook.active.cell(7, 1).number_format = "0.0%"
    put(workbook.active.cell(7, 1), 0.5)
    workbook.save(content)
    sheet = load_workbook(BytesIO(content.getvalue())).active
    read = [sheet.cell(row, 1).value for row in range(1, 8)]
    assert read == [3, 0.25, datetime(2026, 9, 3), datetime(2026, 9, 3, 8, 30), "是", None, 0.5]
    assert sheet["A7"].number_format == "0.0%"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("短", 1),
        ("九个汉字要写成一行", 1),
        ("十个汉字要写成两行的", 2),
        ("a" * 19, 1),
        ("a" * 20, 2),
        ("a\nb\nc", 3),
    ],
)
def test_a_row_is_as_high_as_its_longest_text_needs(text: str, lines: int) -> None:
    one = row_height([(5, 20.0), (None, 20.0)])
    assert row_height([("x", 20.0), (text, 20.0)]) == lines * one
    assert row_height([("x" * 32_767, 10.0)]) < 409


def test_the_five_forms_can_be_used() -> None:
    forms = {form.name for form in read_forms()}
    assert forms == {"assistance_recipients", "incidents", "let_dwellings", "living_alone", "resident_population"}


def test_a_sound_form_is_read(tmp_path: Path) -> None:
    form = read_form(template(tmp_path))
    check_columns(form, COLUMNS)
    assert (form.places["remark"].row, form.places["remark"].column) == (4, 2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  area: form", "  aria: form", "no cell named aria"),
        ("  area: form.area_name\n", "", "cell area has no binding"),
        ("  area: form.area_name\n", "  area: form.area_name\n  area: form.month\n", "area is bound twice"),
        ("  area: form.area_name\n", "  area: form.area_name\n  key: form.month\n", "key is bound twice"),
        ("form.area_name", "form.weather", "'form.weather' is neither"),
        ("marts.population.resident_population", "staging.people.x", "'staging.people.x' is neither"),
        ("source: conformed.roster", "source: staging.roster", "'staging.roster' is neither"),
        ("key: person_key\n  columns", "key: other\n  columns", "no column shows the key other"),
        ("{typed: 由填表人填写}", "{typed: x, hold: month}", "hold"),
        ("{typed: 由填表人填写}", "{typed: ''}", "at least 1 character"),
        ("title: 测试表", "titel: 测试表", "titel"),
        ("title: 测试表", "title: 测试表\nneeds: x.y", "there is no extract 'x.y'"),
    ],
)
def test_a_faulty_binding_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in BINDINGS
    with pytest.raises(FormError, match=told):
        read_form(template(tmp_path, BINDINGS.replace(old, new)))


@pytest.mark.parametrize(
    ("names", "below", "told"),
    [
        ({**NAMES, "residents": "B1"}, "", "area and residents are bound to one cell"),
        ({**NAMES, "remark": "B5"}, "", "must stand in one row"),
        (NAMES, "签字", "nothing may stand below row 4"),
        ({**NAMES, "spare": "C1"}, "", "cell spare has no binding"),
    ],
)
def test_a_faulty_template_is_told(tmp_path: Path, names: dict[str, str], below: str, told: str) -> None:
    with pytest.raises(FormError, match=told):
        read_form(template(tmp_path, names=names, below=below))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("resident_population", "resident_populace", "has no column resident_populace"),
        ("marts.population.", "marts.weather.", "no table marts.weather_by_grid"),
        ("key: person_key\n  columns:\n    key: person_key", "key: k\n  columns:\n    key: k", "has no column k"),
    ],
)
def test_a_column_that_no_table_has_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    form = read_form(template(tmp_path, BINDINGS.replace(old, new)))
    with pytest.raises(FormError, match=told):
        check_columns(form, COLUMNS)


def test_a_typed_value_serves_its_area_its_row_and_later_months() -> None:
    with duckdb.connect() as warehouse:
        warehouse.execute(
            "create schema conformed; create table conformed.typed_cell (form varchar, area_code varchar, month date,"
            " cell varchar, value varchar, typed_on date, source_file varchar, source_row bigint)"
        )
        warehouse.executemany(
            "insert into conformed.typed_cell values ('f', ?, ?, ?, ?, '2026-09-30', 'file', 1)",
            [
                ["1", "2026-08-01", "preparer", "August's"],
                ["2", "2026-09-01", "preparer", "another area's"],
                ["1", "2026-10-01", "preparer", "a later month's"],
                ["2", "2026-08-01", "contact[p]", "of the row"],
            ],
        )
        typed = TypedCells(warehouse, "f", "1", date(2026, 9, 1))
        assert TypedCells(warehouse, "g", "1", date(2026, 9, 1)).find("preparer", this_month_only=False) is None
    carried = typed.find("preparer", this_month_only=False)
    assert carried and carried.value == "August's" and not typed.is_own(carried)
    assert typed.find("preparer", this_month_only=True) is None
    of_row = typed.find("contact[p]", this_month_only=False)
    assert of_row and of_row.value == "of the row"


def test_the_record_of_fillings_only_grows_and_only_by_what_changed(tmp_path: Path) -> None:
    def filling(filled: int) -> Any:
        figures = SimpleNamespace(area=SimpleNamespace(level="grid", code="1"), month=date(2026, 9, 1))
        return SimpleNamespace(
            form=SimpleNamespace(name="f"),
            figures=figures,
            as_of=None,
            cells=range(9),
            count=lambda kind: filled if kind == "filled" else 0,
        )

    file = tmp_path / "forms" / "fills.csv"
    for filled in (1, 1, 2, 1):
        record(file, [filling(filled)])
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    assert [(row["filling"], row["filled_cells"]) for row in rows] == [("1", "1"), ("2", "2"), ("3", "1")]
    assert file.stat().st_mode & 0o777 == 0o600
