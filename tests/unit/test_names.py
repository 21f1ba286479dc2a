"""Readings of characters by change: what stands and what is read again are together what reading every name gives."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from change_builds import bring_up, build_by_change
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.linkage.names import character_readings

NAMES = st.lists(st.none() | st.text("王张李丽娜?*Ｘa", min_size=1, max_size=3), max_size=6)


def evidence_of(names: list[str | None]) -> pa.Table:
    return pa.table({"name_text": pa.array(names, pa.string())})


def readings(session: duckdb.DuckDBPyConnection) -> pa.Table:
    return character_readings(session, session.table("person_evidence"))


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES)
def test_reading_what_changed_gives_what_reading_everything_gives(
    first: list[str | None], later: list[str | None]
) -> None:
    with build_by_change() as session:
        session.from_arrow(evidence_of(first)).create("person_evidence")
        session.from_arrow(readings(session)).create("name_character")
        bring_up(session, "person_evidence", evidence_of(later))
        again = session.from_arrow(readings(session)).fetchall()
        stand = "from name_character where character not in (from change.keys.name_character)"
        found = sorted(session.execute(stand).fetchall() + again)
        session.execute("drop table name_character")
        assert found == sorted(session.from_arrow(readings(session)).fetchall())
