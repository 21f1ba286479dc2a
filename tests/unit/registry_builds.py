"""Builds of a tiny district as the registry of keys sees them: rows, the clusters they stand in, and nothing else.

The events come from the model's own SQL, its refs replaced, so that a test of the registry is a test of that model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.releases.release import DESCRIPTION
from orchestration.settings import DBT_PROJECT
from orchestration.state.keys import assign_keys, redirect_table
from orchestration.state.registry import Registry

_MODEL = DBT_PROJECT / "models" / "conformed" / "registry" / "person_key_event.sql"
EVENTS = re.sub(r"{{ ref\('(\w+)'\) }}", r"conformed.\1", _MODEL.read_text("utf-8"))


class District:
    """A registry and the warehouse that proposes to it. A build is given as row → cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.warehouse = folder, folder / "warehouse.duckdb"
        self.releases = folder / "releases"
        self.registry = Registry(folder / "state", self.releases)
        self.published = 0
        self.build_name = ""

    def build(self, rows: Mapping[int, int]) -> dict[int, str]:
        """Assign keys as the models do; returns row → key. Commits nothing."""
        members = pa.table(
            {"member": pa.array(rows.keys(), pa.int64()), "cluster_id": pa.array(rows.values(), pa.uint64())}
        )
        overlap = self.registry.overlap(members)
        clusters = members.select(["cluster_id"]).group_by("cluster_id").aggregate([])
        keys = assign_keys(clusters, overlap, self.registry.keys_given())
        tables = {
            "person_member": members,
            "person_key_overlap": overlap,
            "person_key_origin": keys,
            "person_key": keys,
        }
        self.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("create schema conformed")
            for name, table in tables.items():
                connection.register("arrow_table", table)
                connection.execute(f"create table conformed.{name} as from arrow_table")
            connection.execute(f"create table conformed.person_key_event as {EVENTS}")
            if self.build_name:
                connection.execute("create table delivery_read as select ? as build", [self.build_name])
        found = dict(zip(keys["cluster_id"].to_pylist(), keys["person_key"].to_pylist(), strict=True))
        assert len(set(found.values())) == len(found), "two clusters have one key"
        return {row: found[cluster] for row, cluster in rows.items()}

    def propose(self) -> str:
        """Write the proposal of the build; returns the release that it waits for."""
        self.published += 1
        release_id = f"r{self.published:05d}"
        self.proposed = self.registry.propose(self.warehouse, release_id)
        return release_id

    def release(self, release_id: str) -> None:
        """The moment at which the release is there."""
        folder = self.releases / release_id
        folder.mkdir(parents=True)
        (folder / DESCRIPTION).write_text("{}", "utf-8")

    def publish(self) -> bool:
        """Commit the build; returns whether it changed anything."""
        self.release(self.propose())
        self.registry.settle()
        return self.proposed

    def refresh(self, rows: Mapping[int, int]) -> dict[int, str]:
        keys = self.build(rows)
        self.publish()
        return keys

    def query(self, query: str) -> list[tuple[object, ...]]:
        with duckdb.connect() as connection:
            return connection.execute(query).fetchall()

    def checkpoint(self) -> dict[int, str]:
        """Member → key as committed, merges resolved."""
        redirects = self.redirects()
        return {int(str(m)): redirects.get(str(k), str(k)) for m, k in self.query(self.registry.members())}

    def redirects(self) -> dict[str, str]:
        table = redirect_table(self.registry.merges())
        return dict(zip(table["old_key"].to_pylist(), table["current_key"].to_pylist(), strict=True))

    def log(self) -> list[tuple[str, str, str | None]]:
        """Every event in order: what, of which key, the other key."""
        query = f"select event, person_key, other_key from ({self.registry.events()}) order by generation, event desc"
        return [
            (str(event), str(key), None if other is None else str(other)) for event, key, other in self.query(query)
        ]
