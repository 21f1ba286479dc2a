"""Which level two values reach: the pairs that once came out wrong. Numbers and names are made up."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.linkage.comparisons import COMPARISONS

_NAMES = """
    select {left} as name_l, {right} as name_r, 2 as bearers_l, 2 as bearers_r, 'x' as reading_l, 'y' as reading_r,
        'x' as sorted_characters_l, 'y' as sorted_characters_r
"""
_NUMBERS = "select {left} as number_text_l, {right} as number_text_r"
_HOMES = """
    select
        string_split({left}, ' ') as address_codes_l, ['B1'] as building_keys_l, 0 as lives_at_address_l,
        string_split({right}, ' ') as address_codes_r, ['B1'] as building_keys_r, 1 as lives_at_address_r
"""


def level(comparison: str, pair: str, left: str | None, right: str) -> str | None:
    """The level of a comparison for two values, null where one says nothing."""
    null, levels = COMPARISONS[comparison]
    cases = " ".join(f"when {condition} then '{name}'" for name, condition in levels[:-1])
    query = f"select case when {null} then null {cases} else '{levels[-1][0]}' end from ({pair})"
    with duckdb.connect() as connection:
        row = connection.execute(query.format(left="$left", right="$right"), {"left": left, "right": right}).fetchone()
    assert row is not None
    return None if row[0] is None else str(row[0])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("'110105194912310021", "110105194912310021", "same"),
        ("11O105194912310021", "110105194912310021", "same"),
        ("11O105491231002", "11010519491231002X", "same"),
        ("11010519491231002", "11010519491231002X", "one_slip"),
        ("11010519491231002X", "11010519491231002", "one_slip"),
        ("110105194912310201", "110105194912310021", "one_slip"),
        ("110105********002X", "11010519491231002X", "masked"),
        ("110105********0021", "110105********0022", "other"),
        ("110105********0021", "110105********0021", "masked"),
        ("1.10105E+17", "1.10105E+17", "spreadsheet"),
        ("1.10105E+17", "11010519491231002X", "spreadsheet"),
        ("111111111111111111", "11010519491231002X", None),
        ("000000000000000000", "000000000000000000", None),
        ("440524188001010014", "11010519491231002X", "other"),
    ],
)
def test_numbers(left: str, right: str, expected: str | None) -> None:
    assert level("number", _NUMBERS, left, right) == expected
    assert level("number", _NUMBERS, right, left) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("李陈美璐", "陈美璐", "married"),
        ("李王芳", "王芳", "married"),
        ("王芳", "芳", "other"),
        ("陈美璐", "陈美路", "other"),
        ("陈美璐", "陈?璐", "masked"),
        ("陈美璐", "王小明", "other"),
    ],
)
def test_names(left: str, right: str, expected: str) -> None:
    assert level("name", _NAMES, left, right) == expected
    assert level("name", _NAMES, right, left) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("D1 D2", "D2", "same"),
        (None, "D2", "building"),
        ("D1", "D2", None),
    ],
    ids=["one dwelling", "one knows only the building", "two dwellings of a building, one of them not a home"],
)
def test_dwellings(left: str | None, right: str, expected: str | None) -> None:
    assert level("dwelling", _HOMES, left, right) == expected
