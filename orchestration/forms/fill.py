"""What stands in each cell of a form, and why: the value, its source and day, or the reason why it is blank.

Here belongs: going from bindings to values. Nothing is computed and nothing estimated: a figure is the mart's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from orchestration.contracts.contract import read_contracts
from orchestration.forms.binding import (
    CONTEXT,
    Binding,
    Form,
    Place,
    Taken,
    Typed,
    figure_of,
    roster_of,
    source_of,
    theme_of,
)
from orchestration.forms.figures import Figures, Row
from orchestration.forms.typed import TypedCells
from orchestration.workbooks import Value

Kind = Literal["filled", "carried", "typed", "blank"]
_NO_VALUE = {"figure": "指标没有值（口径见“来源”）", "roster": "没有部门提供"}


@dataclass(frozen=True)
class Cell:
    """One cell of a filled form. `name` is that of the binding; `key` that of the row, for a cell of a list."""

    name: str
    key: str | None
    place: Place
    value: Value
    kind: Kind
    source: str
    as_of: date | None
    definition: str
    reason: str = ""

    @property
    def cell(self) -> str:
        """What the cell is called in the record of typed cells: name, or name[key]."""
        return self.name if self.key is None else f"{self.name}[{self.key}]"


@dataclass
class Filling:
    """A form filled for an area and month."""

    form: Form
    figures: Figures
    rows: int
    cells: list[Cell] = field(default_factory=list)

    @property
    def month(self) -> str:
        return f"{self.figures.month:%Y-%m}"

    @property
    def as_of(self) -> date | None:
        """The last day of any of its figures."""
        return max((cell.as_of for cell in self.cells if cell.as_of and cell.kind == "filled"), default=None)

    def count(self, kind: Kind) -> int:
        return sum(cell.kind == kind for cell in self.cells)


def fill(form: Form, figures: Figures, typed: TypedCells, definitions: Mapping[str, Mapping[str, str]]) -> Filling:
    """Fill a form. `definitions`: schema.table → column → what the column means, for the sheet of sources."""
    filler = _Filler(form, figures, typed, definitions)
    filling = Filling(form, figures, len(filler.rows))
    filling.cells += filler.named()
    filling.cells += filler.listed()
    return filler.with_context(filling)


class _Filler:
    def __init__(
        self, form: Form, figures: Figures, typed: TypedCells, definitions: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.form, self.figures, self.typed, self.definitions = form, figures, typed, definitions
        block = form.bindings.list
        self.day, self.rows = figures.rows(block) if block else (None, [])
        first, last = figures.known_days
        self.without_figures = f"{figures.month:%Y-%m} 没有数据（现有数据：{first} 至 {last}）"
        self.without_rows = self.without_figures
        needs = form.bindings.needs
        self.undelivered = bool(needs and not figures.is_delivered(needs))
        if needs and self.undelivered:
            self.day, self.rows = None, []
            self.without_figures = self.without_rows = f"没有部门交付{read_contracts()[needs].business_name}（{needs}）"
        elif block and roster_of(block) and first and last and first.replace(day=1) <= figures.month <= last:
            self.without_rows = f"{figures.month:%Y-%m} 没有名册（仓库只有最近一日的名册，{last}）"

    def named(self) -> Iterator[Cell]:
        """The named cells outside the list; those of the context come last (with_context)."""
        for name, binding in self.form.bindings.cells.items():
            source = source_of(binding)
            figure = figure_of(source or "")
            if figure:
                yield self._figure(name, binding, *figure)
            elif source is None:
                yield self._blank(name, None, self.form.places[name], binding, "", None, "")

    def listed(self) -> Iterator[Cell]:
        """The cells of the list: no row where nobody is on the roster, a blank one where the month has no data."""
        block = self.form.bindings.list
        if block is None:
            return
        if self.day is None:
            for name in block.columns:
                yield Cell(name, None, self.form.places[name], None, "blank", "", None, "", self.without_rows)
            return
        table = block.source if roster_of(block) else f"marts.{theme_of(block)}_by_{self._by(block.level)}"
        for at, row in enumerate(self.rows):
            for name, binding in block.columns.items():
                place = self.form.places[name]
                yield self._of_row(name, row, replace(place, row=place.row + at), binding, table)

    def with_context(self, filling: Filling) -> Filling:
        """The filling with the cells that speak of it: area, month, day, note."""
        of_form = {
            name: source.removeprefix("form.")
            for name, binding in self.form.bindings.cells.items()
            if (source := source_of(binding) or "").startswith("form.")
        }
        area = self.figures.area
        known: dict[str, Value] = {
            "area_name": area.name,
            "area_code": area.code,
            "month": filling.month,
            "as_of_date": filling.as_of or self.day,
            "note": self._note(filling),
        }
        for name, what in of_form.items():
            value, missing = known[what], "" if filling.as_of else self.without_figures
            kind: Kind = "blank" if value is None else "filled"
            filling.cells.append(
                Cell(name, None, self.form.places[name], value, kind, f"form.{what}", None, CONTEXT[what],
                     (missing or "没有名称") if value is None else "")
            )  # fmt: skip
        return filling

    def _note(self, filling: Filling) -> str:
        kinds = Counter(cell.kind for cell in filling.cells)
        told = [f"空白 {kinds['blank']} 项，理由见“待填”；来源和口径见“来源”。"]
        block = self.form.bindings.list
        if filling.as_of is None and not self.rows:
            told.insert(0, f"{self.without_figures}。")
        elif block and self.day is None:
            told.insert(0, f"{self.without_rows}。")
        elif block and not self.rows:
            told.insert(0, "本区域名单为空。")
        return "".join(told)

    def _figure(self, name: str, binding: Binding, theme: str, column: str) -> Cell:
        day = None if self.undelivered else self.figures.day(theme)
        value = self.figures.figure(theme, column) if day else None
        table = f"marts.{theme}_by_{self._by(self.figures.area.level)}"
        definition = self.definitions[table][column]
        if value is None:
            reason = "" if day else self.without_figures
            return self._blank(
                name, None, self.form.places[name], binding, f"{table}.{column}", day, definition, reason
            )
        return Cell(name, None, self.form.places[name], value, "filled", f"{table}.{column}", day, definition)

    def _of_row(self, name: str, row: Row, place: Place, binding: Binding, table: str) -> Cell:
        column = source_of(binding)
        value: Any = row.values.get(column) if row.values and column else None
        source = f"{table}.{column}" if column else ""
        definition = self.definitions[table].get(column) or CONTEXT.get(column, "") if column else ""
        if value is None:
            return self._blank(name, row.key, place, binding, source, self.day if column else None, definition)
        return Cell(name, row.key, place, value, "filled", source, self.day, definition)

    def _blank(
        self,
        name: str,
        key: str | None,
        place: Place,
        binding: Binding,
        source: str,
        day: date | None,
        definition: str,
        reason: str = "",
    ) -> Cell:
        """A cell that no source fills: with what was typed for it, else blank with its reason."""
        block = self.form.bindings.list
        of_roster = key is not None and block is not None and roster_of(block) is not None
        if isinstance(binding, Typed):
            month_only, reason = binding.holds == "month", binding.typed
        else:
            # What a department lacks of a person holds until it delivers it; a figure is of its month.
            month_only = not of_roster
            given = binding.blank if isinstance(binding, Taken) else ""
            reason = reason or given or _NO_VALUE["roster" if of_roster else "figure"]
        blank = Cell(name, key, place, None, "blank", source, day, definition, reason)
        found = self.typed.find(blank.cell, this_month_only=month_only)
        if found is None:
            return blank
        kind: Kind = "typed" if self.typed.is_own(found) else "carried"
        return replace(blank, value=found.value, kind=kind, source=found.source, as_of=found.typed_on,
                       definition=f"补录（{found.month:%Y-%m}）：{reason}", reason="")  # fmt: skip

    def _by(self, level: str | None) -> str:
        return "grid" if "grid" in (level, self.figures.area.level) else "area"
