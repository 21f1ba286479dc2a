"""The first rows of a table or view of a department's database, as a Parquet file like those that the pull will make.

Here belongs: what FROM says of a table, and reading it once by the source's own client. Credentials come from the same
environment variables as those of the pull, never from the command line, which others can see.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts.drafting import CannotDraft
from orchestration.deliveries.sources import faults
from orchestration.deliveries.sources.access import Credentials
from orchestration.deliveries.sources.tables import Address, Database, TableFile
from orchestration.deliveries.troubles import SourceTrouble

SECONDS = 60.0
PORTS = {"postgres": 5432, "mysql": 3306}
REFERENCE = re.compile(
    r"(?P<kind>postgres|mysql)(ql)?://(?P<host>[^/:@\s]+)(:(?P<port>[0-9]+))?/(?P<database>[^/\s]+)/"
    r"((?P<schema>[^/.\s]+)\.)?(?P<table>[^/.\s]+)"
)


@dataclass(frozen=True)
class Table:
    """A table: of which kind of database, where; `credentials` is the prefix of the environment variables."""

    kind: str
    host: str
    port: int
    database: str
    schema: str
    table: str
    credentials: str


def find_table(reference: str, department: str) -> Table:
    """The table that FROM names. Raises CannotDraft where it names none."""
    match = REFERENCE.fullmatch(reference)
    if not match:
        raise CannotDraft(
            "FROM names no table: postgres://host:port/database/schema.table or mysql://host:port/database/table, "
            "without user and password, which stand in environment variables (docs/onboarding.md)."
        )
    schema = match["schema"] or ("public" if match["kind"] == "postgres" else "")
    port = int(match["port"] or PORTS[match["kind"]])
    prefix = f"{department.upper()}_DATABASE"
    return Table(match["kind"], match["host"], port, match["database"], schema, match["table"], prefix)


def read_table(table: Table, target: Path, rows: int) -> None:
    """Writes the first rows, every value as text. Raises CannotDraft with what the source says of its trouble."""
    try:
        asyncio.run(_read(table, target, rows))
    except SourceTrouble as trouble:
        raise CannotDraft(f"The table cannot be read: {trouble.reason}. {trouble.remedy}") from None


async def _read(table: Table, target: Path, rows: int) -> None:
    credentials = Credentials(table.credentials)
    address = Address(
        host=table.host,
        port=table.port,
        database=table.database,
        user=credentials.user,
        password=credentials.secret("PASSWORD"),
        limit=SECONDS,
    )
    database, parts = _client(table.kind), [part for part in (table.schema, table.table) if part]
    try:
        async with asyncio.timeout(SECONDS):
            await database.connect(address)
            columns = await database.columns(table.schema, table.table)
            if not columns:
                raise faults.not_there(f"the table or view {'.'.join(parts)}")
            values, place = (
                ", ".join(each.expression for each in columns.values()),
                ".".join(map(database.quote, parts)),
            )
            with TableFile(target, list(columns), database.to_arrow) as file:
                await database.read(f"select {values} from {place} limit {rows}", file.take)
                await file.finish()
    except TimeoutError:
        raise faults.silent(SECONDS) from None
    except Exception as problem:
        raise (database.told(problem, ".".join(parts)) or problem) from None
    finally:
        database.close()


def _client(kind: str) -> Database:
    if kind == "postgres":
        from orchestration.deliveries.sources.postgres import Postgres

        return Postgres()
    from orchestration.deliveries.sources.mysql import MySQL

    return MySQL()
