"""Which key a person keeps: pure functions from clusters and held keys to keys, redirects and nothing else.

Here belongs: the assignment of keys, the minting of random ones and the resolution of redirects. Which files hold what
was decided before lives in registry.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PREFIX = "P"
HELD, MINTED, SPLIT = "held", "mint", "split"
# A text of up to twelve characters is as cheap as a number in DuckDB, and keys are what most rows are joined by.
_CHARACTERS = 12
# RFC 4648: five bits a character, here two characters for ten bits at once.
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = np.frombuffer(b"".join(bytes((a, b)) for a in _ALPHABET for b in _ALPHABET), np.uint16)
OVERLAP = pa.schema([("cluster_id", pa.uint64()), ("held_key", pa.string()), ("members", pa.int64())])


class BrokenRedirects(Exception):
    """Redirects of keys run in a circle: the log of the registry is damaged."""


def mint(number: int, taken: pa.Array) -> pa.Array:
    """That many new keys, each a `P` and eleven random characters (A–Z, 2–7), which say nothing of person or time.

    None is in `taken`, the keys ever given, and none comes twice: with 55 random bits each that is nearly always so at
    the first attempt.
    """
    while True:
        random = np.frombuffer(os.urandom(8 * number), np.uint64)
        pairs = np.empty((number, _CHARACTERS // 2), np.uint16)
        for position in range(_CHARACTERS // 2):
            pairs[:, position] = _PAIRS[(random >> np.uint64(10 * position)) & np.uint64(1023)]
        keys = pairs.view(np.uint8)
        keys[:, 0] = ord(PREFIX)
        minted = pa.array(keys.view(f"S{_CHARACTERS}").ravel(), pa.binary()).cast(pa.string())
        # A day mints hundreds beside a million: the few are what the many are looked up in.
        few, many = sorted((minted, taken), key=len)
        if pc.count_distinct(minted).as_py() == number and not pc.any(pc.is_in(many, few)).as_py():
            return minted


def assign_keys(clusters: pa.Table, overlap: pa.Table, taken: pa.Array) -> pa.Table:
    """One row per cluster: cluster_id, person_key, origin (held, mint, split) and origin_key (of a split, else null).

    clusters: cluster_id, each once. overlap: cluster_id, held_key, members (rows they share; cluster_id null: rows of
    the key that are gone), each pair once. taken: every key ever given, which no new one may be. The pair that shares
    most comes first; a key goes to one cluster and a cluster takes one key. Equal pairs go by key, then cluster, so
    that the outcome hangs on nothing else. A cluster left without a key gets a new one: a split where it shares rows
    with a key, otherwise a mint.
    """
    with duckdb.connect(":memory:") as connection:
        connection.register("clusters", clusters)
        connection.register("overlap", overlap.cast(OVERLAP))
        connection.execute("create table pair as select * from overlap where cluster_id is not null")
        # nearly every cluster shares rows with one key, and the key with no other: nothing to weigh
        connection.execute(
            """
            create table held as
            select pair.cluster_id, pair.held_key
            from pair
            semi join (select cluster_id from pair group by cluster_id having count(*) = 1) as one using (cluster_id)
            semi join (select held_key from pair group by held_key having count(*) = 1) as sole using (held_key)
            """
        )
        contested = _rows(
            connection,
            """
            select cluster_id, held_key from pair anti join held using (cluster_id)
            order by members desc, held_key, cluster_id
            """,
        )
        connection.register("won", _first_come(contested))
        connection.execute("insert into held from won")
        new = _rows(
            connection,
            """
            select cluster_id, arg_max(held_key, (members, held_key)) as origin_key
            from clusters anti join held using (cluster_id) left join pair using (cluster_id)
            group by cluster_id
            """,
        )
        connection.register("fresh", new.append_column("person_key", mint(new.num_rows, taken)))
        return _rows(
            connection,
            f"""
            select cluster_id, held_key as person_key, '{HELD}' as origin, null::varchar as origin_key from held
            union all
            select cluster_id, person_key, if(origin_key is null, '{MINTED}', '{SPLIT}'), origin_key from fresh
            """,
        )


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    """A query's rows as an Arrow table."""
    return connection.sql(query).to_arrow_table()


def _first_come(pairs: pa.Table) -> pa.Table:
    """Of ordered pairs the ones whose cluster and key are both still free."""
    clusters, keys = set(), set()
    won: list[int] = []
    both = zip(pairs["cluster_id"].to_pylist(), pairs["held_key"].to_pylist(), strict=True)
    for place, (cluster, key) in enumerate(both):
        if cluster not in clusters and key not in keys:
            clusters.add(cluster)
            keys.add(key)
            won.append(place)
    return pairs.take(pa.array(won, pa.int64()))


def resolve(redirects: Mapping[str, str]) -> dict[str, str]:
    """For each key that was merged away the key it stands for now, however many merges lie between.

    Raises BrokenRedirects where merges run in a circle.
    """
    resolved: dict[str, str] = {}
    for key in redirects:
        way = []
        while key in redirects and key not in resolved:
            way.append(key)
            key = redirects[key]
            if len(way) > len(redirects):
                raise BrokenRedirects(f"{len(way)} merges of keys run in a circle.")
        last = resolved.get(key, key)
        resolved.update(dict.fromkeys(way, last))
    return resolved


def redirect_table(merges: Iterable[tuple[str, str]]) -> pa.Table:
    """One row per key that was merged away: old_key, current_key. `merges`: each old key and the key it went into."""
    resolved = resolve(dict(merges))
    return pa.table(
        {"old_key": pa.array(resolved.keys(), pa.string()), "current_key": pa.array(resolved.values(), pa.string())}
    )
