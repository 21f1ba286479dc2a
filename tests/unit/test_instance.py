"""Dagster's history in files and in PostgreSQL: chosen by the environment, masked in both, never lost from sight.

No postponed annotations here: Dagster reads the annotations of a step when the step is defined.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, OpExecutionContext, RunsFilter, job, op
from dagster._core.scheduler.instigation import InstigatorTick, InstigatorType, TickData, TickStatus
from dagster._utils.error import SerializableErrorInfo

from orchestration.defs.history import STARTED_BY_MAKE_RUN, end_killed_runs
from orchestration.instance import DAGSTER_CONFIGURATION, POSTGRES, NoHistory, configure_dagster
from orchestration.settings import PROJECT, Settings, settings_for
from tests.servers.postgres import Postgres, postgres

NUMBER, TELEPHONE, NAME = "11010519491231002X", "13812345678", "欧阳小明"
PASSWORD = "dagster-password"


@op
def failing(context: OpExecutionContext) -> None:
    context.log.info(f"looking at {NAME}, {NUMBER}")
    context.add_output_metadata({"note": f"called {TELEPHONE}"})
    raise ValueError(f"Could not convert string '{NAME}' {NUMBER}, {TELEPHONE} to INT32")


@job
def broken() -> None:
    failing()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data")
    settings.dagster_home.mkdir(parents=True)
    return settings


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        started.run(f"create role dagster login password '{PASSWORD}'", "create database history owner dagster")
        yield started


@pytest.fixture
def environment(server: Postgres, tmp_path: Path) -> dict[str, str]:
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    secret.chmod(0o600)
    place = f"postgresql://dagster@127.0.0.1:{server.port}/history"
    return {POSTGRES: place, f"{POSTGRES}_PASSWORD_FILE": str(secret)}


def fail_tick(instance: DagsterInstance) -> InstigatorTick:
    """A sensor that fails as it looks."""
    data = TickData("origin", "drops", InstigatorType.SENSOR, TickStatus.STARTED, 0.0)
    tick = instance.create_tick(data)
    error = SerializableErrorInfo(f"no file of {NAME}, {NUMBER}", [], "OSError")
    return instance.update_tick(tick.with_status(TickStatus.FAILURE, error=error))


def run_broken(settings: Settings, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> str:
    """Run the job with the instance that was configured; returns its run's id."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        result = broken.execute_in_process(instance=instance, raise_on_error=False)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        assert run.status == DagsterRunStatus.FAILURE
        told = " ".join(str(event) for event in instance.all_logs(result.run_id))
        assert "no file of **, 110105********" in str(fail_tick(instance))
    assert "Could not convert string '**' 110105********, 138******** to INT32" in told
    return str(result.run_id)


def assert_an_upgrade_keeps(run_id: str, settings: Settings, environment: dict[str, str]) -> None:
    """As docs/operations.md says after another version of Dagster."""
    given = {**os.environ, **environment, "DAGSTER_HOME": str(settings.dagster_home)}
    command = [sys.executable, "-m", "dagster", "instance", "migrate"]
    migrated = subprocess.run(command, cwd=PROJECT, env=given, capture_output=True, text=True, check=False)
    assert migrated.returncode == 0, migrated.stderr
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        (run,) = instance.get_runs(RunsFilter(run_ids=[run_id]))
        assert run.status == DagsterRunStatus.FAILURE
        assert instance.all_logs(run_id)


def statuses(instance: DagsterInstance, *runs: DagsterRun) -> list[str]:
    found = [instance.get_run_by_id(run.run_id) for run in runs]
    return [run.status.value for run in found if run]


def named(text: str) -> list[str]:
    escaped = NAME.encode("unicode_escape").decode()
    return [each for each in (NUMBER, TELEPHONE, NAME, escaped) if each in text]


