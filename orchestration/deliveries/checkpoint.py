"""The checkpoint of an extract: what is left of deliveries whose time has passed.

Here belongs: folding deliveries into `deliveries/<department>/<extract>/checkpoint-<YYYYMMDD>/`, finding the one in
force, and what it makes impossible. The rows keep their provenance, so that nothing downstream can tell where they lie.
Which day to fold up to is decided in `upkeep.retention`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import duckdb

from orchestration.contracts.contract import Contract
from orchestration.deliveries.files import make_private_folder, sync, write_atomically
from orchestration.deliveries.readers.reading import quote_text
from orchestration.deliveries.receipt import (
    ACCEPTED,
    RECEIPT,
    Receipt,
    last_accepted_by_day,
    learnt_receipts,
)
from orchestration.deliveries.refusal import day_folded

FOLDER = "checkpoint-"
DESCRIPTION = "checkpoint.json"
REPORTED = "reported.parquet"
INCOMING, SPILL = ".incoming-", "spill"
# Never folded: what the data centre gathers itself is answers and typed cells; earlier answers stand beside later ones.
DATA_CENTRE = "data_centre"


@dataclass(frozen=True)
class Checkpoint:
    """The state of one extract at the end of `day` (ISO), as it was known on that day.

    `folded`: every delivery of which nothing but the receipt is left; `standing`: those of them that have rows among
    the checkpoint's. `accepted.parquet` holds these rows, `reported.parquet` of each folded delivery that was in force
    the versions of the records that correction orders name.
    """

    department: str
    extract: str
    day: str
    folded: tuple[str, ...]
    standing: tuple[str, ...]
    rows: int

    @property
    def folder(self) -> Path:
        """Its folder below the folder of deliveries."""
        return Path(self.department) / self.extract / f"{FOLDER}{self.day.replace('-', '')}"


def read_checkpoint(data_dir: Path, contract: Contract) -> Checkpoint | None:
    """The checkpoint in force: the one of the latest day."""
    folder = _extract_folder(data_dir, contract)
    found = sorted(folder.glob(f"{FOLDER}*/{DESCRIPTION}"))
    if not found:
        return None
    fields = json.loads(found[-1].read_text("utf-8"))
    return Checkpoint(**{**fields, "folded": tuple(fields["folded"]), "standing": tuple(fields["standing"])})


def folded_ids(data_dir: Path, contract: Contract) -> frozenset[str]:
    """The ids of the deliveries of one extract of which nothing but the receipt is left."""
    checkpoint = read_checkpoint(data_dir, contract)
    return frozenset(checkpoint.folded if checkpoint else ())


def refuse_folded_day(data_dir: Path, contract: Contract, day: str, receipts: Iterable[Receipt]) -> None:
    """Raises Refused where a delivery for `day` would replace one that was folded: what that one said before can no
    longer be told from what others said. A delivery for any other day, however late, can be taken."""
    folded = folded_ids(data_dir, contract)
    if any(each.delivery_id in folded and each.accepted and each.delivery_date == day for each in receipts):
        raise day_folded(day)


def due(contract: Contract, receipts: Iterable[Receipt], day: str, folded: Collection[str]) -> list[Receipt]:
    """The deliveries of one extract to fold up to the end of `day`, also refused and withdrawn ones.

    A delivery for that day or before that became known later, or that one that did has replaced, is not among them: on
    `day` something else was known. `folded`: ids of those that are folded already.
    """
    receipts = list(receipts)
    stays = {each.delivery_id for each, _, known_to in learnt_receipts(contract, receipts) if (known_to or "") > day}
    stays.update(folded)
    return [
        each
        for each in receipts
        if each.delivery_id not in stays and max(each.delivery_date or "", each.known_on) <= day
    ]


def fold(data_dir: Path, contract: Contract, receipts: Iterable[Receipt], day: str, reported: Iterable[str]) -> None:
    """Folds one extract's deliveries up to the end of `day` (ISO); those receipts are its own as they stand now.

    `reported`: files of the reports that correction orders were issued in. The checkpoint exists by one rename; until
    then nothing has changed. What it replaces is deleted by `remove_folded`. Call both under the extract's lock.
    """
    folder = _extract_folder(data_dir, contract)
    before = read_checkpoint(data_dir, contract)
    receipts = list(receipts)
    expired = due(contract, receipts, day, folded_ids(data_dir, contract))
    if not expired or (before and before.day >= day):
        return
    ids = {each.delivery_id for each in expired}
    before_ids = before.folded if before else ()
    in_force = [each for each in last_accepted_by_day(receipts).values() if each.delivery_id in {*ids, *before_ids}]
    # Of a full extract that can be the checkpoint's: what came late is of an earlier day.
    held = in_force if contract.kind == "change" else in_force[-1:]
    incoming = folder / f"{INCOMING}{uuid4().hex}"
    make_private_folder(incoming)
    try:
        root = data_dir / "deliveries"
        folders = [
            root / (before.folder if before and each.delivery_id in before_ids else each.folder) for each in held
        ]
        standing, rows = _write_rows(incoming, contract, list(dict.fromkeys(folders)))
        versions = [root / each.folder / ACCEPTED for each in in_force if each.delivery_id in ids]
        versions += [root / before.folder / REPORTED] if before else []
        _write_reported(incoming, contract, versions, list(reported))
        folded = tuple(sorted({*before_ids, *ids}))
        checkpoint = Checkpoint(contract.department, contract.extract, day, folded, tuple(standing), rows)
        write_atomically(incoming / DESCRIPTION, _json(checkpoint))
        shutil.rmtree(incoming / SPILL, ignore_errors=True)
        for file in incoming.iterdir():
            file.chmod(0o600)
            sync(file)
        incoming.rename(data_dir / "deliveries" / checkpoint.folder)
        sync(folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def remove_folded(data_dir: Path, contract: Contract) -> None:
    """Deletes what the checkpoint in force has replaced: all but the receipts of folded deliveries, and earlier
    checkpoints. Call once the index names the checkpoint; call again where a call was killed."""
    checkpoint = read_checkpoint(data_dir, contract)
    if checkpoint is None:
        return
    folder = _extract_folder(data_dir, contract)
    for delivery_id in checkpoint.folded:
        for file in (folder / delivery_id).iterdir():
            if file.name != RECEIPT:
                file.unlink()
    for earlier in folder.glob(f"{FOLDER}*"):
        if earlier.name != checkpoint.folder.name:
            shutil.rmtree(earlier)


def _extract_folder(data_dir: Path, contract: Contract) -> Path:
    return data_dir / "deliveries" / contract.department / contract.extract


def _json(checkpoint: Checkpoint) -> bytes:
    return (json.dumps(asdict(checkpoint), ensure_ascii=False, indent=1) + "\n").encode()


def _write_rows(incoming: Path, contract: Contract, folders: list[Path]) -> tuple[list[str], int]:
    """Writes the rows that make the state; returns the ids of the deliveries that they are from, and their number.

    Of a full extract all rows stay. Of changes the last row of each record stays, whatever
    it says: one that says that the record is gone is how that is known. Rows without a readable key (v:) stay all.
    """
    target = incoming / ACCEPTED
    with _connection(incoming) as connection:
        if not folders:
            return [], 0
        connection.execute(f"create view delivered as {_read([folder / ACCEPTED for folder in folders])}")
        query = _LAST_OF_RECORD if contract.kind == "change" else "from delivered"
        connection.execute(f"copy ({query}) to {quote_text(str(target))} (format parquet, compression zstd)")
        found = connection.execute(
            f"select _delivery_id, count(*) from ({_read([target])}) as kept group by all order by all"
        )
        counted = found.fetchall()
    return [delivery_id for delivery_id, _ in counted], sum(rows for _, rows in counted)


# As staging's latest_by_record_key: only among the rows of keys that stand twice is the last one looked for.
_LAST_OF_RECORD = """
    select delivered.*
    from delivered
    left join (
        select
            _record_key, _delivery_id, _source_row,
            row_number() over (
                partition by _record_key order by _delivery_date desc, _delivery_id desc, _source_row desc
            ) as recency
        from delivered
        semi join (
            select _record_key from delivered where _record_key not like 'v:%' group by _record_key having count(*) > 1
        ) as repeated using (_record_key)
    ) as replaced using (_record_key, _delivery_id, _source_row)
    where coalesce(recency, 1) = 1
"""


def _write_reported(incoming: Path, contract: Contract, files: list[Path], reported: list[str]) -> None:
    """Writes the versions in which reported records were delivered, day by day: correction orders are followed up
    from them, however long ago."""
    with _connection(incoming) as connection:
        connection.execute("create table reported (record_key varchar)")
        if reported:
            connection.execute(
                "insert into reported select distinct record_key from read_parquet($files) where extract = $extract",
                {"files": reported, "extract": contract.id},
            )
        columns = "_record_key varchar, _version varchar, _delivery_date date"
        connection.execute(f"create table version ({columns})")
        for file in files:
            connection.execute(
                "insert into version select distinct _record_key, _version, _delivery_date from read_parquet($file) "
                "where _record_key in (select record_key from reported)",
                {"file": str(file)},
            )
        target = quote_text(str(incoming / REPORTED))
        connection.execute(f"copy (select distinct * from version order by all) to {target} (format parquet)")


def _connection(incoming: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"temp_directory": str(incoming / SPILL)})


def _read(files: list[Path]) -> str:
    listed = ", ".join(quote_text(str(file)) for file in files)
    return f"select * from read_parquet([{listed}], union_by_name = true)"
