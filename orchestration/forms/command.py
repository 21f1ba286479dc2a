"""`make forms`: fill every form for an area and month, below $DATA/forms/<month>/<area>/.

Here belongs: the command, and opening what it reads. Rosters name people, so files and folders are their owner's alone.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import date

import duckdb
from rich.console import Console

from orchestration.forms.binding import Form, FormError, check_columns, marts_of, read_forms
from orchestration.forms.figures import Figures
from orchestration.forms.fill import Filling, fill
from orchestration.forms.fillings import record
from orchestration.forms.sheets import write
from orchestration.forms.typed import TypedCells
from orchestration.guard import RunFailed, only_run
from orchestration.process import keep_private
from orchestration.progress import terminal_console
from orchestration.releases.publish import measure
from orchestration.releases.release import Release, current_release, latest
from orchestration.settings import Settings, settings_for

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def fill_forms(settings: Settings, area: str, month: str, console: Console) -> list[Filling]:
    """Fill every form and say so. `month`: YYYY-MM, empty for that of the last figures.

    Raises FormError where a form, the area or the month cannot be used, nothing was published yet, or the warehouse is
    not the one that the current release was made from.
    """
    release = current_release(settings.releases)
    if release is None or not settings.warehouse.exists() or not settings.manifest.exists():
        raise FormError(f"Nothing was published in {settings.data}; run `make run DATA={settings.data}` first.")
    if month and not _MONTH.fullmatch(month):
        raise FormError(f"{month!r} is no month; write it as MONTH=2026-09.")
    _last_build(settings, release.release_id)
    forms, definitions = read_forms(), _definitions(settings)
    for form in forms:
        check_columns(form, definitions)
    with (
        duckdb.connect(str(release.file.resolve()), read_only=True) as marts,
        duckdb.connect(str(settings.warehouse), read_only=True) as warehouse,
    ):
        _same_figures(settings, release, forms, marts, warehouse)
        figures = Figures(marts, warehouse, area, _first_day(marts, month))
        folder = settings.data / "forms" / f"{figures.month:%Y-%m}" / area
        fillings = []
        for form in forms:
            typed = TypedCells(warehouse, form.name, area, figures.month)
            filling = fill(form, figures, typed, definitions)
            write(filling, folder / f"{form.name}.xlsx")
            fillings.append(filling)
            without_typing = filling.count("filled") + filling.count("carried")
            told = f"{without_typing:,} of {len(filling.cells):,} cells filled without typing"
            console.print(f"  {folder / form.name}.xlsx  {told}", markup=False, soft_wrap=True)
    record(settings.fills, fillings)
    return fillings


def _last_build(settings: Settings, current: str) -> None:
    """Raises FormError where the last run has not made the current release of the warehouse as it is."""
    built = latest(settings.releases)
    if built is None or not built.fingerprint:
        raise FormError(
            f"The last run in {settings.data} did not end, so that rosters would not be those that release {current} "
            f"counts; run `make run DATA={settings.data}` first."
        )
    if built.release_id != current:
        raise FormError(
            f"Readers have release {current}, but the rosters are those that {built.release_id} counts; "
            f"`make rollback DATA={settings.data} TO={built.release_id}` goes back to it."
        )


def _same_figures(
    settings: Settings,
    release: Release,
    forms: Iterable[Form],
    marts: duckdb.DuckDBPyConnection,
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Raises FormError where the warehouse has other figures for the forms than the release: another file was put in
    its place, or somebody has run dbt by hand."""
    for table in sorted(set().union(*map(marts_of, forms))):
        if measure(marts, table.removeprefix("marts.")) != measure(warehouse, table):
            raise FormError(
                f"{settings.warehouse} is not the warehouse that release {release.release_id} was made from ({table} "
                f"differs): remove it, and `make run DATA={settings.data}` builds it again."
            )


def _first_day(marts: duckdb.DuckDBPyConnection, month: str) -> date:
    if month:
        return date.fromisoformat(f"{month}-01")
    last: date | None = marts.execute("select max(as_of_date) from population_by_grid").fetchall()[0][0]
    if last is None:
        raise FormError("The current release has no figures; name a MONTH.")
    return last.replace(day=1)


def _definitions(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """schema.table → column → what it means, as the models say."""
    nodes = json.loads(settings.manifest.read_text("utf-8"))["nodes"].values()
    return {
        f"{node['schema']}.{node['name']}": {
            name: str(column["description"]) for name, column in node["columns"].items()
        }
        for node in nodes
        if node["resource_type"] == "model"
    }


def main() -> int:
    """Read the command line and fill."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", default="data")
    arguments.add_argument(
        "--area", required=True, help="code of a grid (15), community (12), street (9), district (6)"
    )
    arguments.add_argument("--month", default="", help="YYYY-MM; the month of the last figures where it is left out")
    given = arguments.parse_args()
    settings, console = settings_for(given.data), terminal_console()
    try:
        with only_run(settings):
            fill_forms(settings, given.area, given.month, console)
    except (duckdb.CatalogException, duckdb.BinderException):
        other = f"Release and warehouse in {settings.data} were built by other code: `make run` builds them again."
        console.print(f"Nothing was filled. {other}", style="red", markup=False)
        return 1
    except duckdb.IOException:
        held = f"{settings.warehouse} cannot be opened; where another program holds it, wait for it to end."
        console.print(f"Nothing was filled. {held}", style="red", markup=False)
        return 1
    except (FormError, RunFailed) as problem:
        console.print(f"Nothing was filled. {problem}", style="red", markup=False)
        return 1
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
