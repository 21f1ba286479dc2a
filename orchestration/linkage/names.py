"""Readings of the characters in people's names. Only what needs a library (pypinyin) is here; comparing names is SQL."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pypinyin import Style, lazy_pinyin


def character_readings(session: Any, evidence: Any) -> pa.Table:
    """One row per distinct character of the column `name_text` of a DuckDB relation: character, reading (toneless pinyin).

    A character without a reading (Latin letters, `?`) reads as itself.
    """
    distinct = evidence.query(
        "evidence",
        "select distinct unnest(string_split(translate(name_text, '*？×Ｘ□', '?????'), '')) as character from evidence"
        " where name_text is not null order by 1",
    ).fetchall()
    characters = [row[0] for row in distinct]
    readings = [lazy_pinyin(character, style=Style.NORMAL)[0] + "-" for character in characters]
    return pa.table({"character": pa.array(characters, pa.string()), "reading": pa.array(readings, pa.string())})
