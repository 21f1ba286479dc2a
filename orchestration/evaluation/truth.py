"""What should have been found: each current row of each delivery, with its true person and dwelling and what was found.

The rows come from the truth, never from the warehouse, so that a row which the warehouse lost is a row that is wrong. A
row is superseded only where a later accepted row of its record speaks of the same person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.contracts.contract import Contract, read_contracts


@dataclass(frozen=True)
class District:
    """A district that was run and whose truth is known.

    warehouse: the DuckDB file that dbt wrote; delivery_index: index.json of the deliveries that it was built from;
    truth: folder with rows/*.parquet, person_<day>.parquet and planted.parquet.
    """

    warehouse: Path
    delivery_index: Path
    truth: Path


@contextmanager
def compared(district: District) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the tables `row_found` (one row per current true row) and `person_true` (the last day).

    The warehouse is attached read-only as `warehouse`. Raises FileNotFoundError where the truth lacks its files.
    """
    people = sorted(district.truth.glob("person_*.parquet"))
    if not people or not any((district.truth / "rows").glob("*.parquet")):
        raise FileNotFoundError(f"{district.truth} holds no truth (person_<day>.parquet and rows/*.parquet).")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(district.warehouse)}' as warehouse (read_only)")
        _read_people(connection, people[-1])
        _read_rows(connection, district)
        connection.execute(_FOUND)
        yield connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _read_people(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """The last day's people, with what distinguishes them: age, and whether somebody at home shares the birth date."""
    connection.execute(
        """
        create table person_true as
        select
            *,
            not dead and here and grid_code is not null as is_resident,
            date_diff('year', birth, day)
                - case when strftime(day, '%m%d') < strftime(birth, '%m%d') then 1 else 0 end as age,
            address_code is not null and count(*) over (partition by birth, address_code) > 1 as is_twin
        from (
            select *, cast(strptime(regexp_extract(filename, '(\\d{8})\\.parquet$', 1), '%Y%m%d') as date) as day
            from read_parquet($file, filename = true)
        ) as people
        """,
        {"file": str(file)},
    )


def _read_rows(connection: duckdb.DuckDBPyConnection, district: District) -> None:
    """Tables `row_true`, all rows of the truth, and `row_accepted`, what the pull made of the rows in force."""
    connection.execute(
        """
        create table row_true as
        select extract, cast(day as date) as day, row as source_row, person, address_code
        from read_parquet($files, union_by_name = true)
        """,
        {"files": str(district.truth / "rows" / "*.parquet")},
    )
    connection.execute("create table extract_kind (extract varchar, kind varchar)")
    connection.execute(
        "create table row_accepted"
        " (extract varchar, day date, source_row bigint, record_key varchar, has_address boolean)"
    )
    contracts = read_contracts()
    connection.executemany(
        "insert into extract_kind values (?, ?)", [[contract.id, contract.kind] for contract in contracts.values()]
    )
    for entry in json.loads(district.delivery_index.read_text("utf-8")):
        contract = contracts[f"{entry['department']}.{entry['extract']}"]
        connection.execute(
            f"""
            insert into row_accepted
            select $extract, _delivery_date, _source_row, _record_key, {_has_address(contract)}
            from read_parquet($paths, union_by_name = true)
            """,
            {"extract": contract.id, "paths": entry["paths"]},
        )


def _has_address(contract: Contract) -> str:
    """A condition: the row writes an address down."""
    columns = [column.name for column in contract.columns if column.concept == "dwelling.address"]
    return " or ".join(f"coalesce(trim(\"{column}\"), '') <> ''" for column in columns) or "false"


# Of a full extract the last true day counts, of one that brings changes the last row of each record about one person.
# Rows are found by file and row number; a row that carries two keys for its person has none.
_FOUND = """
create table row_found as
with located as (
    select row_true.*, accepted.record_key, coalesce(accepted.has_address, true) as has_address, kinds.kind
    from row_true
    join extract_kind as kinds using (extract)
    left join row_accepted as accepted using (extract, day, source_row)
),
standing as (
    select
        *,
        max(day) over (partition by extract) as last_day,
        row_number() over (
            partition by extract, coalesce(record_key, concat(day, ':', source_row)), person
            order by day desc, source_row desc
        ) as age
    from located
),
person_link as (
    select
        extract, cast(strptime(left(delivery_id, 8), '%Y%m%d') as date) as day, source_row, any_value(role) as role,
        case when count(distinct person_key) = 1 then max(person_key) end as person_key
    from warehouse.conformed.person_link
    where role <> 'landlord'
    group by all
),
address_link as (
    select
        extract, cast(strptime(left(delivery_id, 8), '%Y%m%d') as date) as day, source_row,
        case when count(distinct address_code) = 1 then max(address_code) end as address_code
    from warehouse.conformed.address_link
    group by all
),
numbered as (
    select link.extract, cast(strptime(left(link.delivery_id, 8), '%Y%m%d') as date) as day, link.source_row
    from warehouse.conformed.person_link as link
    join warehouse.conformed.person_statement as statement using (evidence_key)
    where link.role <> 'landlord' and statement.identity_number is not null
    group by all
),
let as (select distinct address_code from row_true where extract = 'housing.rental_contracts')
select
    standing.extract,
    standing.day,
    standing.source_row,
    person_link.role,
    standing.person,
    coalesce(person_link.person_key, concat('none:', standing.extract, ':', standing.day, ':', standing.source_row))
        as person_key,
    person_link.person_key is null as is_omitted,
    standing.has_address,
    standing.address_code,
    address_link.address_code as found_address_code,
    address_link.source_row is null as is_address_omitted,
    numbered.source_row is not null as has_number,
    coalesce(person.age < 18, false) as is_minor,
    coalesce(person.age >= 60, false) as is_old,
    coalesce(person.is_twin, false) as is_twin,
    coalesce(person.address_code, standing.address_code) in (from let) as is_let,
    dwelling.address_code is not null and dwelling.compound is null as is_old_street
from standing
left join person_link using (extract, day, source_row)
left join address_link using (extract, day, source_row)
left join numbered using (extract, day, source_row)
left join person_true as person on standing.person = person.person
left join warehouse.conformed.dwelling_register as dwelling
    on coalesce(person.address_code, standing.address_code) = dwelling.address_code
where case when standing.kind = 'full' then standing.day = standing.last_day else standing.age = 1 end
"""
