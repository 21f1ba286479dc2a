"""Where Dagster keeps its history, in files of the data folder; what is kept is masked.

Here belongs: the classes that dagster.yaml names (orchestration.instance writes it; that of run.yaml stands in
kept_history, those for PostgreSQL in history_in_postgres), and giving an end to runs that have none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus, EventLogEntry, RunsFilter
from dagster._core.scheduler.instigation import InstigatorTick, TickData
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage, SqlEventLogStorage
from dagster._core.storage.schedules import SqliteScheduleStorage, SqlScheduleStorage
from dagster_shared.serdes import deserialize_value, serialize_value

from orchestration.masking import mask, mask_values

Kept = TypeVar("Kept", EventLogEntry, TickData)

# Marks the runs that live and die with a process of `make run`.
STARTED_BY_MAKE_RUN = {"wangge/started_by": "make run"}
# What of an event holds the words of a library: errors, and what a step says of its failure.
_TELLS_ERRORS = {"SerializableErrorInfo", "UserFailureData"}
# What names an asset or a check, and says nothing: a third of a run's events.
_PLANS = {DagsterEventType.ASSET_MATERIALIZATION_PLANNED, DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED}
# Without any of these there is nothing to mask in an event as JSON: a library's words, a character that JSON escapes
# (which may be a digit), or as many digits as a number has (see masking.py).
_MAY_HOLD_VALUES = re.compile(rf'"(?:{"|".join(_TELLS_ERRORS)})"|\\u|\d{{15}}|1\d\d[- ]?\d{{4}}[- ]?\d{{4}}')


def masked(kept: Kept, of_library: bool = False) -> Kept:
    """What Dagster keeps of an event or a tick, with every text in it masked: those of errors as a library's words
    are, and with `of_library` all."""
    return masked_with_text(kept, of_library)[0]


def masked_with_text(kept: Kept, of_library: bool = False) -> tuple[Kept, str]:
    """`masked`, and what it is as JSON."""
    text = serialize_value(kept)
    if not of_library and not _MAY_HOLD_VALUES.search(text):
        return kept, text
    told = json.loads(text)
    safe = _masked(told, of_library)
    if safe == told:
        return kept, text
    text = json.dumps(safe)
    return deserialize_value(text, type(kept)), text


def _masked(value: Any, of_library: bool) -> Any:
    if isinstance(value, str):
        return mask_values(value) if of_library else mask(value)
    if isinstance(value, list):
        return [_masked(each, of_library) for each in value]
    if isinstance(value, dict):
        of_library = of_library or value.get("__class__") in _TELLS_ERRORS
        return {key: _masked(each, of_library) for key, each in value.items()}
    return value


class MaskedEvents(SqlEventLogStorage):
    """Masks every event on its way into an event log."""

    def store_event(self, event: EventLogEntry) -> None:
        super().store_event(self._masked(event))

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        super().store_event_batch([self._masked(each) for each in events])

    @staticmethod
    def _masked(event: EventLogEntry) -> EventLogEntry:
        if event.dagster_event and event.dagster_event.event_type in _PLANS:
            return event
        # An entry without an event is a line of a log, which may quote anything.
        return masked(event, event.dagster_event is None)


class MaskedTicks(SqlScheduleStorage):
    """Masks what a schedule or sensor says of itself, its errors too."""

    def create_tick(self, tick_data: TickData) -> InstigatorTick:
        return super().create_tick(masked(tick_data))

    def update_tick(self, tick: InstigatorTick) -> InstigatorTick:
        return super().update_tick(tick._replace(tick_data=masked(tick.tick_data)))


class EventLog(MaskedEvents, ConsolidatedSqliteEventLogStorage):
    """The event log in a file, for Dagster's UI, daemon and the runs that they start."""


class Ticks(MaskedTicks, SqliteScheduleStorage):
    """Schedules and sensors in a file."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Ticks:
        opened = cls.from_local(inst_data=inst_data, **config_value)
        assert isinstance(opened, cls)
        return opened


def end_killed_runs(instance: DagsterInstance, tags: Mapping[str, str]) -> None:
    """Give runs with these tags whose process was killed an end: Dagster's queue would wait for them for ever.

    Call where none of them can be at work.
    """
    unfinished = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    for run in instance.get_runs(RunsFilter(tags=tags, statuses=unfinished)):
        instance.report_run_failed(run, "The process of this run was killed.")
