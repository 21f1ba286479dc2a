"""A release: the marts copied out of the warehouse into a new read-only file, with their documentation and provenance.

Only the schema `marts` leaves the warehouse; row-level results (conformed, exchange) never do. The tables stand in the
file's main schema, so that `marts.population_by_grid` (file name, table) and `population_by_grid` both find them: a
schema named as the file would make the first ambiguous.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.deliveries.files import locked
from orchestration.releases.release import (
    DESCRIPTION,
    FILE,
    LOCK,
    Release,
    all_releases,
    commit,
    current_release,
    latest,
    make_current,
    read_release,
    record_latest,
    unfinished,
)
from orchestration.releases.verdict import marts_of
from orchestration.state.registry import Registry

# DuckDB 2.0's own format cannot be opened by 1.5 clients, and many drivers of BI tools are still 1.5.
STORAGE_VERSION = "v1.5.0"
_DRAFT = ".draft"


class PublicationRefused(Exception):
    """The marts may not be published; the message says why. The current release stays."""


@dataclass(frozen=True)
class DeliveryUsed:
    """One delivery that the marts were built from, as far as a reader may know it."""

    extract: str
    contract_version: str
    delivery_id: str
    delivery_date: str
    rows_accepted: int
    rows_rejected: int


@dataclass(frozen=True)
class Provenance:
    """Where the marts come from. `fingerprint` stands for all inputs: the same one means that nothing has changed."""

    fingerprint: str
    code_revision: str
    versions: dict[str, str]
    deliveries: tuple[DeliveryUsed, ...]


@dataclass(frozen=True)
class Documentation:
    """What a mart and its columns mean, from dbt."""

    table: str
    columns: dict[str, str]


def documentation_of(manifest: Mapping[str, Any]) -> dict[str, Documentation]:
    """Descriptions of every mart by name."""
    return {
        name: Documentation(
            node["description"], {column["name"]: column["description"] for column in node["columns"].values()}
        )
        for name, node in marts_of(manifest).items()
    }


def publish(
    warehouse: Path,
    releases: Path,
    provenance: Provenance,
    documentation: Mapping[str, Documentation],
    forbidden: frozenset[str],
    state: Path | None = None,
) -> tuple[Release, bool]:
    """Publish the warehouse's marts; returns the release that holds them and whether it is new.

    Marts that equal those of the current release (or of the last one built, when readers were rolled back behind it)
    from the same deliveries make no new release; one that a crash kept from becoming current becomes it. `forbidden`
    are column names that may never leave the warehouse. The keys of people that the build proposes are committed to
    the registry below `state` together with the release.
    Raises PublicationRefused when there is no mart, a forbidden column, or a copy that differs from its original.
    """
    releases.mkdir(parents=True, exist_ok=True)
    with locked(releases / LOCK):
        return _publish(warehouse, releases, provenance, documentation, forbidden, state)


def _publish(
    warehouse: Path,
    releases: Path,
    provenance: Provenance,
    documentation: Mapping[str, Documentation],
    forbidden: frozenset[str],
    state: Path | None,
) -> tuple[Release, bool]:
    """`publish`, once nobody else does."""
    draft = releases / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        created_at = datetime.now(UTC).isoformat(timespec="seconds")
        marts = _copy(warehouse, draft / FILE, documentation)
        content = _content(marts, documentation, provenance)
        same = _same_content(releases, content)
        registry = Registry(state, releases) if state else None
        if same:
            if registry and registry.propose(warehouse, same.release_id):
                registry.settle()
            if same == unfinished(releases):
                return make_current(releases, same.release_id, provenance.fingerprint), True
            record_latest(releases, provenance.fingerprint, same.release_id)
            return same, False
        release_id = _next_id(releases, provenance)
        _add_provenance(draft / FILE, release_id, created_at, provenance, marts)
        _check(draft / FILE, marts, forbidden)
        described = {"created_at": created_at, "content": content, "marts": marts, "provenance": asdict(provenance)}
        (draft / DESCRIPTION).write_text(json.dumps(described, indent=1), "utf-8")
        if registry:
            registry.propose(warehouse, release_id)
        release = commit(releases, draft, release_id, provenance.fingerprint)
        if registry:
            registry.settle()
        return release, True
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(warehouse: Path, file: Path, documentation: Mapping[str, Documentation]) -> dict[str, dict[str, Any]]:
    """Copy every mart; returns for each its rows and a hash of its content, as the warehouse has them."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(str(warehouse))} as warehouse (read_only)")
        connection.execute(f"attach {_text(str(file))} as release (storage_version {_text(STORAGE_VERSION)})")
        names = connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'warehouse' and schema_name = 'marts' order by table_name"
        ).fetchall()
        if not names:
            raise PublicationRefused("The warehouse holds no mart.")
        marts = {}
        # Each of some seven hundred comments would else be a transaction of its own.
        connection.begin()
        for (name,) in names:
            source = f"warehouse.marts.{_name(name)}"
            connection.execute(f"create table release.{_name(name)} as select * from {source} order by all")
            marts[name] = measure(connection, source)
            for statement in _comments(name, documentation.get(name)):
                connection.execute(statement)
        connection.commit()
        connection.execute("detach release")
    return marts


