"""A table or view of a department's front-end database (前置库), read into one Parquet file a day.

Here belongs: what the databases have in common: which rows, one snapshot for all days, every value as the database
writes it as text, limits of time, and the file. How a database is spoken to stands in `postgres` and `mysql`.

Rows of a day are ordered by watermark and key, so that the same rows give the same bytes. A whole table is read in its
own order instead: to sort a million rows would double the work of the department's server.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet

from orchestration.contracts.contract import Contract
from orchestration.contracts.servers import Server
from orchestration.deliveries.refusal import Refused, match_headers
from orchestration.deliveries.sources import faults
from orchestration.deliveries.sources.access import Credentials, resolve, shown
from orchestration.deliveries.sources.interface import Known, Listing, Offer
from orchestration.deliveries.sources.overlap import remove_kept
from orchestration.deliveries.sources.patience import patiently
from orchestration.deliveries.sources.spooled import CONNECT_SECONDS, ISO, Spooled
from orchestration.deliveries.sources.windows import Window, kept_since
from orchestration.deliveries.troubles import MISSING_COLUMN, SourceTrouble

PIECES_WAITING = 2
FORMAT_WORDS = {
    "yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "XXX": "+08:00", "'T'": "T",
}  # fmt: skip

Take = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True)
class Address:
    """Where a database is and who reads it; `limit` is the time in seconds after which a statement is ended there.

    `tls`: whom the server must prove its name to; None where it need not.
    """

    host: str
    port: int
    database: str
    user: str
    password: str
    limit: float
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: SQL that gives its values as they are to be written, and whether it holds text."""

    expression: str
    is_text: bool


class Database(Protocol):
    """A connection to one kind of database. Whatever its library raises becomes a SourceTrouble in `told`."""

    def quote(self, name: str) -> str:
        """A name for use in SQL text."""

    async def connect(self, address: Address) -> None:
        """Opens the connection, and in it one read-only snapshot."""

    async def columns(self, schema: str, table: str) -> dict[str, TableColumn]:
        """The table's columns by name; none where there is no such table."""

    async def read(self, query: str, take: Take, beat: Callable[[], None] = lambda: None) -> int | None:
        """Hands the rows of a query on in pieces for `to_arrow`; returns how many the server says that it sent.

        Calls `beat` whenever something came.
        """

    def to_arrow(self, piece: Any, names: Sequence[str]) -> pa.Table:
        """A piece as columns of text."""

    def close(self) -> None:
        """Ends the connection at once."""

    def told(self, problem: Exception, table: str) -> SourceTrouble | None:
        """What an error of the library means; None where it is none of its."""


