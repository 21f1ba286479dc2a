"""Every rule of a contract in one statement: what is wrong with each row, what the row is, and where it stood.

Here belongs: building that statement from the contract, and running it over a delivery's rows. The rules themselves
stand in `rules`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from orchestration.contracts.contract import Column, Contract
from orchestration.deliveries import rules
from orchestration.deliveries.readers.reading import SOURCE_ROW, quote_identifier, quote_text
from orchestration.deliveries.tombstones import Tombstones, erase_records

CODES = Path(__file__).parents[2] / "seeds" / "codes"
NO_VALUE, NUL_BYTES = "no_value", "nul_bytes"
PLACEHOLDERS = ("-", "--", "—", "/", "无", "不详", "未知", "空", "NULL", "NONE", "N/A", "NA", "?")
HASH_CHARACTERS = 24
ROW_GROUP = 122_880
# The default level takes a third longer and saves nothing: 51 MB against 53 for a million rows.
COMPRESSION_LEVEL = 1


@dataclass(frozen=True)
class Provenance:
    """Where rows came from: written beside each of them."""

    delivery_id: str
    delivery_date: date
    source_file: str

    def columns(self) -> str:
        return (
            f"{quote_text(self.delivery_id)} as _delivery_id, date {quote_text(self.delivery_date.isoformat())} "
            f"as _delivery_date, {quote_text(self.source_file)} as _source_file, {SOURCE_ROW}"
        )


@dataclass(frozen=True)
class Counts:
    """What the checks counted: accepted, rejected and erased rows, rows by flag, rejected rows by reason."""

    accepted: int
    rejected: int
    erased: int
    flags: dict[str, int]
    reasons: dict[str, int]
    rows_with_repeated_key: int


@cache
def codes_of(name: str, day: date, folder: Path = CODES) -> tuple[str, ...]:
    """The codes of a code set that hold on a day. Raises FileNotFoundError where the set is missing."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
        held = [
            row["code"]
            for row in csv.DictReader(opened)
            if (row.get("valid_from") or "0001-01-01") <= day.isoformat() <= (row.get("valid_to") or "9999-12-31")
        ]
    return tuple(held)


