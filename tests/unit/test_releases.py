"""Releases: what is published, what is refused, and that readers always see a whole one."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.releases import publish as publishing
from orchestration.releases import release as released
from orchestration.releases.inputs import seeds_loaded
from orchestration.releases.publish import DeliveryUsed, Documentation, Provenance, PublicationRefused, publish
from orchestration.releases.release import NoRelease, Release, all_releases, current_release, latest, roll_back
from orchestration.releases.verdict import refusals
from orchestration.settings import settings_for

FORBIDDEN = frozenset({"identity_number"})
DELIVERY = DeliveryUsed("grid_office.grids", "1.0.0", "20260901-0123456789ab", "2026-09-01", 5, 1)
PROVENANCE = Provenance("inputs 1", "abc", {"duckdb": "2.0.0"}, (DELIVERY,))
DOCUMENTATION = {
    "population_by_grid": Documentation("People's count (人口).", {"residents": "Living people; 实有人口."})
}


class District:
    """A warehouse whose only mart a test may change, and its releases."""

    def __init__(self, folder: Path) -> None:
        self.warehouse, self.releases = folder / "warehouse.duckdb", folder / "releases"
        self.execute(
            "create schema marts; create schema exchange; create table exchange.discrepancies (row_number int)"
        )
        self.count(100)

    def execute(self, statement: str) -> None:
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(statement)

    def count(self, residents: int) -> None:
        self.execute(
            "create or replace table marts.population_by_grid as"
            f" select '2026-09-01'::date as as_of_date, grid_code, {residents} as residents"
            " from (values ('g1'), ('g2')) as grids (grid_code)"
        )

    def publish(self, provenance: Provenance = PROVENANCE) -> tuple[Release, bool]:
        return publish(self.warehouse, self.releases, provenance, DOCUMENTATION, FORBIDDEN)

    def read(self, query: str) -> list[tuple[object, ...]]:
        """As a reader does: through the pointer, resolved first."""
        file = (self.releases / "current" / "marts.duckdb").resolve()
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def test_a_release_holds_the_marts_and_nothing_else(district: District) -> None:
    release, new = district.publish()
    assert new
    assert release.release_id == "r00001-20260901"
    tables = district.read("select schema_name, table_name from duckdb_tables() order by all")
    assert tables == [("main", "population_by_grid"), ("main", "provenance")]
    assert district.read("select sum(residents)::int from population_by_grid") == [(200,)]
    assert district.read("select sum(residents)::int from marts.population_by_grid") == [(200,)]


def test_a_release_carries_its_documentation_and_provenance(district: District) -> None:
    district.publish()
    comment = "select comment from duckdb_tables() where table_name = 'population_by_grid'"
    assert district.read(comment) == [("People's count (人口).",)]
    column = "select comment from duckdb_columns() where column_name = 'residents'"
    assert district.read(column) == [("Living people; 实有人口.",)]
    delivery = district.read("select name, value, rows_accepted, rows_rejected from provenance where item = 'delivery'")
    assert delivery == [("grid_office.grids", "20260901-0123456789ab", 5, 1)]


def test_a_release_can_only_be_read(district: District) -> None:
    release, _ = district.publish()
    assert stat.S_IMODE(release.file.stat().st_mode) == 0o400


def test_the_same_content_is_not_published_twice(district: District) -> None:
    first, _ = district.publish()
    again, new = district.publish(replace(PROVENANCE, fingerprint="inputs 2"))
    assert (again, new) == (first, False)
    noted = latest(district.releases)
    assert noted is not None
    assert noted.fingerprint == "inputs 2"


def test_other_deliveries_make_a_release_even_where_the_figures_are_the_same(district: District) -> None:
    district.publish()
    later = replace(DELIVERY, delivery_date="2026-09-08", delivery_id="20260908-0123456789ab")
    release, new = district.publish(replace(PROVENANCE, deliveries=(later,)))
    assert new
    assert release.release_id == "r00002-20260908"


def test_a_column_that_names_a_person_is_refused(district: District) -> None:
    district.publish()
    district.execute("create table marts.roster as select '1' as identity_number")
    with pytest.raises(PublicationRefused, match=r"roster\.identity_number"):
        district.publish()
    assert [release.release_id for release in all_releases(district.releases)] == ["r00001-20260901"]


def test_a_warehouse_without_marts_is_refused(district: District) -> None:
    district.execute("drop table marts.population_by_grid")
    with pytest.raises(PublicationRefused, match="no mart"):
        district.publish()


def test_the_last_seven_are_kept(district: District) -> None:
    for residents in range(9):
        district.count(residents)
        district.publish()
    kept = [release.release_id[:6] for release in all_releases(district.releases)]
    assert kept == [f"r{number:05d}" for number in range(3, 10)]


def test_rolling_back_goes_to_the_one_before_and_stays_there(district: District) -> None:
    district.publish()
    district.count(7)
    second, _ = district.publish()
    assert roll_back(district.releases).release_id == "r00001-20260901"
    assert district.read("select max(residents) from population_by_grid") == [(100,)]
    again, new = district.publish()
    assert (again, new) == (second, False)
    assert district.read("select max(residents) from population_by_grid") == [(100,)]
    with pytest.raises(NoRelease, match="oldest"):
        roll_back(district.releases)
    assert roll_back(district.releases, second.release_id) == second


def test_rolling_back_before_the_first_release_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match="make run"):
        roll_back(tmp_path)


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (publishing, "_copy"),
        (publishing, "_add_provenance"),
        (publishing, "_check"),
        (publishing, "commit"),
        (released, "point_to"),
        (released, "record_latest"),
        (released, "prune"),
    ],
)
def test_a_crash_at_any_step_leaves_a_whole_release_and_the_next_run_publishes(
    district: District, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    district.publish()
    district.count(55)

    def crash(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(module, step, crash)
        with pytest.raises(OSError, match="no space"):
            district.publish()
    assert district.read("select max(residents) from population_by_grid")[0][0] in (100, 55)
    district.publish()
    assert district.read("select max(residents) from population_by_grid") == [(55,)]
    current = current_release(district.releases)
    assert current is not None
    assert current.marts == {"population_by_grid": 2}
    assert len(all_releases(district.releases)) == 2


def test_a_release_that_was_half_pruned_is_no_release_and_goes_with_the_next(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    for residents in range(7):
        district.count(residents)
        district.publish()
    district.count(7)
    with monkeypatch.context() as killed:
        killed.setattr(released.shutil, "rmtree", lambda folder, **_: None)
        district.publish()
    assert len(all_releases(district.releases)) == 7
    assert len(list(district.releases.glob(".pruned-*"))) == 1
    district.count(8)
    district.publish()
    assert not list(district.releases.glob(".pruned-*"))


def test_a_reader_keeps_its_release_while_the_next_is_published(district: District) -> None:
    district.publish()
    file = (district.releases / "current" / "marts.duckdb").resolve()
    with duckdb.connect(str(file), read_only=True) as reader:
        district.count(9)
        district.publish()
        assert reader.execute("select max(residents) from population_by_grid").fetchall() == [(100,)]
    assert district.read("select max(residents) from population_by_grid") == [(9,)]


def manifest(**kinds: str) -> dict[str, object]:
    nodes = {
        f"{kind}.{name}": {"unique_id": f"{kind}.{name}", "name": name, "resource_type": kind, "schema": "marts"}
        for name, kind in kinds.items()
    }
    return {"nodes": nodes}


def results(**statuses: str) -> dict[str, object]:
    return {
        "results": [
            {"unique_id": name.replace("__", "."), "status": status, "message": "Got 1 of 11010519491231002X"}
            for name, status in statuses.items()
        ]
    }


def test_a_full_disk_is_told_however_long_the_path_before_it() -> None:
    nodes = manifest(model="population")
    broken = results(model__population="error")
    broken["results"][0]["message"] = f'IO Error: Could not write file "{"/long" * 100}": No space left on device'  # type: ignore[index]
    reasons = refusals(nodes, broken)
    assert reasons[0].endswith("No space left on device")
    broken["results"][0]["message"] = "Compilation Error " * 100  # type: ignore[index]
    assert len(refusals(nodes, broken)[0]) < 250


def test_warnings_do_not_stop_a_release() -> None:
    nodes = manifest(population="model", grain="test")
    assert refusals(nodes, results(model__population="success", test__grain="warn")) == []


def test_a_failed_test_stops_a_release_and_shows_no_number() -> None:
    nodes = manifest(population="model", grain="test")
    (reason,) = refusals(nodes, results(model__population="success", test__grain="fail"))
    assert reason == "test grain: Got 1 of 110105********"


def test_a_mart_that_was_not_built_stops_a_release() -> None:
    nodes = manifest(population="model", housing="model")
    assert refusals(nodes, results(model__population="success")) == ["not built: housing"]
    skipped = refusals(nodes, results(model__population="error", model__housing="skipped"))
    assert skipped[1:] == ["1 models and tests after these were skipped", "not built: housing, population"]


def test_seeds_are_loaded_again_for_another_project_or_another_warehouse(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert not seeds_loaded(settings)
    settings.dbt_target.mkdir()
    settings.parsed_stamp.write_text("this project", "utf-8")
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        warehouse.execute("create table person (person_key integer)")
    assert not seeds_loaded(settings)
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        warehouse.execute("create table seeds_loaded as select 'this project' as project")
    assert seeds_loaded(settings)
    settings.parsed_stamp.write_text("another project", "utf-8")
    assert not seeds_loaded(settings)
