"""What the figures of the five forms truly are: counted from the truth behind a simulated district.

Who is where is of person_<day>.parquet; contracts, recipients, deaths and incidents are the delivered rows, each at its
true dwelling and of its true person. The warehouse's own answers are not asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from districts import District

from orchestration.evaluation import truth

_PEOPLE = """
select
    count(*) filter (resident) as resident_population,
    count(*) filter (resident and sex = 1) as male_population,
    count(*) filter (resident and sex = 2) as female_population,
    count(*) filter (registered) as registered_population,
    count(*) filter (resident and floating) as floating_population,
    count(*) filter (registered and not resident) as separated_population,
    separated_population / nullif(registered_population, 0) as separation_rate,
    count(*) filter (resident and age <= 14) as age_0_14,
    count(*) filter (resident and age between 15 and 59) as age_15_59,
    count(*) filter (resident and age >= 60) as age_60_and_over,
    count(*) filter (resident and age >= 65) as age_65_and_over,
    count(*) filter (resident and age >= 80) as age_80_and_over,
    count(distinct address_code) filter (resident) as households,
    count(*) filter (resident and birth > day - 30) as births_30_days,
    count(*) filter (of_here and dead and person in (
        select person from delivered_deaths where cast(strptime(died_on, '%Y-%m-%d') as date) > day - 30
    )) as registered_deaths_30_days
from (
    select
        *,
        is_resident and starts_with(grid_code, $code) as resident,
        starts_with(coalesce(registered_grid, ''), $code) as of_here,
        of_here and here and not dead as registered
    from person_true
)
"""
_HOUSEHOLDS = """
select
    count(*) filter (members = 1 and old = 1) as living_alone_60_and_over,
    count(*) filter (members = old) as empty_nest_households
from (
    select count(*) as members, count(*) filter (age >= 60) as old
    from person_true where is_resident and starts_with(grid_code, $code) group by address_code
)
"""
# The district lies in a city of the default rule: fewer than 5 m² a person.
_HOUSING = """
select
    count(*) as dwellings,
    count(*) filter (let) as let_dwellings,
    let_dwellings / nullif(dwellings, 0) as rental_rate,
    coalesce(sum(residents) filter (let), 0) as residents_in_let_dwellings,
    count(*) filter (let and residents = 0) as let_without_residents,
    count(*) filter (let and floor_area < 5 * greatest(residents, occupants)) as suspected_group_letting
from (
    select
        address_code,
        coalesce(any_value(home.residents), 0) as residents,
        any_value(contract.occupants) as occupants,
        any_value(contract.occupants) is not null as let,
        any_value(cast(unit.floor_area as double)) as floor_area
    from delivered_standard_addresses as register
    left join (select address_code, count(*) as residents from person_true where is_resident group by all) as home
        using (address_code)
    left join (
        select address_code, sum(cast(occupants as integer)) as occupants
        from delivered_rental_contracts, (select max(day) as today from person_true)
        where status = 'active' and cast(start_date as date) <= today and cast(end_date as date) >= today group by all
    ) as contract using (address_code)
    left join delivered_housing_units as unit using (address_code)
    where starts_with(register.grid_code, $code)
    group by address_code
)
"""
_ASSISTANCE = """
select
    count(distinct person) as assistance_population,
    count(distinct person) filter (assistance_category = '低保') as minimum_living_recipients,
    count(distinct person) filter (assistance_category = '特困') as extreme_hardship_recipients,
    count(distinct person) filter (assistance_category = '低收入') as low_income_recipients,
    count(distinct person) filter (assistance_category = '临时救助') as temporary_assistance_recipients,
    count(distinct person) filter (assistance_category not in ('低保', '特困', '低收入', '临时救助'))
        as other_assistance_recipients
from delivered_assistance_recipients
join person_true using (person)
where is_resident and starts_with(person_true.grid_code, $code)
"""
_INCIDENTS = """
select
    count(*) filter (reported > today - 30) as incidents_30_days,
    count(*) filter (reported > today - 30 and type_code like '01%') as dispute_incidents_30_days,
    count(*) filter (closed > today - 30) as closed_30_days,
    count(*) filter (closed is null) as open_incidents,
    count(*) filter (closed is null and cast(left(deadline, 10) as date) < today) as overdue_incidents,
    count(closed) / nullif(count(*), 0) as closing_rate,
    count(*) filter (closed_at <= deadline) / nullif(count(closed_at), 0) as on_time_rate,
    count(*) filter (reported - reported_before < 180) as repeated_incidents
from (
    select
        *,
        cast(left(reported_at, 10) as date) as reported,
        cast(left(closed_at, 10) as date) as closed,
        lag(reported) over (partition by address_code, type_code order by reported_at) as reported_before
    from delivered_incidents
)
join (select distinct address_code, grid_code as home_grid from delivered_standard_addresses) using (address_code)
cross join (select max(day) as today from person_true)
where starts_with(home_grid, $code)
"""
_AS_DELIVERED = "create table delivered_{extract} as from read_parquet($paths, union_by_name = true)"
# The last row of each record, with the dwelling and person that it is truly about.
_WITH_TRUTH = """
create table delivered_{extract} as
select rows.*, row_true.person, row_true.address_code
from read_parquet($paths, union_by_name = true) as rows
join row_true
    on row_true.extract = $name and row_true.day = rows._delivery_date and row_true.source_row = rows._source_row
qualify row_number() over (partition by _record_key, person order by _delivery_date desc, _source_row desc) = 1
"""
_EVERY_ROW = _WITH_TRUTH.rpartition("qualify")[0]
_DELIVERED = {
    "standard_addresses": _AS_DELIVERED,
    "assistance_recipients": _EVERY_ROW,
    "housing_units": _EVERY_ROW,
    "deaths": _WITH_TRUTH,
    "incidents": _WITH_TRUTH,
    "rental_contracts": _WITH_TRUTH,
}
_THEMES = {
    "population": [_PEOPLE, _HOUSEHOLDS],
    "housing": [_HOUSING],
    "community": [_ASSISTANCE],
    "safety": [_INCIDENTS],
}


class TrueFigures:
    """Figures of a district's last day, by area."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def of(self, code: str) -> dict[tuple[str, str], float | None]:
        """(theme, column) → figure of the area whose code is, or begins, those of its grids."""
        found: dict[tuple[str, str], float | None] = {}
        for theme, queries in _THEMES.items():
            for query in queries:
                result = self.connection.execute(query, {"code": code})
                names = [(theme, column[0]) for column in result.description or []]
                found |= dict(zip(names, result.fetchall()[0], strict=True))
        return found


@contextmanager
def true_figures(district: District) -> Iterator[TrueFigures]:
    """The true figures of a simulated district."""
    settings = district.settings
    known = truth.District(settings.warehouse, settings.delivery_index, settings.data / "truth")
    with truth.compared(known) as connection:
        for entry in json.loads(settings.delivery_index.read_text("utf-8")):
            if entry["extract"] in _DELIVERED:
                query = _DELIVERED[entry["extract"]].format(extract=entry["extract"])
                values = {"paths": entry["paths"]}
                if "$name" in query:
                    values["name"] = f"{entry['department']}.{entry['extract']}"
                connection.execute(query, values)
        yield TrueFigures(connection)
