"""A dbt that loads ahead, on a project of two models: it does what it is told, is heard, and outlives nobody."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration import waiting_dbt
from orchestration.settings import PROJECT, Settings, settings_for
from orchestration.waiting_dbt import NotLoaded, WaitingDbt


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(
        "{name: tiny, profile: wangge, version: '1.0.0', models: {tiny: {+materialized: table}}}"
    )
    (project / "models" / "one.sql").write_text("select 1 as number")
    (project / "models" / "two.sql").write_text("select number + 1 as number from {{ ref('one') }}")
    monkeypatch.setattr(waiting_dbt, "DBT_PROJECT", project)
    return settings_for(tmp_path / "data")


def said(output: bytes) -> list[tuple[str, str]]:
    """Level and name of each message."""
    messages = [json.loads(line)["info"] for line in output.decode().splitlines() if line.startswith("{")]
    return [(message["level"], message["name"]) for message in messages]


def test_it_builds_what_it_is_told(settings: Settings) -> None:
    settings.data.mkdir()
    with WaitingDbt(settings) as dbt:
        dbt.tell(["build", "--select", "one"])
        output = dbt.process.communicate()[0]
    assert dbt.process.returncode == 0, output
    results = json.loads((settings.dbt_target / "run_results.json").read_text("utf-8"))["results"]
    assert [(result["unique_id"], result["status"]) for result in results] == [("model.tiny.one", "success")]
    levels = {level for level, _ in said(output)}
    assert ("info", "LogModelResult") in said(output)
    assert "debug" not in levels
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        assert warehouse.execute("from main.one").fetchall() == [(1,)]


def test_a_new_data_folder_goes_on_from_what_was_read_at_setup(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(of: Settings) -> int:
        return int(json.loads((of.dbt_target / "perf_info.json").read_text("utf-8"))["parsed_path_count"])

    settings.data.mkdir()
    monkeypatch.setattr(waiting_dbt, "READ_AT_SETUP", tmp_path / "nothing")
    with WaitingDbt(settings) as dbt:
        dbt.load()
    monkeypatch.setattr(waiting_dbt, "READ_AT_SETUP", settings.dbt_target / "partial_parse.msgpack")
    (tmp_path / "project" / "models" / "two.sql").write_text("select number + 2 as number from {{ ref('one') }}")
    other = settings_for(tmp_path / "other")
    other.data.mkdir()
    with WaitingDbt(other) as dbt:
        dbt.tell(["build"])
        output = dbt.process.communicate()[0]
    assert dbt.process.returncode == 0, output
    assert (read(settings) > 1, read(other)) == (True, 1)
    with duckdb.connect(str(other.warehouse), read_only=True) as warehouse:
        assert warehouse.execute("from main.two").fetchall() == [(3,)]


def test_what_fails_is_said_and_returned(settings: Settings, tmp_path: Path) -> None:
    settings.data.mkdir()
    (tmp_path / "project" / "models" / "two.sql").write_text("select nothing from {{ ref('one') }}")
    with WaitingDbt(settings) as dbt:
        dbt.tell(["build"])
        output = dbt.process.communicate()[0]
    assert dbt.process.returncode == 1
    assert "error" in {level for level, _ in said(output)}
    assert b"Referenced column" in output


def test_a_project_that_cannot_be_read_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.data.mkdir()
    (tmp_path / "project" / "models" / "two.sql").write_text("select number from {{ ref('nobody') }}")
    with WaitingDbt(settings) as dbt, pytest.raises(NotLoaded, match="nobody"):
        dbt.load()


def test_it_ends_with_the_process_that_began_it(settings: Settings) -> None:
    """`kill -9` of a run leaves no dbt that waits for ever."""
    settings.data.mkdir()
    code = (
        "import sys; from orchestration import waiting_dbt; from orchestration.settings import settings_for\n"
        "from pathlib import Path; waiting_dbt.DBT_PROJECT = Path(sys.argv[2])\n"
        "dbt = waiting_dbt.WaitingDbt(settings_for(sys.argv[1])); dbt.load()\n"
        "print(dbt.process.pid, flush=True); sys.stdin.read()"
    )
    began = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.data), str(waiting_dbt.DBT_PROJECT)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert began.stdout is not None
    waiting = int(began.stdout.readline())
    began.send_signal(signal.SIGKILL)
    began.communicate()
    until = time.monotonic() + 20
    while alive(waiting) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(waiting)


def alive(process: int) -> bool:
    """Whether the process is at work; one that ended and that nobody has asked for is not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