class TableSource(Spooled):
    """One table. The whole read happens in one snapshot."""

    def __init__(
        self,
        contract: Contract,
        server: Server,
        database: Callable[[], Database],
        variables: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__(contract, server, variables)
        self._database = database

    @property
    def system(self) -> str:
        return shown(f"{self.server.kind}://{self.server.host}:{self.server.port}", self.variables)

    @property
    def table(self) -> str:
        return f"{self.server.schema}.{self.server.settings['table']}".removeprefix(".")

    def listing(self, known: Known) -> Listing:
        windows = self.windows(known)
        if not windows:
            return Listing([])
        return Listing(patiently(lambda: asyncio.run(self._read(known, windows))), swept=self.sweeps(known))

    async def _read(self, known: Known, windows: list[Window | None]) -> list[Offer]:
        """Every open day's file in the spool."""
        credentials = Credentials(self.server.settings["credentials"], self.variables)
        address = Address(
            host=resolve(self.server.host, self.variables),
            port=int(resolve(self.server.port, self.variables)),
            database=resolve(self.server.database, self.variables),
            user=credentials.user,
            password=credentials.secret("PASSWORD"),
            limit=self.limit,
            tls=credentials.authorities() if self.server.setting("tls", False) else None,
        )
        database, began, connected = self._database(), time.monotonic(), False
        try:
            async with asyncio.timeout(self.limit):
                async with asyncio.timeout(CONNECT_SECONDS):
                    await database.connect(address)
                    connected = True
                layout = await asyncio.wait_for(self._layout(database), self.silence)
                offers = [await self._read_window(database, window, layout, known) for window in windows]
        except TimeoutError:
            late = time.monotonic() - began >= self.limit
            if not connected:
                raise faults.unreachable() from None
            raise (faults.too_long(self.limit) if late else faults.silent(self.silence)) from None
        except Exception as problem:
            told = _unproved(problem) if address.tls and not connected else None
            told = told or database.told(problem, self.table)
            raise (told or problem) from (None if told else problem.__cause__)
        finally:
            database.close()
        return [offer for offer in offers if offer]

    async def _layout(self, database: Database) -> _Layout:
        """How the contract's columns are called in the table. Raises SourceTrouble where one is not there."""
        found = await database.columns(self.server.schema, self.server.settings["table"])
        if not found:
            raise faults.not_there(f"the table or view {self.table}")
        agreed = [column.header for column in self.contract.columns]
        try:
            places, _ = match_headers(list(found), agreed)
        except Refused as refusal:
            raise SourceTrouble(MISSING_COLUMN, f"{self.table}: {refusal.reason}", refusal.remedy) from None
        columns = {header: list(found)[place] for header, place in zip(agreed, places, strict=True)}
        watermark, form = self.watermark()
        watermark = columns.get(watermark, watermark)
        if self.contract.kind == "change" and watermark not in found:
            raise SourceTrouble(
                MISSING_COLUMN,
                f"{self.table}: there is no column {watermark}, which says when a row last changed",
                "Ask the department whether it was renamed, and put the name into the contract's server.",
            )
        keys = [columns[column.header] for column in self.contract.key]
        expressions = [found[name].expression for name in columns.values()]
        text = watermark in found and found[watermark].is_text
        return _Layout(columns, expressions, keys, watermark, form if text else None)

    async def _read_window(
        self, database: Database, window: Window | None, layout: _Layout, known: Known
    ) -> Offer | None:
        day = window.day if window else known.day
        name = f"{self.contract.extract}_{day:%Y%m%d}.parquet"
        file = known.spool / name
        with TableFile(file, list(layout.columns), database.to_arrow) as opened:
            async with asyncio.timeout(self.silence) as alive:

                def beat() -> None:
                    alive.reschedule(asyncio.get_running_loop().time() + self.silence)

                sent = await database.read(self._query(database, window, layout), opened.take, beat)
            rows = await opened.finish()
        if sent is not None and sent != rows:
            raise RuntimeError(f"{self.contract.id}: the database sent {sent} rows, {rows} were written")
        kept = [each for each in kept_since(known, window) if each.suffix == ".parquet"] if window else []
        headers = [header for header, column in layout.columns.items() if column == layout.watermark]
        if rows and window and window.fresh and kept and headers:
            rows = remove_kept(file, headers[0], _written(window.fresh, layout.form), kept)
        if window and not rows:
            return None
        return Offer(self.contract, day, name, str(file), file.stat().st_size, dated_by_pull=window is None)

    def _query(self, database: Database, window: Window | None, layout: _Layout) -> str:
        table = ".".join(database.quote(part) for part in (self.server.schema, self.server.settings["table"]) if part)
        query = f"select {', '.join(layout.expressions)} from {table}"
        if window is None:
            return query
        query += f" where {_condition(database.quote(layout.watermark), window, layout.form)}"
        if window.start or window.fresh:
            query += f" order by {', '.join(map(database.quote, (layout.watermark, *layout.keys)))}"
        return query


def _unproved(problem: BaseException | None) -> SourceTrouble | None:
    """What an error of TLS means, as the library had it or wrapped it; None where it is none."""
    while problem:
        if isinstance(problem, ssl.SSLError):
            return faults.not_proved(problem)
        problem = problem.__cause__
    return None


@dataclass(frozen=True)
class _Layout:
    """The table's columns by the contract's headers, with the SQL for their values, those of the key, and the
    watermark; `form`: how it is written where it is text."""

    columns: dict[str, str]
    expressions: list[str]
    keys: list[str]
    watermark: str
    form: str | None


def _condition(watermark: str, window: Window, form: str | None) -> str:
    """Bounds are literals without a type: they take the column's, be it a date or a time. Text is compared as text."""
    parts = [f"{watermark} < '{_written(window.end, form)}'"]
    if window.start:
        parts.append(f"{watermark} >= '{_written(window.start, form)}'")
    condition = " and ".join(parts)
    if window.rest:
        condition = f"({condition}) or {watermark} >= '{_written(window.rest, form)}' or {watermark} is null"
        if form:
            condition += f" or {watermark} = ''"
    return condition


def _written(moment: datetime, form: str | None) -> str:
    written = form or ISO
    for word, sign in FORMAT_WORDS.items():
        written = written.replace(word, sign)
    return moment.strftime(written)


class TableFile:
    """A Parquet file of text columns, written in a thread of its own while the next rows are on their way.

    Without dictionaries, which took half as long again and made the file larger (most values differ), and without
    statistics, which took a fifth of the writing and which nobody asks for.
    """

    def __init__(self, file: Path, names: Sequence[str], to_arrow: Callable[[Any, Sequence[str]], pa.Table]) -> None:
        self._file, self._names, self._to_arrow = file, names, to_arrow
        self._thread = ThreadPoolExecutor(1)
        self._written: deque[Future[int]] = deque()
        self._rows = 0

    def __enter__(self) -> TableFile:
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._sink = os.fdopen(descriptor, "wb")
        schema = pa.schema([(name, pa.string()) for name in self._names])
        self._writer = pa.parquet.ParquetWriter(
            self._sink, schema, compression="zstd", compression_level=1, use_dictionary=False, write_statistics=False
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        self._writer.close()
        self._sink.close()

    async def take(self, piece: Any) -> None:
        """Writes a piece; waits where the writing is two pieces behind."""
        self._written.append(self._thread.submit(self._write, piece))
        if len(self._written) > PIECES_WAITING:
            self._rows += await asyncio.wrap_future(self._written.popleft())

    async def finish(self) -> int:
        """Waits for the last piece; returns the number of rows."""
        while self._written:
            self._rows += await asyncio.wrap_future(self._written.popleft())
        return self._rows

    def _write(self, piece: Any) -> int:
        table = self._to_arrow(piece, self._names)
        self._writer.write_table(table)
        return int(table.num_rows)