def measure(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    """Rows, and a hash that does not depend on their order."""
    row = connection.execute(
        f"select count(*), coalesce(sum(hash(entry)::hugeint), 0)::varchar from {table} as entry"
    ).fetchone()
    assert row is not None
    return {"rows": int(row[0]), "hash": str(row[1])}


def _comments(name: str, documentation: Documentation | None) -> list[str]:
    if documentation is None:
        return []
    table = f"release.{_name(name)}"
    return [f"comment on table {table} is {_text(documentation.table)}"] + [
        f"comment on column {table}.{_name(column)} is {_text(meaning)}"
        for column, meaning in documentation.columns.items()
    ]


def _content(marts: Mapping[str, Any], documentation: Mapping[str, Documentation], provenance: Provenance) -> str:
    """One hash for marts, their documentation and the deliveries behind them."""
    described = {name: asdict(entry) for name, entry in documentation.items()}
    used = [asdict(delivery) for delivery in provenance.deliveries]
    return hashlib.sha256(json.dumps([marts, described, used], sort_keys=True).encode()).hexdigest()


def _same_content(releases: Path, content: str) -> Release | None:
    last = latest(releases)
    candidates = [
        current_release(releases),
        read_release(releases / last.release_id) if last else None,
        unfinished(releases),
    ]
    return next((release for release in candidates if release and release.content == content), None)


def _next_id(releases: Path, provenance: Provenance) -> str:
    """A running number, which no wrong clock can disorder, and the last day that the marts know of."""
    numbers = [int(release.release_id[1:].partition("-")[0]) for release in all_releases(releases)]
    day = max((delivery.delivery_date for delivery in provenance.deliveries), default="empty").replace("-", "")
    return f"r{max(numbers, default=0) + 1:05d}-{day}"


def _add_provenance(
    file: Path, release_id: str, created_at: str, provenance: Provenance, marts: Mapping[str, Any]
) -> None:
    """The table `provenance`: what a reader of a figure may ask for, one fact a row."""
    rows: list[tuple[str, str, str, str | None, int | None, int | None]] = [
        ("release", "release_id", release_id, None, None, None),
        ("release", "created_at", created_at, None, None, None),
        ("release", "code_revision", provenance.code_revision, None, None, None),
    ]
    rows += [("version", name, value, None, None, None) for name, value in provenance.versions.items()]
    rows += [("mart", name, mart["hash"], None, mart["rows"], None) for name, mart in marts.items()]
    for one in provenance.deliveries:
        rows.append(("contract", one.extract, one.contract_version, None, None, None))
        accepted, rejected = one.rows_accepted, one.rows_rejected
        rows.append(("delivery", one.extract, one.delivery_id, one.delivery_date, accepted, rejected))
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create table provenance (item varchar not null, name varchar not null, value varchar not null,"
            " delivery_date date, rows_accepted bigint, rows_rejected bigint)"
        )
        connection.executemany("insert into provenance values (?, ?, ?, ?, ?, ?)", list(dict.fromkeys(rows)))
        connection.execute(
            "comment on table provenance is 'Where the marts come from (数据来源): release, versions, contracts,"
            " deliveries, and of each mart its rows and a hash of its content.'"
        )


def _check(file: Path, marts: Mapping[str, Any], forbidden: frozenset[str]) -> None:
    """Open the finished file as a reader would and hold it against what was copied."""
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal order by all"
        ).fetchall()
        leaking = [f"{table}.{column}" for table, column in columns if table in marts and column in forbidden]
        if leaking:
            raise PublicationRefused(f"Columns that name a person may not leave the warehouse: {', '.join(leaking)}")
        different = [name for name, mart in marts.items() if measure(connection, _name(name)) != mart]
    if different:
        raise PublicationRefused(f"The copy differs from the warehouse: {', '.join(different)}")


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
