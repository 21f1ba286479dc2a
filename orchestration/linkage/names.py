"""Readings of the characters in people's names, by the pypinyin library; comparing names is SQL."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pypinyin import Style, lazy_pinyin


def _sounds_like(pinyin: str) -> str:
    """The reading without what many speakers do not tell apart: zh/z, ch/c, sh/s, l/n, -ng/-n."""
    initial = pinyin.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    initial = "n" + initial[1:] if initial.startswith("l") else initial
    return initial.removesuffix("g") if initial.endswith("ng") else initial


def character_readings(session: Any, evidence: Any) -> pa.Table:
    """One row per distinct character in the column `name_text` of a relation: character, reading (toneless pinyin).

    A character without a reading (Latin letters, `?`) reads as itself.
    """
    distinct = evidence.query(
        "evidence",
        "select distinct unnest(string_split(translate(name_text, '*？×Ｘ□', '?????'), '')) as character"
        " from (select distinct name_text from evidence where name_text is not null) order by 1",
    ).fetchall()
    characters = [row[0] for row in distinct]
    readings = [_sounds_like(lazy_pinyin(character, style=Style.NORMAL)[0]) + "-" for character in characters]
    return pa.table({"character": pa.array(characters, pa.string()), "reading": pa.array(readings, pa.string())})
