"""The small district held against the truth behind it: who is who, where is where, how many live in each grid.

The bounds are those of the rule cascade on ordinary dirt; they catch a break, they do not measure progress.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from districts import District


@pytest.fixture(scope="module")
def scored(district: District) -> duckdb.DuckDBPyConnection:
    """A connection that sees the warehouse, and the truth of each current row as `truth`."""
    connection = duckdb.connect()
    connection.execute(f"attach '{district.settings.warehouse}' as warehouse (read_only)")
    rows = district.settings.data / "truth" / "rows" / "*.parquet"
    connection.execute(
        "create table truth as select extract, strftime(day, '%Y%m%d') as day, row as source_row, person, address_code"
        f" from read_parquet('{rows}')"
    )
    return connection


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def test_pairs_of_rows_about_one_person(scored: duckdb.DuckDBPyConnection) -> None:
    scored.execute(
        """
        create or replace table linked as
        select truth.person, link.person_key
        from warehouse.conformed.person_link as link
        join truth on truth.extract = link.extract
            and truth.day = left(link.delivery_id, 8) and truth.source_row = link.source_row
        where link.role = 'subject' and truth.person is not null
        """
    )

    def pairs(columns: str) -> int:
        query = f"select sum(n * (n - 1) / 2) from (select count(*) as n from linked group by {columns})"
        return int(one(scored, query)[0])

    right, claimed, true = pairs("person, person_key"), pairs("person_key"), pairs("person")
    assert right / claimed >= 0.998
    assert right / true >= 0.95


def test_addresses_are_right_or_undecided(scored: duckdb.DuckDBPyConnection) -> None:
    right, wrong = one(
        scored,
        """
        select avg((link.address_code is not distinct from truth.address_code)::int),
            avg((link.address_code is not null and link.address_code is distinct from truth.address_code)::int)
        from warehouse.conformed.address_link as link
        join truth on truth.extract = link.extract
            and truth.day = left(link.delivery_id, 8) and truth.source_row = link.source_row
        where truth.address_code is not null
        """,
    )
    assert right >= 0.95
    assert wrong <= 0.005


def test_resident_population_by_grid(district: District, scored: duckdb.DuckDBPyConnection) -> None:
    people = sorted((district.settings.data / "truth").glob("person_*.parquet"))[-1]
    error, population = one(
        scored,
        f"""
        with counted as (
            select grid_code, resident_population as people from warehouse.marts.population_by_grid
        ), true_count as (
            select grid_code, count(*) as people from read_parquet('{people}')
            where not dead and here and grid_code is not null group by all
        )
        select sum(abs(coalesce(counted.people, 0) - coalesce(true_count.people, 0))), sum(true_count.people)
        from counted full join true_count using (grid_code)
        """,
    )
    assert error / population <= 0.06
