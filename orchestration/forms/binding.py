"""What a form is: a template workbook with named cells, and beside it a YAML that binds each of them.

Here belongs: reading and checking the two. Where the values come from is the business of figures.py.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from openpyxl import Workbook, load_workbook
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.contracts.contract import read_contracts

TEMPLATES = Path(__file__).parent / "templates"
CONTEXT = {
    "area_name": "Name of the area (填报区域)",
    "area_code": "Code of the area (区划代码)",
    "month": "Month of the form (统计月份)",
    "as_of_date": "Last day of the month with figures (统计日期)",
    "note": "What is to be known of this filling (说明)",
}
LEVELS = ("grid", "community", "street", "district")
# A figure of a mart by theme: marts.population.resident_population is of population_by_grid or population_by_area.
_FIGURE = re.compile(r"marts\.([a-z_]+)\.([a-z0-9_]+)")
_THEME = re.compile(r"marts\.([a-z_]+)")
_ROSTER = re.compile(r"conformed\.([a-z_]+)")


class FormError(Exception):
    """A form cannot be used as it is; the message says where, and what to do."""


class Typed(BaseModel):
    """A cell that no source can fill: why, and whether what was typed holds for other months as well."""

    model_config = ConfigDict(extra="forbid")
    typed: str = Field(min_length=1)
    holds: Literal["month", "until_typed_again"] = "month"


class Taken(BaseModel):
    """A cell with the reason to give where its source holds no value."""

    model_config = ConfigDict(extra="forbid")
    source: str
    blank: str = Field(min_length=1)


Binding = str | Typed | Taken


class ListBlock(BaseModel):
    """A row of named cells that is repeated: for each area of a level (a mart's theme), or for each row of a roster."""

    model_config = ConfigDict(extra="forbid")
    source: str
    level: Literal["grid", "community", "street"] | None = None
    key: str
    order: list[str] = []
    columns: dict[str, Binding] = Field(min_length=1)


class Bindings(BaseModel):
    """The YAML beside a template. `needs`: the extract without which its figures and its list would all be empty."""

    model_config = ConfigDict(extra="forbid")
    title: str
    needs: str | None = None
    cells: dict[str, Binding]
    list: ListBlock | None = None


@dataclass(frozen=True)
class Place:
    """Where a named cell stands."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class Form:
    """A form that was read; `places` are those of its named cells."""

    name: str
    template: Path
    bindings: Bindings
    places: Mapping[str, Place]


def source_of(binding: Binding) -> str | None:
    """What fills the cell, None where people type it."""
    if isinstance(binding, Typed):
        return None
    return binding.source if isinstance(binding, Taken) else binding


def figure_of(source: str) -> tuple[str, str] | None:
    """Theme and column of a figure of a mart, None of another source."""
    found = _FIGURE.fullmatch(source)
    return (found[1], found[2]) if found else None


def theme_of(block: ListBlock) -> str | None:
    """The theme whose areas a list has its rows of, None of a roster."""
    found = _THEME.fullmatch(block.source)
    return found[1] if found else None


def roster_of(block: ListBlock) -> str | None:
    """The private table that a list has its rows of, None of a mart."""
    found = _ROSTER.fullmatch(block.source)
    return found[1] if found else None


def read_forms(folder: Path = TEMPLATES) -> list[Form]:
    """Every form of a folder, by name. Raises FormError where one of them cannot be used."""
    return [read_form(file) for file in sorted(folder.glob("*.yaml"))]


def read_form(file: Path) -> Form:
    """The form of a YAML, with the template of the same name beside it. Raises FormError."""
    template = file.with_suffix(".xlsx")
    if not template.exists():
        raise FormError(f"{file}: the template {template.name} is missing; put it beside the YAML.")
    try:
        bindings = Bindings.model_validate(yaml.load(file.read_text("utf-8"), _Unique))
    except yaml.YAMLError as problem:
        raise FormError(f"{file}: {problem}") from None
    except ValidationError as problem:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problem.errors())
        raise FormError(f"{file}: {told}") from None
    workbook = load_workbook(template)
    form = Form(file.stem, template, bindings, dict(named_cells(workbook)))
    problems = [*_cell_problems(form), *_block_problems(form, workbook)]
    if problems:
        raise FormError(f"{file}: " + "; ".join(problems))
    return form


def named_cells(workbook: Workbook) -> Iterator[tuple[str, Place]]:
    """The names of a workbook that mean one cell each."""
    for name, defined in workbook.defined_names.items():
        if defined.hidden or name.startswith("_xlnm") or defined.type != "RANGE":
            continue
        for sheet, reference in defined.destinations:
            found = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]+)", reference)
            if found and sheet in workbook.sheetnames:
                cell = workbook[sheet][f"{found[1]}{found[2]}"]
                yield name, Place(sheet, cell.row, cell.column)


def check_columns(form: Form, columns: Mapping[str, Mapping[str, str]]) -> None:
    """Raises FormError where a binding names a table or column that `columns` (schema.table → columns) lacks."""
    problems = []
    block = form.bindings.list
    for name, table, column in _read_columns(form):
        if table not in columns:
            problems.append(f"cell {name}: there is no table {table}")
        elif column not in columns[table]:
            problems.append(f"cell {name}: {table} has no column {column}")
    if block and roster_of(block):
        table = block.source
        problems += [
            f"list: {table} has no column {column}"
            for column in ("as_of_date", "grid_code", block.key, *block.order)
            if column not in columns.get(table, {})
        ]
    if problems:
        raise FormError(f"{form.template.with_suffix('.yaml')}: " + "; ".join(problems))


def marts_of(form: Form) -> set[str]:
    """The marts that a form has figures from, as marts.table."""
    return {table for _, table, _ in _read_columns(form) if table.startswith("marts.")}


def _read_columns(form: Form) -> Iterator[tuple[str, str, str]]:
    """Cell, table and column of every binding to a table; of a figure both the grid's table and the area's."""
    block = form.bindings.list
    for name, binding in form.bindings.cells.items():
        figure = figure_of(source_of(binding) or "")
        if figure:
            yield from ((name, f"marts.{figure[0]}_by_{by}", figure[1]) for by in ("grid", "area"))
    for name, binding in block.columns.items() if block else ():
        source = source_of(binding)
        if not block or source is None or source in ("area_code", "area_name"):
            continue
        theme = theme_of(block)
        tables = [f"marts.{theme}_by_{by}" for by in ("grid", "area")] if theme else [block.source]
        yield from ((name, table, source) for table in tables)


def _cell_problems(form: Form) -> Iterator[str]:
    bindings, places = form.bindings, form.places
    columns = bindings.list.columns if bindings.list else {}
    if bindings.needs and bindings.needs not in read_contracts():
        yield f"needs: there is no extract {bindings.needs!r}; write it as department.extract"
    for name in sorted(set(bindings.cells) & set(columns)):
        yield f"cell {name} is bound twice, under cells and in the list"
    bound = {**bindings.cells, **columns}
    for name in bound:
        if name not in places:
            yield f"the template has no cell named {name} (a name must mean one cell of a sheet)"
    for name in sorted(set(places) - set(bound)):
        yield f"the template's cell {name} has no binding; bind it, or remove the name"
    standing: dict[Place, str] = {}
    for name in (name for name in bound if name in places):
        other = standing.setdefault(places[name], name)
        if other != name:
            yield f"{other} and {name} are bound to one cell"
    for name, binding in bindings.cells.items():
        source = source_of(binding)
        if source is None or figure_of(source) or source.removeprefix("form.") in CONTEXT:
            continue
        known = ", ".join(f"form.{each}" for each in CONTEXT)
        yield f"cell {name}: {source!r} is neither marts.<theme>.<column> nor one of {known}"


def _block_problems(form: Form, workbook: Workbook) -> Iterator[str]:
    block = form.bindings.list
    if block is None:
        return
    if not theme_of(block) and not roster_of(block):
        yield f"list: the source {block.source!r} is neither marts.<theme> nor conformed.<table>"
    if bool(theme_of(block)) != bool(block.level):
        yield "list: a mart's theme has a level (grid, community, street), a roster none"
    if theme_of(block) and block.key != "area_code":
        yield "list: the rows of a mart's theme have the key area_code"
    if block.key not in [source_of(binding) for binding in block.columns.values()]:
        yield f"list: no column shows the key {block.key}, by which a returned row is known again"
    rows = {(form.places[name].sheet, form.places[name].row) for name in block.columns if name in form.places}
    if len(rows) > 1:
        yield "list: its named cells must stand in one row"
    for sheet, row in rows:
        if len(rows) == 1 and workbook[sheet].max_row > row:
            yield f"list: nothing may stand below row {row} of {sheet}, where the list grows"


class _Unique(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error, not the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is bound twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)
