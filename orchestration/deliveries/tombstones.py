"""Whose data was erased (删除权): `$DATA/state/tombstones.jsonl`, and finding them again in whatever is delivered.

Here belongs: the log, which only grows, the secret that its hashes are made with, and what a row that names one of
these people loses. A tombstone holds no number: only who knows the secret and the number can tell whose it is. What is
done to deliveries that were taken before stands in `erased`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.contracts.contract import Contract
from orchestration.deliveries import rules
from orchestration.deliveries.files import make_private_folder, write_atomically
from orchestration.deliveries.readers.reading import quote_identifier, quote_text

LOG = Path("state") / "tombstones.jsonl"
SECRET = Path("state") / "tombstones.key"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# What may be an identity number inside a text: of 18 characters, or of 15 digits.
_NUMBER = f"[1-9][0-9]{{5}}(?:18|19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}[0-9Xx]|[1-9][0-9]{{7}}{_DAY}[0-9]{{3}}"
_BLOCK = 64
# What stands for a record: its key, or where it has none that can be read, its values.
RECORD = "case when _record_key like 'v:%' then 'v:' || split_part(_record_key, ':', 2) else _record_key end"


class NoNumber(Exception):
    """What was given is no identity number; the message says why, and repeats nothing of it."""


@dataclass(frozen=True)
class Tombstone:
    """One line of the log: a hash of each form that the number can have, hashes of records that were the person's
    without holding it, by extract, who erased (an account's name), when (UTC), and why."""

    hashes: tuple[str, ...]
    records: dict[str, list[str]]
    erased_by: str
    erased_at: str
    reason: str


@dataclass(frozen=True)
class Tombstones:
    """All of them: the hashes of numbers, those of records by extract, and the secret that they are made with."""

    secret: bytes = b""
    hashes: frozenset[str] = frozenset()
    records: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def hashed(self, text: str) -> str:
        """HMAC-SHA256 of a number or a record."""
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()

    def hashes_of(self, number: str) -> list[str]:
        """The hashes of the forms of a number of 18 characters."""
        return list(map(self.hashed, forms(number)))

    def hold(self, number: str) -> bool:
        """Whether there is a tombstone for a number of 18 characters."""
        return self.hashes.issuperset(self.hashes_of(number))


def read_number(text: str) -> str:
    """An identity number as typed, in its form of 18 characters (GB 11643-1999): spaces and full-width forms are no
    matter, one of 15 digits gets the century 19 and its check character. Raises NoNumber."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(number) == 15 and number.isdigit():
        number = f"{number[:6]}19{number[6:]}"
        return number + _check_character(number)
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        raise NoNumber("An identity number has 18 characters, or 15 digits; nothing was erased.")
    if number[17] != _check_character(number):
        raise NoNumber("The check character of the identity number is wrong (a typing error?); nothing was erased.")
    return number


def forms(number: str) -> list[str]:
    """The forms in which a number of 18 characters is written: that of 15 digits too, for who was born before 2000."""
    return [number, number[:6] + number[8:17]] if number[6:8] == "19" else [number]


def _check_character(number: str) -> str:
    """ISO 7064 MOD 11-2 of the first 17 digits."""
    digits = zip(number, rules.IDENTITY_WEIGHTS, strict=False)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in digits) % 11]


def read_log(data_dir: Path) -> list[Tombstone]:
    """Every line, oldest first. Raises ValueError where one cannot be read: an erasure is never forgotten."""
    file = data_dir / LOG
    lines = []
    for place, line in enumerate(file.read_text("utf-8").splitlines() if file.exists() else [], 1):
        try:
            fields = json.loads(line)
            lines.append(Tombstone(**{**fields, "hashes": tuple(fields["hashes"])}))
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{file}, line {place}: not a tombstone; take the file from a back-up.") from None
    return lines


def read_tombstones(data_dir: Path) -> Tombstones:
    """All tombstones. Raises ValueError where the log cannot be read, or the secret to it is gone."""
    lines, secret = read_log(data_dir), data_dir / SECRET
    if not lines:
        return Tombstones()
    if not secret.exists():
        raise ValueError(f"{secret} is gone, without which no erased person is recognised; take it from a back-up.")
    records: dict[str, frozenset[str]] = {}
    for line in lines:
        for id_, hashes in line.records.items():
            records[id_] = records.get(id_, frozenset()) | frozenset(hashes)
    return Tombstones(secret.read_bytes(), frozenset(each for line in lines for each in line.hashes), records)


def bury(
    data_dir: Path, number: str, erased_by: str, reason: str, records: Mapping[str, Collection[str]] | None = None
) -> None:
    """Add a tombstone for a number of 18 characters and for records (by extract, see `RECORD`), unless there is one."""
    secret, log = data_dir / SECRET, data_dir / LOG
    make_private_folder(log.parent)
    known = read_tombstones(data_dir)
    if not known.hashes:
        write_atomically(secret, os.urandom(32))
        known = Tombstones(secret.read_bytes())
    hashed = {id_: sorted(map(known.hashed, texts)) for id_, texts in (records or {}).items()}
    new = {id_: each for id_, each in hashed.items() if not known.records.get(id_, frozenset()).issuperset(each)}
    if known.hold(number) and not new:
        return
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    line = Tombstone(tuple(known.hashes_of(number)), new, erased_by, moment, reason)
    before = log.read_bytes() if log.exists() else b""
    write_atomically(log, before + json.dumps(asdict(line), ensure_ascii=False).encode() + b"\n")


def erase_arriving(
    connection: duckdb.DuckDBPyConnection, contract: Contract, tombstones: Tombstones
) -> tuple[int, int]:
    """Takes erased people out of the tables `delivered` and `unreadable`; returns how many rows went, and how many
    only lost values."""
    if not tombstones.hashes:
        return 0, 0
    names = [column.name for column in contract.columns]
    mark_erased(connection, "delivered", "rowid", names, contract, tombstones)
    for (name,) in connection.execute("select distinct column_name from cleared order by 1").fetchall():
        connection.execute(
            f"update delivered set {quote_identifier(name)} = null "
            "where rowid in (select id from cleared where column_name = $name)",
            {"name": name},
        )
    (blanked,) = connection.execute("select count(distinct id) from cleared").fetchall()[0]
    connection.execute("delete from delivered where rowid in (select id from removed)")
    (rows,) = connection.execute("select count(*) from removed").fetchall()[0]
    mark_erased(connection, "unreadable", "rowid", ["_text"], None, tombstones)
    connection.execute("delete from unreadable where rowid in (select id from removed)")
    (unreadable,) = connection.execute("select count(*) from removed").fetchall()[0]
    return int(rows) + int(unreadable), int(blanked)


def erase_records(connection: duckdb.DuckDBPyConnection, contract: Contract, tombstones: Tombstones) -> int:
    """Takes erased records out of the table `checked`; returns how many rows went."""
    wanted = tombstones.records.get(contract.id)
    if not wanted:
        return 0
    record = "coalesce('k:' || _record, 'v:' || _version)"
    gone = connection.execute(
        f"delete from checked where {_hashed(record)} in (select unnest($hashes))",
        {"hashes": sorted(wanted), **_keys(tombstones)},
    ).fetchall()
    return int(gone[0][0])


def mark_erased(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    row: str,
    names: Sequence[str],
    contract: Contract | None,
    tombstones: Tombstones,
    has_records: bool = False,
) -> None:
    """Makes the tables `removed` (id) and `cleared` (id, column_name) of what a relation holds of erased people.

    `row`: the expression that tells rows apart; `names`: the relation's columns with values. A row whose subject or
    whose key is erased goes. One that names them in another role (the owner of a dwelling) speaks of something else and
    stays, without what it says of them; elsewhere (a remark) the value goes. Without a contract the row goes. Of
    accepted rows (`has_records`: they have a `_record_key`) those of erased records go too.
    """
    _find(connection, relation, row, names, contract, tombstones)
    connection.execute("create or replace temp table removed (id bigint)")
    connection.execute("create or replace temp table cleared (id bigint, column_name varchar)")
    for (name,) in connection.execute("select distinct column_name from hit order by 1").fetchall():
        loses = _loses(contract, name) if contract else None
        if loses is None:
            connection.execute("insert into removed select id from hit where column_name = $name", {"name": name})
        for each in set(loses or ()) & set(names):
            connection.execute(
                "insert into cleared select id, $lost from hit where column_name = $name", {"name": name, "lost": each}
            )
    records = tombstones.records.get(contract.id) if contract and has_records else None
    if records:
        connection.execute(
            f"insert into removed select {row} from {relation} where {_hashed(RECORD)} in (select unnest($hashes))",
            {"hashes": sorted(records), **_keys(tombstones)},
        )
    connection.execute("create or replace temp table removed as select distinct id from removed")
    connection.execute(
        "create or replace temp table cleared as "
        "select distinct * from cleared where id not in (select id from removed)"
    )


def _loses(contract: Contract, name: str) -> list[str] | None:
    """The columns that a row loses whose column `name` names an erased person; None: the row goes."""
    found = [column for column in contract.columns if column.name == name]
    if not found or found[0].key_position is not None:
        return None
    if not (found[0].concept or "").startswith("person."):
        return [name]
    role = found[0].role
    of_role = [each for each in contract.columns if each.role == role and (each.concept or "").startswith("person.")]
    if role == "subject" or any(each.key_position is not None for each in of_role):
        return None
    return [each.name for each in of_role]


def _find(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    row: str,
    names: Sequence[str],
    contract: Contract | None,
    tombstones: Tombstones,
) -> None:
    """Makes the table `hit` (id, column_name) of the values of a relation that hold an erased number.

    Columns of identity numbers are read as the rules read them (full-width forms, spaces, a number within a longer
    one). In all other columns a number is looked for as it is usually written, one pass over a row's values: what looks
    like none is not taken apart.
    """
    concepts = {column.name: column.concept for column in contract.columns} if contract else {}
    numbers = [name for name in names if not contract or concepts.get(name) == "person.identity_number"]
    others = [quote_identifier(name) for name in names if name not in numbers]
    branches = [_candidates(relation, row, name) for name in numbers]
    if others:
        values = f"concat_ws(chr(31), {', '.join(others)})"
        connection.execute(
            f"create or replace temp table suspect as select {row} as id, {', '.join(others)} from {relation} "
            f"where regexp_matches({values}, {quote_text(_NUMBER)})"
        )
        branches += [_candidates("suspect", "id", name) for name in names if name not in numbers]
    connection.execute(f"create or replace temp table candidate as {' union all '.join(branches)}")
    connection.execute(
        f"""
        create or replace temp table hit as
        select distinct id, column_name
        from candidate
        semi join (
            select number
            from (select distinct number from candidate)
            where {_hashed("number")} in (select unnest($hashes))
        ) as erased using (number)
        """,
        {"hashes": sorted(tombstones.hashes), **_keys(tombstones)},
    )


def _hashed(text: str) -> str:
    """HMAC-SHA256 (RFC 2104) of a text as SQL, with the parameters `_keys`."""
    return f"sha256($outer::blob || unhex(sha256($inner::blob || encode({text}))))"


def _keys(tombstones: Tombstones) -> dict[str, object]:
    key = tombstones.secret.ljust(_BLOCK, b"\0")
    return {"outer": bytes(each ^ 0x5C for each in key), "inner": bytes(each ^ 0x36 for each in key)}


def _candidates(relation: str, row: str, name: str) -> str:
    """What may be an identity number in a column; numbers alone, by far the most, are passed on as they are."""
    value, pattern = quote_identifier(name), quote_text(_NUMBER)
    plain = f"upper(translate({value}, {quote_text(rules.FULL_WIDTH)}, {quote_text(rules.HALF_WIDTH)}))"
    bare = f"regexp_replace({plain}, '[^0-9A-Z]', '', 'g')"
    return (
        f"select {row} as id, {quote_text(name)} as column_name, unnest(case "
        f"when regexp_full_match({value}, '[0-9]{{17}}[0-9X]|[0-9]{{15}}') then [{value}] "
        f"else list_concat(regexp_extract_all({plain}, {pattern}), regexp_extract_all({bare}, {pattern})) end) "
        f"as number from {relation} where {value} is not null"
    )
