"""How runs ended, as Dagster's history tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from dagster import AssetKey, DagsterEvent, DagsterEventType, DagsterInstance, DagsterRunStatus, RunRecord, RunsFilter

from orchestration.defs.assets import RELEASE_KEY
from orchestration.defs.extracts import HISTORY_KEY
from orchestration.defs.jobs import refresh
from orchestration.masking import mask_values
from orchestration.notices.notify import Outcome

_LOOKED_BACK = 50
# What a run that pulls materializes, and what one that builds does.
_STAGES = (HISTORY_KEY, RELEASE_KEY)
_FINISHED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE]
_FAILURES = {DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE}


def failures(events: Iterable[DagsterEvent]) -> list[str]:
    """What the failed steps say, without a stack: that stands in the log."""
    told = []
    for event in events:
        if event.is_step_failure:
            failure = event.step_failure_data
            text = failure.user_failure_data.description if failure.user_failure_data else None
            cause = failure.error.cause if failure.error and failure.error.cause else failure.error
            told.append(f"{event.step_key}: {mask_values(text or (cause.message if cause else '')).strip()}")
    return told


def last_outcome(instance: DagsterInstance) -> Outcome | None:
    """How the last pull and the last build ended, as one; None before the first.

    One of them that failed stands until a later one of its kind ends well, whatever the other does meanwhile.
    """
    records = instance.get_run_records(RunsFilter(job_name=refresh.name, statuses=_FINISHED), limit=_LOOKED_BACK)
    last = {record.dagster_run.run_id: record for key in _STAGES for record in [_last(records, key)] if record}
    if not last:
        return None
    failed = [each for each in last.values() if each.dagster_run.status == DagsterRunStatus.FAILURE]
    ended = max(each.end_time or 0.0 for each in failed or last.values())
    texts = dict.fromkeys(text for record in failed for text in _texts(instance, record))
    return Outcome(datetime.fromtimestamp(ended, UTC), "\n".join(texts))


def _last(records: Sequence[RunRecord], key: AssetKey) -> RunRecord | None:
    """The newest run that was to materialize an asset; the newest record comes first."""
    for record in records:
        chosen = record.dagster_run.asset_selection
        if record.end_time and (chosen is None or key in chosen):
            return record
    return None


def _texts(instance: DagsterInstance, record: RunRecord) -> list[str]:
    """What a failed run says; of one that was killed or took too long, what Dagster says of it."""
    found = instance.get_records_for_run(record.dagster_run.run_id, of_type=_FAILURES).records
    events = [each.event_log_entry.dagster_event for each in found if each.event_log_entry.dagster_event]
    ends = [mask_values(event.message or "") for event in events if event.event_type == DagsterEventType.RUN_FAILURE]
    return failures(events) or ends or ["The run failed; the log says why."]
