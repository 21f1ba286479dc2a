"""`make erase`: erase a person (删除权, 个人信息保护法 第四十七条) from everything below the data folder, for good.

Here belongs: the command and the order of the steps. The tombstone comes first, so that from then on nothing delivered
brings the person back; the warehouse, which alone knows under which key they stand, goes last. A call that was killed
is finished by asking again. What a row loses is decided in `deliveries.tombstones`.
"""

from __future__ import annotations

import argparse
import csv
import getpass
import io
import shutil
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import duckdb
from rich.console import Console

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.checkpoint import DATA_CENTRE, DESCRIPTION
from orchestration.deliveries.erased import (
    ORIGINAL_ERASED,
    ORIGINAL_UNREAD,
    Found,
    all_is_read,
    erase,
    find_erased,
    remove_original,
)
from orchestration.deliveries.files import write_atomically
from orchestration.deliveries.index import write_index
from orchestration.deliveries.parquet import count_rows, drop_rows
from orchestration.deliveries.receipt import ACCEPTED, RECEIPT, Receipt
from orchestration.deliveries.tombstones import RECORD, NoNumber, bury, forms, read_number, read_tombstones
from orchestration.exchange.reports import Reports
from orchestration.guard import DAMAGED, RunFailed, open_warehouse
from orchestration.process import keep_private
from orchestration.settings import Settings, settings_for
from orchestration.state.registry import Registry
from orchestration.upkeep.extracts import held_extracts

DECISIONS = "decisions.csv"
# Where the data centre's own extracts speak of a record or a person without an identity number.
_SPEAKS_OF = {
    f"{DATA_CENTRE}.correction_replies": "list_contains($records, replied_extract || ' ' || replied_record_key)",
    f"{DATA_CENTRE}.typed_cells": "list_bool_or(list_transform($people, lambda key: contains(cell, '[' || key)))",
}
# Nobody who has another number too: their rows are not only this person's.
_PEOPLE = """
    select person_key
    from conformed.person_link inner join conformed.person_statement using (evidence_key)
    group by person_key
    having min(identity_number) = $number and max(identity_number) = $number
    order by person_key
"""
_RECORDS = f"""
    select distinct link.extract, {RECORD.replace("_record_key", "link.record_key")}
    from conformed.person_link as link inner join conformed.person_statement as statement using (evidence_key)
    where person_key in (select unnest($people)) and identity_number is null and link.role = 'subject'
"""
Folders = list[tuple[str, Path]]


class NotErased(Exception):
    """Nothing was erased; the message says why and what to do."""


def erase_person(settings: Settings, number: str, reason: str, console: Console) -> None:
    """Erase the person with this identity number (18 characters). Raises NotErased, and RunFailed while a run is at
    work.
    """
    contracts = read_contracts()
    with held_extracts(settings) as extracts:
        known = _known(settings, number)
        if known is None and not read_tombstones(settings.data).hold(number):
            raise NotErased(
                f"There is no warehouse in {settings.data} that says which rows are whose; run `make run` first, "
                "then ask again."
            )
        people, records = known or ([], {})
        bury(settings.data, number, getpass.getuser(), reason, records)
        tombstones = read_tombstones(settings.data)
        folders = list(_folders(extracts))
        found = [(id_, find_erased(folder, contracts.get(id_), tombstones)) for id_, folder in folders]
        record_keys: dict[str, list[str]] = defaultdict(list)
        for id_, each in found:
            record_keys[id_] += each.record_keys
        _remove_workbooks(settings, [*forms(number), *people, *chain(*record_keys.values())], console)
        Registry(settings.state, settings.releases).forget(people)
        _forget_records(settings, record_keys)
        _forget_answers(settings, folders, people, record_keys)
        for id_, each in found:
            erase(each, contracts.get(id_), tombstones, record_keys[id_])
        _remove_unread(folders)
        write_index(settings.data, contracts.values())
        _remove_warehouse(settings)
        _tell(found, console)


def _known(settings: Settings, number: str) -> tuple[list[str], dict[str, set[str]]] | None:
    """The keys of the people whom rows with this number name, and by extract what stands for the records that are taken
    for theirs without a number of their own; None where no warehouse can say. Raises RunFailed where another program
    holds it."""
    open_warehouse(settings)
    if not settings.warehouse.exists():
        return None
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
            found = warehouse.execute(_PEOPLE, {"number": number}).fetchall()
            people = [key for (key,) in found]
            records: dict[str, set[str]] = defaultdict(set)
            for extract, record in warehouse.execute(_RECORDS, {"people": people}).fetchall():
                records[extract].add(record)
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    return people, records


def _folders(extracts: list[Path]) -> Iterator[tuple[str, Path]]:
    """The extract and folder of every delivery and checkpoint; of the data centre's own first, because they are found
    by what the others hold."""
    for extract in sorted(extracts, key=lambda each: each.parent.name != DATA_CENTRE):
        for folder in sorted(extract.iterdir()):
            if (folder / RECEIPT).exists() or (folder / DESCRIPTION).exists():
                yield f"{extract.parent.name}.{extract.name}", folder


