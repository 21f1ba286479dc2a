"""Two runs at once on a district full of faults, one of them Dagster's own: they come one after the other, and nothing
that either leaves behind names anybody."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from districts import District, command, copy_project, others_can_use, start_job
from said_of_people import People, people_of, texts

from orchestration.deliveries.troubles import read_troubles
from orchestration.settings import Settings
from tests.bench.crashes import copied
from tests.servers.http import TOKEN, Interface, interface
from tests.unit.notice_servers import web_hook

REGISTER = "public_security/household_register/household_register"
BROKEN_TEST = "select cast(name as integer) as number from {{ source('education', 'students') }}\n"
BROKEN_MODEL = """\
def model(dbt, session):
    dbt.config(materialized="table")
    rows = dbt.source("health", "resident_records")
    if rows.fetchone():
        raise ValueError(f"cannot place {rows.limit(1).fetchall()}")
    return rows
"""


def plant_in_extracts(extracts: Path) -> None:
    """Files of a fourth day with bad rows, files that cannot be trusted, and entries that are no deliveries."""

    def first_day(extract: str, suffix: str) -> bytes:
        return (extracts / f"{extract}_20260901{suffix}").read_bytes()

    def send(extract: str, suffix: str, content: bytes) -> None:
        (extracts / f"{extract}_20260904{suffix}").write_bytes(content)

    header, *rows = first_day(REGISTER, ".csv").decode("gb18030").splitlines()
    bad = [
        ",".join((name, number, number, name, *rest)) for number, name, _, _, *rest in (r.split(",") for r in rows[:9])
    ]
    cut = [row[:30] for row in rows[9:15]]
    send(REGISTER, ".csv", "\n".join([header, *bad, *cut, *rows[15:]]).encode("gb18030"))
    students = first_day("education/students/students", ".csv")
    send("education/students/students", ".csv", students.split(b"\n", 1)[1])
    send(
        "housing/rental_contracts/rental_contracts",
        ".jsonl",
        first_day("housing/rental_contracts/rental_contracts", ".jsonl")[:-40],
    )
    send(
        "health/resident_records/resident_records",
        ".parquet",
        first_day("health/resident_records/resident_records", ".parquet")[:-99],
    )
    send(
        "civil_affairs/deaths/deaths",
        ".csv",
        first_day("civil_affairs/deaths/deaths", ".csv").decode("gb18030").encode(),
    )
    members = first_day("party_building/party_members/party_members", ".xlsx")
    send("party_building/party_members/party_members", ".xlsx", members[: len(members) // 2])
    number, name, *_ = rows[20].split(",")
    (extracts / f"{REGISTER}_{number}.csv").write_text(name)
    (extracts / name).mkdir()
    (extracts / name / f"{name}{number}.jpg").touch()
    for path in extracts.rglob("*"):
        path.chmod(0o700)


def plant_in_project(project: Path) -> None:
    """A model and a test that cannot convert a value, and two models whose own error text quotes whole people."""
    models = project / "dbt_project" / "models"
    staging = models / "staging"
    register = staging / "public_security" / "stg_public_security__household_register.sql"
    visits = staging / "community" / "stg_community__household_visits.sql"
    for file, right, wrong in (
        (register, "{{ parse_date('birth_date') }}", "cast(name as date)"),
        (
            visits,
            "{{ clean_name('resident_name') }}",
            "error('nobody is ' || resident_name || resident_identity_number || ' at ' || resident_phone)",
        ),
    ):
        text = file.read_text("utf-8")
        assert right in text
        file.write_text(text.replace(right, wrong), "utf-8")
    # What hangs on none of those must not take its time.
    for file in (*staging.glob("grid_office/*.sql"), *staging.glob("housing/*.sql")):
        file.write_text(
            file.read_text("utf-8").replace("from source\n", "from source where error('not now') is null\n")
        )
    (models / "conformed" / "person" / "broken.py").write_text(BROKEN_MODEL)
    (project / "dbt_project" / "tests" / "broken.sql").write_text(BROKEN_TEST)


def fourth_day(settings: Settings) -> list[dict[str, Any]]:
    """The receipts of the planted files."""
    files = settings.deliveries.glob("*/*/20260904-*/receipt.json")
    return [json.loads(file.read_text("utf-8")) for file in files]


def plant_in_source(project: Path, settings: Settings, served: Interface, environment: pytest.MonkeyPatch) -> None:
    """An interface whose answers, full of people, break off, are no JSON, and then are an error that ends the tries."""
    contract = project / "orchestration" / "contracts" / "community" / "household_visits.odcs.yaml"
    contract.write_text(contract.read_text("utf-8").replace("environment: live", "environment: faulty"), "utf-8")
    visits = settings.extracts / "community" / "household_visits" / "household_visits_20260901.jsonl"
    served.rows["/household_visits"] = [json.loads(line) for line in visits.read_text("utf-8").splitlines()]
    served.faults.extend(["break", "garbage", 404] * 9)
    environment.setenv("COMMUNITY_API_URL", served.url)
    environment.setenv("COMMUNITY_API_TOKEN", TOKEN)
    environment.setenv("WANGGE_ENVIRONMENT", "faulty")
    # Only a district that is not simulated has systems.
    (settings.data / "district.json").unlink()


@dataclass(frozen=True)
class Runs:
    """What a run of `make run`, and one of Dagster's that was started meanwhile, left, printed, told and returned."""

    settings: Settings
    people: People
    printed: str
    printed_by_dagster: str
    notices: str
    codes: tuple[int, int]


