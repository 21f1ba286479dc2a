"""Dagster's history in PostgreSQL, masked like that in files. Loaded only where the environment names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_postgres import PostgresEventLogStorage, PostgresScheduleStorage
from dagster_postgres.utils import pg_url_from_config

from orchestration.defs.history import MaskedEvents, MaskedTicks

# Milliseconds.
_LONGEST_STATEMENT = 60_000


class EventLog(MaskedEvents, PostgresEventLogStorage):
    """What happened in runs."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> EventLog:
        opened = cls(postgres_url=pg_url_from_config(config_value), inst_data=inst_data)
        # Dagster keeps a connection open in its web interface only, and opens one for each of a run's 4,000 events
        # otherwise (18 ms each on a busy machine instead of 1).
        opened.optimize_for_webserver(_LONGEST_STATEMENT, pool_recycle=3600, max_overflow=20)
        return opened


class Ticks(MaskedTicks, PostgresScheduleStorage):
    """What schedules and sensors said."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Ticks:
        return cls(postgres_url=pg_url_from_config(config_value), inst_data=inst_data)