def test_the_history_in_files_is_masked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {}
    configure_dagster(settings, environment)
    run_id = run_broken(settings, monkeypatch, environment)
    assert_an_upgrade_keeps(run_id, settings, environment)
    for file, says in (("events/event_log.db", b"Could not convert"), ("schedules/schedules.db", b"no file of")):
        kept = b"".join(each.read_bytes() for each in settings.dagster_home.glob(f"{file}*"))
        assert says in kept
        assert named(kept.decode("utf-8", "ignore")) == []


def test_the_history_in_postgresql_is_masked_and_leaves_no_file(
    settings: Settings, server: Postgres, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_dagster(settings, environment)
    run_id = run_broken(settings, monkeypatch, environment)
    assert list(settings.dagster_home.rglob("*.db")) == []
    assert PASSWORD not in (settings.dagster_home / DAGSTER_CONFIGURATION).read_text("utf-8")
    with closing(server.connect("history")) as opened, opened.cursor() as cursor:
        cursor.execute("select string_agg(event, ' ') from event_logs where run_id = %s", [run_id])
        ((events,),) = cursor.fetchall()
        cursor.execute("select string_agg(tick_body, ' ') from job_ticks")
        ((ticks,),) = cursor.fetchall()
        cursor.execute("select status from runs where run_id = %s", [run_id])
        assert cursor.fetchall() == [("FAILURE",)]
    assert "Could not convert" in events
    assert "no file of" in ticks
    assert named(events + ticks) == []
    assert_an_upgrade_keeps(run_id, settings, environment)


def test_a_run_whose_process_is_gone_gets_an_end(settings: Settings) -> None:
    configure_dagster(settings, {})
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        started = instance.create_run_for_job(broken, status=DagsterRunStatus.STARTED)
        waiting = instance.create_run_for_job(broken, status=DagsterRunStatus.NOT_STARTED)
        end_killed_runs(instance, STARTED_BY_MAKE_RUN)
        assert statuses(instance, started, waiting) == ["STARTED", "NOT_STARTED"]
        end_killed_runs(instance, {})
        assert statuses(instance, started, waiting) == ["FAILURE", "NOT_STARTED"]
        ended = instance.get_run_by_id(started.run_id)
        assert ended is not None and ended.tags["dagster/will_retry"] == "true"


def test_a_run_that_failed_by_itself_is_not_made_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    configure_dagster(settings, {})
    run_id = run_broken(settings, monkeypatch, {})
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        run = instance.get_run_by_id(run_id)
        assert run is not None and run.tags["dagster/will_retry"] == "false"


def test_a_history_in_postgresql_is_not_begun_anew_in_files(settings: Settings, environment: dict[str, str]) -> None:
    configure_dagster(settings, environment)
    with pytest.raises(NoHistory, match=f"{POSTGRES} does not say where"):
        configure_dagster(settings, {})
    (settings.dagster_home / DAGSTER_CONFIGURATION).unlink()
    configure_dagster(settings, {})
    written = yaml.safe_load((settings.dagster_home / DAGSTER_CONFIGURATION).read_text("utf-8"))
    assert written["event_log_storage"]["class"] == "EventLog"


def test_what_is_wrong_with_the_place_is_told_without_the_password(
    settings: Settings, environment: dict[str, str], tmp_path: Path
) -> None:
    wrong = {POSTGRES: environment[POSTGRES], f"{POSTGRES}_PASSWORD": "wrong-password"}
    with pytest.raises(NoHistory, match="password authentication failed") as told:
        configure_dagster(settings, wrong)
    assert "wrong-password" not in str(told.value)
    with pytest.raises(NoHistory, match="no URL of the form"):
        configure_dagster(settings, {POSTGRES: "the database"})
    secret = Path(environment[f"{POSTGRES}_PASSWORD_FILE"])
    secret.chmod(0o604)
    with pytest.raises(NoHistory, match="can be read by others"):
        configure_dagster(settings, environment)
    secret.unlink()
    with pytest.raises(NoHistory, match="names no file that can be read"):
        configure_dagster(settings, environment)
    assert list(settings.dagster_home.iterdir()) == []
