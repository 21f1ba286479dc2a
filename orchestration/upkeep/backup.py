"""`make backup TO=folder`: everything below the data folder that cannot be derived again, whole or not at all.

Files that the last back-up in the same folder has already are linked to it: deliveries are never written again, so a
day's back-up takes the room of a day. Each stands for itself all the same, and any may be deleted.
"""

from __future__ import annotations

import argparse
import errno
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from orchestration.deliveries.files import locked, make_private_folder
from orchestration.guard import PATIENCE_SECONDS, RunFailed, only_run
from orchestration.process import keep_private
from orchestration.releases.readers import readers_of
from orchestration.releases.release import sync
from orchestration.revision import git_revision
from orchestration.settings import Settings, settings_for
from orchestration.upkeep.backups import (
    HISTORY,
    Backup,
    BackupDamaged,
    Kept,
    all_backups,
    copy_database,
    hash_of,
    read_backup,
    side_by_side,
    sources,
)

_DRAFT = ".draft-"
_LOCK = ".lock"
# Where a file system has no hard links, or this file has as many as it may have.
_NO_LINK = {errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.EXDEV}


@dataclass(frozen=True)
class Made:
    """A back-up that was made: where, how many files and bytes it has, and how many bytes of them are new."""

    folder: Path
    backup: Backup
    bytes: int
    new_bytes: int


def back_up(settings: Settings, to: Path, waiting: Callable[[str], None] | None = None) -> Made:
    """Make a back-up in the folder `to`; waits for a run that is at work.

    Every file is read, and so is every copy. Raises RunFailed where the data folder is missing, holds `to`, or a run
    does not end; BackupDamaged where a file that nobody has written since the last back-up is no longer what it was.
    """
    if not settings.deliveries.is_dir():
        raise RunFailed(f"There is nothing to back up in {settings.data}: it holds no deliveries.")
    if to.resolve().is_relative_to(settings.data.resolve()):
        raise RunFailed(f"{to} lies in {settings.data}: what takes the one away takes the other. Name another folder.")
    make_private_folder(to)
    with only_run(settings, PATIENCE_SECONDS, waiting), locked(to / _LOCK):
        for left in to.glob(f"{_DRAFT}*"):
            shutil.rmtree(left)
        draft = to / f"{_DRAFT}{uuid4().hex}"
        draft.mkdir()
        try:
            return _make(settings, to, draft)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _make(settings: Settings, to: Path, draft: Path) -> Made:
    moment = datetime.now(UTC)
    earlier = all_backups(to)[-1:]
    copying = _Copying(draft, earlier[0] if earlier else None)
    folders, links, files = {}, {}, []
    for path, place in sources(settings.data):
        found = place.lstat()
        if place.is_symlink():
            links[path] = str(place.readlink())
            (draft / path).symlink_to(links[path])
        elif place.is_dir():
            folders[path] = stat.S_IMODE(found.st_mode)
            (draft / path).mkdir(parents=True)
        else:
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            files.append((Kept(path, found.st_size, "", stat.S_IMODE(found.st_mode), found.st_mtime_ns), place))
    copying.places = {kept.path: place for kept, place in files}
    damaged = side_by_side(copying.keep, [kept for kept, _ in files])
    if damaged:
        raise BackupDamaged("Nothing was backed up.\n" + "\n".join(damaged))
    kept = {path: copying.kept[path] for path in sorted(copying.kept)}
    backup = Backup(moment.isoformat(timespec="seconds"), git_revision(), readers_of(settings), folders, links, kept)
    backup.write(draft)
    for folder in (*(draft / path for path in folders), draft):
        sync(folder)
    finished = to / f"{moment:%Y%m%dT%H%M%S.%fZ}"
    draft.rename(finished)
    sync(to)
    return Made(finished, backup, sum(each.bytes for each in kept.values()), sum(copying.new))


class _Copying:
    """Files on their way into a back-up, beside the one before it."""

    def __init__(self, draft: Path, earlier: Path | None) -> None:
        self.draft, self.earlier = draft, earlier
        self.known: dict[str, Kept] = {}
        if earlier:
            # One whose description is damaged is no help, and no hindrance.
            with suppress(BackupDamaged):
                self.known = read_backup(earlier).files
        self.places: dict[str, Path] = {}
        self.kept: dict[str, Kept] = {}
        self.new: list[int] = []

    def keep(self, file: Kept) -> str | None:
        """Put one file into the back-up; says what is wrong where it cannot be trusted."""
        place, copy, before = self.places[file.path], self.draft / file.path, self.known.get(file.path)
        try:
            if place.suffix == ".db" and file.path.startswith(HISTORY):
                copy_database(place, copy)
                self._keep(file, copy, hash_of(copy))
                return None
            digest = hash_of(place)
        except FileNotFoundError:
            # Dagster tidies up its own folder whenever it likes; nobody else is at work.
            return None if file.path.startswith(HISTORY) else f"{place} is gone."
        if before and (before.bytes, before.written_ns) == (file.bytes, file.written_ns) and before.sha256 != digest:
            return (
                f"{place} is damaged: it is not what it was in {self.earlier}, and nobody has written it since. "
                f"Take it from there: {self.earlier}/{file.path}"
            )
        if before and (before.sha256, before.mode) == (digest, file.mode) and self._link(file, copy, digest):
            self.kept[file.path] = Kept(file.path, file.bytes, digest, file.mode, file.written_ns)
            return None
        if hash_of(place, copy) != digest or hash_of(copy) != digest:
            return f"{place} changed while it was copied, or its copy cannot be read back."
        self._keep(file, copy, digest)
        return None

    def _keep(self, file: Kept, copy: Path, digest: str) -> None:
        copy.chmod(file.mode)
        size = copy.stat().st_size
        self.kept[file.path] = Kept(file.path, size, digest, file.mode, file.written_ns)
        self.new.append(size)

    def _link(self, file: Kept, copy: Path, digest: str) -> bool:
        """Whether the earlier back-up's copy serves: it must still be what it was."""
        assert self.earlier is not None
        try:
            if hash_of(self.earlier / file.path) != digest:
                return False
            copy.hardlink_to(self.earlier / file.path)
        except FileNotFoundError:
            return False
        except OSError as problem:
            if problem.errno not in _NO_LINK:
                raise
            return False
        return True


def main() -> int:
    """Read the command line; 1 where no back-up was made."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--to", default="", help="folder of back-ups, on another disk")
    given = arguments.parse_args()
    settings = settings_for(given.data)
    if not given.to:
        print("Where to? make backup TO=folder, on another disk than the data.", file=sys.stderr)
        return 1
    try:
        made = back_up(settings, Path(given.to).expanduser().absolute(), print)
    except (RunFailed, BackupDamaged) as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"Nothing was backed up: {problem}", file=sys.stderr)
        return 1
    print(
        f"{made.folder}\n{len(made.backup.files):,} files, {made.bytes / 1e6:,.1f} MB, of which "
        f"{made.new_bytes / 1e6:,.1f} MB are new; every one was read back."
    )
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
