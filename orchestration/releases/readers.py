"""`make readers GROUP=name`: who may read the releases besides the account that makes them: one group, or nobody.

The folder of releases itself says so (its set-group-ID bit, with which new releases take over its group): a choice that
stands with the files, that whoever publishes finds, and that needs no setting. Everything else below the data folder
is its account's alone.
"""

from __future__ import annotations

import argparse
import grp
import os
import stat
import sys
from pathlib import Path

from orchestration.deliveries.files import make_private_folder
from orchestration.process import keep_private
from orchestration.releases.release import all_releases, group_reads
from orchestration.settings import Settings, settings_for

_ENTERED, _PRIVATE = 0o710, 0o700
_LISTED = stat.S_ISGID | 0o750


class NoSuchGroup(Exception):
    """The releases cannot be given to the group; the message says why."""


def tighten(settings: Settings) -> None:
    """Give the data folder and what lies directly in it the modes that they must have, whoever made them and when.

    Raises PermissionError where they are another account's.
    """
    chosen = group_reads(settings.releases)
    for entry in settings.data.iterdir():
        if not entry.is_symlink() and entry != settings.releases:
            _set(entry, _PRIVATE if entry.is_dir() else 0o600)
    _set(settings.releases, _LISTED if chosen else _PRIVATE)
    _set(settings.data, _ENTERED if chosen else _PRIVATE)


def _set(path: Path, mode: int) -> None:
    """Only where it differs: another account's folder that is right may stay."""
    if stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)


def readers_of(settings: Settings) -> str:
    """The name of the group that reads the releases; empty where nobody does but the account."""
    return settings.releases.group() if group_reads(settings.releases) else ""


def give_to(settings: Settings, group: str) -> None:
    """Let a group read the releases, those there are and those to come; without a name nobody but the account.

    Raises NoSuchGroup where there is none of that name, or the account may not give files to it.
    """
    make_private_folder(settings.releases)
    try:
        number = grp.getgrnam(group).gr_gid if group else -1
    except KeyError:
        raise NoSuchGroup(f"There is no group {group} here.") from None
    try:
        for release in all_releases(settings.releases) if group else []:
            for path in (*release.folder.iterdir(), release.folder):
                os.chown(path, -1, number)
                path.chmod(0o750 if path.is_dir() else 0o440)
        os.chown(settings.releases, -1, number)
        settings.releases.chmod(_LISTED if group else _PRIVATE)
        os.chown(settings.data, -1, number)
    except PermissionError:
        raise NoSuchGroup(f"This account is no member of {group}, or {settings.data} is not its own.") from None
    tighten(settings)


def main() -> int:
    """Read the command line; 1 where the group cannot be given the releases."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--group", default="", help="a group's name; without it nobody but the account")
    given = arguments.parse_args()
    settings = settings_for(given.data)
    try:
        give_to(settings, given.group)
    except NoSuchGroup as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"Readers of {settings.releases}: {f'group {given.group}' if given.group else 'this account alone'}.")
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
