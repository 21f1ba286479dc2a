"""What downstream reads: the Parquet files of each extract's current state.

Here belongs: the typed empty file of an extract, the index, out of which dbt's hook makes one view an extract, the
history of deliveries, and what cannot be pulled, which become views of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from orchestration.contracts.contract import Contract
from orchestration.deliveries.checkpoint import REPORTED, Checkpoint, read_checkpoint
from orchestration.deliveries.files import make_private_folder, write_atomically
from orchestration.deliveries.receipt import ACCEPTED, Receipt, current_receipts, last_accepted_by_day, learnt_receipts
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import read_troubles

INDEX = "index.json"
EMPTY = "empty.parquet"
HISTORY = "receipts.parquet"
HISTORY_SCHEMA = pa.schema(
    [
        ("department", pa.string()),
        ("extract", pa.string()),
        ("delivery_id", pa.string()),
        ("delivery_date", pa.date32()),
        ("received_at", pa.string()),
        ("status", pa.string()),
        ("refusal", pa.string()),
        ("rows_accepted", pa.int64()),
        ("rows_rejected", pa.int64()),
        ("check_name", pa.string()),
        ("rows_flagged", pa.int64()),
    ]
)
TROUBLES = "troubles.parquet"
TROUBLES_SCHEMA = pa.schema([("extract", pa.string()), ("kind", pa.string()), ("since", pa.string())])
PROVENANCE = (
    ("_record_key", pa.string()),
    ("_version", pa.string()),
    ("_delivery_id", pa.string()),
    ("_delivery_date", pa.date32()),
    ("_source_file", pa.string()),
    ("_source_row", pa.int64()),
    ("_flags", pa.list_(pa.string())),
)


def accepted_schema(contract: Contract) -> pa.Schema:
    """The columns of `accepted.parquet`: the contract's as text, then where each row came from."""
    return pa.schema([*((column.name, pa.string()) for column in contract.columns), *PROVENANCE])


def write_empty(data_dir: Path, contract: Contract) -> Path:
    """The extract's file without rows, written anew where the contract's columns have changed."""
    folder = data_dir / "deliveries" / contract.department / contract.extract
    make_private_folder(folder)
    file = folder / EMPTY
    schema = accepted_schema(contract)
    if not file.exists() or not pa.parquet.read_schema(file).equals(schema):
        sink = pa.BufferOutputStream()
        pa.parquet.write_table(schema.empty_table(), sink)
        write_atomically(file, sink.getvalue().to_pybytes())
    return file


def _accepted(data_dir: Path, receipt: Receipt, checkpoint: Checkpoint | None) -> Path:
    """Where the rows of an accepted delivery lie: in its own folder, or among the checkpoint's."""
    folded = checkpoint and receipt.delivery_id in checkpoint.folded
    return data_dir / "deliveries" / (checkpoint.folder if checkpoint and folded else receipt.folder) / ACCEPTED


def _history(data_dir: Path, receipt: Receipt, checkpoint: Checkpoint | None) -> list[Path]:
    """Where it can be read what a delivery that was in force for its day said, as far as anybody will ask."""
    own = _accepted(data_dir, receipt, checkpoint)
    if not checkpoint or receipt.delivery_id not in checkpoint.folded:
        return [own]
    return [own.with_name(REPORTED), *([own] if receipt.delivery_id in checkpoint.standing else [])]


def write_history(data_dir: Path, receipts: Iterable[Receipt]) -> Path:
    """Writes `deliveries/receipts.parquet`, a pure function of the receipts: every delivery ever taken or refused.

    One row per delivery and `column:rule` that its rows were held against, with the rows that broke it; a delivery held
    against none (a refused one) has one row without.
    """
    without_check: list[str | None] = [None]
    rows = [
        {
            "department": receipt.department,
            "extract": receipt.id,
            "delivery_id": receipt.delivery_id,
            "delivery_date": date.fromisoformat(receipt.delivery_date),
            "received_at": receipt.received_at,
            "status": receipt.status,
            "refusal": receipt.refusal or None,
            "rows_accepted": receipt.rows_accepted,
            "rows_rejected": receipt.rows_rejected,
            "check_name": check,
            "rows_flagged": receipt.flags.get(check or "", 0),
        }
        for receipt in receipts
        if receipt.delivery_date
        for check in receipt.checks or without_check
    ]
    return _write_table(data_dir / "deliveries" / HISTORY, pa.Table.from_pylist(rows, HISTORY_SCHEMA))


