"""Every figure of the five forms held against the mart and the truth, for the district and each of its communities.

A figure may be as wrong as the population itself may be by the evaluation's goal, and by a few in small numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from districts import District
from filled_forms import FORMS, MONTH, copy_of, filled
from true_figures import TrueFigures, true_figures

from orchestration.evaluation.goals import GOALS
from orchestration.forms.binding import figure_of, source_of, theme_of

POPULATION_ERROR = next(goal.ordinary for goal in GOALS if goal.name.startswith("resident population"))
FEW = 3
Figures = dict[tuple[str, str], float | None]


@pytest.fixture(scope="module")
def copied(district: District, tmp_path_factory: pytest.TempPathFactory) -> District:
    return copy_of(district, tmp_path_factory.mktemp("forms"))


@pytest.fixture(scope="module")
def truth(district: District) -> Iterator[TrueFigures]:
    with true_figures(district) as figures:
        yield figures


def read(copied: District, area: str) -> dict[str, Figures]:
    """The figures of all forms of an area, by area: its own, and those of the areas that a list of the forms has."""
    found: dict[str, Figures] = defaultdict(dict)
    for form in filled(copied, area, MONTH).values():
        for name, binding in form.form.bindings.cells.items():
            if figure := figure_of(source_of(binding) or ""):
                found[area][figure] = form.value(name)
        block = form.form.bindings.list
        theme = theme_of(block) if block else None
        if block and theme:
            columns = {name: source for name, binding in block.columns.items() if (source := source_of(binding))}
            for row in form.rows(*columns):
                values = dict(zip(columns.values(), row, strict=True))
                code = str(values.pop(block.key))
                values.pop("area_name", None)
                found[code] |= {(theme, column): value for column, value in values.items()}
    return found


def mart_figure(copied: District, level: str, code: str, theme: str, column: str) -> float | None:
    found = copied.released(
        f"select {column} from {theme}_by_area where area_level = '{level}' and area_code = '{code}'"
        " order by as_of_date desc limit 1"
    )
    value: float | None = found[0][0]
    return value


def allowed(figure: tuple[str, str], true: Figures) -> float:
    """How far a figure may be from the true one."""
    column = figure[1]
    # Of these are all whom no department saw at home: whoever the population lacks stands among them.
    missed = POPULATION_ERROR * (true["population", "resident_population"] or 0)
    if column == "separated_population":
        return missed
    if column == "separation_rate":
        return missed / (true["population", "registered_population"] or 1)
    return POPULATION_ERROR if column.endswith("_rate") else max(FEW, POPULATION_ERROR * (true[figure] or 0))


def test_every_figure_equals_the_mart_and_the_truth_within_the_population_error(
    copied: District, truth: TrueFigures
) -> None:
    communities = [str(code) for (code,) in copied.released("select distinct community_code from grids order by 1")]
    district = communities[0][:6]
    assert len(communities) > 1
    true = {code: truth.of(code) for code in [district, *communities]}
    compared, counted = set(), 0.0
    for area in true:
        for code, figures in read(copied, area).items():
            level = "district" if code == district else "community"
            for figure, value in figures.items():
                told = f"{'.'.join(figure)} of {code}"
                mart, real = mart_figure(copied, level, code, *figure), true[code][figure]
                # A workbook keeps 16 digits.
                assert value == (None if mart is None else pytest.approx(mart, rel=1e-14, abs=0)), told
                assert value == (None if real is None else pytest.approx(real, abs=allowed(figure, true[code]))), told
                compared.add(figure)
                counted += value or 0
    bound = {
        named
        for form in FORMS.values()
        for binding in form.bindings.cells.values()
        if (named := figure_of(source_of(binding) or ""))
    }
    assert compared > bound and counted > 0
