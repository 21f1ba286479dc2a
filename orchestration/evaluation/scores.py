"""The figures: counts that add up over districts, and the shares that follow from them. A figure of nothing is None."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import duckdb

from orchestration.evaluation.truth import District, compared

ALL = "all"
# Of the planted rows of the dead, those of people whom the deaths register names in any delivery.
DEATH_REGISTERED = "deceased_active, death registered"

# stratum → condition on a row of row_found
PERSON_STRATA = {
    ALL: "true",
    "rows with a valid number": "has_number",
    "rows without a valid number": "not has_number",
    "minors": "is_minor",
    "aged 60 and over": "is_old",
    "twins": "is_twin",
    "people in let dwellings": "is_let",
    "people in old streets (no compound)": "is_old_street",
}
ADDRESS_STRATA = {
    ALL: "true",
    "let dwellings": "is_let",
    "old streets (no compound)": "is_old_street",
}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True)
class PersonScore:
    """Who is who, for the rows of one stratum and every pair that holds at least one of them."""

    rows: int
    omitted: int
    right_pairs: int
    claimed_pairs: int
    true_pairs: int
    people: int
    exact_people: int

    @property
    def precision(self) -> float | None:
        """Of the pairs of rows that got one key: the share about one person."""
        return _share(self.right_pairs, self.claimed_pairs)

    @property
    def recall(self) -> float | None:
        """Of the pairs of rows about one person: the share that got one key."""
        return _share(self.right_pairs, self.true_pairs)

    @property
    def exact(self) -> float | None:
        """Of the people named: the share whose rows all have one key that nobody else's row has."""
        return _share(self.exact_people, self.people)


@dataclass(frozen=True)
class AddressScore:
    """Where is where, for the address texts of one stratum. A text without any answer is wrong, not undecided."""

    texts: int
    right_texts: int
    wrong_texts: int

    @property
    def right(self) -> float | None:
        """The share that got the dwelling it means."""
        return _share(self.right_texts, self.texts)

    @property
    def wrong(self) -> float | None:
        """The share that got another dwelling, or was lost."""
        return _share(self.wrong_texts, self.texts)

    @property
    def undecided(self) -> float | None:
        """The share that was left open."""
        return _share(self.texts - self.right_texts - self.wrong_texts, self.texts)


@dataclass(frozen=True)
class PopulationScore:
    """Residents by grid: the sum over grids of what was counted too much or too little."""

    people: int
    misplaced: int

    @property
    def error(self) -> float | None:
        """Sum of errors ÷ population."""
        return _share(self.misplaced, self.people)


@dataclass(frozen=True)
class PlantedScore:
    """Rows with one kind of discrepancy: planted, claimed, and both."""

    planted: int
    claimed: int
    right: int

    @property
    def found(self) -> float | None:
        """Of those planted: the share that was found."""
        return _share(self.right, self.planted)

    @property
    def true(self) -> float | None:
        """Of those claimed: the share that was planted."""
        return _share(self.right, self.claimed)


@dataclass(frozen=True)
class Scores:
    """Every figure of one district, or of several together.

    `planted` by kind of discrepancy; without those of which the truth plants none, and empty where nothing claims any.
    """

    people: dict[str, PersonScore]
    addresses: dict[str, AddressScore]
    population: PopulationScore
    planted: dict[str, PlantedScore]


_Counts = TypeVar("_Counts", PersonScore, AddressScore, PopulationScore, PlantedScore)


def _add(parts: Iterable[_Counts]) -> _Counts:
    parts = list(parts)
    kind = type(parts[0])
    return kind(*(sum(getattr(part, each.name) for part in parts) for each in fields(kind)))


def together(scores: list[Scores]) -> Scores:
    """The counts of several districts added up: strata that only some of them have are kept."""

    def by_stratum(tables: list[dict[str, _Counts]]) -> dict[str, _Counts]:
        names = dict.fromkeys(name for table in tables for name in table)
        return {name: _add(table[name] for table in tables if name in table) for name in names}

    return Scores(
        by_stratum([score.people for score in scores]),
        by_stratum([score.addresses for score in scores]),
        _add(score.population for score in scores),
        by_stratum([score.planted for score in scores]),
    )


def score(district: District) -> Scores:
    """Hold a district's warehouse against its truth. Raises FileNotFoundError where there is no truth."""
    with compared(district) as connection:
        sources = connection.execute(
            "select distinct extract, coalesce(role, 'omitted') from row_found where person is not null order by all"
        ).fetchall()
        texts = connection.execute(f"select distinct extract from row_found where {_TEXTS} order by all").fetchall()
        people = {name: _people(connection, condition) for name, condition in PERSON_STRATA.items()}
        for extract, role in sources:
            condition = "extract = $extract and coalesce(role, 'omitted') = $role"
            people[f"{extract}: {role}"] = _people(connection, condition, {"extract": extract, "role": role})
        addresses = {name: _addresses(connection, condition) for name, condition in ADDRESS_STRATA.items()}
        for (extract,) in texts:
            addresses[extract] = _addresses(connection, "extract = $extract", {"extract": extract})
        return Scores(people, addresses, _population(connection), _planted(connection, district))


