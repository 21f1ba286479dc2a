"""Dagster's history in PostgreSQL, masked like that in files. Loaded only where the environment names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_postgres import PostgresEventLogStorage, PostgresScheduleStorage
from dagster_postgres.utils import pg_url_from_config

from orchestration.defs.history import MaskedEvents, MaskedTicks


class EventLog(MaskedEvents, PostgresEventLogStorage):
    """What happened in runs."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> EventLog:
        return cls(postgres_url=pg_url_from_config(config_value), inst_data=inst_data)


class Ticks(MaskedTicks, PostgresScheduleStorage):
    """What schedules and sensors said."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Ticks:
        return cls(postgres_url=pg_url_from_config(config_value), inst_data=inst_data)
