"""What `make run` prints at its end: deliveries taken, what waits, rows changed, marts, figures, and how to query.

Reads receipts, the release and what the warehouse says of its last build, and shows no value that names a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.deliveries.freshness import freshness, judged_on
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import Trouble, read_troubles
from orchestration.notices.message import moment
from orchestration.releases.release import Release, current_release, latest
from orchestration.settings import PROJECT, Settings

# More deliveries than fit a screen or two are shown one line an extract.
_LINES = 60

_HEAD_FIGURES = (
    ("resident population 实有人口", "population_by_grid", "sum(resident_population)"),
    ("registered population 户籍人口", "population_by_grid", "sum(registered_population)"),
    ("floating population 流动人口", "population_by_grid", "sum(floating_population)"),
    ("households 户", "population_by_grid", "sum(households)"),
    ("dwellings 房屋", "housing_by_grid", "sum(dwellings)"),
    ("let dwellings 出租", "housing_by_grid", "sum(let_dwellings)"),
    ("vacant dwellings 空置", "housing_by_grid", "sum(vacant_dwellings)"),
    ("open incidents 未办结事件", "safety_by_grid", "sum(open_incidents)"),
    ("party members 党员", "party_by_grid", "sum(party_members)"),
    ("active enterprises 在营企业", "organisations_by_grid", "sum(active_enterprises)"),
    ("people without a grid 未落格人员", "record_placement", "sum(unplaced) filter (theme = 'people')"),
    ("rows whose person is undecided", "linking_coverage", "sum(undecided_rows) filter (link_kind = 'person')"),
    ("rows whose dwelling is undecided", "linking_coverage", "sum(undecided_rows) filter (link_kind = 'address')"),
)


def report(settings: Settings, console: Console, receipts: Sequence[Receipt], began: datetime) -> None:
    """Print everything about the run that began at `began` (UTC) and took or refused `receipts`."""
    receipts = sorted(receipts, key=lambda receipt: (receipt.delivery_date or "", receipt.id))
    console.print()
    if receipts:
        console.print(_deliveries(receipts))
        for receipt in receipts:
            if not receipt.accepted:
                console.print(f"[red]refused[/] {escape(_where(receipt))}\n        {escape(receipt.remedy)}")
    else:
        console.print("No new delivery.")
    if troubles := read_troubles(settings.data):
        console.print()
        console.print(_troubles(troubles))
    if late := _late(settings):
        console.print(f"\nLate by their service levels: {', '.join(late)}.", markup=False)
    release = current_release(settings.releases)
    if release is None:
        console.print("Nothing has been published yet.")
        return
    # A run with nothing to do leaves the warehouse alone, and with it what an earlier build said.
    changes = model_changes(settings) if settings.warehouse.stat().st_mtime >= began.timestamp() else []
    if changes:
        console.print()
        console.print(_changes(changes))
    with duckdb.connect(str(release.file.resolve()), read_only=True) as connection:
        console.print()
        console.print(_side_by_side(_marts(release), _figures(connection)))
    console.print(_standing(settings, release, began), markup=False)
    for contract in read_contracts().values():
        if contract.status == "draft":
            console.print(_draft(contract), style="yellow", markup=False, soft_wrap=True)
    console.print(_queries(settings), markup=False, soft_wrap=True)


def _troubles(troubles: Sequence[Trouble]) -> Table:
    """What could not be pulled, a line a fault: the marts go on with what came before."""
    table = Table(title="Not pulled, tried again later", title_justify="left", box=None, pad_edge=False)
    table.add_column("extract", no_wrap=True)
    for name in ("since", "what", "what to do"):
        table.add_column(name)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for trouble in troubles:
        alike.setdefault((moment(trouble.since), trouble.reason, trouble.remedy), []).append(trouble.extract)
    for (since, reason, remedy), extracts in alike.items():
        table.add_row("\n".join(extracts), since, escape(reason), escape(remedy))
    return table


def _late(settings: Settings) -> list[str]:
    """The extracts that are older than their contracts allow, each with its age."""
    contracts = read_contracts()
    receipts = load_receipts(settings.data, contracts.values())
    ages = freshness(contracts.values(), receipts, judged_on(settings, receipts))
    return [f"{id_} ({age.age_days} days old)" for id_, age in ages.items() if age.is_late]


def _draft(contract: Contract) -> str:
    place = contract.file.relative_to(PROJECT)
    return f"The contract of {contract.id} is a draft, and its rows count: review {place}, then set status: active."


def model_changes(settings: Settings) -> list[tuple[str, str, int | None, int | None, int | None]]:
    """What the last build changed, where it went by change (dbt_project/macros/changes), of each model that differs.

    That is its name, `changed` or `whole`, and unless it was built whole the keys computed again, the rows removed and
    the rows added. Nothing where the build was whole altogether.
    """
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        noted = warehouse.execute("select 1 from duckdb_tables() where table_name = 'model_change'").fetchall()
        query = """
            select model, outcome, keys, rows_removed, rows_added from main.model_change
            where outcome = 'whole' or rows_removed + rows_added > 0 order by model
        """
        return warehouse.execute(query).fetchall() if noted else []


def _changes(changes: Sequence[tuple[str, str, int | None, int | None, int | None]]) -> Table:
    table = Table(title="Rows changed since the last build", title_justify="left", box=None, pad_edge=False)
    table.add_column("model")
    for name in ("keys", "removed", "added"):
        table.add_column(name, justify="right")
    for model, outcome, *counts in changes:
        shown = ["" if count is None else f"{count:,}" for count in counts]
        table.add_row(model, *(["", "", "whole"] if outcome == "whole" else shown))
    return table


def _where(receipt: Receipt) -> str:
    return f"{receipt.id} {receipt.source_file}: {receipt.reason}"


def _deliveries(receipts: Sequence[Receipt]) -> Table:
    table = Table(title="Deliveries taken", title_justify="left", box=None, pad_edge=False)
    table.add_column("extract")
    table.add_column("day")
    table.add_column("status")
    erased = any(receipt.rows_erased for receipt in receipts)
    for name in ("read", "accepted", "rejected", *(["erased"] if erased else []), "flags", "seconds"):
        table.add_column(name, justify="right")
    if len(receipts) <= _LINES:
        groups = [[receipt] for receipt in receipts]
    else:
        by_extract = defaultdict(list)
        for receipt in receipts:
            by_extract[receipt.id].append(receipt)
        groups = list(by_extract.values())
    for group in groups:
        table.add_row(*_line(group, erased))
    table.add_section()
    total = _line(list(receipts), erased)
    table.add_row("together", "", *total[2:], style="bold")
    return table


def _line(group: list[Receipt], erased: bool) -> list[str]:
    """A line of the table; `erased`: with the rows that are gone because they name somebody whose data was erased."""
    days = sorted({receipt.delivery_date or "?" for receipt in group})
    refused = sum(not receipt.accepted for receipt in group)
    status = "ok" if not refused else "refused" if len(group) == 1 else f"{refused} refused"
    counts = (
        sum(receipt.rows_read for receipt in group),
        sum(receipt.rows_accepted for receipt in group),
        sum(receipt.rows_rejected for receipt in group),
        *([sum(receipt.rows_erased for receipt in group)] if erased else []),
        sum(sum(receipt.flags.values()) for receipt in group),
    )
    seconds = sum(receipt.seconds for receipt in group)
    return [
        group[0].id,
        days[0] if len(days) == 1 else f"{days[0]} … {days[-1]}",
        status,
        *(f"{count:,}" for count in counts),
        f"{seconds:.1f}",
    ]


def _marts(release: Release) -> Table:
    table = Table(title="Marts", title_justify="left", box=None, pad_edge=False)
    table.add_column("table")
    table.add_column("rows", justify="right")
    for name, rows in sorted(release.marts.items()):
        table.add_row(name, f"{rows:,}")
    return table


def _figures(connection: duckdb.DuckDBPyConnection) -> Table:
    row = connection.execute("select max(as_of_date)::varchar from population_by_grid").fetchone()
    as_of = row[0] if row else None
    table = Table(title=f"The district on {as_of}", title_justify="left", box=None, pad_edge=False)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for label, mart, expression in _HEAD_FIGURES:
        found = connection.execute(f"select {expression} from {mart} where as_of_date = ?", [as_of]).fetchone()
        table.add_row(label, f"{int(found[0] or 0):,}" if found else "")
    return table


def _side_by_side(left: Table, right: Table) -> Table:
    grid = Table.grid(padding=(0, 6, 0, 0))
    grid.add_row(left, right)
    return grid


def _standing(settings: Settings, release: Release, began: datetime) -> str:
    last = latest(settings.releases)
    if last and last.release_id != release.release_id:
        state = (
            f"Readers were rolled back to {release.release_id}; {last.release_id} stays aside. Nothing new to publish."
        )
    elif release.created_at < began.isoformat(timespec="seconds"):
        state = f"Nothing new: release {release.release_id} stays current."
    else:
        state = f"Published release {release.release_id}."
    return f"\n{state}\n{settings.releases / 'current' / release.file.name}"


def _queries(settings: Settings) -> str:
    """Three ways to ask, ready to paste."""
    file = settings.releases / "current" / "marts.duckdb"
    query = "select grid_code, resident_population, floating_population from population_by_grid order by 2 desc limit 5"
    return (
        "\nQuery it:\n"
        f'  DuckDB   duckdb -readonly {file} "{query}"\n'
        f"  Python   python -c \"import duckdb; print(duckdb.connect('{file}', read_only=True).sql('{query}'))\"\n"
        f"  BI       jdbc:duckdb:{file}?duckdb.read_only=true\n"
    )
