"""The releases on disk: `<release id>/{marts.duckdb, release.json}`, and the pointer `current` to one of them.

Here belongs: finding, pointing, pruning. What goes into a release lives in publish.py. Everything that readers may see
changes in one place, `commit`: a crash at any point leaves `current` on a whole release.
"""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.deliveries.files import locked, sync, write_atomically

KEPT = 7
FILE = "marts.duckdb"
DESCRIPTION = "release.json"
POINTER = "current"
# Held by whoever publishes or rolls back, for as long as it takes.
LOCK = ".lock"
LATEST = "latest.json"
_PRUNED = ".pruned-"


class NoRelease(Exception):
    """There is no release to go to; the message says why and what to do."""


@dataclass(frozen=True)
class Release:
    """One published file. `content` names what stands in it: two releases with one content hold the same marts."""

    release_id: str
    folder: Path
    created_at: str
    content: str
    marts: dict[str, int]

    @property
    def file(self) -> Path:
        return self.folder / FILE


@dataclass(frozen=True)
class Latest:
    """What was built last: the inputs' fingerprint, and the release that holds its marts (also after a rollback)."""

    fingerprint: str
    release_id: str


def read_release(folder: Path) -> Release:
    """The release in a folder. Raises OSError or KeyError where it is not whole."""
    described: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    marts = {name: int(mart["rows"]) for name, mart in described["marts"].items()}
    return Release(folder.name, folder, described["created_at"], described["content"], marts)


def all_releases(releases: Path) -> list[Release]:
    """Every whole release, oldest first (their names begin with a running number)."""
    folders = releases.glob(f"r*/{DESCRIPTION}")
    return [read_release(description.parent) for description in sorted(folders)]


def current_release(releases: Path) -> Release | None:
    """The release that readers see, or None before the first."""
    pointer = releases / POINTER
    return read_release(pointer.resolve()) if (pointer / DESCRIPTION).exists() else None


def readers_have(releases: Path) -> str:
    """What readers see while nothing new is published, in a sentence."""
    release = current_release(releases)
    return f"Readers have release {release.release_id}, whole." if release else "Nothing has been published yet."


def latest(releases: Path) -> Latest | None:
    """What the last build published, or None where nothing was, or its release has gone."""
    file = releases / LATEST
    if not file.exists():
        return None
    found = Latest(**json.loads(file.read_text("utf-8")))
    return found if (releases / found.release_id / DESCRIPTION).exists() else None


def group_reads(releases: Path) -> bool:
    """Whether the operator has given the releases to a group (readers.py); new ones go to it by themselves."""
    return releases.exists() and bool(releases.stat().st_mode & stat.S_ISGID)


def record_latest(releases: Path, fingerprint: str, release_id: str) -> None:
    """Note which inputs the warehouse was built from last, and which release has its marts."""
    write_atomically(releases / LATEST, json.dumps(asdict(Latest(fingerprint, release_id))).encode())


def point_to(releases: Path, release_id: str) -> None:
    """Make a release current: one rename, which either has happened or has not."""
    draft = releases / f".{POINTER}.draft"
    draft.unlink(missing_ok=True)
    draft.symlink_to(release_id)
    draft.replace(releases / POINTER)
    sync(releases)


def commit(releases: Path, draft: Path, release_id: str, fingerprint: str) -> Release:
    """Move a finished, checked draft among the releases, make it current, and prune. The only way to publish."""
    readable = group_reads(releases)
    for file in draft.iterdir():
        file.chmod(0o440 if readable else 0o400)
        sync(file)
    draft.chmod(0o750 if readable else 0o700)
    sync(draft)
    draft.rename(releases / release_id)
    sync(releases)
    return make_current(releases, release_id, fingerprint)


def make_current(releases: Path, release_id: str, fingerprint: str) -> Release:
    """The second half of `commit`, also where a crash had parted it from the first."""
    point_to(releases, release_id)
    record_latest(releases, fingerprint, release_id)
    prune(releases)
    return read_release(releases / release_id)


def unfinished(releases: Path) -> Release | None:
    """A release that was moved into place and then never made current: newer than the last one noted."""
    noted, found = latest(releases), all_releases(releases)
    newest = found[-1] if found else None
    return newest if newest and (noted is None or newest.release_id > noted.release_id) else None


def prune(releases: Path, until: str = "") -> list[str]:
    """Keep the last seven but those whose last day is `until` (ISO) or earlier, and always the current one; returns the
    ids of those that went. One that goes leaves in one rename: no part of it stays."""
    current, found = current_release(releases), all_releases(releases)
    expired = [each for each in found if _last_day(each) <= until.replace("-", "")]
    gone = [each for each in found if each in expired or each not in found[-KEPT:]]
    gone = [each for each in gone if current is None or each.release_id != current.release_id]
    for release in gone:
        release.folder.rename(releases / f"{_PRUNED}{release.release_id}")
    for folder in releases.glob(f"{_PRUNED}*"):
        shutil.rmtree(folder)
    return [each.release_id for each in gone]


def _last_day(release: Release) -> str:
    """The last day that a release knows of, yyyymmdd, as its name says."""
    return release.release_id.partition("-")[2]


def roll_back(releases: Path, to: str | None = None) -> Release:
    """Make the release before the current one current, or the one named `to`. Nothing is deleted.

    The next run publishes only when it has something new. Raises NoRelease where there is none to go to.
    """
    if current_release(releases) is None:
        raise NoRelease(f"No release has been published in {releases} yet: make run")
    with locked(releases / LOCK):
        found, current = all_releases(releases), current_release(releases)
        assert current is not None
        names = [release.release_id for release in found]
        if to is None:
            earlier = [name for name in names if name < current.release_id]
            if not earlier:
                raise NoRelease(f"{current.release_id} is the oldest release kept: there is none before it.")
            to = earlier[-1]
        if to not in names:
            raise NoRelease(f"There is no release {to}; there are {', '.join(names)}")
        point_to(releases, to)
        return next(release for release in found if release.release_id == to)
