"""Scoring pairs of records with Splink."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from orchestration.linkage.comparisons import COMPARISONS, Model, splink_settings


def score_pairs(records: pa.Table, model: Model, people: int) -> pa.Table:
    """Every pair of records that share a pair key, with its match weight in bits and the bits of each comparison.

    records: record_id, owns_number, name, reading, sorted_characters, number_text, sex, birth_dates, address_codes,
    building_keys, phones, mates, lives_at_address, tf_name, bearers, pair_keys. Returns: record_id, other_id,
    match_weight, and the bits that each comparison gave, `<comparison>_weight` (0 where a value is missing).
    Works in memory beside the warehouse, so that no working table of Splink ever lands in it.
    """
    bits = ", ".join(
        f"mw_{name} + mw_tf_adj_name as {name}_weight" if name == "name" else f"mw_{name} as {name}_weight"
        for name in COMPARISONS
    )
    with duckdb.connect(":memory:") as connection:
        connection.register("person_record", records)
        connection.execute("create table record as select * from person_record")
        api = DuckDBAPI(connection)
        linker = Linker(api.register("record"), splink_settings(model, people), log_level="ERROR")
        pairs = linker.inference.predict(warning_mode="never")
        query = (
            f"select record_id_l as record_id, record_id_r as other_id, match_weight, {bits} from {pairs.physical_name}"
        )
        return connection.sql(query).to_arrow_table()
