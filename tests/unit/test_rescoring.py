"""Scoring by change: what stands and what is scored again are together what scoring everything gives."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pytest
from change_builds import bring_up, build_by_change, note
from hypothesis import given, settings
from hypothesis import strategies as st
from splink import DuckDBAPI, Linker

from orchestration.linkage.comparisons import read_model, splink_settings
from orchestration.linkage.matching import score_pairs
from orchestration.linkage.rescoring import changed_records

RECORDS = """
select
    r::ubigint as record_id, r % 3 = 0 as owns_number, name, name as reading, name as sorted_characters,
    null::varchar as number_text, sex, date '1980-01-01' + (r % 5)::integer as birth_date,
    null::date[] as birth_dates, [(r % 4)::ubigint] as address_codes, null::ubigint[] as building_keys,
    null::ubigint[] as phones, null::ubigint[] as mates, 1 as lives_at_address, 2 as bearers,
    (select list(p::ubigint) from pair where r in (a, b)) as pair_keys
from person
where exists (select 1 from pair where r in (a, b))
"""
PEOPLE = 1_000


@contextmanager
def compared_records() -> Iterator[duckdb.DuckDBPyConnection]:
    """Twelve records, of which every two of a third of the pairs are compared, in a build by change."""
    with build_by_change() as connection:
        connection.execute(
            "create table person as select r, '王' || r % 2 as name, '男' as sex from range(12) as _ (r)"
        )
        connection.execute(
            "create table pair as select row_number() over () as p, a.r as a, b.r as b"
            " from person as a, person as b where a.r < b.r and (a.r + b.r) % 3 = 0"
        )
        connection.execute(f"create table person_record as {RECORDS}")
        yield connection


def scored(session: duckdb.DuckDBPyConnection, records: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    pairs: pa.Table = score_pairs(session, records, read_model(), PEOPLE)
    return session.from_arrow(pairs)


def note_parents(session: duckdb.DuckDBPyConnection, record: str, more_people: int = 0) -> None:
    note(session, "person_record", record)
    note(session, "number_owner", "changed", removed=0, added=more_people)


@settings(max_examples=15, deadline=None)
@given(renamed=st.sets(st.integers(0, 11)), parted=st.sets(st.integers(1, 22)))
def test_scoring_what_changed_gives_what_scoring_everything_gives(renamed: set[int], parted: set[int]) -> None:
    with compared_records() as session:
        scored(session, session.table("person_record")).create("person_pair")
        session.execute("update person set name = '李' where r in (select unnest(?))", [list(renamed)])
        session.execute("delete from pair where p in (select unnest(?))", [list(parted)])
        bring_up(session, "person_record", session.sql(RECORDS).to_arrow_table())
        note_parents(session, "changed")
        changed = changed_records(session, session.table("person_record"), PEOPLE)
        assert changed is not None
        again = scored(session, changed).fetchall()
        at_work = "in (from change.keys.person_pair)"
        stand = f"from person_pair where not (record_id {at_work} or other_id {at_work})"
        rows = session.execute(stand).fetchall() + again
        assert sorted(rows) == sorted(scored(session, session.table("person_record")).fetchall())
        assert renamed or parted or not again


@settings(max_examples=5, deadline=None)
@given(keys_at_once=st.integers(1, 50))
def test_scoring_in_parts_gives_what_scoring_at_once_gives(keys_at_once: int) -> None:
    with compared_records() as session:
        records = session.table("person_record")
        parts: pa.Table = score_pairs(session, records, read_model(), PEOPLE, keys_at_once)
        assert sorted(session.from_arrow(parts).fetchall()) == sorted(scored(session, records).fetchall())


def test_splink_takes_the_settings(caplog: pytest.LogCaptureFixture) -> None:
    with compared_records() as session:
        session.execute("create table record as select *, .001 as tf_name from person_record")
        api = DuckDBAPI(session)
        Linker(api.register("record"), splink_settings(read_model(), PEOPLE), validate_settings=True)
    assert not [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def test_every_pair_is_scored_in_a_whole_build_and_where_weights_move() -> None:
    with compared_records() as session:
        records = session.table("person_record")
        note_parents(session, "same")
        assert changed_records(session, records, PEOPLE) is None
        session.execute("create table person_pair as select 0::ubigint as record_id, 1::ubigint as other_id")
        note_parents(session, "whole")
        assert changed_records(session, records, PEOPLE) is None
        note_parents(session, "same", more_people=200)
        assert changed_records(session, records, PEOPLE) is None
        note_parents(session, "same", more_people=1)
        assert changed_records(session, records, PEOPLE) is not None
        session.execute("detach change")
        assert changed_records(session, records, PEOPLE) is None