def score_people(connection: duckdb.DuckDBPyConnection) -> PersonScore:
    """Who is who over all rows of the connection's table row_found (see truth.compared)."""
    return _people(connection, "true")


def _one(connection: duckdb.DuckDBPyConnection, query: str, values: dict[str, Any] | None = None) -> list[int]:
    row = connection.execute(query, values or {}).fetchone()
    assert row is not None
    return [int(value or 0) for value in row]


def _people(connection: duckdb.DuckDBPyConnection, condition: str, values: dict[str, Any] | None = None) -> PersonScore:
    """A pair belongs to a stratum when one of its rows does: all pairs of a group less those among rows outside."""
    counts = _one(
        connection,
        f"""
        with judged as (
            select person, person_key, is_omitted, cast({condition} as integer) as inside
            from row_found
            where person is not null
        ),
        key as (
            select person_key, count(*) as n, sum(inside) as s, count(distinct person) as people
            from judged
            group by all
        ),
        someone as (
            select person, count(*) as n, sum(inside) as s, count(distinct person_key) as keys from judged group by all
        ),
        agreed as (select person, person_key, count(*) as n, sum(inside) as s from judged group by all),
        exact as (
            select someone.person
            from someone join agreed using (person) join key using (person_key)
            where someone.s > 0 and someone.keys = 1 and key.people = 1
        )
        select
            (select sum(inside) from judged),
            (select sum(inside) from judged where is_omitted),
            (select sum({_PAIRS}) from agreed),
            (select sum({_PAIRS}) from key),
            (select sum({_PAIRS}) from someone),
            (select count(*) from someone where s > 0),
            (select count(*) from exact)
        """,
        values,
    )
    return PersonScore(*counts)


_PAIRS = "(n * (n - 1) - (n - s) * (n - s - 1)) // 2"
# A row of a department that writes no address down, or left it empty, asks for none.
_TEXTS = "has_address and address_code is not null"


def _addresses(
    connection: duckdb.DuckDBPyConnection, condition: str, values: dict[str, Any] | None = None
) -> AddressScore:
    return AddressScore(
        *_one(
            connection,
            f"""
            select
                count(*),
                count(*) filter (where found_address_code = address_code),
                count(*) filter (where found_address_code <> address_code or is_address_omitted)
            from row_found
            where {_TEXTS} and {condition}
            """,
            values,
        )
    )


def _population(connection: duckdb.DuckDBPyConnection) -> PopulationScore:
    return PopulationScore(
        *_one(
            connection,
            """
            with counted as (
                select grid_code, sum(resident_population) as people
                from warehouse.marts.population_by_grid
                where as_of_date = (select max(as_of_date) from warehouse.marts.population_by_grid)
                group by all
            ),
            living as (select grid_code, count(*) as people from person_true where is_resident group by all)
            select sum(living.people), sum(abs(coalesce(counted.people, 0) - coalesce(living.people, 0)))
            from counted full join living using (grid_code)
            """,
        )
    )


def _planted(connection: duckdb.DuckDBPyConnection, district: District) -> dict[str, PlantedScore]:
    """Planted rows count while they are current; a claim is a row, however many discrepancies name it, of an extract in
    which the truth plants the kind. Of DEATH_REGISTERED every claim about the dead counts as claimed."""
    tables = connection.execute(
        "select 1 from information_schema.tables"
        " where table_catalog = 'warehouse' and table_schema = 'exchange' and table_name = 'discrepancies'"
    ).fetchall()
    file = district.truth / "planted.parquet"
    if not tables or not file.exists():
        return {}
    counts = connection.execute(
        """
        with kinds as (
            select distinct kind, kind as claimed_as from read_parquet($file)
            union all
            select $registered, 'deceased_active'
        ),
        planted as (
            select distinct kinds.kind, planted.extract, cast(planted.day as date) as day, planted.row as source_row
            from read_parquet($file) as planted
            join row_found as current
                on planted.extract = current.extract and cast(planted.day as date) = current.day
                and planted.row = current.source_row
            join kinds on planted.kind = kinds.claimed_as
            where kinds.kind = kinds.claimed_as
                or current.person in (select person from row_true where extract = 'civil_affairs.deaths')
        ),
        claimed as (
            select distinct
                kinds.kind,
                extract,
                try_strptime(regexp_extract(source_file, '(\\d{8})\\D*$', 1), '%Y%m%d')::date as day,
                source_row
            from warehouse.exchange.discrepancies as discrepancies
            join kinds on discrepancies.kind = kinds.claimed_as
            where (kinds.kind, extract) in (select (kind, extract) from planted)
        )
        select
            kind,
            count(planted.kind),
            count(claimed.kind),
            count(*) filter (planted.kind is not null and claimed.kind is not null)
        from planted full join claimed using (kind, extract, day, source_row)
        group by kind
        order by kind
        """,
        {"file": str(file), "registered": DEATH_REGISTERED},
    ).fetchall()
    return {kind: PlantedScore(*numbers) for kind, *numbers in counts}
