"""The marts of appraisal, credit and guidance say what the other marts say of the same days, departments and people."""

from __future__ import annotations

from districts import District


def test_the_guide_counts_the_residents_that_the_population_mart_counts(district: District) -> None:
    """The last day alone: nobody keeps what was known on earlier days, and zeros would say that nobody lived there."""
    guided = district.released(
        "select as_of_date, grid_code, subjects::int from collection_guide where item = 'phone' order by all"
    )
    population = district.released(
        "select as_of_date, grid_code, resident_population::int from population_by_grid"
        " where as_of_date = (select max(as_of_date) from population_by_grid) order by all"
    )
    assert guided and guided == population


def test_every_department_that_delivers_is_credited_and_the_data_centre_is_not(district: District) -> None:
    credited = {name for (name,) in district.released("select department from contribution_ledger")}
    delivering = {path.name for path in district.settings.extracts.iterdir() if path.is_dir()}
    assert credited == delivering - {"data_centre"}


def test_who_asks_what_adds_up(district: District) -> None:
    """The figures over all departments and attributes are the sum of the departments' own."""
    (summed,) = district.released(
        "select sum(values_asked) filter (department <> 'all' and attribute <> 'all')"
        ", sum(values_asked) filter (department = 'all' and attribute = 'all')"
        ", sum(values_repeated) filter (department <> 'all' and attribute <> 'all')"
        ", sum(values_repeated) filter (department = 'all' and attribute = 'all') from repeated_collection"
    )
    assert summed[0] == summed[1] > summed[2] == summed[3] > 0
