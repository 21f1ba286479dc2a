"""Each rule against a second implementation or against examples from its standard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.deliveries import rules

DAY = date(2026, 9, 1)


def evaluate(expression: str, values: Iterable[str | None]) -> list[object]:
    """An expression over the column `value`, for each value."""
    with duckdb.connect() as connection:
        return [
            row[0]
            for row in connection.execute(
                f"select {expression} from (select unnest(?::varchar[]) as value)", [list(values)]
            ).fetchall()
        ]


def identity_numbers_valid(values: list[str | None]) -> list[object]:
    with duckdb.connect() as connection:
        return [
            row[0]
            for row in connection.execute(
                f"""select {rules.identity_number_valid("cleaned", "digits", "born", f"{DAY:%Y%m%d}")} from (
                    select *, {rules.identity_birth_number("cleaned", "digits")} as born from (
                        select *, {rules.identity_digits("cleaned")} as digits from (
                            select {rules.clean_code("value")} as cleaned
                            from (select unnest(?::varchar[]) as value))))""",
                [values],
            ).fetchall()
        ]


@given(st.lists(st.text(alphabet="0aZx*.-９Ｘａ \u3000\t男", max_size=8), max_size=20))
def test_what_is_cleaned_the_short_way_is_as_clean(values: list[str]) -> None:
    assert evaluate(rules.clean_code("value"), values) == evaluate(rules.clean("value"), values)


def test_the_sex_beside_a_number_is_read_with_spaces_around_it() -> None:
    men, women = ["1", "男", " 男", "1\u3000"], ["2", "女", "女 ", "\ufeff2"]
    assert evaluate(rules.sex_differs("value", "1"), [*men, *women, "9", "", None]) == (
        [False] * 4 + [True] * 4 + [None] * 3
    )


def check_character(first: str) -> str:
    """ISO 7064 MOD 11-2 as the standard's own procedure writes it: a running product, not weights."""
    product = 0
    for digit in first:
        product = (product + int(digit)) * 2 % 11
    return "0123456789X"[(12 - product) % 11]


def valid(text: str) -> bool:
    """Whether a text without spaces is a valid identity number, written plainly."""
    if not text.isascii():
        return False
    if len(text) == 18 and text[:17].isdigit() and text[0] != "0":
        digits, matches = text[6:14], check_character(text[:17]) == text[17].upper()
    elif len(text) == 15 and text.isdigit() and text[0] != "0":
        digits, matches = "19" + text[6:12], True
    else:
        return False
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return matches and date(1850, 1, 1) <= born <= DAY


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Numbers right, nearly right and wrong."""
    area = draw(st.sampled_from(["330106", "110101", "990000"]))
    day = draw(st.dates(date(1840, 1, 1), date(2030, 1, 1))).strftime("%Y%m%d")
    if draw(st.booleans()):
        day = draw(st.sampled_from(["19990229", "20000229", "19000229", "19991301", "19990431", "00000000", day]))
    first = area + day + f"{draw(st.integers(0, 999)):03d}"
    number = first + check_character(first)
    kind = draw(st.sampled_from(["whole", "fifteen", "digit", "lower", "short"]))
    if kind == "fifteen":
        return area + day[2:] + first[14:17]
    if kind == "digit":
        place = draw(st.integers(0, 17))
        return number[:place] + draw(st.sampled_from("0123456789X")) + number[place + 1 :]
    return {"whole": number, "lower": number.lower(), "short": number[:-1]}[kind]


@settings(max_examples=30, deadline=None)
@given(numbers=st.lists(st.one_of(identity_numbers(), st.text("0123456789X.e+_", max_size=18)), min_size=1))
def test_identity_numbers_are_judged_as_a_plain_implementation_judges_them(numbers: list[str]) -> None:
    assert identity_numbers_valid(list(numbers)) == [valid(number) for number in numbers]


def test_identity_numbers_of_the_standard_and_their_forms() -> None:
    # The two examples of GB 11643-1999; then the same number lower-case, with spaces, in full-width characters.
    good = ["11010519491231002X", "440524188001010014", "11010519491231002x", " 11010519491231002X\u3000",
            "１１０１０５１９４９１２３１００２Ｘ", "110105491231002"]  # fmt: skip
    bad = ["110105194912310021", "110105********002X", "4.40106E+17", "1.234567890123e16X", "", "111111111111111111"]
    assert identity_numbers_valid([*good, *bad]) == [True] * len(good) + [False] * len(bad)
    assert identity_numbers_valid([None]) == [False]


def test_masked_and_spreadsheet_forms() -> None:
    values = ["440106********1234", "4.40106E+17", "4.40106E17", "440106199001011234"]
    assert evaluate(rules.masked("value"), values) == [True, False, False, False]
    assert evaluate(rules.spreadsheet("value"), values) == [False, True, True, False]


def test_credit_codes_of_registered_organisations() -> None:
    values = ["91350100M000100Y43", "9135010OM000100Y43", "91350100M000100Y44", "91350100M000100Y4"]
    assert evaluate(rules.credit_code_valid("value"), values) == [True, False, False, False]


@pytest.mark.parametrize(
    ("written", "value", "agreed"),
    [
        ("yyyyMMdd", "20240229", True),
        ("yyyyMMdd", "20230229", False),
        ("yyyyMMdd", "2023021", False),
        ("yyyy-MM-dd", "2023-02-01", True),
        ("yyyy/MM/dd", "2023-02-01", False),
        ("yyyy.MM.dd", "1987.07.01", True),
        ("yyyy年M月", "2023年4月", True),
        ("yyyy年M月", "2023年12月", True),
        ("yyyy年M月", "2023年13月", False),
        ("yyyy-MM-dd HH:mm:ss", "2026-09-01 10:26:00", True),
        ("yyyy-MM-dd HH:mm:ss", "2026-09-01 10:2", False),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-08-04T19:51:00+08:00", True),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-08-04T25:51:00+08:00", False),
    ],
)
def test_a_date_has_the_agreed_form_or_not(written: str, value: str, agreed: bool) -> None:
    (found,) = evaluate(rules.agreed_day("value", written), [value])
    assert (found is not None) == agreed


def test_dates_in_other_forms_are_still_dates() -> None:
    values = ["19870701", "1987-7-1", "1987/07/01", "1987.07.01", "1987年7月1日", "１９８７-07-01", " 1987-07-01 ",
              "1987-07-01T10:00:00+08:00", "1987-07-01 10:00:00.5"]  # fmt: skip
    assert [day.date() for day in evaluate(rules.any_day("value"), values)] == [date(1987, 7, 1)] * len(values)  # type: ignore[attr-defined]
    assert evaluate(rules.any_day("value"), ["19871301", "无", "45123", None]) == [None] * 4


def test_telephones() -> None:
    good = ["13812345678", "+86 138 1234 5678", "0571-87654321", "87654321", "１３８１２３４５６７８"]
    assert evaluate(rules.phone_valid("value"), good) == [True] * len(good)
    assert evaluate(rules.phone_valid("value"), ["12812345678", "1381234567", "无"]) == [False] * 3


def test_numbers_booleans_and_blanks() -> None:
    assert evaluate(rules.number_of("value"), ["6,500.00", "-3", ".5", "1e5", "nan", "六"]) == [
        6500.0, -3.0, 0.5, None, None, None]  # fmt: skip
    assert evaluate(rules.boolean_valid("value"), ["true", "否", " Yes ", "vielleicht"]) == [True, True, True, False]
    assert evaluate(rules.blank("value"), [None, "", "  ", "\u3000\t", " a", "a "]) == [True] * 4 + [False] * 2
