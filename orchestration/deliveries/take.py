"""One delivery, from its bytes to its receipt.

Here belongs: the order of steps (fetch, read, check, judge the file, keep) and the one rename that makes a delivery
exist. Nothing of a delivery is visible before that rename.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa
from python_calamine import CalamineError

from orchestration.contracts.contract import Contract
from orchestration.deliveries.checkpoint import refuse_folded_day
from orchestration.deliveries.checks import Checks, Counts, Provenance, run_checks
from orchestration.deliveries.erased import without_original
from orchestration.deliveries.files import make_private_folder, write_atomically
from orchestration.deliveries.readers import read_delivery
from orchestration.deliveries.readers.reading import Reading, quote_text
from orchestration.deliveries.receipt import (
    ACCEPTED,
    RECEIPT,
    REJECTED,
    Receipt,
    previous_accepted,
    taken_already,
)
from orchestration.deliveries.refusal import Refused, no_rows, truncated, unreadable
from orchestration.deliveries.sources import Offer, Origin
from orchestration.deliveries.standing import judge_rows
from orchestration.deliveries.tombstones import Tombstones, erase_arriving, read_tombstones

INCOMING = ".incoming-"
REPLACED = ".replaced-"
SPILL = "spill"
UNREADABLE_ERRORS = (
    pa.ArrowInvalid,
    CalamineError,
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    UnicodeError,
    ValueError,
)


def clean_leftovers(folder: Path) -> None:
    """Removes what a run that was killed left in an extract's folder. Call only under the extract's lock.

    A delivery that was about to be replaced by a later copy of the same bytes comes back where the copy did not.
    """
    for leftover in folder.glob(f"{INCOMING}*"):
        shutil.rmtree(leftover)
    for replaced in folder.glob(f"{REPLACED}*"):
        kept = folder / replaced.name.removeprefix(REPLACED)
        if kept.exists():
            shutil.rmtree(replaced)
        else:
            replaced.rename(kept)
    for leftover in folder.glob(".*.parquet-*"):
        leftover.unlink()


@dataclass(frozen=True)
class Workplace:
    """What taking any delivery of one pull needs: the data folder, the latest day (ISO) that earlier pulls took, the
    megabytes of memory that one check may use, and the places for checks at work at once."""

    data_dir: Path
    known_by: str
    megabytes: int
    places: AbstractContextManager[object]


def take_delivery(source: Origin, offer: Offer, receipts: Sequence[Receipt], workplace: Workplace) -> Receipt | None:
    """Takes one delivery; None where the same bytes were taken before.

    `receipts` are those of the offer's extract. A fault of the file gives a receipt with status refused; any other
    failure (SourceTrouble where it is the source's) is raised and leaves nothing behind.
    """
    contract, day = offer.contract, offer.delivery_date
    of_day = [receipt for receipt in receipts if receipt.delivery_date == day.isoformat()]
    if of_day:
        digest = _stamped(offer, of_day) or source.digest(offer)
        if digest and taken_already(receipts, day, digest, contract.version):
            return None
    started = time.monotonic()
    folder = workplace.data_dir / "deliveries" / contract.department / contract.extract
    incoming = folder / f"{INCOMING}{uuid4().hex}"
    make_private_folder(incoming)
    tombstones = read_tombstones(workplace.data_dir)
    try:
        sha256, size = source.fetch(offer, incoming / offer.name)
        if taken_already(receipts, day, sha256, contract.version) or _unchanged(offer, sha256, receipts):
            return None
        receipt = Receipt(
            delivery_id=f"{day:%Y%m%d}-{sha256[:12]}",
            department=contract.department,
            extract=contract.extract,
            delivery_date=day.isoformat(),
            source_file=offer.name,
            sha256=sha256,
            bytes=size,
            received_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            status="accepted",
            contract_version=contract.version,
            stamp=offer.stamp,
            known_on=max(day.isoformat(), workplace.known_by),
        )
        receipt = replace(receipt, earlier_arrivals=_earlier_arrivals(receipt.delivery_id, receipts))
        try:
            refuse_folded_day(workplace.data_dir, contract, day.isoformat(), receipts)
            with workplace.places:
                receipt = _read_and_check(incoming, receipt, contract, offer, receipts, workplace.megabytes, tombstones)
        except Refused as refusal:
            (incoming / ACCEPTED).unlink(missing_ok=True)
            (incoming / REJECTED).unlink(missing_ok=True)
            receipt = replace(
                receipt, status="refused", refusal=refusal.kind, reason=refusal.reason, remedy=refusal.remedy
            )
        if tombstones.hashes:
            receipt = without_original(incoming, receipt)
        receipt = replace(receipt, seconds=round(time.monotonic() - started, 3))
        _keep(incoming, folder / receipt.delivery_id, receipt)
        return receipt
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _stamped(offer: Offer, of_day: Sequence[Receipt]) -> str | None:
    """The SHA-256 of the bytes that had the offer's stamp when they were fetched."""
    return next((each.sha256 for each in of_day if offer.stamp and each.stamp == offer.stamp), None)


def _unchanged(offer: Offer, sha256: str, receipts: Sequence[Receipt]) -> bool:
    """Whether a table that stands for the day of the pull says what it said the last time."""
    before = previous_accepted(receipts, offer.delivery_date) if offer.dated_by_pull else None
    return before is not None and before.sha256 == sha256


def _earlier_arrivals(delivery_id: str, receipts: Sequence[Receipt]) -> list[str]:
    """When these bytes had come before, where they could be read then."""
    for receipt in receipts:
        if receipt.delivery_id == delivery_id and (receipt.accepted or receipt.rows_set_aside):
            return receipt.arrivals
    return []


def _read_and_check(
    incoming: Path,
    receipt: Receipt,
    contract: Contract,
    offer: Offer,
    receipts: Sequence[Receipt],
    megabytes: int,
    tombstones: Tombstones,
) -> Receipt:
    """Reads and checks the file in `incoming`. Raises Refused."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": f"{megabytes}MB",
        # What stands in memory is compressed from here on: a tenth of the work, and for most deliveries in vain.
        "checkpoint_threshold": f"{megabytes // 2}MB",
        "temp_directory": str(incoming / SPILL),
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        reading = _read(incoming / offer.name, contract, connection)
        checks = Checks(contract, offer.delivery_date)
        provenance = Provenance(receipt.delivery_id, offer.delivery_date, offer.name)
        delivered = _rows(connection, "delivered") + _rows(connection, "unreadable")
        erased, blanked = erase_arriving(connection, contract, tombstones)
        accepted = incoming / ACCEPTED
        counts = run_checks(connection, checks, provenance, accepted, incoming / REJECTED, tombstones)
        erased += counts.erased
        if delivered != counts.accepted + counts.rejected + erased:
            raise RuntimeError(
                f"{receipt.id} {receipt.delivery_id}: {delivered} rows read, but {counts.accepted} accepted, "
                f"{counts.rejected} rejected and {erased} erased"
            )
        _refuse_cut_value(connection, contract, reading, counts, accepted)
        first = connection.execute(
            "select _source_row, _reasons[1] from unreadable order by _source_row limit 1"
        ).fetchone()
    _refuse_by_share(contract, counts, delivered, first)
    read = replace(
        receipt,
        encoding=reading.encoding,
        rows_read=delivered,
        rows_accepted=counts.accepted,
        rows_rejected=counts.rejected,
        rows_erased=erased,
        rows_blanked=blanked,
        title_rows=reading.title_rows,
        footer_rows=reading.footer_rows,
        blank_rows=reading.blank_rows,
        rows_with_repeated_key=counts.rows_with_repeated_key,
        checks=checks.names,
        flags=counts.flags,
        reasons=counts.reasons,
        unknown_columns=reading.unknown_columns,
        minimum_row_share=0.0 if contract.kind == "change" else contract.minimum_row_share,
    )
    return judge_rows(read, previous_accepted(receipts, offer.delivery_date))


def _read(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Reads the file; what a library cannot read of it is the file's fault, and its message may hold values."""
    try:
        return read_delivery(file, contract, connection)
    except UNREADABLE_ERRORS as error:
        raise unreadable(f"the {contract.format} file cannot be read ({type(error).__name__})") from None
    except BaseException as error:
        # calamine's panics are no Exception.
        if type(error).__name__ == "PanicException":
            raise unreadable(f"the {contract.format} file cannot be read") from None
        raise


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    counted = connection.execute(f"select count(*) from {table}").fetchone()
    return int(counted[0]) if counted else 0


def _refuse_cut_value(
    connection: duckdb.DuckDBPyConnection, contract: Contract, reading: Reading, counts: Counts, accepted: Path
) -> None:
    """Raises Refused where a delimited file without a line end at its end stops inside its last value.

    A cut there leaves the right number of fields; it shows in a last value that breaks its own rule.
    """
    if not reading.open_end or contract.format != "csv" or not counts.accepted:
        return
    last = connection.execute(
        f"select _source_row, _flags from read_parquet({quote_text(str(accepted))}) order by _source_row desc limit 1"
    ).fetchone()
    column = contract.columns[-1]
    broken = {f"{column.name}:{rule}" for rule in ("type", "format", "pattern", "code_set", "phone", "range")}
    if last and broken & set(last[1]):
        raise truncated(f"data row {last[0]}, the last one, stops inside its last value ({column.header})")


def _refuse_by_share(contract: Contract, counts: Counts, read: int, first: tuple[int, str] | None) -> None:
    """Raises Refused where too few rows can be read, or a full delivery has none.

    One broken row is no reason to refuse a file, however small, as long as others are good.
    """
    if counts.rejected and (not counts.accepted or counts.rejected > max(1, contract.bad_row_share * read)):
        row, reason = first or (0, "")
        raise Refused(
            "too_many_bad_rows",
            f"{counts.rejected:,} of {read:,} rows cannot be read as records (the contract allows "
            f"{contract.bad_row_share:.0%}); the first is data row {row}: {reason}; all: {_listed(counts.reasons)}",
            "Correct the export that wrote these rows and send the file again.",
        )
    if contract.kind != "change" and not read:
        raise no_rows()


def _listed(reasons: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in reasons.items())


def _keep(incoming: Path, folder: Path, receipt: Receipt) -> None:
    """Makes the delivery exist by one rename. Bytes that come back after others replace their own folder."""
    write_atomically(incoming / RECEIPT, receipt.to_json().encode())
    shutil.rmtree(incoming / SPILL, ignore_errors=True)
    for file in incoming.iterdir():
        file.chmod(0o600)
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    if folder.exists():
        folder.rename(folder.with_name(f"{REPLACED}{folder.name}"))
    incoming.rename(folder)
    _sync_folder(folder.parent)
    for replaced in folder.parent.glob(f"{REPLACED}*"):
        shutil.rmtree(replaced)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
