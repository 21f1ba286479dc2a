"""What a pull of a million rows costs beside the client library's own bare read: `python -m tests.bench.pulls [rows]`.

A bare read asks for the same columns of the same table with the same library and throws every row away: as the
library's documentation shows it, with values of Python's types, and in its quickest way, as bytes. The pull ends with
the kept Parquet file, hashed. All run in turn, so that what disturbs one disturbs the others; processor seconds are
those of this process, without the server's. What the checks cost afterwards, as for any delivery, stands beside them.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import asyncmy
import asyncpg
from asyncmy.cursors import SSCursor

from orchestration.deliveries.sources import Known, Source
from tests.servers.front import Front
from tests.servers.mariadb import MariaDB, mariadb
from tests.servers.postgres import Postgres, postgres
from tests.unit import test_source_mysql, test_source_postgres

ROUNDS = 5
DAY = date(2026, 9, 1)


def bare_postgres(server: Postgres, as_bytes: bool) -> None:
    async def read() -> None:
        connection = await asyncpg.connect(
            host="127.0.0.1", port=server.port, user=server.user, password=server.password, database=server.database
        )

        async def forget(_: bytes) -> None:
            """Every row is thrown away."""

        query = "select * from exchange.resident_records"
        if as_bytes:
            await connection.copy_from_query(query, output=forget, format="csv")
        else:
            async with connection.transaction():
                async for _ in connection.cursor(query, prefetch=10_000):
                    pass
        await connection.close()

    asyncio.run(read())


def bare_mariadb(server: MariaDB, as_bytes: bool) -> None:
    async def read() -> None:
        options: dict[str, Any] = {"use_unicode": False, "conv": {}} if as_bytes else {}
        connection = await asyncmy.connect(
            host="127.0.0.1",
            port=server.port,
            user=server.user,
            password=server.password,
            db=server.database,
            charset="utf8mb4",
            **options,
        )
        async with connection.cursor(SSCursor) as cursor:
            await cursor.execute("select * from housing_units")
            while await cursor.fetchmany(400 if as_bytes else 10_000):
                pass
        await connection.ensure_closed()

    asyncio.run(read())


def pull_file(source: Source, folder: Path) -> None:
    """What a pull does until the file is kept."""
    with tempfile.TemporaryDirectory(dir=folder) as spool:
        known = Known([], {}, None, DAY, Path(spool))
        (offer,) = source.listing(known).offers
        source.fetch(offer, Path(spool) / "kept")


def seconds(call: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of this process's processor time."""
    began, spent = time.monotonic(), time.process_time()
    call()
    return time.monotonic() - began, time.process_time() - spent


def compare(name: str, bare: Callable[[bool], None], front: Front, folder: Path) -> None:
    """Prints the median and best seconds of each way to read, and the pull's median as a multiple of each."""
    ways = {
        "bare, as documented": lambda: bare(False),
        "bare, as bytes": lambda: bare(True),
        "pull": lambda: pull_file(front.source, folder),
    }
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, call in ways.items():
            taken[way].append(seconds(call))
    (receipt,) = front.pull(DAY.isoformat())
    print(f"{name}: {receipt.rows_accepted:,} rows; checks afterwards {receipt.seconds:.1f} s")
    clock, processor = zip(*(map(statistics.median, zip(*each, strict=True)) for each in taken.values()), strict=True)
    for place, (way, each) in enumerate(taken.items()):
        times = clock[-1] / clock[place], processor[-1] / processor[place]
        print(
            f"  {way:<20} {clock[place]:.2f} s (best {min(each)[0]:.2f}), the pull is {times[0]:.2f} times that;",
            end="",
        )
        print(f" processor {processor[place]:.2f} s, {times[1]:.2f} times", flush=True)


def main() -> None:
    """Start each server, fill a table, compare."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, postgres() as first:
        fill = test_source_postgres.FILL.format(day=DAY, first=1, last=rows)
        first.run(test_source_postgres.TABLE, fill, "analyze")
        front = Front(Path(folder), test_source_postgres.HEALTH, test_source_postgres.variables(first))
        compare("PostgreSQL", lambda as_bytes: bare_postgres(first, as_bytes), front, Path(folder))
    with tempfile.TemporaryDirectory() as folder, mariadb() as second:
        made = test_source_mysql.TABLE.format(name="housing_units")
        second.run(made, test_source_mysql.FILL.format(name="housing_units", rows=rows))
        front = Front(Path(folder), test_source_mysql.HOUSES, test_source_mysql.variables(second))
        compare("MariaDB", lambda as_bytes: bare_mariadb(second, as_bytes), front, Path(folder))


if __name__ == "__main__":
    main()
