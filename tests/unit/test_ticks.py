"""What unattended pulls ask for, and that Dagster's schedule and sensors ask for just that."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    RunRequest,
    SensorDefinition,
    build_schedule_context,
    build_sensor_context,
)
from dagster._core.definitions.sensor_definition import SensorExecutionData
from hypothesis import given
from hypothesis import strategies as st
from receipts_of import CONTRACTS, REGISTER, VISITS, receipt, trouble, write_receipt, write_troubles

from orchestration.defs.extracts import HISTORY_KEY, TROUBLES_KEY
from orchestration.defs.resources import resources_for
from orchestration.defs.schedules import daily_refresh
from orchestration.defs.sensors import unattended_sensors
from orchestration.deliveries.freshness import Freshness, freshness
from orchestration.deliveries.sources import FolderSource, sources_for
from orchestration.deliveries.ticks import drops_behind, drops_in_folder, due, ripe, run_key
from orchestration.settings import Settings, settings_for

NOW = datetime(2026, 9, 14, tzinfo=UTC)
MART = AssetKey(["marts", "population_by_grid"])


@given(
    st.dictionaries(st.sampled_from(sorted(CONTRACTS)), st.integers(0, 60)),
    st.dictionaries(st.sampled_from(sorted(CONTRACTS)), st.integers(-600, 600)),
    st.sets(st.sampled_from(sorted(CONTRACTS))),
)
def test_a_tick_asks_for_what_is_due_or_free_and_not_for_what_has_to_wait(
    days: dict[str, int], waits: dict[str, int], free: set[str]
) -> None:
    today = NOW.date()
    ages = {
        id_: Freshness(contract, today, today - timedelta(days=days[id_]) if id_ in days else None)
        for id_, contract in CONTRACTS.items()
    }
    troubles = [trouble(id_, NOW, NOW + timedelta(minutes=wait)) for id_, wait in waits.items()]
    asked = due(ages, troubles, NOW, free)
    for id_, age in ages.items():
        waiting = waits.get(id_, 0) > 0
        assert (id_ in asked) == (not waiting and (id_ in free or age.is_due))


def test_a_wait_that_ends_now_is_over() -> None:
    over = trouble(VISITS, NOW, NOW)
    assert ripe([over, trouble(REGISTER, NOW, NOW + timedelta(seconds=1))], NOW) == {VISITS: over}


def test_a_key_names_a_set_in_whatever_order() -> None:
    assert run_key(["a", "b"]) == run_key(["b", "a"]) != run_key(["ab"])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data", tmp_path / "extracts", day="2026-09-14")
    settings.extracts.mkdir(parents=True)
    settings.deliveries.mkdir(parents=True)
    return settings


def drop(settings: Settings, extract: str, day: int, content: str = "x", hours_ago: float = 1) -> Path:
    department, name = extract.split(".")
    suffix = Path(CONTRACTS[extract].path).suffix
    file = settings.extracts / department / name / f"{name}_202609{day:02d}{suffix}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    written = datetime.now(UTC).timestamp() - 3600 * hours_ago
    os.utime(file, (written, written))
    return file


def evaluate(
    sensor: str, settings: Settings, instance: DagsterInstance, cursor: str | None = None
) -> SensorExecutionData:
    found: dict[str, SensorDefinition] = {each.name: each for each in unattended_sensors(CONTRACTS, [MART], False)}
    resources = {"folders": resources_for(settings, None)["folders"]}
    context = build_sensor_context(instance=instance, cursor=cursor, resources=resources)
    return found[sensor].evaluate_tick(context)


def asked(request: RunRequest) -> set[str]:
    assert request.asset_selection is not None
    return {".".join(key.path) for key in request.asset_selection if key not in (HISTORY_KEY, TROUBLES_KEY)}


def test_a_drop_is_asked_for_once_and_only_when_it_has_stopped_growing(settings: Settings) -> None:
    with DagsterInstance.ephemeral() as instance:
        drop(settings, VISITS, 13)
        first = evaluate("drops", settings, instance)
        assert first.run_requests == []
        drop(settings, VISITS, 13, "xy")  # it has grown
        drop(settings, REGISTER, 14)  # and this one has only come
        second = evaluate("drops", settings, instance, first.cursor)
        assert second.run_requests == []
        (request,) = evaluate("drops", settings, instance, second.cursor).run_requests or []
        assert asked(request) == {VISITS, REGISTER}


def test_a_new_file_gives_one_run_of_its_extract(settings: Settings) -> None:
    with DagsterInstance.ephemeral() as instance:
        drop(settings, VISITS, 13)
        seen = evaluate("drops", settings, instance)
        (request,) = evaluate("drops", settings, instance, seen.cursor).run_requests or []
        assert asked(request) == {VISITS}
        assert HISTORY_KEY in (request.asset_selection or [])
        again = evaluate("drops", settings, instance, evaluate("drops", settings, instance, seen.cursor).cursor)
        assert again.run_requests == []
        # A sensor that forgot everything names the same run, which Dagster does not start twice.
        forgot = evaluate("drops", settings, instance, evaluate("drops", settings, instance).cursor)
        assert [each.run_key for each in forgot.run_requests or []] == [request.run_key]


def test_a_file_that_a_receipt_speaks_of_is_no_drop_until_it_changes(settings: Settings) -> None:
    file = drop(settings, VISITS, 13)
    taken = receipt(VISITS, date(2026, 9, 13), datetime.now(UTC).isoformat())
    taken = replace(taken, source_file=file.name, bytes=1)
    source = FolderSource(settings.extracts)
    assert list(drops_in_folder(source, CONTRACTS.values(), [taken])) == []
    drop(settings, VISITS, 13, "longer")
    assert [each.extract for each in drops_in_folder(source, CONTRACTS.values(), [taken])] == [VISITS]
    drop(settings, VISITS, 13, "y", hours_ago=-1)
    assert [each.extract for each in drops_in_folder(source, CONTRACTS.values(), [taken])] == [VISITS]


def test_files_behind_a_source_are_asked_for_by_their_stamp_and_so_is_one_that_cannot_be_listed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.deliveries.sources.files.SETTLE_SECONDS", 0.01)
    folder = settings.data / "of_the_grid_office"
    folder.mkdir()
    monkeypatch.setenv("GRID_OFFICE_FOLDER", str(folder))
    live = replace(settings, servers="live")
    grids = folder / "grids_20260901.geojson"
    grids.write_text("{}")
    offices = {id_: source for id_, source in sources_for(CONTRACTS, live).items() if id_.startswith(("grid", "party"))}
    remote = {id_: source for id_, source in offices.items() if not isinstance(source, FolderSource)}
    found = drops_behind(remote, [], NOW)
    assert ("grid_office.grids", "grids_20260901.geojson") in {(drop.extract, drop.name) for drop in found}
    # Of the party's folder nobody has said where it is: the pull that this asks for notes just that.
    assert ("party_building.party_members", "missing_setting") in {(drop.extract, drop.name) for drop in found}
    stamp = next(drop.stamp for drop in found if drop.extract == "grid_office.grids")
    taken = replace(receipt("grid_office.grids", date(2026, 9, 1), NOW.isoformat()), stamp=stamp)
    assert "grid_office.grids" not in {drop.extract for drop in drops_behind(remote, [taken], NOW)}
    with DagsterInstance.ephemeral() as instance:
        first = evaluate("drops", live, instance)
        (request,) = first.run_requests or []
        assert {"grid_office.grids", "party_building.party_members"} <= asked(request)
        assert "health.resident_records" not in asked(request)  # a table has no files
        assert evaluate("drops", live, instance, first.cursor).run_requests == []
        write_troubles(settings.data, [trouble("party_building.party_members", NOW, NOW)])
        (again,) = evaluate("drops", live, instance).run_requests or []
        assert "party_building.party_members" not in asked(again)


def test_what_waits_is_asked_for_when_its_wait_is_over_and_once_a_try(settings: Settings) -> None:
    long_ago, later = datetime(2026, 9, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(hours=1)
    with DagsterInstance.ephemeral() as instance:
        assert evaluate("retries", settings, instance).run_requests == []
        write_troubles(settings.data, [trouble(VISITS, long_ago, long_ago), trouble(REGISTER, long_ago, later)])
        (first,) = evaluate("retries", settings, instance).run_requests or []
        (same,) = evaluate("retries", settings, instance).run_requests or []
        assert asked(first) == {VISITS}
        assert first.run_key == same.run_key
        write_troubles(settings.data, [trouble(VISITS, long_ago, long_ago, tries=2)])
        (next_one,) = evaluate("retries", settings, instance).run_requests or []
        assert next_one.run_key != first.run_key


def test_the_daily_tick_leaves_out_what_is_not_due_and_what_has_to_wait(settings: Settings) -> None:
    for id_ in CONTRACTS:
        write_receipt(settings.data, receipt(id_, date(2026, 9, 13), f"2026-09-13T00:00:00.{len(id_):06d}+00:00"))
    later = datetime.now(UTC) + timedelta(hours=1)
    write_troubles(settings.data, [trouble("grid_office.incidents", NOW, later)])

    def tick(free: set[str]) -> RunRequest:
        schedule = daily_refresh(CONTRACTS, [MART], free, False)
        context = build_schedule_context(
            scheduled_execution_time=datetime(2026, 9, 14, 5, 30, tzinfo=UTC),
            resources={"folders": resources_for(settings, None)["folders"]},
        )
        (request,) = schedule.evaluate_tick(context).run_requests or []
        return request

    daily = {id_ for id_, contract in CONTRACTS.items() if contract.cadence == "daily"}
    once = {id_ for id_, contract in CONTRACTS.items() if contract.cadence == "once"}  # 14 September is a Monday
    assert asked(tick(set())) == (daily | once) - {"grid_office.incidents"} | {"marts.population_by_grid"}
    assert {REGISTER} < asked(tick({REGISTER}))
    write_troubles(settings.data, [])
    assert tick(set(CONTRACTS)).asset_selection is None


def test_a_build_is_asked_for_once_for_all_that_came(settings: Settings) -> None:
    with DagsterInstance.ephemeral() as instance:
        assert "Nothing was ever pulled" in (evaluate("builds", settings, instance).skip_message or "")
        settings.delivery_index.write_text("[]")
        (first,) = evaluate("builds", settings, instance).run_requests or []
        (same,) = evaluate("builds", settings, instance).run_requests or []
        assert first.asset_selection == [MART]
        assert first.run_key == same.run_key
        settings.delivery_index.write_text("[1]")
        (after_more,) = evaluate("builds", settings, instance).run_requests or []
        assert after_more.run_key != first.run_key


def test_all_is_off_until_somebody_turns_it_on(settings: Settings) -> None:
    for running in (False, True):
        status = {each.default_status.value for each in unattended_sensors(CONTRACTS, [MART], running)}
        status.add(daily_refresh(CONTRACTS, [MART], set(), running).default_status.value)
        assert status == {"RUNNING" if running else "STOPPED"}


def test_ages_of_an_empty_folder_make_everything_due(settings: Settings) -> None:
    ages = freshness(CONTRACTS.values(), [], date(2026, 9, 14))
    assert due(ages, [], NOW, set()) == sorted(CONTRACTS)
