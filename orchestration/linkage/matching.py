"""Scoring pairs of records with Splink."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from orchestration.linkage.comparisons import COMPARISONS, Model, splink_settings


def score_pairs(records: pa.Table, model: Model, people: int) -> pa.Table:
    """Every pair of records that share a pair key, with its match weight in bits and the bits of each comparison.

    records: record_id, owns_number, name, reading, sorted_characters, number_text, sex, birth_dates, address_codes,
    building_keys, phones, mates, lives_at_address, bearers, pair_keys. Returns: record_id, other_id,
    match_weight, and the bits that each comparison gave, `<comparison>_weight` (0 where a value is missing).
    Works in memory beside the warehouse, so that no working table of Splink ever lands in it.
    """
    # To a thousandth of a bit: one person more in the district moves every weight a little, and means nothing.
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
        linker = Linker(api.register("record"), splink_settings(model, people), log_level="ERROR")
        pairs = linker.inference.predict(warning_mode="never")
        query = (
            "select record_id_l as record_id, record_id_r as other_id, round(match_weight, 3) as match_weight, "
            f"{bits} from {pairs.physical_name}"
        )
        return connection.sql(query).to_arrow_table()
