"""Where an extract is fetched: the entries of a contract's `servers`, one an environment.

Here belongs: the closed vocabulary of these entries, reading them, and what is wrong with one. References `${NAME}` to
environment variables stay as they are: they are resolved when the extract is pulled.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import Server as Entry

from orchestration.contracts.concepts import FORMATS
from orchestration.settings import DROP

TYPES = {
    "local": "folder",
    "sftp": "sftp",
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "api": "http",
}
"""The kinds of source, by the published standard's word for the server."""

FILES, TABLES = ("folder", "sftp"), ("postgres", "mysql")
PAGING = ("none", "page", "offset", "cursor")
_ALWAYS = {"connections": int, "silenceSeconds": int, "limitMinutes": int}
_MAY_BE_ZERO = ("overlapHours", "sweepDays", "firstPage")
_FILE = {"encoding": str, "delimiter": str, "footerMarks": list}
_CHANGES = {"watermark": str, "overlapHours": int, "sweepDays": int}
SETTINGS: dict[str, dict[str, type]] = {
    "folder": {**_ALWAYS, **_FILE, "completeMark": str},
    "sftp": {**_ALWAYS, **_FILE, "completeMark": str, "credentials": str},
    "postgres": {**_ALWAYS, **_CHANGES, "credentials": str, "table": str, "tls": bool},
    "mysql": {**_ALWAYS, **_CHANGES, "credentials": str, "table": str, "tls": bool},
    "http": {
        **_ALWAYS,
        **_CHANGES,
        "credentials": str,
        "items": str,
        "paging": str,
        "pageSize": int,
        "firstPage": int,
        "pageParameter": str,
        "sizeParameter": str,
        "next": str,
        "total": str,
        "sinceParameter": str,
        "untilParameter": str,
    },
}
"""The customProperties that each kind knows, with their types; docs/sources.md says what each means."""


@dataclass(frozen=True)
class Server:
    """One entry: where the extract is fetched in one environment. `kind` is a value of TYPES (or the unknown word).

    `place` is the path of a folder's files, or the address of an SFTP folder or an interface; tables have `host`,
    `port`, `database` and `schema` (of MySQL: empty). `settings` holds the customProperties.
    """

    name: str
    environment: str
    kind: str
    place: str
    host: str
    port: str
    database: str
    schema: str
    format: str
    settings: dict[str, Any]

    @property
    def encoding(self) -> str:
        return str(self.settings.get("encoding", "utf-8"))

    @property
    def delimiter(self) -> str:
        return str(self.settings.get("delimiter", ","))

    @property
    def footer_marks(self) -> tuple[str, ...]:
        return tuple(self.settings.get("footerMarks", ()))

    @property
    def suffix(self) -> str:
        """How a delivery's file name ends: as the files are named, `.parquet` for tables, `.jsonl` for interfaces."""
        if self.kind in FILES:
            return Path(self.place).suffix
        return f".{self.format}"

    def setting(self, name: str, default: Any) -> Any:
        return self.settings.get(name, default)


def read_server(entry: Entry) -> Server:
    """An entry as a plain object; what is wrong with it says `server_problems`."""
    kind = TYPES.get(entry.type or "", entry.type or "")
    own = "parquet" if kind in TABLES else "jsonl" if kind == "http" else ""
    return Server(
        name=entry.server or "",
        environment=entry.environment or DROP,
        kind=kind,
        place=entry.path or entry.location or "",
        host=entry.host or "",
        port=str(entry.port or ""),
        database=entry.database or "",
        schema=entry.schema_ or "",
        format=own or entry.format or "",
        settings={str(each.property): each.value for each in entry.customProperties or []},
    )


def server_problems(servers: Sequence[Server]) -> Iterator[str]:
    """Everything that is wrong with a contract's servers."""
    for environment, count in Counter(server.environment for server in servers).items():
        if count > 1:
            yield f"environment {environment!r} has {count} servers; one entry serves one environment"
    drops = [server for server in servers if server.environment == DROP]
    if not drops or drops[0].kind != "folder":
        yield "one server must be the drop: type local, without environment"
    for server in servers:
        for problem in _problems(server):
            yield f"server {server.name}: {problem}"


def _problems(server: Server) -> Iterator[str]:
    known = SETTINGS.get(server.kind)
    if known is None:
        yield f"type {server.kind!r} is unknown; use one of {', '.join(sorted(TYPES))}"
        return
    for name, value in server.settings.items():
        if name not in known:
            yield f"customProperty {name!r} is unknown for this type; use one of {', '.join(sorted(known))}"
        elif not isinstance(value, known[name]) or value == "":
            yield f"customProperty {name} must be a {known[name].__name__}, not {value!r}"
        elif isinstance(value, int) and known[name] is int and value < (0 if name in _MAY_BE_ZERO else 1):
            yield f"customProperty {name} must not be {value}"
    if server.format not in FORMATS:
        yield f"server format {server.format!r} is unknown; use one of {', '.join(sorted(FORMATS))}"
    yield from {"folder": _file_problems, "sftp": _file_problems, "http": _interface_problems}.get(
        server.kind, _table_problems
    )(server)


def _file_problems(server: Server) -> Iterator[str]:
    path = Path(server.place)
    leaves = server.environment == DROP and (path.is_absolute() or server.place.startswith("${"))
    if leaves or server.place.count("{date}") != 1 or "{date}" not in path.name or ".." in path.parts:
        where = "be relative" if server.environment == DROP else "lead to one file a day"
        yield f"server path {server.place!r} must {where} and hold {{date}} once, in the file's name"
    try:
        codecs.lookup(server.encoding)
    except LookupError:
        yield f"encoding {server.encoding!r} is unknown; use utf-8, utf-8-sig or gb18030"
    if len(server.delimiter) != 1:
        yield f"delimiter {server.delimiter!r} must be one character"
    if server.kind == "sftp":
        if not server.place.startswith("sftp://"):
            yield f"location {server.place!r} must read sftp://host/folder/file_{{date}}.csv"
        yield from _credentials(server)


def _table_problems(server: Server) -> Iterator[str]:
    for name in ("host", "port", "database", *(("schema",) if server.kind == "postgres" else ())):
        if not getattr(server, name):
            yield f"{name} is missing"
    if not server.settings.get("table"):
        yield "customProperty table must name the table or view"
    yield from _credentials(server)


def _interface_problems(server: Server) -> Iterator[str]:
    if not server.place.startswith(("http://", "https://", "${")):
        yield f"location {server.place!r} must begin with https:// or http://"
    paging = server.setting("paging", "none")
    if paging not in PAGING:
        yield f"paging {paging!r} is unknown; use one of {', '.join(PAGING)}"
    if paging == "cursor" and "next" not in server.settings:
        yield "paging by cursor needs customProperty next, where the answer gives the next one"


def _credentials(server: Server) -> Iterator[str]:
    prefix = server.setting("credentials", "")
    if not str(prefix).isidentifier() or str(prefix) != str(prefix).upper():
        yield (
            "customProperty credentials must name the prefix of environment variables (capital letters, digits and "
            f"underscores), not {prefix!r}; no user, password or token stands in a contract"
        )
