"""When the machine fails a run: what is said, what is lost (nothing), and what the next run finds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from rich.console import Console
from test_withdrawals import HOUSES, District

from orchestration import run as running
from orchestration.guard import LOCK, RunFailed, alone, explain, only_run, open_warehouse, still_ours
from orchestration.settings import Settings, settings_for

HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 kB, where the machine lets a test mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(place)], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_loses_nothing_and_the_next_pull_goes_on(small_disk: Path) -> None:
    district = District(small_disk)
    first = district.deliver(HOUSES, 1, 10)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"), filler.open("wb", buffering=0) as opened:
        while True:
            opened.write(bytes(4096))
    index = district.settings.delivery_index.read_bytes()
    with pytest.raises((OSError, duckdb.Error)) as failure:
        district.put(HOUSES, 2, 12)
        district.pull()
    assert district.settings.delivery_index.read_bytes() == index
    assert district.receipts() == [first]
    filler.unlink()
    with only_run(district.settings):
        assert "The disk is full" in (explain(district.settings, str(failure.value)) or "")
    second = district.deliver(HOUSES, 2, 12)
    assert district.current(HOUSES) == [second.delivery_id]


def test_a_disk_without_room_is_full_whatever_the_error_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_by_sqlite = "(sqlite3.OperationalError) disk I/O error"
    with only_run(settings):
        assert explain(settings, said_by_sqlite) is None
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, used=10**9, free=0))
        assert "The disk is full" in (explain(settings, said_by_sqlite) or "")


@pytest.mark.parametrize(
    "text", ["IO Error: Could not write file: No space left on device", "(sqlite3) database or disk is full"]
)
def test_a_full_disk_ends_the_run_with_one_sentence(
    settings: Settings, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise duckdb.IOException(text)

    settings.extracts.mkdir(parents=True)
    monkeypatch.setattr(running, "configure", fail)
    assert running.run(settings, Console(width=300), None) == 1
    told = capsys.readouterr().out
    assert "The disk is full" in told
    assert str(settings.data) in told
    assert "Traceback" not in told


def test_an_error_that_is_not_the_machines_is_not_hidden(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("a fault of the program")

    settings.extracts.mkdir(parents=True)
    monkeypatch.setattr(running, "configure", fail)
    with pytest.raises(KeyError):
        running.run(settings, Console(quiet=True), None)


def test_a_warehouse_that_another_program_holds_is_named_with_it(settings: Settings) -> None:
    with only_run(settings):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(settings.warehouse)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunFailed, match=rf"held by another program: .*process {holder.pid}\. Close it"):
            open_warehouse(settings, wait=0)
        holder.communicate("")
        open_warehouse(settings, wait=0)


def test_a_damaged_warehouse_is_put_aside_with_its_log(settings: Settings) -> None:
    with only_run(settings):
        settings.warehouse.write_bytes(os.urandom(20_000))
        settings.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"x")
        open_warehouse(settings, wait=0)
    assert not settings.warehouse.exists()
    assert {file.name for file in settings.data.glob("warehouse*")} == {"warehouse.damaged", "warehouse.damaged.wal"}


def test_a_data_folder_that_moved_under_the_run_is_noticed(settings: Settings) -> None:
    with only_run(settings):
        still_ours(settings)
        settings.data.rename(settings.data.with_name("elsewhere"))
        with pytest.raises(RunFailed, match="was moved, deleted or replaced"):
            still_ours(settings)


def test_a_second_run_takes_nothing_from_the_first(settings: Settings) -> None:
    with only_run(settings):
        with pytest.raises(RunFailed, match="Another run is at work"), only_run(settings):
            pass
        still_ours(settings)


def test_a_lock_that_somebody_removed_is_told_instead_of_what_came_of_it(settings: Settings) -> None:
    with pytest.raises(RunFailed, match=r"the lock in it \(\.lock\) was moved, deleted"), only_run(settings):
        (settings.data / LOCK).unlink()
        (settings.data / LOCK).touch()
        raise KeyError("what another run had removed")


def test_what_killed_runs_were_writing_is_removed(settings: Settings) -> None:
    left = settings.state / "registry" / f".pending.json-{'0f' * 16}"
    left.parent.mkdir(parents=True)
    left.write_text("{")
    kept = left.with_name("events-000001.parquet")
    kept.write_text("")
    with only_run(settings):
        assert [file.name for file in left.parent.iterdir()] == [kept.name]


def test_who_waits_goes_on_when_the_other_has_ended(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    hold = "import fcntl, sys, time; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX)"
    hold += "; print(flush=True); time.sleep(1)"
    other = subprocess.Popen([sys.executable, "-c", hold, str(settings.data / LOCK)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    told: list[str] = []
    with only_run(settings, 120, told.append):
        assert other.wait(5) == 0
    assert told == [f"Another run is at work in {settings.data}; this one waits for it, 2 minutes at most."]


def test_a_step_of_the_run_at_work_takes_no_second_lock(settings: Settings) -> None:
    with alone(settings, 0, print) as began, alone(settings, 0, print) as again:
        assert (began, again) == (True, False)
    with only_run(settings):
        pass
