"""Parse addresses of any city: `python -m orchestration.linkage.parse_addresses FILE` (make parse-addresses FILE=…).

Here belongs: rendering the macros of the parser (dbt_project/macros/address) without dbt, running them over a file of
texts, one a line, and writing one JSON object a line. How an address is parsed stands in the macros; what the register
knows of a district is not used here.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from jinja2.runtime import Macro

MACROS = Path(__file__).resolve().parents[2] / "dbt_project" / "macros"
MACRO_FILES = ("dialect.sql", "text.sql", "address/*.sql")
PARTS = (
    "province", "city", "district", "town", "community", "road", "road_number", "compound", "building", "unit", "floor",
    "room", "rest",
)  # fmt: skip
BATCH = 200_000


class _Adapter:
    """What the macros ask of dbt's adapter: the macro of this dialect, else the default one."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def dispatch(self, name: str) -> Callable[..., Any]:
        """The macro that spells `name` for DuckDB."""
        return self._names.get(f"duckdb__{name}") or self._names[f"default__{name}"]


class _Returned(Exception):
    """A macro's `return`, which is no part of Jinja: the value leaves the macro as an exception, as in dbt."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def _leave(value: Any) -> None:
    raise _Returned(value)


@cache
def load_macros() -> dict[str, Callable[..., Any]]:
    """The macros of the address parser by name, callable as in a dbt model, spelled for DuckDB."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    macros: dict[str, Macro] = {}
    names: dict[str, Any] = {"return": _leave}
    names["adapter"] = _Adapter(names)

    def by_name(name: str) -> Callable[..., Any]:
        # Looked up when called: a macro may call one of a file that is read later.
        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return macros[name](*arguments, **named)
            except _Returned as returned:
                return returned.value

        return call

    sources = [file.read_text(encoding="utf-8") for pattern in MACRO_FILES for file in sorted(MACROS.glob(pattern))]
    for source in sources:
        names.update({name: by_name(name) for name in re.findall(r"{%-? *macro +(\w+)\(", source)})
    environment.globals.update(names)
    for source in sources:
        # One template a file: what stands in other files is found among the globals, where `return` works.
        module = environment.from_string(source).make_module()
        macros.update({name: item for name, item in vars(module).items() if isinstance(item, Macro)})
    return {name: by_name(name) for name in macros}


def parse(texts: Iterable[str]) -> Iterator[dict[str, str | None]]:
    """The parts of each text, in order: strings as they stand in it, None where one is absent (keys: PARTS)."""
    query = load_macros()["parse_addresses"]("texts")
    connection = duckdb.connect()
    # Small row groups, so that every thread has some of a batch to read.
    connection.execute("attach ':memory:' as batches (row_group_size 16384)")
    connection.execute("use batches")
    connection.execute("create table texts (line_number bigint, address_text varchar)")
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH:
            yield from _parse_batch(connection, query, batch)
            batch = []
    yield from _parse_batch(connection, query, batch)


def _parse_batch(
    connection: duckdb.DuckDBPyConnection, query: str, batch: list[str]
) -> Iterator[dict[str, str | None]]:
    connection.execute("truncate texts")
    connection.execute("insert into texts select unnest(range(len(?))), unnest(?)", [batch, batch])
    rows = connection.execute(f"select {', '.join(PARTS)} from ({query}) order by line_number").fetchall()
    for row in rows:
        yield dict(zip(PARTS, row, strict=True))


def main(arguments: list[str] | None = None) -> int:
    """Write the parts of each line of a file (UTF-8) as one JSON object a line."""
    parser = argparse.ArgumentParser(description="Parse Chinese addresses, one a line, into JSON Lines.")
    parser.add_argument("file", type=Path, help="text file, UTF-8, one address a line")
    options = parser.parse_args(arguments)
    with options.file.open(encoding="utf-8-sig", newline=None) as lines:
        for parts in parse(line.rstrip("\n") for line in lines):
            sys.stdout.write(json.dumps(parts, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
