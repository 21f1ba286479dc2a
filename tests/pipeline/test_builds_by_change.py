"""Builds by change: whatever comes, late, twice, corrected or withdrawn, gives the tables of a build from nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import duckdb
import pytest
from districts import copy_project, different_tables
from histories import DAYS, Handover, TinyDistrict, edited, handovers, written

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.__main__ import change
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.withdrawals import WITHDRAW

# The models that go by change, and what they read.
KINDS = ("by_change", "compared", "by_change_view")
# Where no release is published, every build gives people other keys: what reads them is proved from end to end, below.
OF_PEOPLE = ("--exclude", "person_key_overlap+")
# A plain table and a plain view, which are kept where nothing concerns them.
PLAIN = ("ended_record", "person_fact")
SELECTION = ("--select", *(f"+config.materialized:{kind}" for kind in KINDS), *PLAIN, *OF_PEOPLE)
# Whether a build goes by change is decided once for all of its models: these are enough to see it.
FEW = ("--select", "+person_statement")
PULLS = 2
NEVER = PULLS
BEFORE = "before.duckdb"


class Builds(TinyDistrict):
    """A tiny district built by change, beside the same built from nothing."""

    def __init__(self, source: Path, data: Path, selection: tuple[str, ...] = SELECTION) -> None:
        super().__init__(source, data)
        self.selection = selection

    def begin(self) -> None:
        """A district of the first day alone, built once and kept aside for the next test that begins with it."""
        first = self.settings.data.with_name("first_day")
        if first.exists():
            shutil.rmtree(self.settings.data)
        else:
            self.take(handovers(written(self.source.parent), {1}))
            self.build_whole()
            self.settings.data.rename(first)
        shutil.copytree(first, self.settings.data)
        assert self.changes() == {}

    def build_whole(self) -> None:
        """Builds where nothing stands yet, with the code tables."""
        self.dbt("build", *self.selection, "--exclude-resource-type", "test", "unit_test")

    def bring_up(self) -> dict[str, tuple[str, int, int]]:
        """Builds again; returns the outcome of each model that goes by change, the rows removed and the rows added."""
        self.dbt("run", *self.selection)
        return self.changes()

    def changes(self) -> dict[str, tuple[str, int, int]]:
        if not self.rows("select 1 from duckdb_tables() where table_name = 'model_change'"):
            return {}
        return {
            model: (outcome, gone or 0, new or 0)
            for model, outcome, _, gone, new in self.rows("from main.model_change")
        }

    def withdraw_last(self, extract: str) -> None:
        receipts = load_receipts(self.settings.data, read_contracts().values())
        taken = [each for each in receipts if each.id == extract and each.accepted]
        change(self.settings, WITHDRAW, taken[-1].delivery_id, "a test")

    def different_from_nothing(self) -> set[str]:
        """The tables that a build from nothing makes otherwise; the warehouse built by change is kept aside."""
        aside = self.settings.data / BEFORE
        self.settings.warehouse.rename(aside)
        self.build_whole()
        different = different_tables(self.settings.warehouse, aside)
        self.settings.warehouse.unlink()
        aside.rename(self.settings.warehouse)
        return different


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    folder = tmp_path_factory.mktemp("builds")
    written(folder / "written")
    return Builds(folder / "written", folder / "data")


@pytest.mark.parametrize("seed", [1])
def test_any_sequence_of_deliveries_gives_the_tables_of_a_build_from_nothing(builds: Builds, seed: int) -> None:
    chance = Random(seed)
    files = written(builds.source.parent)
    later = handovers(files, set(range(2, DAYS + 1)))
    pulls = {each: chance.randint(1, NEVER) for each in later}
    builds.begin()
    for number in range(1, PULLS + 1):
        again = [each for each in later if pulls[each] < number]
        corrected = [each for each in again if each.file.suffix == ".jsonl" and chance.random() < 0.4]
        doubled = [each for each in again if each not in corrected and chance.random() < 0.4]
        builds.take([each for each in later if pulls[each] == number] + doubled)
        builds.take([Handover(each.file, corrected=True) for each in corrected])
        if number > 1:
            builds.withdraw_last(chance.choice(["community.household_visits", "health.resident_records"]))
        assert_small(builds.bring_up())
    assert not builds.different_from_nothing()


def test_the_build_after_a_killed_one_or_of_another_project_is_whole(tmp_path: Path) -> None:
    files = written(tmp_path / "written")
    builds = Builds(tmp_path / "written", tmp_path / "data", FEW)
    builds.begin()
    builds.take(handovers(files, {2, 3}))
    with builds.start_dbt("run", *builds.selection) as process:
        assert process.stdout
        for line in process.stdout:
            if "OK created sql by_change model staging.stg_community__household_visits" in line:
                process.kill()
                break
    assert builds.bring_up() == {}

    with duckdb.connect(str(builds.settings.warehouse)) as connection:
        connection.execute("update main.delivery_read set project = 'another'")
    builds.take(handovers(files, {5}))
    assert builds.bring_up() == {}


def test_a_full_delivery_that_says_nearly_the_same_changes_little_and_is_kept_once(builds: Builds) -> None:
    files = written(builds.source.parent)
    extracts = builds.settings.extracts
    builds.begin()
    edited(extracts / "public_security/household_register", ("正常", "迁出"), 2)
    edited(extracts / "housing/housing_units", ("住宅", "商铺"), 2)
    # No column dates these facts: every row says that it holds a day longer.
    students = edited(extracts / "education/students", ("小学", "中学"), 2)
    builds.take(handovers(files, {2}))
    changes = builds.bring_up()
    for extract in ("public_security/household_register", "housing/housing_units"):
        # One row more, one less, one otherwise, the few whose day is the delivery's; all others stand somewhere else.
        outcome, gone, new = changes["stg_" + extract.replace("/", "__")]
        assert outcome == "changed" and 2 <= gone == new <= 8
    assert changes["stg_education__students"][1:] == (students,) * 2
    assert changes["stg_grid_office__standard_addresses"] == changes["dwelling_register"] == ("same", 0, 0)
    assert not [model for model, (outcome, _, _) in changes.items() if outcome == "whole"]

    for day in (3, 4):
        edited(extracts / "education/students", ("小学", "中学"), day)
    (first,) = (builds.settings.deliveries / "education/students").glob("20260901-*/accepted.parquet")
    with unreadable(first):
        builds.take([])
        builds.bring_up()
    # Each delivery says a row otherwise, and lacks one; all else is said again.
    ((kept,),) = builds.rows("select count(*) from conformed.past_statement where extract = 'education.students'")
    assert 3 <= kept <= 3 * 2 < students
    assert not builds.different_from_nothing()
    assert_plain_tables_stay_where_nothing_concerns_them(builds, files)
    assert_what_is_looked_up_concerns_only_what_it_changes(builds, files)


def assert_what_is_looked_up_concerns_only_what_it_changes(builds: Builds, files: list[Path]) -> None:
    with duckdb.connect(str(builds.settings.warehouse)) as connection:
        # Learnt by nobody: the next build does not learn it, and what looks names up is computed whole.
        connection.execute("insert into conformed.address_alias (name) values ('从来没有')")
    builds.take([each for each in handovers(files, {4}) if each.file.parent.name == "household_visits"])
    changes = builds.bring_up()
    assert changes["address_alias"][:2] == ("changed", 1)
    assert not [model for model, (outcome, _, _) in changes.items() if outcome == "whole"]
    assert not builds.different_from_nothing()


def assert_plain_tables_stay_where_nothing_concerns_them(builds: Builds, files: list[Path]) -> None:
    with duckdb.connect(str(builds.settings.warehouse)) as connection:
        connection.execute("update main.model_code set code = 'of other SQL' where model = 'decision'")
    builds.take([each for each in handovers(files, {3}) if each.file.parent.name == "incidents"])
    changes = builds.bring_up()
    assert changes["stg_grid_office__incidents"][0] == "changed"
    assert [changes[model] for model in PLAIN] == [("same", 0, 0)] * 2
    # Made anew, and no model that goes by change: it has no outcome.
    assert "decision" not in changes


@contextmanager
def unreadable(file: Path) -> Iterator[None]:
    """While a build runs that must not read it."""
    content = file.read_bytes()
    file.write_bytes(b"")
    try:
        yield
    finally:
        file.write_bytes(content)


def test_a_build_by_change_tests_the_rows_that_it_brings(tmp_path: Path) -> None:
    written(tmp_path / "written")
    builds = Builds(tmp_path / "written", tmp_path / "data")
    files = written(tmp_path / "written")
    # A fault that the first day does not show: later rows stand twice.
    project = copy_project(tmp_path / "project") / "dbt_project"
    model = project / "models" / "staging" / "community" / "stg_community__household_visits.sql"
    fault = "select * from renamed union all select * from renamed where delivery_date > '2026-09-01'"
    model.write_text(model.read_text("utf-8").replace("select * from renamed", fault), "utf-8")
    build = ("build", "--project-dir", str(project), "--select", model.stem, "--exclude-resource-type", "unit_test")
    builds.take(handovers(files, {1}))
    builds.dbt(*build)
    builds.take(handovers(files, {2}))
    with builds.start_dbt(*build) as process:
        said, _ = process.communicate()
    assert builds.changes()[model.stem][0] == "changed"
    assert process.returncode == 1 and "FAIL" in said and f"{model.stem}_has_every_record_once" in said


def assert_small(changes: dict[str, tuple[str, int, int]]) -> None:
    """The build went by change: no model was built whole, and few rows were touched."""
    assert changes, "the build was whole"
    assert not [model for model, (outcome, _, _) in changes.items() if outcome == "whole"]
    assert 0 < sum(gone + new for model, (_, gone, new) in changes.items() if model.startswith("stg_")) < 400
    assert changes["stg_public_security__household_register"] == ("same", 0, 0)
