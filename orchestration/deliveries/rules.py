"""The rules of the contracts as SQL expressions: each takes the text of a value and says whether it is broken.

Here belongs: one function a rule name, with the clause it comes from. All are vectorised expressions over columns;
what is slow is done only for values that fail the quick test (a CASE branch is evaluated for its rows alone).
"""

from __future__ import annotations

import re

from orchestration.deliveries.readers.reading import quote_text

FULL_WIDTH = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F)) + "\u3000\u00a0"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + "  "
SPACES = " \t\r\n\u3000\u00a0\ufeff"

IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
OLDEST_BIRTH_YEAR = 1850

DATE_PARTS = {"yyyy": "[0-9]{4}", "MM": "(0[1-9]|1[0-2])", "dd": "(0[1-9]|[12][0-9]|3[01])", "M": "(0?[1-9]|1[0-2])",
              "d": "(0?[1-9]|[12][0-9]|3[01])", "HH": "([01][0-9]|2[0-3])", "mm": "[0-5][0-9]", "ss": "[0-5][0-9]",
              "XXX": "(Z|[+-][0-9]{2}:[0-9]{2})", "SSS": "[0-9]{3}"}  # fmt: skip
DATE_TOKEN = re.compile(r"'([^']*)'|(yyyy|XXX|SSS|MM|dd|HH|mm|ss|M|d)|(.)", re.DOTALL)
STRPTIME = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "M": "%m", "d": "%d"}
OTHER_DATES = ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y年%m月", "%Y-%m", "%Y/%m", "%Y.%m",
               "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S",
               "%Y%m%d%H%M%S")  # fmt: skip


def blank(value: str) -> str:
    """Whether a value is absent, empty or nothing but spaces."""
    spaces = quote_text(SPACES)
    return (
        f"case when {value} is null or {value} = '' then true "
        f"when contains({spaces}, left({value}, 1)) then trim({value}, {spaces}) = '' else false end"
    )


def clean(value: str) -> str:
    """A value trimmed, its full-width characters made half-width, in upper case: how keys and numbers are compared."""
    return f"upper(trim(translate({value}, {quote_text(FULL_WIDTH)}, {quote_text(HALF_WIDTH)}), {quote_text(SPACES)}))"


def clean_code(value: str) -> str:
    """As `clean`; a value of digits, capital letters, stars and Han characters alone is passed on as it is (a tenth of
    the cost), and one without full-width characters is not translated."""
    return (
        f"case when regexp_full_match({value}, '[*0-9A-Z\u4e00-\u9fff]*') then {value} "
        f"when regexp_full_match({value}, '[ -~]*') then upper(trim({value})) else {clean(value)} end"
    )


def identity_digits(cleaned: str) -> str:
    """The first 17 digits of a cleaned value with the shape of an 18-character identity number, as a number."""
    return (
        f"case when regexp_full_match({cleaned}, '[1-9][0-9]{{16}}[0-9X]') then cast(left({cleaned}, 17) as bigint) end"
    )


def identity_birth_number(cleaned: str, digits: str) -> str:
    """The birth date that stands in a number, as yyyymmdd: of 18 characters, or of 15 digits (born in the 20th
    century, GB 11643-1989). Null where the value has neither shape."""
    return (
        f"case when {digits} is not null then {digits} // 1000 % 100000000 "
        f"when regexp_full_match({cleaned}, '[1-9][0-9]{{14}}') "
        f"then 19000000 + cast(substr({cleaned}, 7, 6) as bigint) end"
    )


def identity_number_valid(cleaned: str, digits: str, born: str, day: str) -> str:
    """Whether a cleaned value is a valid identity number on a day (yyyymmdd): GB 11643-1999 clause 4 (area, birth
    date, serial, check character of ISO 7064 MOD 11-2), or 15 digits after GB 11643-1989, which have no check.

    The birth date exists and is not after the day. The check is integer arithmetic on the first 17 digits: half the
    cost of 17 substrings.
    """
    terms = " + ".join(
        f"{digits} // {10 ** (16 - place)} % 10 * {weight}" for place, weight in enumerate(IDENTITY_WEIGHTS)
    )
    check = f"substr('10X98765432', cast(({terms}) % 11 as integer) + 1, 1)"
    return (
        f"coalesce({_birth_date_valid(born, day)} "
        f"and case when {digits} is null then true else {check} = right({cleaned}, 1) end, false)"
    )


def _birth_date_valid(number: str, day: str) -> str:
    """Whether a number yyyymmdd is a day of the Gregorian calendar, from 1850 to `day`."""
    year, month, of_month = f"{number} // 10000", f"{number} // 100 % 100", f"{number} % 100"
    leap = f"({year} % 4 = 0 and ({year} % 100 <> 0 or {year} % 400 = 0))"
    last = f"case when {month} in (4, 6, 9, 11) then 30 when {month} = 2 then 28 + cast({leap} as integer) else 31 end"
    return (
        f"({number} between {OLDEST_BIRTH_YEAR}0101 and {day} and {month} between 1 and 12 "
        f"and {of_month} between 1 and ({last}))"
    )


