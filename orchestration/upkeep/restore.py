"""`make restore-backup FROM=folder DATA=folder`: a data folder as it was when it was backed up.

The warehouse is derived: the next run builds it again, and finds the release that was current still current.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from uuid import uuid4

from orchestration.deliveries.files import make_private_folder
from orchestration.process import keep_private
from orchestration.releases.readers import NoSuchGroup, give_to
from orchestration.releases.release import sync
from orchestration.settings import Settings, settings_for
from orchestration.upkeep.backups import (
    DATA,
    DESCRIPTION,
    Backup,
    BackupDamaged,
    Kept,
    all_backups,
    hash_of,
    read_backup,
    side_by_side,
)


class NotEmpty(Exception):
    """The folder to restore into holds something."""


def chosen(folder: Path) -> Path:
    """The back-up that a folder is, or the newest of those in it. Raises BackupDamaged where there is none."""
    if (folder / DESCRIPTION).exists():
        return folder
    found = all_backups(folder)
    if not found:
        raise BackupDamaged(f"{folder} is no back-up and holds none.")
    return found[-1]


def restore(folder: Path, settings: Settings) -> Backup:
    """Write the data folder anew from the back-up in `folder`; all of it is read and proved before any of it counts.

    Raises NotEmpty where the data folder holds something, and BackupDamaged with the name of every file of the back-up
    that is missing or not what it was; then nothing is left behind.
    """
    if settings.data.exists() and any(settings.data.iterdir()):
        raise NotEmpty(f"{settings.data} holds something already. Restore into a new folder: DATA=folder")
    backup = read_backup(folder)
    make_private_folder(settings.data.parent)
    draft = settings.data.with_name(f".{settings.data.name}-{uuid4().hex}")
    draft.mkdir()
    try:
        _fill(draft, folder, backup)
        if settings.data.exists():
            settings.data.rmdir()
        draft.rename(settings.data)
        sync(settings.data.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return backup


def _fill(draft: Path, folder: Path, backup: Backup) -> None:
    ours = {path: draft / Path(path).relative_to(DATA) for path in (*backup.folders, *backup.links, *backup.files)
            if Path(path).parts[0] == DATA}  # fmt: skip
    for path in backup.folders.keys() & ours.keys():
        ours[path].mkdir(parents=True, exist_ok=True)

    def take(file: Kept) -> str | None:
        place, copy = folder / file.path, ours.get(file.path)
        try:
            right = hash_of(place, copy) == file.sha256
        except FileNotFoundError:
            return f"{place} is missing."
        except OSError as problem:
            return f"{place} cannot be read: {problem.strerror}."
        if not right:
            return f"{place} is damaged: its content is not what was backed up."
        if copy:
            copy.chmod(file.mode)
            os.utime(copy, ns=(file.written_ns, file.written_ns))
        return None

    damaged = side_by_side(take, backup.files.values())
    if damaged:
        told = "\n".join(damaged)
        raise BackupDamaged(
            f"Nothing was restored: {len(damaged)} of {len(backup.files):,} files are not whole.\n{told}"
        )
    for path in backup.links.keys() & ours.keys():
        ours[path].symlink_to(backup.links[path])
    for path in backup.folders.keys() & ours.keys():
        ours[path].chmod(backup.folders[path])
        sync(ours[path])


def main() -> int:
    """Read the command line; 1 where nothing was restored."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--from", dest="source", default="", help="a back-up, or a folder of them: the newest")
    arguments.add_argument("--data", default="data")
    given = arguments.parse_args()
    settings = settings_for(given.data)
    if not given.source:
        print("From where? make restore-backup FROM=folder DATA=folder", file=sys.stderr)
        return 1
    try:
        folder = chosen(Path(given.source).expanduser().absolute())
        backup = restore(folder, settings)
    except (NotEmpty, BackupDamaged, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{settings.data} is what was backed up at {backup.made_at}: {len(backup.files):,} files, each proved.")
    print(f"It was made by {backup.code_revision}, whose contracts, codes and rules stand in {folder}/configuration.")
    try:
        give_to(settings, backup.readers)
    except NoSuchGroup as problem:
        give_to(settings, "")
        print(f"{problem} The releases are this account's alone: make readers GROUP=name")
    print("The next run builds the warehouse; readers have the release of then already.")
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
