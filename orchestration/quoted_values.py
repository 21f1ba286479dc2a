"""Values that libraries put into their error messages: what follows after they have said that they could not read it.

Here belongs: telling them from the names of columns, tables and files, which must stay readable. A single word may be
anybody's name or any column's, whatever it looks like; so what counts is what the message says before it. The wordings
are those of DuckDB, Arrow, PostgreSQL, MySQL and Python; a test has the libraries say them.
"""

from __future__ import annotations

import json
import re

MASKED = "**"
# In quotes, which may be escaped; no more than a line. What begins as JSON goes on after a string is no value.
_QUOTED = r"(?P<quote>\\*['\"])(?P<value>(?!\s*[,:}\])])(?:(?!(?P=quote)(?!\w)).){1,2000})(?P=quote)(?!\w)"
_UNREAD = (
    r"[Cc]onvert|[Cc]ast|[Pp]arse|[Vv]alue|string|literal|[Ii]nput|entry|time data|field format|Duplicate key"
    r"|(?<!format )specifier"
)
_AFTER = re.compile(rf"(?P<before>\b(?:{_UNREAD})\b(?:[^'\"\n]|(?<=\w)'(?=\w)){{0,60}}?(?<!\w)b?){_QUOTED}")
_BEFORE = re.compile(rf"(?P<before>(?<![\w'])){_QUOTED}(?= is not (?:in list|a valid ))")
# A key that is missing is a column's name as often as a value: names of columns are not written large.
_MISSING = re.compile(rf"(?P<before>KeyError: )(?=\\*['\"][A-Z\u00c0-\u00de]){_QUOTED}")
# Before what is no value, whatever was said further before.
_NAMES = re.compile(
    r"\b(?:columns?|tables?|view|relation|field|files?|model|function|type|format specifier|to|schema|parameter|option"
    r"|setting|constraint|for key|names?|named)[:(]? ?$"
)
_KEY = re.compile(r"(?<=: )(?:(?!, \w+: ).)+")
# Rows and values without quotes.
_BARE = re.compile(
    r"(Original Line: |\bgot \d+: |Failed to parse value: |data remains: |Failing row contains |Key \([^)\n]*\)=)"
    r".*(?:\n.+)*"
)
# A text without any of these quotes no value. Where the text is JSON, an escaped character may stand before a word.
_MAY_QUOTE = re.compile(
    rf"(?:\b|\\[a-z]|\\u[0-9a-fA-F]{{4}})(?:{_UNREAD})\b| is not (?:in list|a valid )|KeyError: "
    r"|Original Line: |got \d|Failed to parse|data remains: |Failing row|Key \("
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)+"')


def mask_quoted(text: str) -> str:
    """The text without the values that it quotes. JSON, a document or one a line, stays JSON."""
    if not _MAY_QUOTE.search(text):
        return text
    if text.lstrip()[:1] in ("{", "[", '"'):
        try:
            json.loads(text)
        except ValueError:
            lines = text.splitlines(keepends=True)
            return "".join(map(mask_quoted, lines)) if len(lines) > 1 else _mask(text)
        return _STRING.sub(_mask_string, text)
    return _mask(text)


def _mask_string(found: re.Match[str]) -> str:
    said = json.loads(found[0])
    masked = mask_quoted(said)
    return found[0] if masked == said else json.dumps(masked)


def _mask(text: str) -> str:
    values: list[str] = []

    def masked(found: re.Match[str]) -> str:
        value, before = found["value"], found["before"]
        if not any(map(str.isalpha, value)) or _NAMES.search(before):
            return found[0]
        values.append(value)
        kept = _KEY.sub(MASKED, value) if before.endswith("Duplicate key ") else MASKED
        return f"{before}{found['quote']}{kept}{found['quote']}"

    for pattern in (_AFTER, _BEFORE, _MISSING):
        text = pattern.sub(masked, text)
    # DuckDB shows a date that it could not read once more, on a line of its own.
    for value in values:
        text = re.sub(rf"^{re.escape(value)}$", MASKED, text, flags=re.MULTILINE)
    return _BARE.sub(rf"\1{MASKED}", text)
