"""A district that nobody looks after: a department is down, files come, runs fail, and somebody is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from dagster import AssetKey, DagsterInstance
from districts import District
from rich.console import Console

from orchestration.contracts.contract import read_contracts
from orchestration.defs.build import build_defs
from orchestration.defs.extracts import delivery_defs, pulled
from orchestration.defs.outcomes import last_outcome
from orchestration.deliveries.freshness import freshness
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.sources import FolderSource, Known, Listing, Offer, Source
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import UNREACHABLE, SourceTrouble, note_troubles, read_troubles
from orchestration.guard import only_run
from orchestration.notices.meaning import themes_by_extract
from orchestration.report import report
from orchestration.run import run
from orchestration.settings import PROJECT, Settings, settings_for

CONTRACTS = read_contracts()
HEALTH = "health.resident_records"
RESIDENTS, DAYS, SEED = 500, 11, 5


class Down:
    """A department's system that does not answer."""

    system, connections = "records", 1

    def listing(self, known: Known) -> Listing:
        raise SourceTrouble(UNREACHABLE, "nothing answers", "Ask the department.")

    def digest(self, offer: Offer) -> str | None:
        raise NotImplementedError

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""


class Weeks:
    """A district whose files come day by day, and whose health department may be down."""

    def __init__(self, folder: Path) -> None:
        options = [f"--residents={RESIDENTS}", f"--days={DAYS}", f"--seed={SEED}", f"--out={folder / 'written'}"]
        subprocess.run([sys.executable, "-m", "seeds.district", *options], cwd=PROJECT, check=True, capture_output=True)
        self.written = folder / "written" / "extracts"
        self.settings = settings_for(folder / "data", folder / "extracts")

    def pull(self, days: Collection[int], down: bool) -> list[Receipt]:
        """One pull that finds the files of some days of September; where health is down none of its own."""
        if down:
            shutil.rmtree(self.settings.extracts / "health", ignore_errors=True)
        for file in self.written.rglob("*_202609??.*"):
            if int(file.stem[-2:]) in days and not (down and file.parent.parent.name == "health"):
                target = self.settings.extracts / file.relative_to(self.written)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        sources: Mapping[str, FolderSource | Source] = dict.fromkeys(CONTRACTS, FolderSource(self.settings.extracts))
        return pull({**sources, HEALTH: Down()} if down else sources, CONTRACTS, self.settings.data)


def test_a_department_that_is_down_for_days_stops_no_other_and_loses_nothing(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path)
    weeks.pull([1], down=False)
    delivered: set[str] = set()
    for tries, day in enumerate((2, 3, 7, 11), 1):
        taken = weeks.pull([day], down=True)
        delivered |= {receipt.id for receipt in taken}
        assert {receipt.delivery_date for receipt in taken} == {f"2026-09-{day:02d}"}
        assert all(receipt.accepted and receipt.id != HEALTH for receipt in taken)
        (trouble,) = read_troubles(weeks.settings.data)
        assert (trouble.extract, trouble.tries) == (HEALTH, tries)
    assert {"community.household_visits", "grid_office.incidents", "public_security.household_register"} <= delivered
    written = pyarrow.parquet.read_table(weeks.settings.delivery_troubles).to_pylist()
    assert written == [{"extract": HEALTH, "kind": UNREACHABLE, "since": trouble.since}]
    ages = freshness(CONTRACTS.values(), load_receipts(weeks.settings.data), date(2026, 9, 11))
    assert ages[HEALTH].age_days == 10
    assert [id_ for id_, age in ages.items() if age.is_late] == [HEALTH]

    weeks.pull(range(1, 12), down=False)
    assert read_troubles(weeks.settings.data) == []
    quiet = tmp_path / "quiet"
    pull(FolderSource(weeks.settings.extracts), CONTRACTS, quiet)

    def stands(data: Path) -> set[tuple[str, str, str, int]]:
        return {(each.id, each.delivery_id, each.status, each.rows_accepted) for each in load_receipts(data)}

    assert stands(weeks.settings.data) == stands(quiet)


def test_the_marts_read_what_waits_where_the_pull_writes_it(district: District) -> None:
    ((view,),) = district.warehouse("select sql from duckdb_views() where view_name = 'troubles'")
    assert str(district.settings.delivery_troubles) in view
    states = "select count(*), count(last_delivery_date), bool_or(is_late), count(trouble) from source_freshness"
    assert district.released(states) == [(len(CONTRACTS), 16, False, 0)]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        yield instance


