"""Which code is this: a hash of everything that decides what stands in the tables, and git's name for it.

A run whose deliveries and code are those of the last build has nothing to do; this half speaks for the code.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from orchestration.settings import DBT_PROJECT, PROJECT

_TEXT = {".py", ".sql", ".yml", ".yaml", ".csv", ".json"}
_FOLDERS = (PROJECT / "orchestration", PROJECT / "seeds" / "codes", PROJECT / "seeds" / "rules")
VERSIONS = ("dbt-core", "dbt-duckdb", "duckdb", "dagster")


def _files(folder: Path) -> Iterator[Path]:
    """The source files below a folder, in order of name, without what tools leave there."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TEXT and "target" not in path.parts and path.is_file():
            yield path


def _hash(folders: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in _files(folder):
            digest.update(f"{path.relative_to(PROJECT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in VERSIONS:
        digest.update(f"{name} {version(name)}\0".encode())
    return digest.hexdigest()


def dbt_hash() -> str:
    """A hash of what dbt parses: its project, the seeds, and dbt's own version."""
    return _hash((DBT_PROJECT, PROJECT / "seeds" / "codes", PROJECT / "seeds" / "rules"))


def code_hash() -> str:
    """A hash of every source file and library version that decides what stands in the tables."""
    return _hash((DBT_PROJECT, *_FOLDERS))


def git_revision() -> str:
    """The commit, with `+` where files differ from it; `unknown` outside a git checkout."""
    try:
        commit = subprocess.run(
            ["git", "-C", str(PROJECT), "describe", "--always", "--abbrev=12", "--dirty=+"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit.stdout.strip()
