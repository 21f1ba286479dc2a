"""When jobs run by themselves. Off until somebody turns them on in the UI."""

from __future__ import annotations

from dagster import ScheduleDefinition

from orchestration.defs.jobs import refresh

# After the departments' nightly exports, before anybody's working day. China has one time zone.
daily = ScheduleDefinition(
    name="daily_refresh",
    job=refresh,
    cron_schedule="30 5 * * *",
    execution_timezone="Asia/Shanghai",
    description="Everything, once a day, early in the morning.",
)
