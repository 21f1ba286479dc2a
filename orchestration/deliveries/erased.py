"""Erasure from deliveries that were taken before: their rows, what was rejected of them, and the bytes that came.

Here belongs: finding whom tombstones name in one folder of a delivery or checkpoint, and writing it anew without them.
Every step can be cut short anywhere and done again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.contracts.contract import Contract
from orchestration.deliveries.checkpoint import DESCRIPTION, REPORTED
from orchestration.deliveries.checks import COMPRESSION_LEVEL, HASH_CHARACTERS, ROW_GROUP, tally
from orchestration.deliveries.files import write_atomically
from orchestration.deliveries.parquet import connected, drop_rows, rewriting
from orchestration.deliveries.readers.reading import quote_identifier, quote_text
from orchestration.deliveries.receipt import ACCEPTED, RECEIPT, REJECTED, Receipt
from orchestration.deliveries.tombstones import Tombstones, mark_erased

ORIGINAL_ERASED = "removed with the rows of an erased person"
ORIGINAL_UNREAD = "removed because not all of it was read, when a person was erased"
# The columns of accepted.parquet that tell where a row came from begin so.
_OURS = "_"
_ROW = "file_row_number"


@dataclass(frozen=True)
class Found:
    """What one folder holds of erased people: how many rows go, and their record keys, how many only lose values, and
    how many rejected rows go."""

    folder: Path
    rows: int
    record_keys: list[str]
    blanked: int
    rejected: int

    def __bool__(self) -> bool:
        return bool(self.rows or self.blanked or self.rejected)


def find_erased(folder: Path, contract: Contract | None, tombstones: Tombstones) -> Found:
    """What the delivery or checkpoint in `folder` holds of erased people."""
    keys: list[str] = []
    rows = blanked = rejected = 0
    with connected(folder) as connection:
        if (folder / ACCEPTED).exists():
            relation = _mark(connection, folder / ACCEPTED, contract, tombstones)
            rows = _count(connection, "select count(*) from removed")
            blanked = _count(connection, "select count(distinct id) from cleared")
            gone = f"select distinct _record_key from {relation} where {_ROW} in (select id from removed) order by all"
            keys = [key for (key,) in connection.execute(gone).fetchall()]
        if (folder / REJECTED).exists():
            _mark_rejected(connection, folder / REJECTED, tombstones)
            rejected = _count(connection, "select count(*) from removed")
    return Found(folder, rows, keys, blanked, rejected)


def erase(found: Found, contract: Contract | None, tombstones: Tombstones, record_keys: list[str]) -> None:
    """Writes a folder anew without what was found: the original goes first, so that a kill leaves what is found again,
    and the receipt is corrected last, also after a kill. `record_keys`: of all rows of the extract that go, for what
    else tells of these records."""
    folder = found.folder
    is_delivery = (folder / RECEIPT).exists()
    if found and is_delivery:
        remove_original(folder, ORIGINAL_ERASED)
    if found.rows or found.blanked:
        _rewrite_accepted(folder / ACCEPTED, contract, tombstones)
    if found.rejected:
        with rewriting(folder / REJECTED) as (connection, target):
            relation = _mark_rejected(connection, folder / REJECTED, tombstones)
            columns = ", ".join(map(quote_identifier, pq.read_schema(folder / REJECTED).names))
            kept = f"select {columns} from {relation} where {_ROW} not in (select id from removed)"
            connection.execute(f"copy ({kept}) to {target} (format parquet, compression zstd)")
    if record_keys and (folder / REPORTED).exists():
        drop_rows(folder / REPORTED, "_record_key in (select unnest($keys))", {"keys": record_keys})
    if (folder / ACCEPTED).exists():
        if is_delivery:
            _correct_receipt(folder, found.blanked)
        else:
            _correct_description(folder)


def remove_original(folder: Path, why: str) -> None:
    """Removes the bytes of a delivery as they came; its receipt says so, and keeps their hash."""
    receipt = Receipt.from_json((folder / RECEIPT).read_text("utf-8"))
    if (folder / receipt.source_file).exists():
        write_atomically(folder / RECEIPT, replace(receipt, original=why).to_json().encode())
        (folder / receipt.source_file).unlink()


def without_original(folder: Path, receipt: Receipt) -> Receipt:
    """Removes the bytes of a delivery that is being taken where they may name an erased person; says so in the receipt
    returned."""
    unread = "" if all_is_read(receipt) else ORIGINAL_UNREAD
    why = ORIGINAL_ERASED if receipt.rows_erased or receipt.rows_blanked else unread
    if why:
        (folder / receipt.source_file).unlink(missing_ok=True)
    return replace(receipt, original=why)


def all_is_read(receipt: Receipt) -> bool:
    """Whether rows and rejected rows tell all that the file held: not of a refused one, nor with unknown columns."""
    return (receipt.status != "refused" or bool(receipt.rows_set_aside)) and not receipt.unknown_columns


def _mark(connection: duckdb.DuckDBPyConnection, file: Path, contract: Contract | None, tombstones: Tombstones) -> str:
    """Marks the rows of accepted rows; returns the relation over them."""
    relation = f"read_parquet({quote_text(str(file))}, {_ROW} = true)"
    names = [name for name in pq.read_schema(file).names if not name.startswith(_OURS)]
    mark_erased(connection, relation, _ROW, names, contract, tombstones, has_records=True)
    return relation


def _mark_rejected(connection: duckdb.DuckDBPyConnection, file: Path, tombstones: Tombstones) -> str:
    relation = f"read_parquet({quote_text(str(file))}, {_ROW} = true)"
    mark_erased(connection, relation, _ROW, ["_text"], None, tombstones)
    return relation


def _rewrite_accepted(file: Path, contract: Contract | None, tombstones: Tombstones) -> None:
    """Writes accepted rows anew. A row that lost values is another version of its record, as it would be had it come
    without them; of the values lost only that they are missing is still said."""
    names = pq.read_schema(file).names
    values = [name for name in names if not name.startswith(_OURS)]
    required = [column.name for column in contract.columns if column.required] if contract else []
    with rewriting(file) as (connection, target):
        relation = _mark(connection, file, contract, tombstones)
        connection.execute("create temp table lost as select id, list(column_name) as columns from cleared group by id")
        cleared = ", ".join(
            f"case when list_contains(lost.columns, {quote_text(name)}) then null else {quote_identifier(name)} end "
            f"as {quote_identifier(name)}"
            for name in values
        )
        joined = ", ".join(f"coalesce({quote_identifier(name)}, chr(30))" for name in values)
        missing = ", ".join(map(quote_text, required))
        others = ", ".join(
            name for name in names if name.startswith(_OURS) and name not in ("_record_key", "_version", "_flags")
        )
        connection.execute(
            f"""
            copy (
                select {", ".join(map(quote_identifier, names))}
                from (
                    select {", ".join(map(quote_identifier, values))}, {others},
                        case
                            when _lost is not null and _record_key like 'v:%'
                                then 'v:' || _new_version || ':' || split_part(_record_key, ':', 3)
                            else _record_key
                        end as _record_key,
                        case when _lost is not null then _new_version else _version end as _version,
                        case
                            when _lost is null then _flags
                            else list_sort(list_concat(
                                list_filter(
                                    _flags, lambda flag: not list_contains(_lost, split_part(flag, ':', 1))
                                ),
                                list_transform(
                                    list_filter(_lost, lambda name: list_contains([{missing}]::varchar[], name)),
                                    lambda name: name || ':required'
                                )
                            ))
                        end as _flags
                    from (
                        select *, left(md5(concat_ws(chr(31), {joined})), {HASH_CHARACTERS}) as _new_version
                        from (
                            select {cleared}, {others}, _record_key, _version, _flags, lost.columns as _lost
                            from {relation} as kept left join lost on kept.{_ROW} = lost.id
                            where kept.{_ROW} not in (select id from removed)
                        )
                    )
                )
            ) to {target} (
                format parquet, compression zstd, compression_level {COMPRESSION_LEVEL}, row_group_size {ROW_GROUP}
            )"""
        )


def _correct_receipt(folder: Path, blanked: int) -> None:
    """Makes a receipt count what the files hold now; what is missing of the rows read was erased."""
    receipt = Receipt.from_json((folder / RECEIPT).read_text("utf-8"))
    rows = pq.read_metadata(folder / ACCEPTED).num_rows
    rejected = pq.read_metadata(folder / REJECTED).num_rows
    erased = receipt.rows_read - rows - rejected
    if erased == receipt.rows_erased and not blanked:
        return
    with duckdb.connect() as connection:
        flags = tally(connection, f"select unnest(_flags) from {_parquet(folder / ACCEPTED)}")
        reasons = tally(connection, f"select split_part(unnest(_reasons), ':', 1) from {_parquet(folder / REJECTED)}")
    corrected = replace(
        receipt,
        rows_accepted=0 if receipt.rows_set_aside else rows,
        rows_set_aside=rows if receipt.rows_set_aside else 0,
        rows_rejected=rejected,
        rows_erased=erased,
        rows_blanked=receipt.rows_blanked + blanked,
        flags=flags,
        reasons=reasons,
        rows_with_repeated_key=sum(count for name, count in flags.items() if name.endswith(":key_repeated")),
    )
    write_atomically(folder / RECEIPT, corrected.to_json().encode())


def _correct_description(folder: Path) -> None:
    """Makes a checkpoint's description count the rows that it holds now."""
    fields = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    rows = pq.read_metadata(folder / ACCEPTED).num_rows
    if rows != fields["rows"]:
        write_atomically(folder / DESCRIPTION, (json.dumps({**fields, "rows": rows}, indent=1) + "\n").encode())


def _parquet(file: Path) -> str:
    return f"read_parquet({quote_text(str(file))})"


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])
