"""Dagster's instance: where it keeps its history, in files of the data folder or in PostgreSQL, and its two settings
files, which differ in who writes the events (orchestration.defs.history and kept_history).

Which of the two is chosen by the environment: WANGGE_DAGSTER_POSTGRES, a URL (postgresql://user@host:5432/database).
Its password stands there, or in WANGGE_DAGSTER_POSTGRES_PASSWORD, or in a file that the same name with _FILE
names; never in a file of this project.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from typing import Any

import yaml

from orchestration.settings import Settings

DAGSTER_CONFIGURATION = "dagster.yaml"
RUN_CONFIGURATION = "run.yaml"
POSTGRES = "WANGGE_DAGSTER_POSTGRES"
# Under this name the whole URL goes to Dagster's processes, which are children of one that called `configure_dagster`.
_URL = f"{POSTGRES}_URL"
_HISTORY, _IN_POSTGRES = "orchestration.defs.history", "orchestration.defs.history_in_postgres"
_KEPT = "orchestration.defs.kept_history"

_OF_DAEMON = {
    # Of a run that it starts the journal of the system gets what happens, not each of 4,000 events.
    "python_logs": {"python_log_level": "INFO"},
    # A run that was killed (a power cut, no memory) is made again, once; not one of which a step has failed.
    "run_retries": {"enabled": True, "max_retries": 1, "retry_on_asset_or_op_failure": False},
}


class NoHistory(Exception):
    """Dagster cannot keep its history where it shall; the message says why and what to do."""


def configure_dagster(settings: Settings, environment: MutableMapping[str, str] = os.environ) -> None:
    """Write the settings of Dagster's instance: quiet, and one run at a time, because the warehouse has one writer.

    Raises NoHistory where its PostgreSQL cannot be reached, or is no longer named though the history is there.
    """
    file = settings.dagster_home / DAGSTER_CONFIGURATION
    if environment.get(POSTGRES):
        environment[_URL] = _url(environment)
        storages = {name: _in_postgres() for name in (DAGSTER_CONFIGURATION, RUN_CONFIGURATION)}
    elif file.exists() and _URL in file.read_text("utf-8"):
        raise NoHistory(
            f"Dagster keeps the history of {settings.data} in PostgreSQL, and {POSTGRES} does not say where. Set it as "
            f"the service's environment does; to begin a history in files, remove {file} first."
        )
    else:
        storages = {
            DAGSTER_CONFIGURATION: _in_files(settings, _HISTORY, "EventLog"),
            RUN_CONFIGURATION: _in_files(settings, _KEPT, "KeptEventLog"),
        }
    for name, storage in storages.items():
        configuration = {
            **storage,
            **(_OF_DAEMON if name == DAGSTER_CONFIGURATION else {}),
            "telemetry": {"enabled": False},
            "nux": {"enabled": False},
            "concurrency": {"runs": {"max_concurrent_runs": 1}},
            # Ends runs that hang (orchestration.defs.jobs) and such as never start.
            "run_monitoring": {"enabled": True},
        }
        text, file = yaml.safe_dump(configuration, allow_unicode=True), settings.dagster_home / name
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")


def _in_files(settings: Settings, module: str, events: str) -> dict[str, Any]:
    """One file for the events of all runs: with a file a run, which is the default, every event of an asset is written
    twice (recording a run of 140 assets and 300 checks: 16 s against 5 s on a busy machine)."""
    home = settings.dagster_home
    return {
        "event_log_storage": {"module": module, "class": events, "config": {"base_dir": str(home / "events")}},
        "schedule_storage": {"module": _HISTORY, "class": "Ticks", "config": {"base_dir": str(home / "schedules")}},
    }


def _in_postgres() -> dict[str, Any]:
    config = {"postgres_url": {"env": _URL}}
    return {
        "event_log_storage": {"module": _IN_POSTGRES, "class": "EventLog", "config": config},
        "run_storage": {"module": "dagster_postgres", "class": "PostgresRunStorage", "config": config},
        "schedule_storage": {"module": _IN_POSTGRES, "class": "Ticks", "config": config},
    }


def _url(environment: Mapping[str, str]) -> str:
    """The URL with its password, once something answers there."""
    # Imported only here: most installations keep their history in files.
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, OperationalError

    try:
        url = make_url(environment[POSTGRES])
    except ArgumentError:
        raise NoHistory(f"{POSTGRES} is no URL of the form postgresql://user@host:5432/database.") from None
    password = _password(environment)
    url = url.set(drivername="postgresql", password=password or url.password)
    try:
        with create_engine(url, connect_args={"connect_timeout": 10}).connect():
            return url.render_as_string(hide_password=False)
    except OperationalError as problem:
        told = str(problem.orig).strip()
        raise NoHistory(f"Dagster's history cannot be kept at {url.render_as_string()}: {told}") from None


def _password(environment: Mapping[str, str]) -> str | None:
    """Kept as those of source systems are; none where the URL holds it, or the server asks for none."""
    from orchestration.deliveries.sources.access import Credentials
    from orchestration.deliveries.troubles import SourceTrouble

    if not any(environment.get(f"{POSTGRES}_{name}") for name in ("PASSWORD", "PASSWORD_FILE")):
        return None
    try:
        return Credentials(POSTGRES, environment).secret("PASSWORD")
    except SourceTrouble as trouble:
        raise NoHistory(f"{trouble.reason}. {trouble.remedy}") from None
