"""A filled form as a workbook: the template's sheets, 来源 (where each value is from) and 待填 (what is still to type).

Here belongs: how cells become a file. docs/forms.md fixes the columns of the two sheets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import copy
from io import BytesIO
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.deliveries.files import make_private_folder, write_atomically
from orchestration.forms.binding import Place, roster_of
from orchestration.forms.fill import Cell, Filling
from orchestration.workbooks import Value, put, row_height

SOURCES, TO_TYPE = "来源", "待填"
SOURCE_COLUMNS = {"单元格": 34, "位置": 16, "值": 26, "来源": 44, "统计日期": 12, "口径": 70}
# The first four and 理由 are columns of the extract data_centre.typed_cells.
TO_TYPE_COLUMNS = {"表单": 20, "区划代码": 18, "月份": 10, "单元格": 44, "位置": 16, "理由": 50}
_WRAPPED = Alignment(horizontal="left", vertical="top", wrap_text=True)
_KINDS = {"filled": "自动填报", "carried": "沿用补录", "typed": "本月补录", "blank": "空白"}


def write(filling: Filling, file: Path) -> None:
    """Write the workbook for its owner alone (0600), whole or not at all."""
    workbook = load_workbook(filling.form.template)
    _stretch(filling, workbook)
    for cell in filling.cells:
        if cell.value is not None:
            put(workbook[cell.place.sheet].cell(cell.place.row, cell.place.column), cell.value)
    _heighten(filling, workbook)
    _table(workbook, SOURCES, SOURCE_COLUMNS, _sources(filling))
    blank = (cell for cell in filling.cells if cell.kind == "blank")
    form = (filling.form.name, filling.figures.area.code, filling.month)
    _table(workbook, TO_TYPE, TO_TYPE_COLUMNS, ((*form, c.cell, _address(c.place), c.reason) for c in blank))
    content = BytesIO()
    workbook.save(content)
    make_private_folder(file.parent)
    write_atomically(file, content.getvalue())


def _stretch(filling: Filling, workbook: Workbook) -> None:
    """Give every row of the list the look of the template's."""
    block = filling.form.bindings.list
    if block is None or filling.rows < 2:
        return
    place = filling.form.places[next(iter(block.columns))]
    sheet = workbook[place.sheet]
    for column in range(1, sheet.max_column + 1):
        look = sheet.cell(place.row, column)._style
        for at in range(1, filling.rows):
            sheet.cell(place.row + at, column)._style = copy(look)
    height = sheet.row_dimensions[place.row].height
    for at in range(1, filling.rows if height else 0):
        sheet.row_dimensions[place.row + at].height = height


def _heighten(filling: Filling, workbook: Workbook) -> None:
    """Make rows of the list as high as their texts need."""
    listed = sorted((cell for cell in filling.cells if cell.key is not None), key=lambda cell: cell.place.row)
    for (title, row), cells in groupby(listed, key=lambda cell: (cell.place.sheet, cell.place.row)):
        sheet = workbook[title]
        widths = [(c.value, sheet.column_dimensions[get_column_letter(c.place.column)].width) for c in cells]
        sheet.row_dimensions[row].height = max(row_height(widths), sheet.row_dimensions[row].height or 0)


def _sources(filling: Filling) -> Iterator[tuple[Value, ...]]:
    """A row for every cell; for a roster, which names people, one for each column and kind of source."""
    block = filling.form.bindings.list
    gathered = block is not None and roster_of(block) is not None
    for cell in filling.cells:
        if cell.key is None or not gathered:
            value = cell.value if cell.kind != "blank" else f"空白：{cell.reason}"
            yield cell.cell, _address(cell.place), value, cell.source, cell.as_of, cell.definition
    if not gathered:
        return
    listed = sorted((c for c in filling.cells if c.key is not None), key=lambda c: (c.place.column, c.place.row))
    for _, column in groupby(listed, key=lambda cell: cell.place.column):
        yield from _gathered(list(column))


def _gathered(column: list[Cell]) -> Iterator[tuple[Value, ...]]:
    first, last = column[0].place, column[-1].place
    told = next((cell for cell in column if cell.kind == "filled"), column[0])
    counted = Counter(cell.kind for cell in column)
    value = "，".join(f"{_KINDS[kind]} {number} 项" for kind, number in counted.items())
    yield told.name, f"{_address(first)}:{_address(last)}", value, told.source, told.as_of, told.definition
    for cell in column:
        if cell.kind in ("typed", "carried"):
            yield cell.cell, _address(cell.place), _KINDS[cell.kind], cell.source, cell.as_of, cell.definition


def _table(workbook: Workbook, title: str, columns: dict[str, int], rows: Iterator[tuple[Value, ...]]) -> None:
    sheet: Worksheet = workbook.create_sheet(title)
    for at, (header, width) in enumerate(columns.items(), 1):
        put(sheet.cell(1, at), header)
        sheet.cell(1, at).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, row in enumerate(rows, 2):
        for at, value in enumerate(row, 1):
            put(sheet.cell(number, at), value)
            sheet.cell(number, at).alignment = _WRAPPED
        sheet.row_dimensions[number].height = row_height(zip(row, columns.values(), strict=True))
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)


def _address(place: Place) -> str:
    return f"{get_column_letter(place.column)}{place.row}"
