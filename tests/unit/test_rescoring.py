"""Scoring by change: what stands and what is scored again are together what scoring everything gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.linkage.comparisons import read_model
from orchestration.linkage.matching import score_in_parts, score_pairs
from orchestration.linkage.rescoring import scored_before

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
def build_by_change() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of twelve records, of which every two of a third of the pairs are compared, and a build by change."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as change")
        for schema in ("added", "removed", "keys"):
            connection.execute(f"create schema change.{schema}")
        connection.execute(
            "create table change.outcome (name varchar, outcome varchar, rows_removed bigint, rows_added bigint)"
        )
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
    pairs: pa.Table = score_pairs(records.to_arrow_table(), read_model(), PEOPLE)
    return session.from_arrow(pairs)


def note(session: duckdb.DuckDBPyConnection, record: str, more_people: int = 0) -> None:
    session.execute("delete from change.outcome")
    session.execute("insert into change.outcome values ('person_record', ?, 1, 1)", [record])
    session.execute("insert into change.outcome values ('number_owner', 'changed', 0, ?)", [more_people])


@settings(max_examples=15, deadline=None)
@given(renamed=st.sets(st.integers(0, 11)), parted=st.sets(st.integers(1, 22)))
def test_scoring_what_changed_gives_what_scoring_everything_gives(renamed: set[int], parted: set[int]) -> None:
    with build_by_change() as session:
        scored(session, session.table("person_record")).create("person_pair")
        session.execute("create table stood as from person_record")
        session.execute("update person set name = '李' where r in (select unnest(?))", [list(renamed)])
        session.execute("delete from pair where p in (select unnest(?))", [list(parted)])
        session.execute(f"create or replace table person_record as {RECORDS}")
        session.execute("create table change.added.person_record as from person_record except from stood")
        session.execute("create table change.removed.person_record as from stood except from person_record")
        note(session, "changed")
        before = scored_before(session, "person_pair", session.table("person_record"), PEOPLE)
        assert before
        stood, touched = before
        again = scored(session, touched).fetchall()
        rows = stood.fetchall() + again
        assert sorted(rows) == sorted(scored(session, session.table("person_record")).fetchall())
        assert renamed or parted or not again


@settings(max_examples=5, deadline=None)
@given(keys_at_once=st.integers(1, 50))
def test_scoring_in_parts_gives_what_scoring_at_once_gives(keys_at_once: int) -> None:
    with build_by_change() as session:
        records = session.table("person_record")
        parts: pa.Table = score_in_parts(records, read_model(), PEOPLE, keys_at_once)
        assert sorted(session.from_arrow(parts).fetchall()) == sorted(scored(session, records).fetchall())


def test_every_pair_is_scored_in_a_whole_build_and_where_weights_move() -> None:
    with build_by_change() as session:
        records = session.table("person_record")
        note(session, "same")
        assert scored_before(session, "person_pair", records, PEOPLE) is None
        session.execute("create table person_pair as select 0::ubigint as record_id, 1::ubigint as other_id")
        note(session, "whole")
        assert scored_before(session, "person_pair", records, PEOPLE) is None
        note(session, "same", more_people=200)
        assert scored_before(session, "person_pair", records, PEOPLE) is None
        note(session, "same", more_people=1)
        assert scored_before(session, "person_pair", records, PEOPLE)
        session.execute("detach change")
        assert scored_before(session, "person_pair", records, PEOPLE) is None
