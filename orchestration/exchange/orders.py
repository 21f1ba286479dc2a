"""`make orders`: issue a period's correction orders, once, and write the departments' workbooks.

Here belongs: the command. The orders' state is below $DATA/state/orders, the workbooks below $DATA/orders/<period>.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console

from orchestration.contracts.contract import read_contracts
from orchestration.exchange.listing import lines
from orchestration.exchange.reports import Reports, as_of_day, find
from orchestration.exchange.workbooks import write_workbooks
from orchestration.exchange.working_days import is_published
from orchestration.process import keep_private
from orchestration.progress import terminal_console
from orchestration.run import RunFailed, only_run
from orchestration.settings import Settings, settings_for

_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_ROWS_TOLD = 20
_UNMATCHED = {
    "answer": "the answer is none of 属实, 不属实, 改正",
    "order": "no order has these 记录键, 版本, 字段, 单号 and 数据集",
}


class NotIssued(Exception):
    """No order was issued; the message says why and what to do."""


def issue(settings: Settings, period: str, console: Console) -> None:
    """Issue the orders of a period (YYYY-MM; empty: the month of the last delivery) and write their workbooks.

    A period that was issued stays as it is. Raises NotIssued where there is no warehouse, or the period is none or lies
    after the last delivery.
    """
    if not settings.warehouse.exists():
        raise NotIssued(f"There is no warehouse in {settings.data}; run `make run DATA={settings.data}` first.")
    if period and not _PERIOD.fullmatch(period):
        raise NotIssued(f"{period!r} is no period; write it as PERIOD=2026-09.")
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        day = as_of_day(connection)
        if day is None:
            raise NotIssued("Nothing was delivered yet: there is nothing to correct.")
        period = period or f"{day:%Y-%m}"
        if period > f"{day:%Y-%m}":
            raise NotIssued(
                f"The last delivery is of {day}; orders of {period} can be issued when deliveries reach it."
            )
        _tell_unmatched(connection, console)
        reports, folder = Reports(settings.state), settings.data / "orders" / period
        if reports.file(period).exists() and folder.exists():
            console.print(f"The orders of {period} are issued: {folder}. Nothing new.", markup=False)
            return
        find(connection)
        if not reports.file(period).exists():
            number, new = reports.issue(connection, period)
            console.print(f"Orders of {period}: {number:,}, {new:,} of them new.", markup=False)
        _write(connection, reports, period, folder, day, console)


def _tell_unmatched(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Which replies of the last delivery of any answer no order, by file and row."""
    found = connection.execute(
        """
        select source_file, not_known, list(source_row order by source_row)
        from exchange.correction_reply_unmatched
        where replied_on = (select max(delivery_date) from staging.stg_data_centre__correction_replies)
        group by all order by all
        """
    ).fetchall()
    for file, not_known, rows in found:
        told = ", ".join(map(str, rows[:_ROWS_TOLD])) + (f" … ({len(rows):,} rows)" if len(rows) > _ROWS_TOLD else "")
        console.print(f"{file}, data row {told}: {_UNMATCHED[not_known]}.", markup=False)


def _write(
    connection: duckdb.DuckDBPyConnection, reports: Reports, period: str, folder: Path, day: date, console: Console
) -> None:
    contracts = read_contracts()
    listed = lines(connection, contracts, period, reports.files())
    for department, rows in write_workbooks(listed, contracts, folder, day):
        console.print(f"  {folder / department}.xlsx  {rows:,} rows", markup=False)
    row = connection.execute(
        "select max(deadline) from read_parquet($file)", {"file": str(reports.file(period))}
    ).fetchone()
    if row and row[0] and not is_published(row[0]):
        told = "its holidays are not published yet, Monday to Friday were counted (upgrade chinesecalendar)"
        console.print(f"Deadlines reach into {row[0].year}: {told}.", markup=False)


def main() -> int:
    """Read the command line and issue."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--period", default="", help="YYYY-MM; the month of the last delivery where it is left out")
    given = arguments.parse_args()
    settings, console = settings_for(given.data), terminal_console()
    try:
        with only_run(settings):
            issue(settings, given.period, console)
    except (duckdb.CatalogException, duckdb.IOException):
        other = (
            f"{settings.warehouse} was built by other code or in another folder: remove it and run `make run` again."
        )
        console.print(f"Nothing was issued. {other}", style="red", markup=False)
        return 1
    except (NotIssued, RunFailed) as problem:
        console.print(f"Nothing was issued. {problem}", style="red", markup=False)
        return 1
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
