"""Rows that a table is asked for twice, because some of their time may have been committed late.

Here belongs: telling those that were kept with an earlier delivery from those that were not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from orchestration.deliveries.readers.reading import quote_identifier


def remove_kept(file: Path, watermark: str, before: str, kept: Sequence[Path]) -> int:
    """Takes the rows whose `watermark` is less than the text `before` out of a Parquet file of text, as far as the
    files `kept` hold the very same; returns how many rows are left, in their order."""
    same = " and ".join(
        f"old.{quote_identifier(name)} is not distinct from new.{quote_identifier(name)}"
        for name in pa.parquet.read_schema(file).names
    )
    query = f"""
        select new.file_row_number as place from read_parquet($file, file_row_number = true) as new
        where new.{quote_identifier(watermark)} < $before
        and exists (select 1 from read_parquet($kept, union_by_name = true) as old where {same})
    """
    with duckdb.connect() as connection:
        given = {"file": str(file), "before": before, "kept": [str(each) for each in kept]}
        twice = {place for (place,) in connection.execute(query, given).fetchall()}
    if not twice:
        return int(pa.parquet.read_metadata(file).num_rows)
    table = pa.parquet.read_table(file)
    left = table.filter(pa.array([place not in twice for place in range(table.num_rows)]))
    pa.parquet.write_table(left, file, compression="zstd", compression_level=1)
    return int(left.num_rows)