class Checks:
    """The statement for one contract and day.

    `steps`: expressions computed once a row (cleaned codes, dates, numbers, validity), each step over the one before,
    because DuckDB computes an expression that stands twice in a CASE twice; `flags`: condition by `column:rule`.
    """

    def __init__(self, contract: Contract, day: date, codes: Path = CODES) -> None:
        self.contract, self.day, self.codes = contract, day, codes
        self.steps: tuple[dict[str, str], ...] = ({}, {}, {}, {}, {})
        self.flags: dict[str, str] = {}
        for place, column in enumerate(contract.columns):
            self._column(column, place)
        for place, column in enumerate(contract.columns):
            if column.concept == "person.identity_number" and f"_valid_{place}" in self.steps[3]:
                self._own_number(column, place)

    @property
    def names(self) -> list[str]:
        """Every `column:rule` that each row is held against."""
        return sorted([*self.flags, *self.key_repeated])

    @property
    def key_repeated(self) -> list[str]:
        """The flag of a key that stands on several rows; none where the contract has no key."""
        return [f"{column.name}:key_repeated" for column in self.contract.key[:1]]

    def _column(self, column: Column, place: int) -> None:
        value, empty = quote_identifier(column.name), f"_blank_{place}"
        self.steps[0][empty] = rules.blank(value)
        if column.required:
            self.flags[f"{column.name}:required"] = empty
        broken: dict[str, str] = {}
        if column.logical_type in ("date", "timestamp"):
            broken |= self._date(column, value, place)
        elif column.logical_type in ("number", "integer"):
            broken |= self._number(column, value, place)
        elif column.logical_type == "boolean":
            broken["type"] = f"not {rules.boolean_valid(value)}"
        if column.code_set:
            known = codes_of(column.code_set, self.day, self.codes)
            broken["code_set"] = f"not {_parenthesised(rules.code_known(value, list(known)))}"
        for rule in column.rules:
            broken |= self._rule(rule, value, place)
        for name, condition in broken.items():
            self.flags[f"{column.name}:{name}"] = f"(not {empty} and {_parenthesised(condition)})"

    def _date(self, column: Column, value: str, place: int) -> dict[str, str]:
        agreed = column.options.get("format")
        if agreed:
            self.steps[0][f"_agreed_{place}"] = rules.agreed_day(value, agreed)
            self.steps[1][f"_day_{place}"] = (
                f"case when _agreed_{place} is not null then _agreed_{place} "
                f"when _blank_{place} then null else {_parenthesised(rules.any_day(value))} end"
            )
            return {
                "type": f"_day_{place} is null",
                "format": f"_agreed_{place} is null and _day_{place} is not null",
            }
        self.steps[1][f"_day_{place}"] = f"case when not _blank_{place} then {_parenthesised(rules.any_day(value))} end"
        return {"type": f"_day_{place} is null"}

    def _number(self, column: Column, value: str, place: int) -> dict[str, str]:
        self.steps[0][f"_number_{place}"] = rules.number_of(value)
        whole = f" or _number_{place} <> trunc(_number_{place})" if column.logical_type == "integer" else ""
        return {"type": f"_number_{place} is null{whole}"}

    def _rule(self, rule: dict[str, object], value: str, place: int) -> dict[str, str]:
        """The conditions under which a rule of the contract is broken. Raises KeyError for a rule nobody knows."""
        name = str(rule["name"])
        if name == "pattern":
            return {"pattern": f"not {rules.pattern_matches(value, str(rule['regex']))}"}
        if name == "phone":
            return {"phone": f"not {_parenthesised(rules.phone_valid(value))}"}
        if name == "not_in_future":
            return {"future": f"_day_{place} >= date {quote_text(self.day.isoformat())} + interval 1 day"}
        if name == "range":
            sides = (("minimum", "<"), ("maximum", ">"))
            outside = [f"_number_{place} {sign} {float(str(rule[end]))!r}" for end, sign in sides if end in rule]
            return {"range": f"({' or '.join(outside) or 'false'})"}
        clean = f"_clean_{place}"
        self.steps[0][clean] = rules.clean_code(value)
        if name == "credit_code":
            self.steps[2][f"_valid_{place}"] = rules.credit_code_valid(clean)
            return {"credit_code": f"not _valid_{place}"}
        if name == "identity_number":
            digits, born = f"_digits_{place}", f"_born_{place}"
            self.steps[1][digits] = rules.identity_digits(clean)
            self.steps[2][born] = rules.identity_birth_number(clean, digits)
            self.steps[3][f"_valid_{place}"] = rules.identity_number_valid(clean, digits, born, f"{self.day:%Y%m%d}")
            return {
                "identity_number_masked": f"not _valid_{place} and {rules.masked(clean)}",
                "identity_number_spreadsheet": f"not _valid_{place} and {rules.spreadsheet(clean)}",
                "identity_number": f"not _valid_{place} and not {rules.masked(clean)} "
                f"and not {rules.spreadsheet(clean)}",
            }
        raise KeyError(f"no rule is called {name}")

    def _own_number(self, number: Column, place: int) -> None:
        """What a valid identity number and the columns beside it say of one person is the same (关联数据一致性)."""
        for other_place, other in enumerate(self.contract.columns):
            differs = {
                "person.sex": rules.sex_differs(quote_identifier(other.name), f"_digits_{place}"),
                "person.birth_date": rules.day_differs(f"_day_{other_place}", f"_born_{place}"),
            }.get(other.concept or "")
            if differs and other.role == number.role:
                self.flags[f"{other.name}:own_number"] = f"(_valid_{place} and {_parenthesised(differs)})"

    def key(self) -> tuple[str, str]:
        """The normalised key and whether it can be read, as SQL.

        A part that the contract requires must be there, not masked, not turned into a spreadsheet's number, no
        placeholder and no row of zeros; an identity number must be valid. Adds the flag of a part that cannot be read.
        """
        parts, readable = [], []
        for column in self.contract.key:
            place = self.contract.columns.index(column)
            self.steps[0].setdefault(f"_clean_{place}", rules.clean_code(quote_identifier(column.name)))
            clean = f"_clean_{place}"
            parts.append(f"coalesce({clean}, '')")
            if not column.required:
                continue
            held = ", ".join(quote_text(each) for each in PLACEHOLDERS)
            legible = (
                f"not _blank_{place} and {clean} not in ({held}) and not {rules.masked(clean)} "
                f"and not regexp_full_match({clean}, '0+') and not {rules.spreadsheet(clean)}"
            )
            if any(rule["name"] == "identity_number" for rule in column.rules):
                legible = f"_valid_{place}"
            self.steps[-1][f"_legible_{place}"] = legible
            self.flags[f"{column.name}:key_missing"] = f"not _legible_{place}"
            readable.append(f"_legible_{place}")
        if not parts:
            return "''", "false"
        return f"concat_ws(chr(31), {', '.join(parts)})", " and ".join(readable) or "true"

    def statement(self) -> str:
        """The statement: every column of the contract, `_record` (the key, null where unreadable), `_version`,
        `_flags`, `_empty` (a row with no value at all) and `_nul` (zero bytes in a value)."""
        columns = [quote_identifier(column.name) for column in self.contract.columns]
        key, readable = self.key()
        joined = ", ".join(f"coalesce({name}, chr(30))" for name in columns)
        source = f"(select *, concat_ws(chr(31), {joined}) as _joined from delivered)"
        for step in self.steps:
            if step:
                named = ", ".join(f"({expression}) as {name}" for name, expression in step.items())
                source = f"(select *, {named} from {source})"
        flags = {name: f"_flag_{number}" for number, name in enumerate(sorted(self.flags))}
        conditions = "".join(f", coalesce({self.flags[name]}, false) as {flag}" for name, flag in flags.items())
        listed = ", ".join(f"case when {flag} then {quote_text(name)} end" for name, flag in flags.items())
        broken = " or ".join(flags.values()) or "false"
        return f"""
            select {SOURCE_ROW}, {", ".join(columns)}, _record, _version, _empty, _nul,
                case when {broken} then list_sort(list_filter([{listed}], lambda flag: flag is not null))
                    else [] end as _flags
            from (
                select *, case when {readable} then left(md5({key}), {HASH_CHARACTERS}) end as _record,
                    left(md5(_joined), {HASH_CHARACTERS}) as _version, contains(_joined, chr(0)) as _nul,
                    {" and ".join(f"_blank_{place}" for place in range(len(columns)))} as _empty{conditions}
                from {source}
            )"""


