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
# A key stands at both records of its pair: two million pairs at once take some two gigabytes beside the warehouse's.
KEYS_AT_ONCE = 4_000_000


def in_steps(people: int) -> int:
    """The number of people to the nearest power of PEOPLE_STEP."""
    return round(PEOPLE_STEP ** round(math.log(max(people, 1), PEOPLE_STEP)))


def score_pairs(records: pa.Table, model: Model, people: int) -> pa.Table:
    """Every pair of records that share a pair key, with its match weight in bits and the bits of each comparison.

    records: record_id, owns_number, name, reading, sorted_characters, number_text, sex, birth_dates, address_codes,
    building_keys, phones, mates, lives_at_address, bearers, pair_keys. Returns: record_id, other_id,
    match_weight, and the bits that each comparison gave, `<comparison>_weight` (0 where a value is missing).
    Works in memory beside the warehouse, so that no working table of Splink ever lands in it.
    """
    people = in_steps(people)
    # Rounded, so that sums in another order give the same.
    bits = ", ".join(
        f"round(mw_{name}{' + mw_tf_adj_name' if name == 'name' else ''}, 3) as {name}_weight" for name in COMPARISONS
    )
    with duckdb.connect(":memory:") as connection:
        connection.register("person_record", records)
        # A name that nobody with a number bears counts as one that a single person bears (姓名频率).
        connection.execute(
            "create table record as select *, greatest(bearers, 1) / greatest(?, 1) as tf_name from person_record",
            [people],
        )
        api = DuckDBAPI(connection)
        # Settings that never change are validated once, by a test.
        settings = splink_settings(model, people)
        linker = Linker(api.register("record"), settings, log_level="ERROR", validate_settings=False)
        pairs = linker.inference.predict(warning_mode="never")
        query = (
            "select record_id_l as record_id, record_id_r as other_id, round(match_weight, 3) as match_weight, "
            f"{bits} from {pairs.physical_name}"
        )
        return connection.sql(query).to_arrow_table()


def score_in_parts(
    records: duckdb.DuckDBPyRelation, model: Model, people: int, keys_at_once: int = KEYS_AT_ONCE
) -> pa.Table:
    """What score_pairs gives, of a relation of any size: only so many pair keys, and their records, are in memory."""
    keys = records.aggregate("coalesce(sum(len(pair_keys)), 0)::bigint").fetchall()[0][0]
    parts = max(1, math.ceil(keys / keys_at_once))
    return pa.concat_tables(
        score_pairs(_part(records, number, parts).to_arrow_table(), model, people) for number in range(parts)
    )


def _part(records: duckdb.DuckDBPyRelation, number: int, parts: int) -> duckdb.DuckDBPyRelation:
    """The records with the keys of one part; keys are hashes, and each is of one part."""
    if parts == 1:
        return records
    of_part = f"list_filter(pair_keys, lambda key: key % {parts} = {number})"
    return records.project(f"* replace ({of_part} as pair_keys)").filter("len(pair_keys) > 0")
