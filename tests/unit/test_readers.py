"""Who may read what below a data folder: its account alone, and of the releases the group that was chosen."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

import pytest

from orchestration.prepare import configure
from orchestration.releases.readers import NoSuchGroup, give_to
from orchestration.releases.release import commit
from orchestration.settings import Settings, settings_for

# A group that the account may give files to: one of its own.
GROUP = grp.getgrgid(os.getgid()).gr_name


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


def publish(settings: Settings, name: str) -> Path:
    draft = settings.releases / ".draft"
    draft.mkdir()
    (draft / "marts.duckdb").write_bytes(b"")
    (draft / "release.json").write_text('{"created_at": "", "content": "", "marts": {}}')
    return commit(settings.releases, draft, name, "").folder


def test_folders_that_were_open_are_closed(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data")
    settings.deliveries.mkdir(parents=True)
    settings.warehouse.touch()
    for path in (settings.data, settings.deliveries, settings.warehouse):
        path.chmod(0o777)
    configure(settings)
    assert [mode(path) for path in (settings.data, settings.deliveries, settings.warehouse)] == ["700", "700", "600"]
    release = publish(settings, "r00001-20260901")
    assert [mode(path) for path in (settings.releases, release, release / "marts.duckdb")] == ["700", "700", "400"]


def test_a_chosen_group_reads_the_releases_and_nothing_else(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data")
    configure(settings)
    before = publish(settings, "r00001-20260901")
    give_to(settings, GROUP)
    after = publish(settings, "r00002-20260902")
    configure(settings)
    for release in (before, after):
        assert [mode(path) for path in (release, release / "marts.duckdb")] == ["750", "440"]
        assert release.stat().st_gid == os.getgid()
    assert [mode(settings.data), mode(settings.releases), mode(settings.releases / "latest.json")] == [
        "710",
        "2750",
        "600",
    ]
    assert {mode(path) for path in settings.data.iterdir() if path != settings.releases} == {"700"}
    give_to(settings, "")
    assert [mode(settings.data), mode(settings.releases)] == ["700", "700"]


def test_a_group_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoSuchGroup, match="no group nobody-of-that-name"):
        give_to(settings_for(tmp_path / "data"), "nobody-of-that-name")
