"""What must hold of a data folder whatever befell its runs: a whole release, the same tables, nothing half-written.

Here belongs: looking. What disturbs a run stands in crashes.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.settings import Settings


@dataclass(frozen=True)
class Tables:
    """What must be the same whatever happened on the way."""

    marts: dict[str, list[tuple[Any, ...]]]
    counts: dict[str, int]
    deliveries: list[str]
    releases: int


def broken(settings: Settings) -> list[str]:
    """What is wrong with the current release, read as a reader does: every mart against what the release says of it."""
    file = (settings.releases / "current" / "marts.duckdb").resolve()
    with duckdb.connect(str(file), read_only=True) as connection:
        query = "select name, value, rows_accepted from provenance where item = 'mart'"
        told = {name: (rows, value) for name, value, rows in connection.execute(query).fetchall()}
        named = connection.execute("select name, value from provenance where item = 'release'").fetchall()
        found = {}
        for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            if name != "provenance":
                measure = f'select count(*), coalesce(sum(hash(entry)::hugeint), 0)::varchar from "{name}" as entry'
                found[name] = connection.execute(measure).fetchone()
    wrong = [f"{name}: {found.get(name)} instead of {told.get(name)}" for name in told if found.get(name) != told[name]]
    wrong += [f"{name}: not told" for name in found.keys() - told.keys()]
    if dict(named)["release_id"] != file.parent.name:
        wrong.append(f"release {dict(named)['release_id']} in folder {file.parent.name}")
    return wrong


def tables(settings: Settings) -> Tables:
    """The marts as released, how many rows the tables behind them have, and what is kept."""
    with duckdb.connect(str((settings.releases / "current" / "marts.duckdb").resolve()), read_only=True) as connection:
        query = "select table_name from duckdb_tables() where table_name <> 'provenance' order by 1"
        names = [name for (name,) in connection.execute(query).fetchall()]
        marts = {name: connection.execute(f'from "{name}" order by all').fetchall() for name in names}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        query = "select schema_name || '.' || table_name, schema_name from duckdb_tables()"
        found = connection.execute(query).fetchall()
        names = [name for name, schema in found if schema in ("conformed", "exchange")]
        counts = {name: connection.execute(f"select count(*) from {name}").fetchall()[0][0] for name in names}
        keys = connection.execute("select count(distinct person_key) from conformed.person_link").fetchall()[0][0]
    # What a build finds in the registry and tells it hangs on whether an earlier build of the same rows was published.
    counts = {
        name: count
        for name, count in counts.items()
        if not name.endswith(("person_key_event", "person_key_origin", "person_key_overlap"))
    }
    kept = sorted(
        str(file.parent.relative_to(settings.deliveries)) for file in settings.deliveries.rglob("receipt.json")
    )
    releases = len(list(settings.releases.glob("r*/release.json")))
    return Tables(marts, counts | {"person keys": keys}, kept, releases)


def differences(one: Tables, other: Tables) -> list[str]:
    """The names of what differs."""
    wrong = [
        f"mart {name}" for name in one.marts.keys() | other.marts.keys() if one.marts.get(name) != other.marts.get(name)
    ]
    wrong += [
        f"rows of {name}"
        for name in one.counts.keys() | other.counts.keys()
        if one.counts.get(name) != other.counts.get(name)
    ]
    wrong += ["deliveries"] if one.deliveries != other.deliveries else []
    return wrong + ([f"{other.releases} releases instead of {one.releases}"] if one.releases != other.releases else [])


def leftovers(settings: Settings) -> list[str]:
    """Files of unfinished work that nothing will remove."""
    hidden = [*settings.deliveries.rglob(".*-*"), *settings.releases.glob(".*"), *settings.state.rglob(".*-*")]
    hidden = [file for file in hidden if file.name != ".lock"]
    return [str(file.relative_to(settings.data)) for file in hidden]
