"""Where the values of a form come from: figures of the current release, rows of the private rosters.

Here belongs: which area and which day is meant, and reading what a form binds. Names of tables and columns come from
bindings that were checked; areas and days are bound as parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from orchestration.forms.binding import LEVELS, FormError, ListBlock, roster_of, theme_of

_DIGITS = {15: "grid", 12: "community", 9: "street", 6: "district"}


@dataclass(frozen=True)
class Area:
    """An area that forms are filled for; `level` is one of LEVELS."""

    level: str
    code: str
    name: str | None


@dataclass(frozen=True)
class Row:
    """A row of a form's list; `values` by column, None where the mart has no row for the key."""

    key: str
    values: Mapping[str, Any] | None


class Figures:
    """What is known of one area in one month. `release` and `warehouse` are open, read-only.

    `month` is its first day. The day of a figure is the last one of that month that its table has.
    Raises FormError where the release does not know the area.
    """

    def __init__(
        self, release: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection, code: str, month: date
    ) -> None:
        self.release, self.warehouse, self.month = release, warehouse, month
        self.area = self._area(code)
        self._days: dict[str, date | None] = {}

    def day(self, theme: str) -> date | None:
        """The day of a theme's figures, None where the month has none."""
        if theme not in self._days:
            query = f"select max(as_of_date) from {theme}_by_grid where date_trunc('month', as_of_date) = $1"
            self._days[theme] = _one(self.release.execute(query, [self.month]))
        return self._days[theme]

    def is_delivered(self, extract: str) -> bool:
        """Whether anything of an extract was ever delivered: of one that never was, a zero would be no figure."""
        query = "select max(last_delivery_date) from source_freshness where extract = $1"
        return _one(self.release.execute(query, [extract])) is not None

    def figure(self, theme: str, column: str) -> Any:
        """A figure of the area; None where the month has none."""
        values = self._of_area(theme, self.area)
        return values[column] if values else None

    def rows(self, block: ListBlock) -> tuple[date | None, list[Row]]:
        """Day and rows of a list in the area, in order; no day where the month has no figures."""
        theme, roster = theme_of(block), roster_of(block)
        if theme and block.level:
            if self.day(theme) is None:
                return None, []
            areas = self._areas_within(block.level)
            return self.day(theme), [Row(area.code, self._named(theme, area)) for area in areas]
        assert roster is not None
        day = self._roster_day(roster)
        return day, self._roster(roster, block, day) if day else []

    @cached_property
    def known_days(self) -> tuple[date | None, date | None]:
        """The first and last day of any figures."""
        row = self.release.execute("select min(as_of_date), max(as_of_date) from population_by_grid").fetchall()[0]
        return row[0], row[1]

    def _area(self, code: str) -> Area:
        level = _DIGITS.get(len(code)) if code.isdigit() else None
        if level is None:
            raise FormError(
                f"{code!r} is no area code; AREA takes 15 digits of a grid, 12 of a community, 9 of a street, "
                "6 of the district."
            )
        query = (
            "select grid_name from grids where grid_code = $1"
            if level == "grid"
            else f"select area_name from areas where area_level = '{level}' and area_code = $1"
        )
        found = self.release.execute(query, [code]).fetchall()
        if not found:
            raise FormError(
                f"The current release knows no {level} {code}; its areas stand in the marts areas and grids."
            )
        return Area(level, code, found[0][0])

    def _areas_within(self, level: str) -> list[Area]:
        """The areas of a level within the area, by code; the area itself where it is no larger than that."""
        if LEVELS.index(level) >= LEVELS.index(self.area.level):
            return [self.area]
        query = f"select distinct {level}_code from grids where {self.area.level}_code = $1 order by 1"
        return [self._area(code) for (code,) in self.release.execute(query, [self.area.code]).fetchall() if code]

    def _of_area(self, theme: str, area: Area) -> Mapping[str, Any] | None:
        day = self.day(theme)
        if day is None:
            return None
        if area.level == "grid":
            query, values = f"from {theme}_by_grid where as_of_date = $1 and grid_code = $2", [day, area.code]
        else:
            query = f"from {theme}_by_area where as_of_date = $1 and area_code = $2 and area_level = $3"
            values = [day, area.code, area.level]
        found = _mappings(self.release.execute(query, values))
        return found[0] if found else None

    def _named(self, theme: str, area: Area) -> Mapping[str, Any] | None:
        found = self._of_area(theme, area)
        return {**found, "area_code": area.code, "area_name": area.name} if found else None

    def _roster_day(self, roster: str) -> date | None:
        """The last day of the month that the roster, else (where nobody is on it) the warehouse has."""
        for table in (roster, "as_of"):
            query = f"select max(as_of_date) from conformed.{table} where date_trunc('month', as_of_date) = $1"
            if day := _one(self.warehouse.execute(query, [self.month])):
                return day
        return None

    def _roster(self, roster: str, block: ListBlock, day: date) -> list[Row]:
        order = "".join(f'"{column}" nulls last, ' for column in block.order)
        query = f"""
            from conformed.{roster}
            where as_of_date = $1
                and grid_code in (select grid_code from conformed.grid_day
                    where as_of_date = $1 and {self.area.level}_code = $2)
            order by {order}"{block.key}" nulls last
        """
        found = _mappings(self.warehouse.execute(query, [day, self.area.code]))
        return [Row(str(values[block.key]), values) for values in found]


def _one(result: duckdb.DuckDBPyConnection) -> date | None:
    day: date | None = result.fetchall()[0][0]
    return day


def _mappings(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