def _parenthesised(expression: str) -> str:
    return f"({expression})"


def run_checks(
    connection: duckdb.DuckDBPyConnection,
    checks: Checks,
    provenance: Provenance,
    accepted: Path,
    rejected: Path,
    tombstones: Tombstones,
) -> Counts:
    """Checks the rows in `delivered`, and writes accepted and rejected rows as Parquet (zstd).

    A key that stands on several rows is flagged on each; rows without a readable key are told apart by their values
    and, where those are the same, by their order. Records that were erased are in neither.
    """
    connection.execute(f"create table checked as {checks.statement()}")
    connection.execute("drop table delivered")
    erased = erase_records(connection, checks.contract, tombstones)
    connection.execute(
        f"""insert into unreadable
        select {SOURCE_ROW}, case when _nul then ['{NUL_BYTES}'] else ['{NO_VALUE}'] end, {_row_text(checks.contract)}
        from checked where _nul or _empty"""
    )
    connection.execute(
        "create table repeated as select _record, true as is_repeated from checked "
        "where _record is not null and not _nul and not _empty group by _record having count(*) > 1"
    )
    connection.execute(
        f"create table unkeyed as select {SOURCE_ROW}, row_number() over (partition by _version order by {SOURCE_ROW}) "
        "as copy from checked where _record is null and not _nul and not _empty"
    )
    columns = ", ".join(f"checked.{quote_identifier(column.name)}" for column in checks.contract.columns)
    flag = "".join(map(quote_text, checks.key_repeated)) or "null"
    connection.execute(
        f"""copy (
            select {columns}, coalesce('k:' || _record, 'v:' || _version || ':' || copy) as _record_key, _version,
                {provenance.columns().replace(SOURCE_ROW, "checked." + SOURCE_ROW)},
                case when is_repeated then list_sort(list_append(_flags, {flag})) else _flags end as _flags
            from checked left join repeated using (_record)
            left join unkeyed on checked.{SOURCE_ROW} = unkeyed.{SOURCE_ROW}
            where not _nul and not _empty
        ) to {quote_text(str(accepted))} (
            format parquet, compression zstd, compression_level {COMPRESSION_LEVEL}, row_group_size {ROW_GROUP}
        )"""
    )
    connection.execute(
        f"copy (select _reasons, _text, {provenance.columns()} from unreadable order by {SOURCE_ROW}) "
        f"to {quote_text(str(rejected))} (format parquet, compression zstd)"
    )
    return _count(connection, accepted, erased)


def _row_text(contract: Contract) -> str:
    names = [quote_identifier(column.name) for column in contract.columns]
    fields = ", ".join(f"{name} := {name}" for name in names)
    return f"cast(to_json(struct_pack({fields})) as varchar)"


def _count(connection: duckdb.DuckDBPyConnection, accepted: Path, erased: int) -> Counts:
    source = f"read_parquet({quote_text(str(accepted))})"
    flags = tally(connection, f"select unnest(_flags) from {source}")
    reasons = tally(connection, "select split_part(unnest(_reasons), ':', 1) from unreadable")
    rejected = _number(connection, "select count(*) from unreadable")
    repeated = sum(count for name, count in flags.items() if name.endswith(":key_repeated"))
    return Counts(_number(connection, f"select count(*) from {source}"), rejected, erased, flags, reasons, repeated)


def tally(connection: duckdb.DuckDBPyConnection, names: str) -> dict[str, int]:
    """How often each name comes, of a query for names."""
    counted = f"select name, count(*) from ({names}) as named (name) group by name order by name"
    return dict(connection.execute(counted).fetchall())


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
