"""Scoring pairs of records with Splink."""

from __future__ import annotations

import math

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from orchestration.linkage.comparisons import COMPARISONS, Model, splink_settings

# What depends on the number of people moves only when that has grown by this share: else one birth would move every
# weight a little, and a day's change every pair. The error is .035 bits at most.
PEOPLE_STEP = 1.05
# A key stands at both records of its pair: two million pairs at once take some two gigabytes of the warehouse's memory.
KEYS_AT_ONCE = 4_000_000
# Splink's working tables stand in a database of their own, so that none ever lands in the warehouse. It is of the same
# DuckDB: nothing is copied on the way, and one limit holds for the memory of both.
WORKING = "linkage"


def in_steps(people: int) -> int:
    """The number of people to the nearest power of PEOPLE_STEP."""
    return round(PEOPLE_STEP ** round(math.log(max(people, 1), PEOPLE_STEP)))


def score_pairs(
    session: duckdb.DuckDBPyConnection,
    records: duckdb.DuckDBPyRelation,
    model: Model,
    people: int,
    keys_at_once: int = KEYS_AT_ONCE,
) -> pa.Table:
    """Every pair of records that share a pair key, with its match weight in bits and the bits of each comparison.

    records: record_id, owns_number, name, reading, sorted_characters, number_text, sex, birth_dates, address_codes,
    building_keys, phones, mates, lives_at_address, bearers, pair_keys. Returns: record_id, other_id,
    match_weight, and the bits that each comparison gave, `<comparison>_weight` (0 where a value is missing).
    Of a relation of any size only so many pair keys, and their records, are worked on at once.
    """
    people = in_steps(people)
    keys = records.aggregate("coalesce(sum(len(pair_keys)), 0)::bigint").fetchall()[0][0]
    parts = max(1, math.ceil(keys / keys_at_once))
    return pa.concat_tables(
        _score_part(session, _part(records, number, parts), model, people) for number in range(parts)
    )


def _part(records: duckdb.DuckDBPyRelation, number: int, parts: int) -> duckdb.DuckDBPyRelation:
    """The records with the keys of one part; keys are hashes, and each is of one part."""
    if parts == 1:
        return records
    of_part = f"list_filter(pair_keys, lambda key: key % {parts} = {number})"
    return records.project(f"* replace ({of_part} as pair_keys)").filter("len(pair_keys) > 0")


def _score_part(
    session: duckdb.DuckDBPyConnection, records: duckdb.DuckDBPyRelation, model: Model, people: int
) -> pa.Table:
    # Rounded, so that sums in another order give the same.
    bits = ", ".join(
        f"round(mw_{name}{' + mw_tf_adj_name' if name == 'name' else ''}, 3) as {name}_weight" for name in COMPARISONS
    )
    session.execute(f"attach ':memory:' as {WORKING}")
    try:
        # A name that nobody with a number bears counts as one that a single person bears (姓名频率).
        frequency = f"greatest(bearers, 1) / greatest({people}, 1) as tf_name"
        records.project(f"*, {frequency}").create(f"{WORKING}.main.record")
        with session.cursor() as working:
            working.execute(f"use {WORKING}")
            api = DuckDBAPI(working)
            # Settings that never change are validated once, by a test.
            settings = splink_settings(model, people)
            linker = Linker(api.register("record"), settings, log_level="ERROR", validate_settings=False)
            pairs = linker.inference.predict(warning_mode="never")
            query = (
                "select record_id_l as record_id, record_id_r as other_id, round(match_weight, 3) as match_weight, "
                f"{bits} from {pairs.physical_name}"
            )
            return working.sql(query).to_arrow_table()
    finally:
        session.execute(f"detach {WORKING}")
