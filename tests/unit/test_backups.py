"""Back-ups: whole or not at all, each for itself, no second copy of what has not changed, and damage told by name."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from test_withdrawals import HOUSES, District

from orchestration.guard import RunFailed, only_run
from orchestration.settings import Settings, settings_for
from orchestration.upkeep import backup as backing_up
from orchestration.upkeep.backup import Made, back_up
from orchestration.upkeep.backups import BackupDamaged, all_backups
from orchestration.upkeep.restore import NotEmpty, chosen, restore


@pytest.fixture
def district(tmp_path: Path) -> District:
    """A delivery, a decision and Dagster's history, with a connection to it open as the daemon has one."""
    district = District(tmp_path / "district")
    district.deliver(HOUSES, 1, 10)
    state, history = district.settings.state, district.settings.dagster_home / "history"
    for folder in (state, history):
        folder.mkdir(parents=True, exist_ok=True)
    (state / "decisions.csv").write_text("decided")
    (state / "decisions.csv").chmod(0o640)
    with closing(sqlite3.connect(history / "runs.db")) as runs:
        runs.execute("pragma journal_mode = wal")
        runs.execute("create table run as select 1 as number")
        runs.commit()
    district.settings.warehouse.write_text("derived")
    return district


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def restored(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "restored")


def contents(settings: Settings) -> dict[str, tuple[bytes, int, int]]:
    """Bytes, mode and time of every file but the databases."""
    return {
        str(file.relative_to(settings.data)): (file.read_bytes(), file.stat().st_mode, file.stat().st_mtime_ns)
        for file in settings.data.rglob("*")
        if file.is_file() and not file.name.startswith((".", "warehouse", "runs.db")) and "extracts" not in file.parts
    }


def delivered(made: Made) -> Path:
    """The rows of the delivery, as backed up."""
    (file,) = (made.folder / "data" / "deliveries").rglob("accepted.parquet")
    return file


def test_what_was_backed_up_comes_back(district: District, to: Path, restored: Settings) -> None:
    made = back_up(district.settings, to)
    restore(made.folder, restored)
    assert contents(restored) == contents(district.settings)
    assert not restored.warehouse.exists()
    with closing(sqlite3.connect(restored.dagster_home / "history" / "runs.db")) as runs:
        assert runs.execute("select number from run").fetchall() == [(1,)]
    assert (made.folder / "configuration" / "seeds" / "rules").is_dir()


def test_the_next_one_takes_no_room_for_what_is_there(district: District, to: Path, restored: Settings) -> None:
    first = back_up(district.settings, to)
    district.deliver(HOUSES, 2, 12)
    second = back_up(district.settings, to)
    assert delivered(first).samefile(second.folder / delivered(first).relative_to(first.folder))
    shutil.rmtree(first.folder)
    restore(chosen(to), restored)
    assert contents(restored) == contents(district.settings)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"), "accepted.parquet is damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:-9]), "accepted.parquet is damaged"),
        (lambda file: file.unlink(), "accepted.parquet is missing"),
    ],
    ids=["changed", "cut", "gone"],
)
def test_a_damaged_backup_restores_nothing_and_names_the_file(
    district: District, to: Path, restored: Settings, harm: Callable[[Path], object], says: str
) -> None:
    made = back_up(district.settings, to)
    harm(delivered(made))
    with pytest.raises(BackupDamaged, match=rf"Nothing was restored: 1 of [\s\S]*{says}"):
        restore(made.folder, restored)
    assert not list(restored.data.parent.glob("*restored*"))


def test_a_damaged_description_is_told(district: District, to: Path, restored: Settings) -> None:
    made = back_up(district.settings, to)
    (made.folder / "backup.json").write_text("{")
    with pytest.raises(BackupDamaged, match=r"backup\.json is damaged"):
        restore(made.folder, restored)
    # The next one does without it.
    restore(back_up(district.settings, to).folder, restored)


def test_damage_in_an_earlier_backup_is_not_handed_on(district: District, to: Path, restored: Settings) -> None:
    first = back_up(district.settings, to)
    delivered(first).write_bytes(b"")
    restore(back_up(district.settings, to).folder, restored)
    assert contents(restored) == contents(district.settings)


def test_a_delivery_that_has_decayed_is_told_and_not_backed_up(district: District, to: Path) -> None:
    first = back_up(district.settings, to)
    (file,) = district.settings.deliveries.rglob("accepted.parquet")
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=times)
    with pytest.raises(BackupDamaged, match=r"accepted\.parquet is damaged: .* Take it from there"):
        back_up(district.settings, to)
    assert all_backups(to) == [first.folder]


def test_a_backup_that_fails_is_none(district: District, to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing_up, "hash_of", fail)
    with pytest.raises(OSError, match="No space left"):
        back_up(district.settings, to)
    assert [each.name for each in to.iterdir()] == [".lock"]


def test_a_backup_is_not_made_while_a_run_is_at_work(
    district: District, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backing_up, "PATIENCE_SECONDS", 0)
    with only_run(district.settings), pytest.raises(RunFailed, match="Another run is at work"):
        back_up(district.settings, to)


def test_a_backup_inside_what_it_backs_up_is_refused(district: District) -> None:
    with pytest.raises(RunFailed, match="what takes the one away takes the other"):
        back_up(district.settings, district.settings.data / "backups")


def test_nothing_is_restored_over_something(district: District, to: Path, restored: Settings) -> None:
    made = back_up(district.settings, to)
    restored.data.mkdir()
    restore(made.folder, restored)
    with pytest.raises(NotEmpty, match="holds something already"):
        restore(made.folder, restored)