def write_troubles(data_dir: Path) -> Path:
    """Writes `deliveries/troubles.parquet`: one row per extract that cannot be pulled, with the kind and the beginning.

    How often it was tried is left out: the file changes, and with it the marts, when what is wrong does.
    """
    rows = [{"extract": each.extract, "kind": each.kind, "since": each.since} for each in read_troubles(data_dir)]
    return _write_table(data_dir / "deliveries" / TROUBLES, pa.Table.from_pylist(rows, TROUBLES_SCHEMA))


def _write_table(file: Path, table: pa.Table) -> Path:
    if not file.exists() or not pa.parquet.read_table(file).equals(table):
        sink = pa.BufferOutputStream()
        pa.parquet.write_table(table, sink)
        write_atomically(file, sink.getvalue().to_pybytes())
    return file


def write_index(data_dir: Path, contracts: Iterable[Contract]) -> Path:
    """Writes `deliveries/index.json` for all contracts: a pure function of the receipts, replaced at once.

    One entry a contract: extract, department, table (`<department>__<extract>`) and the absolute paths of the current
    state's Parquet files, oldest first, after the empty one that gives the types; `history`: the files that tell of
    each day ever delivered, also where a later full delivery has taken its place; `learnt`: every
    accepted delivery with the days between which it was known (`known_to` null: it still holds). Where deliveries were
    folded, the checkpoint's files stand for theirs, and `folded_until` is its day; those of which it holds no row are
    not learnt any more. The history of all deliveries is written beside it, and what
    cannot be pulled.
    """
    data_dir = data_dir.resolve()
    contracts = list(contracts)
    receipts = load_receipts(data_dir, contracts)
    write_history(data_dir, receipts)
    write_troubles(data_dir)
    entries = []
    for contract in contracts:
        checkpoint = read_checkpoint(data_dir, contract)
        folded = set(checkpoint.folded if checkpoint else ())
        gone = folded - set(checkpoint.standing if checkpoint else ())
        current = [each for each in current_receipts(contract, receipts) if each.delivery_id not in gone]
        held = last_accepted_by_day(receipt for receipt in receipts if receipt.id == contract.id)
        paths = [write_empty(data_dir, contract), *(_accepted(data_dir, each, checkpoint) for each in current)]
        entries.append(
            {
                "extract": contract.extract,
                "department": contract.department,
                "table": contract.source_table,
                "paths": list(dict.fromkeys(map(str, paths))),
                "history": [
                    {"day": day, "path": str(path)}
                    for day, each in held.items()
                    for path in _history(data_dir, each, checkpoint)
                ],
                "learnt": [
                    {
                        "delivery_id": receipt.delivery_id,
                        "delivery_date": receipt.delivery_date,
                        "known_from": known_from,
                        "known_to": known_to,
                        "path": str(_accepted(data_dir, receipt, checkpoint)),
                        "folded_until": checkpoint.day
                        if checkpoint and receipt.delivery_id in checkpoint.folded
                        else None,
                    }
                    for receipt, known_from, known_to in learnt_receipts(contract, receipts)
                    if receipt.delivery_id not in gone
                ],
            }
        )
    file = data_dir / "deliveries" / INDEX
    text = (json.dumps(entries, ensure_ascii=False, indent=1) + "\n").encode()
    if not file.exists() or file.read_bytes() != text:
        write_atomically(file, text)
    return file
