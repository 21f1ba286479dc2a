"""When jobs run by themselves, by the clock. Off until somebody turns them on (docs/unattended.md)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from dagster import (
    AssetKey,
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from orchestration.contracts.contract import Contract
from orchestration.defs.extracts import pulled
from orchestration.defs.jobs import refresh
from orchestration.defs.resources import Folders
from orchestration.deliveries.freshness import freshness, judged_on
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.ticks import due
from orchestration.deliveries.troubles import read_troubles


def daily_refresh(
    contracts: Mapping[str, Contract], others: Sequence[AssetKey], free: Collection[str], running: bool
) -> ScheduleDefinition:
    """The schedule: what is due is pulled, then all is built and published. `others` are the assets that are built,
    `free` the extracts that cost nobody anything to ask for; `running`: whether it is on from the start."""

    @schedule(
        name="daily_refresh",
        job=refresh,
        # After the departments' nightly exports, before anybody's working day. China has one time zone.
        cron_schedule="30 5 * * *",
        execution_timezone="Asia/Shanghai",
        default_status=DefaultScheduleStatus.RUNNING if running else DefaultScheduleStatus.STOPPED,
        description="Early in the morning: pull every extract that its cadence lets expect, build, publish.",
    )
    def tick(context: ScheduleEvaluationContext, folders: Folders) -> RunRequest | SkipReason:
        settings = folders.settings
        receipts = load_receipts(settings.data, contracts.values())
        ages = freshness(contracts.values(), receipts, judged_on(settings, receipts))
        wanted = due(ages, read_troubles(settings.data), datetime.now(UTC), free)
        # Asked for by name only where something is left out: the whole job also notes entries that are no delivery.
        selection = None if len(wanted) == len(contracts) else [*pulled(contracts[id_] for id_ in wanted), *others]
        return RunRequest(run_key=f"{context.scheduled_execution_time:%Y%m%d}", asset_selection=selection)

    return tick
