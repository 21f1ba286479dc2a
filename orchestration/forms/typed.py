"""What people typed into forms, as the warehouse holds it: conformed.typed_cell.

Here belongs: which typed value a blank cell takes. A named cell takes what was typed for its own area; a cell of a list
takes what was typed for its row, in whichever area's form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True)
class TypedValue:
    """A value with the month and area that it was typed for, and where it was delivered."""

    month: date
    typed_on: date
    own_area: bool
    value: str
    source: str


class TypedCells:
    """The values typed into one form, up to a month."""

    def __init__(self, warehouse: duckdb.DuckDBPyConnection, form: str, area_code: str, month: date) -> None:
        self.month = month
        self._found: dict[str, list[TypedValue]] = {}
        rows = warehouse.execute(
            "select cell, area_code = $2, month, typed_on, value, source_file || ' ' || source_row"
            " from conformed.typed_cell where form = $1 and month <= $3",
            [form, area_code, month],
        )
        for cell, own_area, of_month, typed_on, value, source in rows.fetchall():
            if own_area or cell.endswith("]"):
                found = TypedValue(of_month, typed_on, own_area, value, f"data_centre.typed_cells {source}")
                self._found.setdefault(cell, []).append(found)

    def find(self, cell: str, *, this_month_only: bool) -> TypedValue | None:
        """The value of the latest month, of one month that of the form's own area, then the one delivered last."""
        found = [each for each in self._found.get(cell, ()) if not this_month_only or each.month == self.month]
        return max(found, key=lambda each: (each.month, each.own_area, each.typed_on, each.source), default=None)

    def is_own(self, found: TypedValue) -> bool:
        """Whether people typed it into this very form, for this area and month."""
        return found.own_area and found.month == self.month