def sex_differs(value: str, digits: str) -> str:
    """Whether a sex is another than that of a number's first 17 digits: odd for men (GB 11643-1999 clause 4)."""
    bare = f"trim({value}, {quote_text(SPACES)})"
    men, women = f"{digits} % 2 = 0", f"{digits} % 2 = 1"
    return (
        f"case when {value} in ('1', '男') then {men} when {value} in ('2', '女') then {women} "
        f"when {bare} in ('1', '男') then {men} when {bare} in ('2', '女') then {women} end"
    )


def day_differs(day: str, number: str) -> str:
    """Whether a day is another than the number yyyymmdd."""
    return f"year({day}) * 10000 + month({day}) * 100 + day({day}) <> {number}"


def masked(cleaned: str) -> str:
    """Whether characters are hidden (440106********1234)."""
    return f"contains({cleaned}, '*')"


def spreadsheet(cleaned: str) -> str:
    """Whether a spreadsheet has turned a long number into its scientific form (4.40106E+17), the digits lost."""
    return f"regexp_full_match({cleaned}, '[0-9](\\.[0-9]+)?E\\+?[0-9]+')"


def credit_code_valid(cleaned: str) -> str:
    """Unified social credit code, GB 32100-2015 clause 4: 18 characters of an alphabet without I O S V Z, the last
    one a check character (weights 3^(i-1) mod 31)."""
    alphabet = quote_text(CREDIT_ALPHABET)
    terms = " + ".join(
        f"(strpos({alphabet}, substr({cleaned}, {place}, 1)) - 1) * {weight}"
        for place, weight in enumerate(CREDIT_WEIGHTS, 1)
    )
    check = f"substr({alphabet}, cast((31 - ({terms}) % 31) % 31 as integer) + 1, 1)"
    return (
        f"case when regexp_full_match({cleaned}, '[1-9A-HJ-NPQRTUWXY][0-9A-HJ-NPQRTUWXY]{{17}}') "
        f"then {check} = right({cleaned}, 1) else false end"
    )


def phone_valid(value: str) -> str:
    """A mobile number (11 digits, 13 to 19: numbering plan of the ministry of industry and information technology) or
    a fixed line with or without its area code; spaces, hyphens and +86 are allowed."""
    number = "(1[3-9][0-9]{9}|(0[0-9]{2,3})?[2-9][0-9]{6,7})"
    bare = f"regexp_replace(regexp_replace({clean(value)}, '[ ()-]', '', 'g'), '^(\\+|00)?86', '')"
    return (
        f"case when regexp_full_match({value}, '1[3-9][0-9]{{9}}') then true "
        f"else regexp_full_match({bare}, '{number}') end"
    )


def pattern_matches(value: str, regex: str) -> str:
    """The whole value matches the contract's regular expression (RE2)."""
    return f"regexp_full_match({value}, {quote_text(regex)})"


def code_known(value: str, codes: list[str]) -> str:
    """A code that the set holds on the delivery's day; surrounding spaces are no fault of the code."""
    known = ", ".join(quote_text(code) for code in codes)
    return f"case when {value} in ({known}) then true else trim({value}, {quote_text(SPACES)}) in ({known}) end"


def number_of(value: str) -> str:
    """A value as a number; commas between thousands are allowed ("6,500.00"). Null where it is none."""
    number = f"try_cast(replace({value}, ',', '') as double)"
    return f"case when regexp_full_match({value}, '\\s*[+-]?[0-9,]*\\.?[0-9]+\\s*') then {number} end"


def boolean_valid(value: str) -> str:
    """A yes or no in one of the forms that departments use."""
    slow = f"lower(trim({value}, {quote_text(SPACES)})) in ('true', 'false', '是', '否', 'y', 'n', 'yes', 'no')"
    return f"case when {value} in ('true', 'false', '1', '0', '是', '否') then true else {slow} end"


def agreed_day(value: str, date_format: str) -> str:
    """The day of a date or time written exactly in the contract's format (Java letters, e.g. yyyyMMdd), else null.

    The date part stands first in every such format; a time after it is judged by its shape.
    """
    tokens = DATE_TOKEN.findall(date_format)
    shape = "".join(DATE_PARTS[token] if token else re.escape(literal or other) for literal, token, other in tokens)
    picture, day_picture = "", ""
    width, day_width = 0, 0
    for literal, token, other in tokens:
        if token and token not in STRPTIME:
            break
        picture += STRPTIME.get(token, literal or other)
        width += len(token or literal or other)
        if token:
            day_picture, day_width = picture, width
    else:
        day_picture, day_width = picture, 0
    text = f"left({value}, {day_width})" if day_width else value
    read = f"try_strptime({text}, {quote_text(day_picture)})"
    return f"case when regexp_full_match({value}, {quote_text(shape)}) then {read} end"


def any_day(value: str) -> str:
    """The day of a date or time in any form that departments use, else null; a time's zone is left aside."""
    text = clean(value)
    pictures = ", ".join(quote_text(picture) for picture in OTHER_DATES)
    local = f"regexp_replace({text}, '(:[0-9]{{2}})(\\.[0-9]+)?(Z|[+-][0-9]{{2}}:?[0-9]{{2}})?$', '\\1')"
    return (
        f"case when regexp_matches({text}, '^[0-9]{{4}}') then "
        f"coalesce(try_strptime({text}, [{pictures}]), try_strptime({local}, [{pictures}])) end"
    )
