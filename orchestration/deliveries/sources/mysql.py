"""MySQL and MariaDB. `asyncmy` reads 1,000,000 rows of nine columns in 0.2 s of processor time as bytes, another 0.2
make arrays of them in the same thread, and 0.2 are the file's, in its own; connectorx took 0.67 s but panics on a zero
date and cannot be told to give up a server that has gone silent, pymysql took 6.7 s; mysqlclient and mariadb need a
compiler (measured on two cores).
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import asyncmy
import pyarrow as pa
from asyncmy.cursors import SSCursor
from asyncmy.errors import MySQLError

from orchestration.deliveries.sources import faults
from orchestration.deliveries.sources.tables import Address, TableColumn, Take
from orchestration.deliveries.troubles import SERVER_ERROR, SourceTrouble

# It logs what the server warns of, and a warning may quote a value.
logging.getLogger("asyncmy").disabled = True

# Rows that become arrays while they lie in the processor's cache, and how many of their arrays are written at once.
BATCH, PIECE = 2_000, 30
TEXT_TYPES = (b"char", b"varchar", b"tinytext", b"text", b"mediumtext", b"longtext", b"enum")
COLUMNS = """
    select column_name, data_type from information_schema.columns
    where table_schema = database() and table_name = %s order by ordinal_position
"""
LOGIN, MISSING, NOT_THERE = (1045, 1698, 1251, 2059), (1044, 1049, 1142, 1143, 1146), (2003, 2002)
LOST = (2006, 2013, 2014, 2055, 1053, 1152, 1158, 1159, 1160, 1161, 1317, 1927, 4031)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Python's collector of cycles sleeps: it wakes at every 700 new tuples, finds that rows hold no cycle, and took a
    quarter of a pull's processor time. Of two reads at once the one that put it to sleep wakes it."""
    awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if awake:
            gc.enable()


class MySQL:
    """One connection."""

    def __init__(self) -> None:
        self._connection: asyncmy.Connection | None = None

    def quote(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    async def connect(self, address: Address) -> None:
        self._connection = await asyncmy.connect(
            host=address.host,
            port=address.port,
            db=address.database,
            user=address.user,
            password=address.password,
            charset="utf8mb4",
            use_unicode=False,
            conv={},
            connect_timeout=address.limit,
            ssl=address.tls,
            autocommit=True,
        )
        async with self._connection.cursor() as cursor:
            await cursor.execute("set session time_zone = '+08:00'")
            await cursor.execute("set session transaction isolation level repeatable read")
            await cursor.execute("start transaction with consistent snapshot, read only")

    async def columns(self, schema: str, table: str) -> dict[str, TableColumn]:
        """The protocol hands over everything as text."""
        assert self._connection
        async with self._connection.cursor() as cursor:
            await cursor.execute(COLUMNS, (table,))
            found = [(name.decode(), kind.lower()) for name, kind in await cursor.fetchall()]
        return {name: TableColumn(self.quote(name), kind in TEXT_TYPES) for name, kind in found}

    async def read(self, query: str, take: Take, beat: Callable[[], None] = lambda: None) -> int | None:
        assert self._connection
        batches: list[list[pa.Array]] = []
        # Never closed: closing would read what is left of an answer that broke, and hide how it broke.
        cursor = self._connection.cursor(SSCursor)
        await cursor.execute(query)
        with _without_collector():
            while rows := await cursor.fetchmany(BATCH):
                batches.append([pa.array(column, pa.binary()) for column in zip(*rows, strict=True)])
                if len(batches) == PIECE:
                    await take(batches)
                    batches = []
                beat()
        if batches:
            await take(batches)
        return None

    def to_arrow(self, piece: list[list[pa.Array]], names: Sequence[str]) -> pa.Table:
        """The connection asks for UTF-8; where a column holds other bytes the delivery's reader says so."""
        columns = [pa.concat_arrays(column).view(pa.string()) for column in zip(*piece, strict=True)]
        return pa.table(columns, names=list(names))

    def close(self) -> None:
        if self._connection:
            self._connection.close()

    def told(self, problem: Exception, table: str) -> SourceTrouble | None:
        code = next((each for each in problem.args[:1] if isinstance(each, int)), None)
        if code in LOGIN:
            return faults.refused_login(f"error {code}")
        if code in MISSING:
            return faults.not_there(table)
        if code in NOT_THERE or (self._connection is None and isinstance(problem, OSError)):
            return faults.unreachable()
        if code in LOST or isinstance(problem, (ConnectionError, EOFError)):
            return faults.interrupted()
        if isinstance(problem, MySQLError):
            return SourceTrouble(SERVER_ERROR, f"the database answers with error {code}", faults.AGAIN)
        return None