def test_a_pull_of_one_extract_checks_its_contract_and_its_age(tmp_path: Path, history: DagsterInstance) -> None:
    settings = settings_for(tmp_path / "data", tmp_path / "extracts", day="2026-09-20")
    file = settings.extracts / "grid_office" / "incidents" / "incidents_20260901.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text(
        '{"event_id": "E1", "type_code": "0101", "reported_at": "2026-09-01T08:00:00+08:00", "grid_code": null, '
        '"address": "1", "description": "2", "deadline": null, "status": "受理", "closed_at": null}\n'
    )
    result = execute(settings, history, "grid_office.incidents")
    assert result.success
    checks = {each.check_name: each for each in result.get_asset_check_evaluations()}
    assert set(checks) == {"contract", "freshness"}
    assert not checks["freshness"].passed
    assert checks["freshness"].metadata["age_in_days"].value == 19
    assert checks["freshness"].metadata["next_delivery_by"].value == "2026-09-10"
    assert last_outcome(history) is not None
    assert last_outcome(history).failure == ""  # type: ignore[union-attr]


def test_a_failed_run_is_known_by_what_its_step_says_until_one_ends_well(
    tmp_path: Path, history: DagsterInstance
) -> None:
    assert last_outcome(history) is None
    settings = settings_for(tmp_path / "data", tmp_path / "extracts")
    assert not execute(settings, history, HEALTH).success
    outcome = last_outcome(history)
    assert outcome is not None and "no folder of deliveries" in outcome.failure
    settings.extracts.mkdir()
    assert execute(settings, history, HEALTH).success
    ended = last_outcome(history)
    assert ended is not None and (ended.failure, ended.at >= outcome.at) == ("", True)


def execute(settings: Settings, instance: DagsterInstance, extract: str) -> Any:
    """A pull-only run of one extract, as a sensor asks for it, in a process that holds the folder."""
    job = delivery_defs(settings).resolve_job_def("refresh")
    selection = pulled([CONTRACTS[extract]])
    with only_run(settings):
        return job.execute_in_process(instance=instance, asset_selection=selection, raise_on_error=False)


def test_what_schedule_and_sensors_ask_for_is_a_part_of_the_job(district: District) -> None:
    definitions = build_defs(district.settings)
    job = definitions.resolve_job_def("refresh")
    everything = job.asset_layer.executable_asset_keys
    others = everything - set(pulled(CONTRACTS.values()))
    assert {AssetKey("release"), AssetKey(["marts", "source_freshness"])} < others
    for selection in (pulled([CONTRACTS[HEALTH]]), [*pulled([CONTRACTS[HEALTH]]), *others], list(others)):
        assert job.get_subset(asset_selection=set(selection)).asset_layer.executable_asset_keys == set(selection)
    assert job.tags["dagster/max_runtime"]


def test_figures_that_rest_on_an_extract_are_those_near_to_it(district: District) -> None:
    themes, everything = themes_by_extract(district.settings.manifest, CONTRACTS)
    assert everything == {"community", "housing", "organisations", "party", "population", "safety"}
    assert set(themes["grid_office.grids"]) == set(themes["grid_office.standard_addresses"]) == everything
    assert themes["grid_office.incidents"] == ["safety"]
    assert themes["market_regulation.enterprises"] == ["organisations"]
    assert "party" in themes["party_building.party_members"]
    assert "population" in themes["public_security.household_register"]
    assert themes["data_centre.typed_cells"] == []


def test_a_run_tells_that_it_failed_and_the_next_that_this_is_over(
    district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "unit"))
    from notice_servers import web_hook

    data = tmp_path / "data"
    shutil.copytree(district.settings.releases, data / "releases", symlinks=True)
    shutil.copytree(district.settings.deliveries, data / "deliveries")
    (data / "warehouse.duckdb").touch()
    settings = settings_for(data, data / "elsewhere", day="2026-09-03")
    with web_hook() as hook:
        monkeypatch.setenv("WANGGE_NOTICE_WEBHOOK", hook.address)
        assert run(settings, Console(width=200), None) == 1
        # What a run does is another test's business.
        monkeypatch.setattr("orchestration.run.refresh", lambda *_: None)
        settings.extracts.mkdir()
        hook.status = 500
        assert run(settings, Console(width=200), None) == 0
        assert "A notice waits, and is told at the next occasion: the web hook answers 500" in capsys.readouterr().out
        hook.status = 200
        assert run(settings, Console(width=200), None) == 0
        first, second = hook.received
    assert "EXTRACTS must name a folder" in first["message"]
    assert f"Readers have release {district.release_id}, whole." in first["message"]
    assert [each["kind"] for each in second["over"]] == ["run"]


def test_the_report_says_what_waits_and_what_is_late(
    district: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(district.settings.deliveries, tmp_path / "deliveries")
    moment = datetime(2026, 9, 11, 21, 30, tzinfo=UTC)
    failed = {HEALTH: ("records", SourceTrouble(UNREACHABLE, "nothing answers at the host", "Ask whether it is up."))}
    note_troubles(tmp_path, failed, [HEALTH], moment)
    report(settings_for(tmp_path, day="2026-09-13"), Console(width=200), [], moment)
    printed = capsys.readouterr().out
    assert "health.resident_records  2026-09-12 05:30  nothing answers at the host  Ask whether it is up." in printed
    assert "Late by their service levels: " in printed
    assert "public_security.household_register (12 days old)" in printed
    assert "grid_office.grids" not in printed
