"""When jobs run by themselves, by what happens: a file comes, a wait is over, something is new, something is wrong.

Pulls and builds are asked for apart: whatever pulls come in a row, one build follows them. Off until somebody turns
them on (docs/unattended.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dagster import (
    AssetKey,
    DagsterInstance,
    DagsterRunStatus,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from orchestration.contracts.contract import Contract
from orchestration.defs.extracts import pulled
from orchestration.defs.jobs import LONGEST_PULL, MAX_RUNTIME, refresh
from orchestration.defs.outcomes import last_outcome
from orchestration.defs.resources import Folders
from orchestration.deliveries.sources import FolderSource, sources_for
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.ticks import drops_behind, drops_in_folder, ripe, run_key
from orchestration.deliveries.troubles import read_troubles
from orchestration.notices.notify import notify
from orchestration.releases.inputs import fingerprint, nothing_new
from orchestration.settings import Settings

_SECONDS = 60
# How often a folder behind SFTP is looked into: each time is a login at the department's host.
_HOSTS_SECONDS = 600
_PULL = {MAX_RUNTIME: str(LONGEST_PULL)}
_UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def unattended_sensors(
    contracts: Mapping[str, Contract], others: Sequence[AssetKey], running: bool
) -> list[SensorDefinition]:
    """All sensors. `others` are the assets built from the extracts; `running`: whether they are on from the start."""
    status = DefaultSensorStatus.RUNNING if running else DefaultSensorStatus.STOPPED
    return [_drops(contracts, status), _retries(contracts, status), _builds(others, status), _notices(status)]


def _drops(contracts: Mapping[str, Contract], status: DefaultSensorStatus) -> SensorDefinition:
    @sensor(
        name="drops",
        job=refresh,
        minimum_interval_seconds=_SECONDS,
        default_status=status,
        description="Pulls the extracts of which a new file lies in a folder or behind SFTP, once it is complete.",
    )
    def drops(context: SensorEvaluationContext, folders: Folders) -> SensorResult | SkipReason:
        settings, now = folders.settings, datetime.now(UTC)
        if not settings.extracts.is_dir() and not settings.may_lack_extracts:
            return SkipReason(f"There is no folder {settings.extracts}.")
        before = {"seen": [], "asked": [], "looked": 0.0, **json.loads(context.cursor or "{}")}
        looks = now.timestamp() - before["looked"] >= _HOSTS_SECONDS
        receipts = load_receipts(settings.data, contracts.values())
        waiting = {trouble.extract for trouble in read_troubles(settings.data)}
        sources = sources_for(contracts, settings)
        in_drop = [contracts[id_] for id_, source in sources.items() if isinstance(source, FolderSource)]
        lying = list(drops_in_folder(FolderSource(settings.extracts), in_drop, receipts))
        kinds = ("folder", "sftp") if looks else ("folder",)
        asked_now = {
            id_: source
            for id_, source in sources.items()
            # What waits is for the other sensor to ask for.
            if not isinstance(source, FolderSource) and _kind(contracts[id_], settings) in kinds and id_ not in waiting
        }
        complete = drops_behind(asked_now, receipts, now)
        # A file in the drop that looks as it did a minute ago is complete; those behind a source it knows itself.
        complete += [each for each in lying if each.key in before["seen"]]
        # What was asked for is the pull's business.
        wanted = [each for each in complete if each.key not in before["asked"]]
        known = {each.key for each in [*lying, *complete]} | (set() if looks else set(before["asked"]))
        asked = known & {*before["asked"], *(each.key for each in wanted)}
        looked = now.timestamp() if looks else before["looked"]
        request = RunRequest(
            run_key=run_key(each.key for each in wanted),
            asset_selection=pulled(contracts[id_] for id_ in sorted({each.extract for each in wanted})),
            tags=_PULL,
        )
        return SensorResult(
            run_requests=[request] if wanted else [],
            skip_reason=None if wanted else "No new file is complete.",
            cursor=json.dumps({"seen": sorted(each.key for each in lying), "asked": sorted(asked), "looked": looked}),
        )

    return drops


def _kind(contract: Contract, settings: Settings) -> str:
    return contract.server(settings.servers).kind


def _retries(contracts: Mapping[str, Contract], status: DefaultSensorStatus) -> SensorDefinition:
    @sensor(
        name="retries",
        job=refresh,
        minimum_interval_seconds=_SECONDS,
        default_status=status,
        description="Pulls extracts that could not be pulled again, after waits that grow (deliveries/troubles.json).",
    )
    def retries(folders: Folders) -> RunRequest | SkipReason:
        over = ripe(read_troubles(folders.settings.data), datetime.now(UTC))
        wanted = {id_: trouble for id_, trouble in over.items() if id_ in contracts}
        if not wanted:
            return SkipReason("Nothing waits, or no wait is over.")
        return RunRequest(
            # The number of tries grows with the pull: until it was made, the key stays the same.
            run_key=run_key(f"{id_} {trouble.since} {trouble.tries}" for id_, trouble in wanted.items()),
            asset_selection=pulled(contracts[id_] for id_ in sorted(wanted)),
            tags=_PULL,
        )

    return retries


def _builds(others: Sequence[AssetKey], status: DefaultSensorStatus) -> SensorDefinition:
    @sensor(
        name="builds",
        job=refresh,
        minimum_interval_seconds=_SECONDS,
        default_status=status,
        description="Builds and publishes when something was pulled or decided, once for all that came.",
    )
    def builds(context: SensorEvaluationContext, folders: Folders) -> RunRequest | SkipReason:
        settings = folders.settings
        if not settings.delivery_index.exists():
            return SkipReason("Nothing was ever pulled.")
        if unfinished_runs(context.instance):
            return SkipReason("A run is waiting or at work; what it brings belongs to the same build.")
        if nothing_new(settings):
            return SkipReason("The release holds everything that was pulled.")
        # What failed is not tried again before something changes, or the daily refresh comes.
        return RunRequest(run_key=fingerprint(settings), asset_selection=list(others))

    return builds


def _notices(status: DefaultSensorStatus) -> SensorDefinition:
    @sensor(
        name="notices",
        minimum_interval_seconds=_SECONDS,
        default_status=status,
        description="Tells by web hook or e-mail what has changed in what is wrong (docs/unattended.md).",
    )
    def notices(context: SensorEvaluationContext, folders: Folders) -> SkipReason:
        untold = notify(folders.settings, last_outcome(context.instance))
        return SkipReason(" ".join(untold) or "Nothing is untold.")

    return notices


def unfinished_runs(instance: DagsterInstance) -> int:
    """How many runs of the job wait or are at work."""
    return instance.get_runs_count(RunsFilter(job_name=refresh.name, statuses=_UNFINISHED))
