"""What a data folder says of people outside the tables that may: every text that a person, a log reader or the public
may see, searched for each identity number, telephone and name that its departments ever delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import duckdb

from orchestration.contracts.contract import read_contracts
from orchestration.settings import PROJECT, Settings

# What holds rows for good: the deliveries as they came and as they were read, the warehouse, the state, the simulator's
# own folders. Everything else in a data folder is searched.
HOLDS_ROWS = ("warehouse.", "state/", "extracts/", "truth/")
KEPT_OF_DELIVERIES = {"receipt.json", "strays.json", "sweeps.json", "troubles.json", "index.json", "receipts.parquet"}
NAMED_BY = {"person.identity_number": "number", "person.name": "name"}
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_NUMBER = re.compile(r"(?=(\d{17}[\dXx]))")
_TELEPHONE = re.compile(r"(?=(1\d{10}))")
_CHINESE = re.compile(r"[\u3400-\u9fff·]{2,}")


@dataclass(frozen=True)
class People:
    """Every value that names somebody, as the departments wrote it."""

    numbers: frozenset[str]
    telephones: frozenset[str]
    names: frozenset[str]

    @cached_property
    def lengths(self) -> range:
        """The lengths that names have."""
        return range(2, max(map(len, self.names)) + 1)

    def named_in(self, text: str) -> set[str]:
        """Those that a text names, also where JSON has escaped it."""
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        found = {each for each in _NUMBER.findall(text) if each.upper() in self.numbers}
        found |= self.telephones.intersection(_TELEPHONE.findall(text))
        for run in set(_CHINESE.findall(text)):
            for length in self.lengths:
                found |= self.names.intersection(run[at : at + length] for at in range(len(run) - length + 1))
        return found


def people_of(settings: Settings) -> People:
    """Whom the deliveries name. Names that are also words of the project, or of its places, would be found everywhere
    and are left out."""
    found: dict[str, set[str]] = {"number": set(), "name": set(), "telephone": set()}
    for contract in read_contracts().values():
        folder = settings.deliveries / contract.department / contract.extract
        files = [str(file) for file in folder.glob("*/accepted.parquet")]
        for column in contract.columns:
            concept = column.concept or ""
            kind = "telephone" if concept.endswith("phone") else NAMED_BY.get(concept)
            if files and kind:
                query = f'select distinct "{column.name}" from read_parquet(?, union_by_name = true)'
                with duckdb.connect() as connection:
                    found[kind].update(value for (value,) in connection.execute(query, [files]).fetchall() if value)
    told = _words(settings)
    return People(
        frozenset(each.upper() for each in found["number"] if re.fullmatch(_NUMBER.pattern[4:-2], each)),
        frozenset(each for each in found["telephone"] if re.fullmatch(r"1\d{10}", each)),
        frozenset(each for each in found["name"] if _CHINESE.fullmatch(each) and each not in told),
    )


def _words(settings: Settings) -> str:
    """The project's own words, and the names of places."""
    files = [
        each for folder in ("orchestration", "seeds", "dbt_project", "docs") for each in (PROJECT / folder).rglob("*")
    ]
    files += (settings.extracts / "grid_office").rglob("*")
    written = {".py", ".sql", ".yml", ".yaml", ".csv", ".md", ".json", ".geojson", ".jsonl"}
    return "\n".join(file.read_text("utf-8", "ignore") for file in files if file.suffix in written and file.is_file())


def texts(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every file that is searched, by its place below the data folder, as text."""
    for file in sorted(settings.data.rglob("*")):
        place = str(file.relative_to(settings.data))
        if not file.is_file() or place.startswith(HOLDS_ROWS) or file.is_relative_to(settings.releases / "current"):
            continue
        if place.startswith("deliveries/") and file.name not in KEPT_OF_DELIVERIES:
            continue
        if file.suffix == ".duckdb":
            yield place, _cells(str(file))
        elif file.suffix == ".parquet":
            yield place, "\n".join(_rows(f"from '{file}'"))
        else:
            yield place, file.read_text("utf-8", "ignore")


def _cells(file: str) -> str:
    """What stands in a database file: every row of every table, and every comment."""
    with duckdb.connect(file, read_only=True) as connection:
        names = connection.execute("select table_name, coalesce(comment, '') from duckdb_tables()").fetchall()
        told = [comment for _, comment in names]
        told += [
            comment
            for (comment,) in connection.execute("select comment::varchar from duckdb_columns()").fetchall()
            if comment
        ]
        for name, _ in names:
            told += [str(row) for row in connection.execute(f'from "{name}"').fetchall()]
    return "\n".join(told)


def _rows(query: str) -> list[str]:
    with duckdb.connect() as connection:
        return [str(row) for row in connection.execute(query).fetchall()]
