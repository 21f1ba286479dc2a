"""The record of forms that were filled: `$DATA/state/forms/fills.csv`, to which lines are only added.

Here belongs: keeping it. marts.form_fill makes the auto-fill rate (报表自动填报率) of it in the next run.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from orchestration.deliveries.files import make_private_folder, write_atomically
from orchestration.forms.fill import Filling

COLUMNS = (
    "filling", "form", "area_level", "area_code", "month", "as_of_date", "cells", "filled_cells", "carried_cells",
)  # fmt: skip


def record(file: Path, fillings: Iterable[Filling]) -> None:
    """Add what was filled; a filling that counts as the last one of its form, area and month adds nothing."""
    kept = file.read_text("utf-8") if file.exists() else ",".join(COLUMNS) + "\n"
    lines = list(csv.reader(StringIO(kept)))[1:]
    last = {(line[1], line[3], line[4]): line[1:] for line in lines}
    added = StringIO()
    writer = csv.writer(added, lineterminator="\n")
    number = len(lines)
    for filling in fillings:
        area, month = filling.figures.area, filling.figures.month.isoformat()
        counted = [len(filling.cells), filling.count("filled"), filling.count("carried")]
        day = filling.as_of.isoformat() if filling.as_of else ""
        line = [filling.form.name, area.level, area.code, month, day, *map(str, counted)]
        if last.get((filling.form.name, area.code, month)) != line:
            number += 1
            writer.writerow([number, *line])
    if added.getvalue():
        make_private_folder(file.parent)
        write_atomically(file, (kept + added.getvalue()).encode())
