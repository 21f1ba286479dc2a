"""PostgreSQL. `asyncpg` reads by COPY: 1,000,000 rows of ten columns cost it 0.25 s of processor time, and 0.7 s more
to become Parquet; ADBC took 0.55 s and 0.35 s but cannot be told to give up a server that has gone silent, psycopg's
COPY 0.46 s, connectorx 0.95 s (measured on two cores, first to Arrow, then to the file).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import asyncpg
import pyarrow as pa
import pyarrow.csv

from orchestration.deliveries.readers.reading import quote_identifier
from orchestration.deliveries.sources import faults
from orchestration.deliveries.sources.tables import Address, TableColumn, Take
from orchestration.deliveries.troubles import SERVER_ERROR, TIMEOUT, SourceTrouble

PIECE = 4 << 20
# A table read twice comes in the same order, and one reader takes one of the server's cores.
SETTINGS = """
    set TimeZone = 'Asia/Shanghai'; set DateStyle = 'ISO';
    set synchronize_seqscans = off; set max_parallel_workers_per_gather = 0
"""
COLUMNS = """
    select attname, atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype),
        atttypid in ('boolean'::regtype, 'bpchar'::regtype)
    from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum
"""


class Postgres:
    """One connection."""

    def __init__(self) -> None:
        self._connection: asyncpg.Connection | None = None

    def quote(self, name: str) -> str:
        return quote_identifier(name)

    async def connect(self, address: Address) -> None:
        self._connection = await asyncpg.connect(
            host=address.host,
            port=address.port,
            database=address.database,
            user=address.user,
            password=address.password,
            timeout=address.limit,
            ssl=address.tls or "prefer",
            server_settings={"application_name": "wangge"},
        )
        # Not at the start of the connection, where a pool in front of the database refuses most of them.
        await self._connection.execute(f"{SETTINGS}; set statement_timeout = {int(address.limit * 1000)}")
        await self._connection.execute("begin isolation level repeatable read read only")

    async def columns(self, schema: str, table: str) -> dict[str, TableColumn]:
        """COPY writes everything as text; only truth (t) and padded text (char) need to be told so."""
        assert self._connection
        place = f"{quote_identifier(schema)}.{quote_identifier(table)}"
        columns = {}
        for name, is_text, told in await self._connection.fetch(COLUMNS, place):
            columns[name] = TableColumn(f"{quote_identifier(name)}{'::text' if told else ''}", is_text)
        return columns

    async def read(self, query: str, take: Take, beat: Callable[[], None] = lambda: None) -> int | None:
        assert self._connection
        pieces: list[bytes] = []
        size = 0

        async def gather(rows: bytes) -> None:
            nonlocal size
            pieces.append(rows)
            size += len(rows)
            if size >= PIECE:
                whole, size = b"".join(pieces), 0
                pieces.clear()
                await take(whole)
            beat()

        said = await self._connection.copy_from_query(query, output=gather, format="csv")
        if pieces:
            await take(b"".join(pieces))
        return int(str(said).rpartition(" ")[2])

    def to_arrow(self, piece: bytes, names: Sequence[str]) -> pa.Table:
        """COPY writes null as nothing and an empty text as two quotes; each piece ends with a row."""
        return pa.csv.read_csv(
            pa.BufferReader(piece),
            read_options=pa.csv.ReadOptions(use_threads=False, column_names=list(names), block_size=len(piece) + 1),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pa.csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                check_utf8=False,
            ),
        )

    def close(self) -> None:
        if self._connection and not self._connection.is_closed():
            self._connection.terminate()

    def told(self, problem: Exception, table: str) -> SourceTrouble | None:
        code = getattr(problem, "sqlstate", None) or ""
        if code.startswith("28"):
            return faults.refused_login(f"SQLSTATE {code}")
        if code in ("3D000", "3F000", "42P01", "42501"):
            return faults.not_there(table)
        if code == "57014":
            return SourceTrouble(TIMEOUT, f"the database ended the read of {table}", faults.AGAIN)
        broken = isinstance(problem, (asyncpg.InterfaceError, ConnectionError)) or code.startswith(("08", "57P"))
        if self._connection is None and "rejected SSL upgrade" in str(problem):
            return faults.not_proved()
        if self._connection is None and isinstance(problem, OSError):
            return faults.unreachable()
        if broken:
            return faults.interrupted()
        if isinstance(problem, asyncpg.PostgresError):
            return SourceTrouble(SERVER_ERROR, f"the database answers with SQLSTATE {code}", faults.AGAIN)
        return None
