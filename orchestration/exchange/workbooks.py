"""Correction workbooks (校核工作簿): one XLSX a department and period. docs/corrections.md fixes their columns.

Here belongs: how lines become cells. Every value is written as text in a cell of format text, so that nothing can run
as a formula, now or after somebody has edited the cell, and no spreadsheet cuts an identity number to 15 digits.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import groupby, islice
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from orchestration.contracts.contract import CODES, Contract
from orchestration.deliveries.files import make_private_folder, sync
from orchestration.exchange.kinds import RULES
from orchestration.exchange.listing import Line, named_columns
from orchestration.workbooks import row_height

# Header and width in characters. Those from 答复 on are the department's to fill in.
COLUMNS = {
    "单号": 19, "差异类型": 22, "严重程度": 9, "状态": 14, "数据集": 34, "来源文件": 32, "来源行号": 9,
    "记录键": 28, "版本": 26, "字段": 18, "字段名称": 16, "本部门值": 24, "佐证": 60, "建议值": 24, "建议处理": 44,
    "办理期限": 12, "答复": 9, "更正值": 24, "理由": 40,
}  # fmt: skip
_WRAPPED = ("佐证", "建议处理")
ANSWERED = ("答复", "更正值", "理由")
STATES = {"issued": "待答复", "replied": "已答复", "disputed": "有争议", "reopened": "重新打开"}
OTHER_SIDE = "对方不属实"
# A spreadsheet holds 1,048,576 rows a sheet and 32,767 characters a cell.
ROWS_A_SHEET = 1_000_000
LONGEST = 32_767
_A3 = 8
_NOTES = (
    "每行一项差异。请核对本部门记录，在“答复”列选：属实、不属实、改正。",
    "属实：差异属实，由本部门在业务系统更正后重新交付。不属实：填写理由，双方部门共同核对。改正：在“更正值”列填写正确的值。",
    "其他列请勿改动。数据仓库不直接改数：后续交付无此差异时办结，仍有差异时重新打开。",
    "本工作簿含个人信息，仅限核对本部门数据使用，不得转发。",
)


def write_workbooks(
    lines: Iterable[Line], contracts: Mapping[str, Contract], folder: Path, day: date
) -> list[tuple[str, int]]:
    """Write `folder`/<department>.xlsx for each department of the lines, which come by department; returns its rows.

    The folder must not be there; it appears whole or not at all, for its owner alone. `day` dates the workbooks, so
    that the same lines give the same files.
    """
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    make_private_folder(draft)
    written = []
    for department, own in groupby(lines, key=lambda line: line.department):
        file = draft / f"{department}.xlsx"
        written.append((department, _write(file, own, contracts, day)))
        file.chmod(0o600)
        sync(file)
    draft.replace(folder)
    return written


def _write(file: Path, lines: Iterator[Line], contracts: Mapping[str, Contract], day: date) -> int:
    names, advice = _words_of_kinds()
    rows = 0
    with xlsxwriter.Workbook(str(file), {"constant_memory": True, "strings_to_formulas": False}) as workbook:
        workbook.set_properties({"title": "数据校核", "created": datetime.combine(day, time(), UTC)})
        text = workbook.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
        wrapped = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True, "quote_prefix": True})
        to_fill = workbook.add_format({"num_format": "@", "valign": "top", "bg_color": "#FFF8DC", "border": 1})
        head = workbook.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1})
        for number, part in enumerate(_parts(lines)):
            sheet = workbook.add_worksheet("校核清单" if number == 0 else f"校核清单{number + 1}")
            sheet.freeze_panes(1, 1)
            # Printed, all columns stand on one sheet of A3, with the header on each.
            sheet.set_paper(_A3)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            for place, (header, width) in enumerate(COLUMNS.items()):
                sheet.set_column(place, place, width, text)
                sheet.write_string(0, place, header, head)
            at = 0
            for at, line in enumerate(part, 1):
                cells = _cells(line, contracts, names, advice)
                sheet.set_row(at, row_height((cells[header], COLUMNS[header]) for header in _WRAPPED))
                for place, (header, value) in enumerate(cells.items()):
                    if header in ANSWERED and not value:
                        sheet.write_blank(at, place, None, to_fill)
                    else:
                        look = wrapped if header in _WRAPPED else text
                        sheet.write_string(at, place, (value or "")[:LONGEST], look)
            sheet.autofilter(0, 0, at, len(COLUMNS) - 1)
            # Identity numbers are text on purpose: no mark in the corner of each cell.
            sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(COLUMNS) - 1)}{at + 1}"})
            answer = list(COLUMNS).index("答复")
            sheet.data_validation(1, answer, at, answer, {"validate": "list", "source": _answers()})
            rows += at
        notes = workbook.add_worksheet("说明")
        notes.set_column(0, 0, 120)
        for at, note in enumerate(_NOTES):
            notes.write_string(at, 0, note)
    return rows


def _parts(lines: Iterator[Line]) -> Iterator[Iterator[Line]]:
    """The lines in stretches that a sheet holds."""
    for first in lines:
        yield islice(_chain(first, lines), ROWS_A_SHEET)


def _chain(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest


def _cells(
    line: Line, contracts: Mapping[str, Contract], names: Mapping[str, str], advice: Mapping[str, str]
) -> dict[str, str | None]:
    """A line under the headers of COLUMNS."""
    asked = advice[line.kind]
    if line.other_side:
        asked = f"对方部门答复不属实，请核对本部门记录。对方理由：{line.reason or '未填写'}"
    contract = contracts[line.extract]
    return {
        "单号": line.order_id,
        "差异类型": names[line.kind],
        "严重程度": str(line.severity),
        "状态": OTHER_SIDE if line.other_side else STATES[line.state],
        "数据集": line.extract,
        "来源文件": line.source_file,
        "来源行号": str(line.source_row),
        "记录键": line.record_key,
        "版本": line.version,
        "字段": line.column_name,
        "字段名称": named_columns(contract)[line.column_name].header,
        "本部门值": line.value,
        "佐证": line.evidence,
        "建议值": line.suggested,
        "建议处理": asked,
        "办理期限": line.deadline.isoformat(),
        "答复": None,
        "更正值": None,
        "理由": None,
    }


def _words_of_kinds() -> tuple[dict[str, str], dict[str, str]]:
    """The Chinese name and the advice of each kind, from the rule table."""
    with RULES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["kind"]: row["description"].rpartition("(")[2].rstrip(")") for row in rows}
    return names, {row["kind"]: row["advice"] for row in rows}


def _answers() -> list[str]:
    """The answers that the contract of replies takes."""
    with (CODES / "correction_answer.csv").open(encoding="utf-8", newline="") as file:
        return [row["code"] for row in csv.DictReader(file)]
