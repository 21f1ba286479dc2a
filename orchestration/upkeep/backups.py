"""What a back-up is: a folder `data/` with every file that cannot be derived again, `configuration/` with what the code
was told about the district, and `backup.json`, which names each file with its hash.

Here belongs: what is kept, reading and writing that description, and copying a file so that its hash is known. Making
one and going back to one stand in `backup` and `restore`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.releases.release import sync
from orchestration.settings import PROJECT

DESCRIPTION = "backup.json"
DATA, CONFIGURATION = "data", "configuration"
# Dagster's own folder, in which it writes and tidies up also while no run is at work.
HISTORY = f"{DATA}/dagster/"
# What the code was told about the district, below the project.
CONFIGURED = (
    "orchestration/contracts",
    "orchestration/linkage/models",
    "seeds/codes",
    "seeds/rules",
    "requirements.lock",
)
# Derived, or not ours: the warehouse, dbt's artifacts, logs, what departments and the simulator put there.
_DERIVED = {"dbt", "logs", "extracts", "truth", "simulator.err"}
_REPLACED = ".replaced-"
_PIECE = 4 << 20


class BackupDamaged(Exception):
    """A back-up is not what it was when it was made, or what is to be backed up has decayed; names the files."""


@dataclass(frozen=True)
class Kept:
    """One file: its path in the back-up, its bytes and their SHA-256, its mode, and when it was last written."""

    path: str
    bytes: int
    sha256: str
    mode: int
    written_ns: int


@dataclass(frozen=True)
class Backup:
    """What `backup.json` says: folders by path with their mode, links by path with their target, and every file."""

    made_at: str
    code_revision: str
    readers: str
    folders: dict[str, int]
    links: dict[str, str]
    files: dict[str, Kept]

    def write(self, folder: Path) -> None:
        described = asdict(self) | {"files": [asdict(kept) for kept in self.files.values()]}
        file = folder / DESCRIPTION
        file.write_text(json.dumps(described, ensure_ascii=False, indent=1), "utf-8")
        sync(file)


def read_backup(folder: Path) -> Backup:
    """Raises BackupDamaged where the description is missing or cannot be read."""
    file = folder / DESCRIPTION
    try:
        described = json.loads(file.read_text("utf-8"))
        files = {each["path"]: Kept(**each) for each in described.pop("files")}
        return Backup(**described, files=files)
    except FileNotFoundError:
        raise BackupDamaged(f"{folder} is no back-up: it has no {DESCRIPTION}.") from None
    except (ValueError, TypeError, KeyError):
        raise BackupDamaged(f"{file} is damaged: it cannot be read. Take another back-up.") from None


def all_backups(folder: Path) -> list[Path]:
    """The whole back-ups in a folder of back-ups, oldest first (they are named by their time)."""
    return sorted(each.parent for each in folder.glob(f"*/{DESCRIPTION}") if not each.parent.name.startswith("."))


def sources(data: Path) -> Iterator[tuple[str, Path]]:
    """Everything to be kept: its path in the back-up, and where it stands. Folders come before what is in them."""
    yield DATA, data
    for entry in _below(data, data):
        yield f"{DATA}/{entry.relative_to(data)}", entry
    yield CONFIGURATION, PROJECT
    for name in CONFIGURED:
        for entry in (PROJECT / name, *sorted((PROJECT / name).rglob("*"))):
            if entry.is_file() and "__pycache__" not in entry.parts:
                yield f"{CONFIGURATION}/{entry.relative_to(PROJECT)}", entry


def _below(folder: Path, data: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        hidden = entry.name.startswith(".") and not entry.name.startswith(_REPLACED)
        derived = folder == data and (entry.name in _DERIVED or entry.name.startswith("warehouse."))
        # SQLite's own copy holds what these do.
        beside_database = entry.name.endswith((".db-wal", ".db-shm", ".db-journal"))
        if not (hidden or derived or beside_database):
            yield entry
            if entry.is_dir() and not entry.is_symlink():
                yield from _below(entry, data)


def hash_of(file: Path, copy: Path | None = None) -> str:
    """The SHA-256 of a file's bytes as the disk has them; they go to a new file in the same pass where one is given."""
    digest = hashlib.sha256()
    descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600) if copy else None
    try:
        with file.open("rb", buffering=0) as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while piece := opened.read(_PIECE):
                digest.update(piece)
                while descriptor is not None and piece:
                    piece = piece[os.write(descriptor, piece) :]
        if descriptor is not None:
            os.fsync(descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)
    return digest.hexdigest()


def copy_database(file: Path, copy: Path) -> None:
    """A SQLite database as it is at one moment, also while Dagster writes to it."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("pragma journal_mode = delete")
    sync(copy)


def side_by_side(work: Callable[[Kept], str | None], files: Iterable[Kept]) -> list[str]:
    """What `work` says of each file, where it says something. Hashing lets go of Python's lock."""
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        return [told for told in pool.map(work, files) if told]
