"""The registry of person keys on disk: `$DATA/state/registry/{manifest.json, events-*.parquet, members-*.parquet}`.

Here belongs: reading what was committed, writing what a build proposes, and making it count at the moment at which its
release does. Which cluster takes which key is decided in keys.py. The log of events is append-only; rows stand in the
registry by a hash of where they belong (member), never by a number, a name or a telephone.

A proposal (`pending.json`) counts from the moment at which the folder of its release exists, which one rename decides;
readers follow that rule themselves, so that a crash at any point leaves keys and releases of one build.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.deliveries.files import make_private_folder, sync, write_atomically
from orchestration.deliveries.parquet import drop_rows
from orchestration.releases.release import DESCRIPTION
from orchestration.state.keys import OVERLAP, redirect_table, resolve

MANIFEST, PENDING = "manifest.json", "pending.json"
# The checkpoint is its first file and the later ones' changes; it is written anew when those outgrow a quarter of it.
_MOST_CHANGES, _MOST_FILES = 0.25, 30


@dataclass(frozen=True)
class Manifest:
    """Which files are the registry, oldest first: of the log every one; of the checkpoint the later row wins."""

    generation: int = 0
    release_id: str = ""
    committed_at: str = ""
    events: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    members_first: int = 0
    members_later: int = 0
    # dbt's name of the build whose keys were committed last: just these stand in its warehouse.
    build: str = ""


@dataclass(frozen=True)
class Registry:
    """The registry below `state`, whose commits count with the releases in `releases`."""

    state: Path
    releases: Path

    @property
    def folder(self) -> Path:
        return self.state / "registry"

    def manifest(self) -> Manifest:
        """What counts now. Raises ValueError or TypeError where the file is no manifest: keys are never begun anew."""
        return self._pending() or self._read(MANIFEST) or Manifest()

    def members(self) -> str:
        """The checkpoint as a query: member, person_key (as committed; redirects are resolved by whoever asks)."""
        manifest = self.manifest()
        first, later = manifest.members[:1], manifest.members[1:]
        if not later:
            return f"select member, person_key from {self._parquet(first, 'member bigint, person_key varchar')}"
        return f"""
            with later as (
                select member, arg_max(person_key, generation) as person_key
                from {self._parquet(later, "")} group by member
            )
            select member, person_key from {self._parquet(first, "")} anti join later using (member)
            union all
            select member, person_key from later
        """

    def events(self) -> str:
        """The log as a query: generation, release_id, recorded_at, event, person_key, other_key, members."""
        shape = (
            "generation bigint, release_id varchar, recorded_at timestamp with time zone, event varchar,"
            " person_key varchar, other_key varchar, members bigint"
        )
        return f"select * from {self._parquet(self.manifest().events, shape)}"

    def keys_given(self) -> pa.Array:
        """Every key that was ever minted, those merged away too."""
        with duckdb.connect(":memory:") as connection:
            query = f"select person_key from ({self.events()}) where event <> 'merge'"
            return connection.sql(query).to_arrow_table()["person_key"].combine_chunks()

    def merges(self) -> list[tuple[str, str]]:
        """Every merge committed: the old key and the key that it went into."""
        with duckdb.connect(":memory:") as connection:
            query = f"select person_key, other_key from ({self.events()}) where event = 'merge'"
            return connection.execute(query).fetchall()

    def keys_of(self, members: pa.Table) -> pa.Table:
        """The current keys, `held_key`, under which these rows (`member`) were committed, each once."""
        with self._opened(members) as connection:
            query = f"""
                select distinct coalesce(current_key, person_key) as held_key
                from ({self.members()}) left join redirect on person_key = old_key
                where member in (select member from asked)
            """
            return connection.sql(query).to_arrow_table()

    def members_of(self, keys: pa.Table) -> pa.Table:
        """The rows, member and person_key, committed under these keys (`held_key`) or under one merged into them."""
        with self._opened(keys) as connection:
            merged = "select old_key from redirect where current_key in (from asked)"
            query = f"from ({self.members()}) where person_key in (from asked union all {merged})"
            return connection.sql(query).to_arrow_table()

    def overlap(self, person_member: pa.Table, held: pa.Table | None = None) -> pa.Table:
        """Rows that each cluster shares with each held key: cluster_id, held_key, members; without cluster those gone.

        person_member: member, cluster_id of every row of the build; or, with `held`, of those in it. held: member,
        person_key as committed, of all rows of some keys.
        """
        with self._opened(person_member) as connection:
            if held is not None:
                connection.register("held", held)
            shared = connection.sql(
                f"""
                with counted as (
                    select cluster_id, person_key, count(*) as members
                    from asked right join {"held" if held is not None else f"({self.members()}) as held"} using (member)
                    group by cluster_id, person_key
                )
                select cluster_id, coalesce(current_key, person_key) as held_key, sum(members)::bigint as members
                from counted left join redirect on person_key = old_key
                group by all
                """
            )
            return shared.to_arrow_table().cast(OVERLAP)

    def propose(self, warehouse: Path, release_id: str) -> bool:
        """Write what the warehouse's build changes, to count once `release_id` is a release; False where it is nothing.

        The warehouse holds conformed.person_member, person_key_origin and person_key_event. Until the release is there,
        nothing that was committed has changed.
        """
        self.settle()
        make_private_folder(self.folder)
        held = self._read(MANIFEST) or Manifest()
        self._remove_unnamed(held)
        number, moment = held.generation + 1, datetime.now(UTC).isoformat(timespec="seconds")
        next_one = replace(held, generation=number, release_id=release_id, committed_at=moment)
        with duckdb.connect(":memory:") as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute(f"attach {_text(str(warehouse))} as warehouse (read_only)")
            next_one = replace(next_one, build=_build(connection))
            next_one = self._write_events(connection, next_one)
            next_one = self._write_members(connection, next_one)
        if (next_one.events, next_one.members, next_one.build) == (held.events, held.members, held.build):
            return False
        sync(self.folder)
        write_atomically(self.folder / PENDING, json.dumps(asdict(next_one), indent=1).encode())
        sync(self.folder)
        return True

    def forget(self, person_keys: Collection[str]) -> None:
        """Take the rows of these people, and of keys that were merged into theirs, out of the checkpoint: a row's
        number can be reckoned from an identity number. That there was such a key stays in the log."""
        self.settle()
        redirected = resolve(dict(self.merges()))
        keys = {*person_keys, *(old for old, current in redirected.items() if current in person_keys)}
        for file in self.manifest().members if keys else ():
            drop_rows(self.folder / file, "person_key in (select unnest($keys))", {"keys": sorted(keys)})

    def settle(self) -> None:
        """Make a proposal whose release exists the manifest, and drop one whose release does not."""
        pending = self.folder / PENDING
        if self._pending():
            pending.replace(self.folder / MANIFEST)
            sync(self.folder)
        else:
            pending.unlink(missing_ok=True)

    @contextmanager
    def _opened(self, asked: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that knows the rows `asked` for, and every `redirect`."""
        with duckdb.connect(":memory:") as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.register("asked", asked)
            connection.register("redirect", redirect_table(self.merges()))
            yield connection

    def _pending(self) -> Manifest | None:
        """The proposal, where its release exists."""
        proposed = self._read(PENDING)
        return proposed if proposed and (self.releases / proposed.release_id / DESCRIPTION).exists() else None

    def _read(self, name: str) -> Manifest | None:
        file = self.folder / name
        if not file.exists():
            return None
        found = Manifest(**json.loads(file.read_text("utf-8")))
        return replace(found, events=tuple(found.events), members=tuple(found.members))

    def _parquet(self, files: tuple[str, ...], shape: str) -> str:
        """A relation over the files; without any, an empty one of the shape."""
        if files:
            return f"read_parquet([{', '.join(_text(str(self.folder / file)) for file in files)}])"
        columns = ", ".join(f"null::{kind} as {name}" for name, kind in (c.split(" ", 1) for c in shape.split(", ")))
        return f"(select {columns} where false)"

    def _write_events(self, connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Manifest:
        """The build's events. Those that the log has already stay out: one build may be published a second time."""
        name = f"events-{manifest.generation:06d}.parquet"
        query = f"""
            select {manifest.generation}::bigint as generation, {_text(manifest.release_id)} as release_id,
                {_text(manifest.committed_at)}::timestamptz as recorded_at,
                event, person_key, other_key, members::bigint as members
            from warehouse.conformed.person_key_event
            anti join ({self.events()}) as committed using (event, person_key)
        """
        written = self._write(connection, query, name)
        return replace(manifest, events=(*manifest.events, name)) if written else manifest

    def _write_members(self, connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Manifest:
        """The rows whose key is new or another; all of them where those of the last commits have become many."""
        name, number = f"members-{manifest.generation:06d}.parquet", f"{manifest.generation}::bigint as generation"
        changes = f"""
            select member, current.person_key, {number}
            from (
                select member, person_key
                from warehouse.conformed.person_member
                inner join warehouse.conformed.person_key_origin using (cluster_id)
            ) as current
            left join ({self.members()}) as held using (member)
            where held.person_key is distinct from current.person_key
        """
        written = self._write(connection, changes, name)
        if not written:
            return manifest
        if not manifest.members:
            return replace(manifest, members=(name,), members_first=written, members_later=0)
        later = manifest.members_later + written
        if later <= _MOST_CHANGES * manifest.members_first and len(manifest.members) < _MOST_FILES:
            return replace(manifest, members=(*manifest.members, name), members_later=later)
        change = _text(str(self.folder / name))
        whole = f"""
            select member, person_key, {number} from ({self.members()}) anti join {change} as change using (member)
            union all
            select member, person_key, {number} from {change}
        """
        name = name.replace("members-", "members-all-")
        return replace(manifest, members=(name,), members_first=self._write(connection, whole, name), members_later=0)

    def _write(self, connection: duckdb.DuckDBPyConnection, query: str, name: str) -> int:
        """Write a query's rows; returns how many. No rows leave no file."""
        file = self.folder / name
        row = connection.execute(f"copy ({query}) to {_text(str(file))} (format parquet, compression zstd)").fetchone()
        assert row is not None
        if not row[0]:
            file.unlink(missing_ok=True)
            return 0
        file.chmod(0o600)
        sync(file)
        return int(row[0])

    def _remove_unnamed(self, manifest: Manifest) -> None:
        """Files of proposals that never counted, and of a checkpoint that was written anew."""
        for file in self.folder.glob("*.parquet"):
            if file.name not in (*manifest.events, *manifest.members):
                file.unlink()


def _build(connection: duckdb.DuckDBPyConnection) -> str:
    """dbt's name of the build that made the warehouse; empty where no build by change can go on from it."""
    noted = "select count(*) from duckdb_tables() where database_name = 'warehouse' and table_name = 'delivery_read'"
    if not connection.execute(noted).fetchall()[0][0]:
        return ""
    built = connection.execute("select any_value(build) from warehouse.main.delivery_read").fetchall()[0][0]
    return str(built or "")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
