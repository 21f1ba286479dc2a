"""Forms as the person opens them who gets them: filling on a copy of a district, and reading what was written."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from districts import District
from openpyxl import Workbook, load_workbook
from rich.console import Console

from orchestration.forms.binding import Form, read_forms, source_of
from orchestration.forms.command import fill_forms
from orchestration.settings import settings_for

FORMS = {form.name: form for form in read_forms()}
MONTH = "2026-09"


@dataclass
class Filled:
    """A form as the person opens it who gets it."""

    form: Form
    workbook: Workbook

    def value(self, name: str, at: int = 0) -> Any:
        sheet, reference = next(self.workbook.defined_names[name].destinations)
        cell = self.workbook[sheet][reference.replace("$", "")]
        value = self.workbook[sheet].cell(cell.row + at, cell.column).value
        return value.date() if isinstance(value, datetime) and value.time() == time() else value

    def rows(self, *names: str) -> list[tuple[Any, ...]]:
        """These columns of the list, down to its last row."""
        block = self.form.bindings.list
        assert block is not None
        key = next(name for name, binding in block.columns.items() if source_of(binding) == block.key)
        found: list[tuple[Any, ...]] = []
        while self.value(key, len(found)) is not None:
            found.append(tuple(self.value(name, len(found)) for name in names))
        return found

    def sheet(self, title: str) -> list[dict[str, Any]]:
        header, *rows = self.workbook[title].iter_rows(values_only=True)
        return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def copy_of(district: District, data: Path) -> District:
    """A copy in an empty folder, because filling is recorded in the state folder."""
    for name in ("deliveries", "state", "releases", "dbt"):
        shutil.copytree(district.settings.data / name, data / name, symlinks=True)
    shutil.copy(district.settings.warehouse, data)
    return District(settings_for(data), "")


def filled(copied: District, area: str, month: str) -> dict[str, Filled]:
    """Fill every form, and read what was written."""
    fill_forms(copied.settings, area, month, Console(quiet=True))
    folder = copied.settings.data / "forms" / month / area
    return {name: Filled(form, load_workbook(folder / f"{name}.xlsx")) for name, form in FORMS.items()}
