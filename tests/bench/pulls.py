"""What a pull of a million rows costs beside the client library's own bare read: `python -m tests.bench.pulls [rows]`.

The bare read asks for the same columns of the same table with the same library in its quickest way and throws every row
away; the pull ends with the kept Parquet file, hashed. Both run in turn, so that what disturbs one disturbs the other.
What the checks cost afterwards, as for any delivery, stands beside them.
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


def bare_postgres(server: Postgres) -> None:
    async def read() -> None:
        connection = await asyncpg.connect(
            host="127.0.0.1", port=server.port, user=server.user, password=server.password, database=server.database
        )

        async def forget(_: bytes) -> None:
            """Every row is thrown away."""

        await connection.copy_from_query("select * from exchange.resident_records", output=forget, format="csv")
        await connection.close()

    asyncio.run(read())


def bare_mariadb(server: MariaDB) -> None:
    async def read() -> None:
        connection = await asyncmy.connect(
            host="127.0.0.1", port=server.port, user=server.user, password=server.password, db=server.database
        )
        async with connection.cursor(SSCursor) as cursor:
            await cursor.execute("select * from housing_units")
            while await cursor.fetchmany(10_000):
                pass
        await connection.ensure_closed()

    asyncio.run(read())


def pull_file(source: Source, folder: Path) -> None:
    """What a pull does until the file is kept."""
    with tempfile.TemporaryDirectory(dir=folder) as spool:
        known = Known([], {}, None, DAY, Path(spool))
        (offer,) = source.listing(known).offers
        source.fetch(offer, Path(spool) / "kept")


def seconds(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def compare(name: str, bare: Callable[[], None], front: Front, folder: Path) -> None:
    """Prints the bare read's and the pull's median and best seconds, and those of a whole pull with its checks."""
    bares, pulls = [], []
    for _ in range(ROUNDS):
        bares.append(seconds(bare))
        pulls.append(seconds(lambda: pull_file(front.source, folder)))
    (receipt,) = front.pull(DAY.isoformat())
    middle = [statistics.median(each) for each in (bares, pulls)]
    print(
        f"{name}: {receipt.rows_accepted:,} rows; bare read {middle[0]:.2f} s (best {min(bares):.2f}), pull "
        f"{middle[1]:.2f} s (best {min(pulls):.2f}), ratio {middle[1] / middle[0]:.2f}; checks {receipt.seconds:.1f} s"
    )


def main() -> None:
    """Start each server, fill a table, compare."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, postgres() as first:
        fill = test_source_postgres.FILL.format(day=DAY, first=1, last=rows)
        first.run(test_source_postgres.TABLE, fill, "analyze")
        front = Front(Path(folder), test_source_postgres.HEALTH, test_source_postgres.variables(first))
        compare("PostgreSQL", lambda: bare_postgres(first), front, Path(folder))
    with tempfile.TemporaryDirectory() as folder, mariadb() as second:
        made = test_source_mysql.TABLE.format(name="housing_units")
        second.run(made, test_source_mysql.FILL.format(name="housing_units", rows=rows))
        front = Front(Path(folder), test_source_mysql.HOUSES, test_source_mysql.variables(second))
        compare("MariaDB", lambda: bare_mariadb(second), front, Path(folder))


if __name__ == "__main__":
    main()
