"""Readings of the characters in people's names, by the pypinyin library; comparing names is SQL."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
from pypinyin import Style, lazy_pinyin

from orchestration.linkage.changes import changed, outcomes

# As person_name spells names.
_SPLIT = "string_split(translate(name_text, '*？×Ｘ□', '?????'), '')"


def _sounds_like(pinyin: str) -> str:
    """The reading without what many speakers do not tell apart: zh/z, ch/c, sh/s, l/n, -ng/-n."""
    initial = pinyin.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    initial = "n" + initial[1:] if initial.startswith("l") else initial
    return initial.removesuffix("g") if initial.endswith("ng") else initial


def character_readings(session: duckdb.DuckDBPyConnection, evidence: duckdb.DuckDBPyRelation) -> pa.Table:
    """One row per distinct character in the column `name_text` of a relation: character, reading (toneless pinyin).

    A character without a reading (Latin letters, `?`) reads as itself. In a build by change the rows alone of the
    characters in names that came or went, which are left in change.keys.name_character.
    """
    found = outcomes(session, "name_character", "person_evidence")
    if found is None:
        return _read(_characters(session, evidence.sql_query()))
    names = changed(found, ("person_evidence", "name_text"))
    at_work = _characters(session, f"from ({names}) as names (name_text)")
    session.from_arrow(_column(at_work)).create("change.keys.name_character")
    stay = set[str]()
    if found["person_evidence"] == "changed":
        stay = _characters(session, "from change.added.person_evidence")
    if lost := at_work - stay:
        holds_lost = f"list_has_any({_SPLIT}, $lost)"
        stay |= lost & _characters(session, f"from ({evidence.sql_query()}) where {holds_lost}", {"lost": [*lost]})
    return _read(stay)


def _characters(session: duckdb.DuckDBPyConnection, names: str, values: dict[str, Any] | None = None) -> set[str]:
    """The characters in the column `name_text` of a query, which may name values."""
    distinct = f"select distinct unnest({_SPLIT}) from (select distinct name_text from ({names}))"
    rows = session.execute(f"{distinct} where name_text is not null", values).fetchall()
    return {character for (character,) in rows}


def _read(characters: set[str]) -> pa.Table:
    readings = [_sounds_like(lazy_pinyin(each, style=Style.NORMAL)[0]) + "-" for each in sorted(characters)]
    return _column(characters).append_column("reading", pa.array(readings, pa.string()))


def _column(characters: set[str]) -> pa.Table:
    return pa.table({"character": pa.array(sorted(characters), pa.string())})
