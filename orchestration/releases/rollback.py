"""`make rollback`: readers get the release before the current one, at once and without a rebuild."""

from __future__ import annotations

import argparse
import sys

from orchestration.process import keep_private
from orchestration.releases.release import NoRelease, all_releases, roll_back
from orchestration.settings import settings_for


def main() -> int:
    """Move the pointer and say where it stands now; 1 where there is nowhere to go."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--to", default="", help="a release's name; without it the one before the current one")
    given = arguments.parse_args()
    releases = settings_for(given.data).releases
    try:
        release = roll_back(releases, given.to or None)
    except NoRelease as problem:
        print(problem, file=sys.stderr)
        return 1
    for one in all_releases(releases):
        print(f"{'→' if one == release else ' '} {one.release_id}  {one.created_at}")
    print(f"Current: {release.file}\nThe next release comes with the next delivery or change of code.")
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
