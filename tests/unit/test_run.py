"""What a run refuses before it begins, in words that say what to do, and what it tells at its end."""

from __future__ import annotations

import fcntl
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.deliveries.receipt import Receipt
from orchestration.progress import TerminalProgress
from orchestration.report import report
from orchestration.run import RunFailed, accept, only_run, run, simulate
from orchestration.settings import settings_for

SIZE = {"residents": 500, "days": 1, "seed": 1}


@pytest.fixture
def progress() -> TerminalProgress:
    return TerminalProgress(Console(quiet=True))


def test_another_simulated_district_is_not_mixed_in(tmp_path: Path, progress: TerminalProgress) -> None:
    (tmp_path / "district.json").write_text(json.dumps(SIZE))
    with pytest.raises(RunFailed, match=r"RESIDENTS=500 DAYS=1 SEED=1.*DATA=folder"):
        simulate(settings_for(tmp_path), 600, 1, 1, progress)


def test_a_real_district_is_not_mixed_with_the_simulated_one(tmp_path: Path, progress: TerminalProgress) -> None:
    (tmp_path / "data" / "deliveries").mkdir(parents=True)
    (tmp_path / "data" / "deliveries" / "index.json").write_text("[]")
    with pytest.raises(RunFailed, match="not simulated"):
        simulate(settings_for(tmp_path / "data"), 600, 1, 1, progress)
    (tmp_path / "data" / "district.json").write_text(json.dumps(SIZE))
    with pytest.raises(RunFailed, match="holds the simulated district"):
        accept(settings_for(tmp_path / "data", tmp_path))


def test_the_same_simulated_district_is_written_once(tmp_path: Path, progress: TerminalProgress) -> None:
    settings = settings_for(tmp_path)
    simulate(settings, 500, 1, 1, progress)
    grids = next(settings.extracts.glob("grid_office/grids/*"))
    grids.write_text("touched")
    simulate(settings, 500, 1, 1, progress)
    assert grids.read_text() == "touched"


def test_a_missing_folder_ends_the_run_with_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = settings_for(tmp_path / "data", tmp_path / "nowhere")
    assert run(settings, Console(width=200), None) == 1
    assert "EXTRACTS must name a folder" in capsys.readouterr().out


def test_two_runs_in_one_folder_do_not_meet(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(RunFailed, match="Another run is at work"), only_run(settings_for(tmp_path)):
            pass


def test_rows_that_a_tombstone_erased_have_a_column_where_there_are_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Receipt(
        "20260902-1", "health", "deaths", "2026-09-02", "f", "", 1, "2026-09-02T08:00:00+00:00", "accepted", "1.0.0",
        rows_read=10, rows_accepted=7, rows_rejected=1,
    )  # fmt: skip
    for erased in (0, 2):
        report(settings_for(tmp_path), Console(width=150), [replace(told, rows_erased=erased)], datetime.now(UTC))
        said = " ".join(capsys.readouterr().out.split())
        assert ("read accepted rejected erased flags" in said) == bool(erased)
        assert ("10 7 1 2 0" in said) == bool(erased)