@pytest.fixture(scope="module")
def runs(district: District, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("faulty")
    project, settings = copy_project(folder / "project"), copied(district.settings.data, folder / "data")
    people = people_of(settings)
    plant_in_extracts(settings.extracts)
    plant_in_project(project)
    with interface() as served, web_hook() as hook, pytest.MonkeyPatch.context() as environment:
        plant_in_source(project, settings, served, environment)
        environment.setenv("WANGGE_NOTICE_WEBHOOK", hook.address)
        run = subprocess.Popen(
            [*command(settings.data, settings.extracts, 1500, 3), "--environment=faulty"],
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        parsed = settings.parsed_stamp.read_text("utf-8")
        while run.poll() is None and settings.parsed_stamp.read_text("utf-8") == parsed:
            time.sleep(0.05)
        # However quick it is, it is at work until the other has met it.
        run.send_signal(signal.SIGSTOP)
        job = start_job(replace(settings, servers="faulty"), project)
        assert job.stdout is not None
        met = ""
        for line in job.stdout:
            met += line
            if "Another run is at work" in line:
                break
        run.send_signal(signal.SIGCONT)
        printed, printed_by_dagster = run.communicate()[0], met + job.communicate()[0]
        assert served.asked, printed
    told = json.dumps(hook.received, ensure_ascii=False)
    yield Runs(settings, people, printed, printed_by_dagster, told, (run.returncode, job.returncode))


def test_what_failed_runs_leave_names_nobody(runs: Runs) -> None:
    assert runs.codes == (1, 1), runs.printed + runs.printed_by_dagster
    left = dict(texts(runs.settings))
    left |= {"printed": runs.printed, "printed by Dagster": runs.printed_by_dagster, "notices": runs.notices}
    named = {place: runs.people.named_in(text) for place, text in left.items()}
    assert {place: sorted(found)[:5] for place, found in named.items() if found} == {}
    # Each of these tells of the row at which a model failed, without it.
    telling = [place for place, text in left.items() if re.search(r"nobody is \*\*\d{6}\*{8} at 1\d\d\*{8}", text)]
    kinds = (
        "dagster/events/",
        "dagster/storage/",
        "dbt/run_results.json",
        "logs/",
        "printed",
        "printed by Dagster",
        "notices",
    )
    assert [kind for kind in kinds if not any(place.startswith(kind) for place in telling)] == []
    assert {receipt["status"] for receipt in fourth_day(runs.settings)} == {"accepted", "refused"}
    assert [trouble.extract for trouble in read_troubles(runs.settings.data)] == ["community.household_visits"]
    assert runs.people.named_in((runs.settings.extracts / f"{REGISTER}_20260904.csv").read_text("gb18030"))


def test_a_run_of_dagsters_waits_for_the_one_at_work(runs: Runs) -> None:
    assert "Another run is at work" in runs.printed_by_dagster
    with sqlite3.connect(runs.settings.dagster_home / "events" / "event_log.db") as history:
        steps = history.execute(
            "select run_id, min(timestamp), max(timestamp) from event_logs where dagster_event_type like 'STEP_%'"
            " group by run_id order by 2"
        ).fetchall()
    (_, _, ended), (_, began, _) = steps[-2:]
    assert ended < began


def test_what_failed_runs_leave_is_their_accounts_alone(runs: Runs) -> None:
    assert others_can_use(runs.settings) == []