def _remove_workbooks(settings: Settings, marks: list[str], console: Console) -> None:
    """Remove the workbooks that hold the number, the key or a record of the person: they can be written again. Orders
    of a period are written all together."""
    wanted = [each.encode() for mark in marks for each in (mark, mark.lower())]
    for folder, command in (("orders", "make orders"), ("forms", "make forms")):
        for file in sorted((settings.data / folder).rglob("*.xlsx")):
            if not file.exists() or not _holds(file, wanted):
                continue
            gone = file.parent if folder == "orders" else file
            shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
            console.print(f"Removed {gone}; `{command}` writes it again.", markup=False)


def _holds(file: Path, marks: list[bytes]) -> bool:
    """Whether any part of a workbook holds one of the marks. One that is no workbook is taken to."""
    try:
        with zipfile.ZipFile(file) as packed:
            return any(
                mark in content for name in packed.namelist() for content in [packed.read(name)] for mark in marks
            )
    except zipfile.BadZipFile:
        return True


def _forget_records(settings: Settings, record_keys: Mapping[str, list[str]]) -> None:
    """Take the records out of the reports of correction orders and out of what people decided of links."""
    named = {(id_, key) for id_, keys in record_keys.items() for key in keys}
    if not named:
        return
    parameters: dict[str, object] = {"records": [f"{id_} {key}" for id_, key in sorted(named)]}
    files = Reports(settings.state).files()
    is_named = "list_contains($records, extract || ' ' || record_key)"
    orders: list[str] = []
    if files:
        with duckdb.connect() as connection:
            query = f"select distinct order_id from read_parquet($files) where side = 'own' and {is_named}"
            orders = [id_ for (id_,) in connection.execute(query, {**parameters, "files": files}).fetchall()]
    for file in files:
        drop_rows(Path(file), f"(list_contains($orders, order_id) or {is_named})", {**parameters, "orders": orders})
    decisions = settings.state / DECISIONS
    if decisions.exists():
        text = decisions.read_text("utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        kept = [
            row
            for row in rows
            if (row["extract"], row["record_key"]) not in named
            and (row["other_extract"], row["other_record_key"]) not in named
        ]
        if len(kept) < len(rows):
            written = io.StringIO()
            writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
            write_atomically(decisions, written.getvalue().encode())


def _forget_answers(
    settings: Settings, folders: Folders, people: list[str], record_keys: Mapping[str, list[str]]
) -> None:
    """Take what was answered and typed of the person out of the data centre's own deliveries; `erase` counts it."""
    records = [f"{id_} {key}" for id_, keys in record_keys.items() for key in keys]
    for id_, folder in folders:
        condition = _SPEAKS_OF.get(id_)
        if condition and (folder / ACCEPTED).exists():
            wanted: dict[str, object] = {"records": records} if "$records" in condition else {"people": people}
            if any(wanted.values()) and count_rows(folder / ACCEPTED, condition, wanted):
                remove_original(folder, ORIGINAL_ERASED)
                drop_rows(folder / ACCEPTED, condition, wanted)


def _remove_unread(folders: Folders) -> None:
    """Remove the original bytes of deliveries that were not read as a whole: nobody knows whom they name."""
    for _, folder in folders:
        file = folder / RECEIPT
        if file.exists() and not all_is_read(Receipt.from_json(file.read_text("utf-8"))):
            remove_original(folder, ORIGINAL_UNREAD)


def _remove_warehouse(settings: Settings) -> None:
    """Remove the warehouse and what is left of earlier ones: all that is in them is derived."""
    for name in (settings.warehouse.name, DAMAGED):
        for suffix in ("", ".wal"):
            settings.warehouse.with_name(name + suffix).unlink(missing_ok=True)
    shutil.rmtree(settings.data / "warehouse.tmp", ignore_errors=True)


def _tell(found: list[tuple[str, Found]], console: Console) -> None:
    rows = sum(each.rows + each.rejected for _, each in found)
    blanked = sum(each.blanked for _, each in found)
    touched = sum(bool(each) for _, each in found)
    console.print(f"Erased: {rows:,} rows, and values of {blanked:,} others, of {touched:,} deliveries.", markup=False)
    console.print(
        "The warehouse is removed; `make run` builds it again and publishes. What departments deliver of this person "
        "from now on is left out on arrival; their own files are theirs to clear.",
        markup=False,
    )


def main() -> int:
    """Read the command line, and the number from standard input; 1 where nothing was erased."""
    keep_private()
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--reason", default="")
    given = arguments.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    typed = getpass.getpass("Identity number (not shown): ") if sys.stdin.isatty() else sys.stdin.readline()
    try:
        erase_person(settings_for(given.data), read_number(typed), given.reason, console)
    except (NoNumber, NotErased, RunFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
