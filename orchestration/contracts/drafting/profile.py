"""What the values of a column look like: shares and counts, never a value of a person.

Here belongs: one statement a column over the sample, made of the rules that deliveries are held against. What follows
from the figures is decided in `guesses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestration.contracts.drafting.sample import Sample
from orchestration.deliveries import rules
from orchestration.deliveries.readers.reading import quote_text

# The 100 commonest surnames (公安部户政管理研究中心, 二〇二〇年全国姓名报告), some 85 % of all people.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
# The forms that the staging macros read, in Java's letters, the stricter before the one that it is part of.
DATE_FORMATS = (
    "yyyyMMdd", "yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日",
    "yyyy年M月", "yyyy-MM", "yyyy/MM", "yyyy.MM",
)  # fmt: skip
TIME_FORMATS = (
    "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "yyyy/MM/dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy/MM/dd HH:mm", "yyyyMMddHHmmss",
)  # fmt: skip
ADDRESS = "(路|街|巷|小区|花园|苑|新村|大厦).*[0-9０-９一二三四五六七八九十]|[0-9０-９]+ *(号|栋|幢|座|室|单元|组)"
LISTED = 60

_TESTS: dict[str, str] = {
    "identity_number": "valid and length(clean) = 18",
    "identity_number_within": "within_valid and length(clean) > 18",
    "masked": rules.masked("clean"),
    "credit_code": rules.credit_code_valid("clean"),
    "phone": rules.phone_valid("value"),
    "mobile": "regexp_full_match(regexp_replace(clean, '^(\\+|00)?86|[ -]', '', 'g'), '1[3-9][0-9]{9}')",
    "boolean": rules.boolean_valid("value"),
    "number": f"{rules.number_of('value')} is not null",
    "integer": "regexp_full_match(clean, '-?[0-9,]+')",
    "negative": "starts_with(clean, '-')",
    "leading_zero": "regexp_full_match(clean, '0[0-9]+')",
    "day": "day is not null and year(day) between 1850 and 2200",
    "code": "regexp_full_match(clean, '[0-9A-Z_-]+') and length(clean) <= 32",
    "address": f"length(value) >= 6 and regexp_matches(value, {quote_text(ADDRESS)})",
    "name": "regexp_full_match(replace(value, ' ', ''), '[\u3400-\u9fff·*?？]{2,4}')",
    "surname": f"contains({quote_text(SURNAMES)}, left(value, 1)) "
    "and regexp_full_match(replace(value, ' ', ''), '[\u3400-\u9fff·*?？]{2,4}')",
    "ordinal": "clean = cast(_source_row as varchar)",
}


@dataclass(frozen=True)
class Profile:
    """A column of a sample.

    `filled` of `rows` hold something, `distinct` different things; `shares` (0 to 1) of the filled ones pass each test;
    `formats` the share that is written exactly in each date format; `values` the different values with how often they
    stand, most frequent first, where there are at most 60; `shapes` how codes are built: digits as 0, letters as A.
    """

    rows: int
    filled: int
    distinct: int
    shares: dict[str, float]
    formats: dict[str, float]
    values: dict[str, int]
    shapes: dict[str, float]
    decimals: int = 0
    largest: float = 0
    latest: str | None = None
    future: float = 0
    head: str = ""

    @property
    def missing(self) -> int:
        return self.rows - self.filled

    def percent(self, test: str) -> str:
        """The share that passes, as evidence: 97 % of 1,000 values."""
        return f"{self.shares.get(test, 0):.0%} of {self.filled:,} values".replace("%", " %")


def profile_column(sample: Sample, place: int) -> Profile:
    """The figures of one column."""
    connection, name = sample.connection, sample.column(place)
    connection.execute(f"create or replace temp table looked_at as {_steps(name, sample.day.strftime('%Y%m%d'))}")
    filled, distinct = _row(sample, "count(*), count(distinct clean)")
    if not filled:
        return Profile(sample.rows, 0, 0, {}, {}, {}, {})
    shares = _row(sample, ", ".join(f"avg(case when {test} then 1 else 0 end)" for test in _TESTS.values()))
    formats = (*DATE_FORMATS, *TIME_FORMATS)
    days = _row(sample, ", ".join(f"avg(case when {rules.agreed_day('value', f)} is null then 0 else 1 end)"
                                  for f in formats))  # fmt: skip
    decimals, largest, latest, future, head = _row(
        sample,
        "max(length(regexp_extract(clean, '^-?[0-9,]+\\.([0-9]+)$', 1))), "
        f"max(abs({rules.number_of('value')})), cast(max(day) as varchar), "
        f"avg(case when cast(day as date) > date '{sample.day}' then 1 else 0 end), "
        "case when min(regexp_extract(clean, '^[A-Z]+')) = max(regexp_extract(clean, '^[A-Z]+')) "
        "then min(regexp_extract(clean, '^[A-Z]+')) else '' end",
    )
    listed = "select trim(value), count(*) from looked_at group by 1 order by 2 desc, 1"
    shaped = "regexp_replace(regexp_replace(clean, '[0-9]', '0', 'g'), '[A-Z]', 'A', 'g')"
    shapes = f"select {shaped} as shape, count(*) from looked_at group by 1 order by 2 desc, 1 limit 2"
    return Profile(
        rows=sample.rows,
        filled=filled,
        distinct=distinct,
        shares=dict(zip(_TESTS, map(float, shares), strict=True)),
        formats={name: float(share) for name, share in zip(formats, days, strict=True) if share},
        values=dict(connection.execute(listed).fetchall()) if distinct <= LISTED else {},
        shapes={shape: count / filled for shape, count in connection.execute(shapes).fetchall()},
        decimals=int(decimals or 0),
        largest=float(largest or 0),
        latest=latest[:10] if latest else None,
        future=float(future or 0),
        head=head or "",
    )


def agreement(sample: Sample, number: int, other: int, concept: str) -> tuple[int, float]:
    """On how many rows a valid identity number stands beside a value, and on which share of these both say the same
    sex or birth date (`concept`)."""
    digits, born = "digits", "born"
    value = f'"{sample.column(other)}"'
    test = (
        f"not coalesce({rules.sex_differs('other', digits)}, true)"
        if concept == "person.sex"
        else f"not coalesce({rules.day_differs(rules.any_day('other'), born)}, true)"
    )
    steps = _steps(sample.column(number), sample.day.strftime("%Y%m%d"), f", {value} as other")
    query = f"select count(*), avg(case when {test} then 1 else 0 end) from ({steps}) where valid and other <> ''"
    rows, share = sample.connection.execute(query).fetchall()[0]
    return int(rows), float(share or 0)


def _steps(name: str, today: str, others: str = "") -> str:
    """The filled values with what several tests need: each step over the one before."""
    value = f'"{name}"'
    # Long runs of digits are no dates, short texts hold no number: that halves the cost.
    day = f"case when not regexp_full_match(clean, '[0-9]{{15,}}X?') then {rules.any_day('value')} end"
    within = "case when length(clean) > 18 then regexp_extract(clean, '[1-9][0-9]{16}[0-9X]') end"
    levels: tuple[dict[str, str], ...] = (
        {"clean": rules.clean_code("value")},
        {"day": day, "digits": rules.identity_digits("clean"), "within": within},
        {"within_digits": rules.identity_digits("within"), "born": rules.identity_birth_number("clean", "digits")},
        {
            "valid": rules.identity_number_valid("clean", "digits", "born", today),
            "within_born": rules.identity_birth_number("within", "within_digits"),
        },
        {"within_valid": rules.identity_number_valid("within", "within_digits", "within_born", today)},
    )
    source = f"select _source_row, {value} as value{others} from delivered where not ({rules.blank(value)})"
    for level in levels:
        named = ", ".join(f"({expression}) as {column}" for column, expression in level.items())
        source = f"select *, {named} from ({source})"
    return source


def _row(sample: Sample, expressions: str) -> tuple[Any, ...]:
    return tuple(sample.connection.execute(f"select {expressions} from looked_at").fetchall()[0])
