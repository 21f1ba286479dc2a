"""`make typed-cells`: what people typed into the blank cells of returned forms, as a delivery of typed_cells.

Here belongs: reading the returned workbooks. The delivery is written where every department's lies, and `make run`
takes it like any other; nothing goes into the warehouse by another way.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook
from rich.console import Console

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.files import write_atomically
from orchestration.deliveries.readers.archive import refuse_dangerous
from orchestration.deliveries.readers.workbook import cell_text
from orchestration.deliveries.refusal import Refused
from orchestration.forms.binding import Form, FormError, Place, named_cells, read_forms, source_of
from orchestration.forms.sheets import TO_TYPE, TO_TYPE_COLUMNS
from orchestration.process import keep_private
from orchestration.progress import terminal_console
from orchestration.settings import settings_for
from orchestration.workbooks import put

EXTRACT = "data_centre.typed_cells"
_DATE = re.compile(r"[0-9]{8}")


@dataclass(frozen=True)
class TypedCell:
    """A row of the extract, its fields in the order of the contract's columns."""

    form: str
    area_code: str
    month: str
    cell: str
    value: str
    reason: str


def typed_cells(file: Path, forms: dict[str, Form]) -> Iterator[TypedCell]:
    """What stands in cells of a returned form that were blank when it was filled (those on its sheet 待填).

    A named cell is found by its name and a cell of a list by the key of its row, wherever sorting and inserted rows
    have moved them. Raises FormError where the file is no filled form, or it cannot be told of which row something was
    typed; row and cell are named, never a value.
    """
    try:
        refuse_dangerous(file)
        workbook = load_workbook(file, data_only=True)
    except (Refused, KeyError, ValueError) as problem:
        raise FormError(f"{file.name} is no workbook that can be read: {problem}") from None
    if TO_TYPE not in workbook.sheetnames:
        raise FormError(f"{file.name} has no sheet {TO_TYPE}; send the form back as `make forms` wrote it, filled in.")
    rows = workbook[TO_TYPE].iter_rows(values_only=True)
    if [cell_text(header) for header in next(rows, ())][: len(TO_TYPE_COLUMNS)] != list(TO_TYPE_COLUMNS):
        raise FormError(f"{file.name}: the first row of {TO_TYPE} must be {', '.join(TO_TYPE_COLUMNS)}.")
    returned: _Returned | None = None
    for number, row in enumerate(rows, 2):
        name, area, month, cell, _, reason = [cell_text(value) or "" for value in row[: len(TO_TYPE_COLUMNS)]]
        if not any((name, area, month, cell)):
            continue
        if name not in forms:
            raise FormError(f"{file.name}: row {number} of {TO_TYPE} names a form {name!r} that there is not.")
        returned = returned or _Returned(file, workbook, forms[name])
        value = returned.value(cell)
        if value:
            yield TypedCell(name, area, month, cell, value, reason)


class _Returned:
    """A returned workbook, and where its cells stand now."""

    def __init__(self, file: Path, workbook: Workbook, form: Form) -> None:
        self.file, self.workbook = file, workbook
        self.places = dict(named_cells(workbook))
        block = form.bindings.list
        self.columns = block.columns if block else {}
        shown = [name for name, binding in self.columns.items() if block and source_of(binding) == block.key]
        self.key = shown[0] if shown else ""
        self.rows = self._rows_by_key(self.places[self.key]) if self.key in self.places else {}

    def _rows_by_key(self, first: Place) -> dict[str, list[int]]:
        """The rows that bear each key; a named cell outside the list is none."""
        sheet = self.workbook[first.sheet]
        others = {place for name, place in self.places.items() if name not in self.columns}
        typed = [self.places[name].column for name, binding in self.columns.items()
                 if source_of(binding) is None and name in self.places]  # fmt: skip
        rows: dict[str, list[int]] = {}
        for row in range(1, sheet.max_row + 1):
            key = cell_text(sheet.cell(row, first.column).value)
            if key is not None and Place(first.sheet, row, first.column) not in others:
                rows.setdefault(key, []).append(row)
            elif row >= first.row and any(cell_text(sheet.cell(row, column).value) for column in typed):
                raise FormError(
                    f"{self.file.name}: something was typed in row {row}, whose key is missing; put the key back, "
                    "or take out a row that was added."
                )
        return rows

    def value(self, cell: str) -> str | None:
        """The text of a cell, by name or name[key]; None where it is blank, or its row was taken out."""
        name, bracket, key = cell.partition("[")
        place = self.places.get(name)
        # Without the column of keys nobody can tell whose row anything was typed in.
        lost = name if place is None else self.key if bracket and self.key not in self.places else ""
        if place is None or lost:
            raise FormError(f"{self.file.name} has no cell named {lost} any more; do not remove names from a form.")
        if bracket:
            rows = self.rows.get(key.removesuffix("]"), [])
            if len(rows) > 1:
                raise FormError(f"{self.file.name}: rows {rows[0]} and {rows[1]} bear one key; keep one of them.")
            if not rows:
                return None
            place = Place(place.sheet, rows[0], place.column)
        text = cell_text(self.workbook[place.sheet].cell(place.row, place.column).value)
        return text.strip() if text else None


def deliver(cells: Sequence[TypedCell], file: Path) -> None:
    """Write the delivery, for its owner alone. Raises FormError where the day has one, which it would replace."""
    if file.exists():
        raise FormError(f"{file} is there already, and a file of its name would replace it; give another DATE.")
    workbook = Workbook()
    headers = [column.header for column in read_contracts()[EXTRACT].columns]
    for number, row in enumerate([headers, *(vars(cell).values() for cell in cells)], 1):
        for at, value in enumerate(row, 1):
            put(workbook.active.cell(number, at), value)
    content = BytesIO()
    workbook.save(content)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, content.getvalue())


def main() -> int:
    """Read the command line, read the returned forms, and write the delivery."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--returned", required=True, help="folder of returned forms (.xlsx)")
    arguments.add_argument("--extracts", default="", help="folder of deliveries; the simulated district's if left out")
    arguments.add_argument("--date", required=True, help="YYYYMMDD, the day of the delivery")
    given = arguments.parse_args()
    console = terminal_console()
    try:
        _take(given.returned, settings_for(given.data, given.extracts or None).extracts, given.date, console)
    except FormError as problem:
        console.print(f"Nothing was delivered. {problem}", style="red", markup=False)
        return 1
    return 0


def _take(returned: str, extracts: Path, day: str, console: Console) -> None:
    files = sorted(file for file in Path(returned).glob("**/*.xlsx") if not file.name.startswith(("~$", ".")))
    if not returned or not files:
        raise FormError(f"There is no returned form (.xlsx) in {returned or 'RETURNED'}; name their folder.")
    if not _DATE.fullmatch(day):
        raise FormError(f"{day!r} is no day; write it as DATE=20260930.")
    forms = {form.name: form for form in read_forms()}
    cells = [cell for file in files for cell in typed_cells(file, forms)]
    if not cells:
        raise FormError("No blank cell of the returned forms was filled in.")
    department, extract = EXTRACT.split(".")
    file = extracts / department / extract / f"{extract}_{day}.xlsx"
    deliver(cells, file)
    console.print(f"{len(cells):,} cells of {len(files):,} forms: {file}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
