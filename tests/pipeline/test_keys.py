"""Keys that last: through days of deliveries, the loss of everything derived, and releases that fail."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from districts import District, run_dbt

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import FolderSource
from orchestration.releases import publish as publishing
from orchestration.releases.publish import Provenance, PublicationRefused, publish
from orchestration.releases.release import DESCRIPTION
from orchestration.settings import PROJECT, settings_for
from orchestration.state.registry import Registry

DAYS, RESIDENTS = 4, 500
PROVENANCE = Provenance("inputs", "code", {}, ())


@pytest.mark.parametrize("failure", ["refused", "disk_full"])
def test_a_release_that_fails_leaves_the_registry_as_it_was(
    failure: str, district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    registry = Registry(tmp_path / "state", tmp_path / "releases")
    given = (district.settings.warehouse, registry.releases, PROVENANCE, {})
    with monkeypatch.context() as patched:
        if failure == "disk_full":
            patched.setattr(publishing, "commit", full)
        with pytest.raises((PublicationRefused, OSError)):
            publish(*given, frozenset({"resident_population"} if failure == "refused" else ()), registry.state)
    assert registry.manifest().generation == 0
    publish(*given, frozenset(), registry.state)
    assert registry.manifest().generation == 1
    publish(*given, frozenset(), registry.state)
    assert registry.manifest().generation == 1


def test_the_registry_holds_no_value_of_any_row(district: District) -> None:
    registry = Registry(district.settings.state, district.settings.releases)
    with duckdb.connect() as connection:
        kinds = {row[:2] for row in connection.execute(f"describe {registry.members()}").fetchall()}
        texts = connection.execute(f"select event, person_key, other_key from ({registry.events()})").fetchall()
    assert kinds == {("member", "BIGINT"), ("person_key", "VARCHAR")}
    assert {event for event, _, _ in texts} == {"mint"}
    assert all(len(key) == 12 and other is None for _, key, other in texts)


def refreshes(data: Path) -> Iterator[Path]:
    """A district delivered day by day, each day linked and its keys committed; yields the warehouse after each."""
    program = [sys.executable, "-m", "seeds.district", f"--out={data / 'district'}"]
    options = [f"--residents={RESIDENTS}", f"--days={DAYS}", "--seed=5", "--noise=2"]
    subprocess.run([*program, *options], cwd=PROJECT, check=True)
    settings = settings_for(data)
    registry = Registry(settings.state, settings.releases)
    written = data / "district" / "extracts"
    days = sorted({file.stem[-8:] for file in written.rglob("*_*.*")})
    assert len(days) == DAYS
    for day in days:
        for file in written.rglob(f"*_{day}.*"):
            target = settings.extracts / file.relative_to(written)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
        pull(FolderSource(settings.extracts), read_contracts(), data)
        # the code tables are read once
        command = ["build", "--exclude-resource-types", "test", "unit_test"] if day == days[0] else ["run"]
        run_dbt(settings, *command, "--select", "+person_link", "+person_key_event")
        registry.propose(settings.warehouse, day)
        (settings.releases / day).mkdir(parents=True)
        (settings.releases / day / DESCRIPTION).write_text("{}", "utf-8")
        registry.settle()
        yield settings.warehouse


def people(warehouse: Path, truth: Path) -> dict[str, tuple[frozenset[str], str]]:
    """For each true person the row versions that speak of them, and the key that most of these have."""
    query = """
        select truth.person, link.extract || link.record_key || link.version, link.person_key
        from conformed.person_link as link
        join read_parquet(?) as truth
            on truth.extract = link.extract and strftime(truth.day, '%Y%m%d') = left(link.delivery_id, 8)
            and truth.row = link.source_row
        where link.role = 'subject' and truth.person is not null
        order by all
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(query, [str(truth / "rows" / "*.parquet")]).fetchall()
    rows: dict[str, set[str]] = {}
    keys: dict[str, Counter[str]] = {}
    for person, row, key in found:
        rows.setdefault(person, set()).add(row)
        keys.setdefault(person, Counter())[key] += 1
    return {person: (frozenset(rows[person]), keys[person].most_common(1)[0][0]) for person in rows}


def test_unchanged_people_keep_their_key_from_day_to_day(tmp_path: Path) -> None:
    seen = [people(warehouse, tmp_path / "district" / "truth") for warehouse in refreshes(tmp_path)]
    same = kept = 0
    for before, after in pairwise(seen):
        unchanged = [person for person in before if person in after and before[person][0] == after[person][0]]
        same += len(unchanged)
        kept += sum(before[person][1] == after[person][1] for person in unchanged)
    assert same > 0.9 * RESIDENTS * (DAYS - 1)
    assert kept / same >= 0.999
    stayed = seen[0].keys() & seen[-1].keys()
    assert sum(seen[0][person][1] == seen[-1][person][1] for person in stayed) / len(stayed) >= 0.99
