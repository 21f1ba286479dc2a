"""What downstream reads: the Parquet files of each extract's current state.

Here belongs: the typed empty file of an extract and the index. dbt's hook makes one view an extract out of the index.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet

from orchestration.contracts.contract import Contract
from orchestration.deliveries.receipt import (
    ACCEPTED,
    Receipt,
    current_receipts,
    last_accepted_by_day,
    learnt_receipts,
    load_receipts,
)

INDEX = "index.json"
EMPTY = "empty.parquet"
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


def make_private_folder(folder: Path) -> None:
    """A folder, with those above it as far as they are missing, that only its owner enters (0700)."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def write_atomically(file: Path, content: bytes) -> None:
    """Replaces a file (mode 0600) so that a reader sees the old content or the new, never a part."""
    beside = file.with_name(f".{file.name}-{uuid4().hex}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


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


def _accepted(data_dir: Path, receipt: Receipt) -> Path:
    return data_dir / "deliveries" / receipt.folder / ACCEPTED


def write_index(data_dir: Path, contracts: Iterable[Contract]) -> Path:
    """Writes `deliveries/index.json` for all contracts: a pure function of the receipts, replaced at once.

    One entry a contract: extract, department, table (`<department>__<extract>`) and the absolute paths of the current
    state's Parquet files, oldest first, after the empty one that gives the types; `history`: the file that holds for
    each day ever delivered, also where a later full delivery has taken its place; `learnt`: every
    accepted delivery with the days between which it was known (`known_to` null: it still holds).
    """
    data_dir = data_dir.resolve()
    contracts = list(contracts)
    receipts = load_receipts(data_dir, contracts)
    entries = []
    for contract in contracts:
        current = current_receipts(contract, receipts)
        held = last_accepted_by_day(receipt for receipt in receipts if receipt.id == contract.id)
        paths = [write_empty(data_dir, contract)]
        paths += [_accepted(data_dir, receipt) for receipt in current]
        entries.append(
            {
                "extract": contract.extract,
                "department": contract.department,
                "table": contract.source_table,
                "paths": [str(path) for path in paths],
                "history": [{"day": day, "path": str(_accepted(data_dir, each))} for day, each in held.items()],
                "learnt": [
                    {
                        "delivery_id": receipt.delivery_id,
                        "delivery_date": receipt.delivery_date,
                        "known_from": known_from,
                        "known_to": known_to,
                        "path": str(_accepted(data_dir, receipt)),
                    }
                    for receipt, known_from, known_to in learnt_receipts(contract, receipts)
                ],
            }
        )
    file = data_dir / "deliveries" / INDEX
    text = (json.dumps(entries, ensure_ascii=False, indent=1) + "\n").encode()
    if not file.exists() or file.read_bytes() != text:
        write_atomically(file, text)
    return file
