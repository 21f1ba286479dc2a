"""A department's PostgreSQL, real: what is pulled from it, and what remains when it fails in the middle."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from orchestration.deliveries.sources import patience, tables
from tests.servers.front import Front
from tests.servers.line import Line
from tests.servers.postgres import Postgres, postgres

HEALTH, ENTERPRISES = "health.resident_records", "market_regulation.enterprises"
TABLE = """
    create table exchange.resident_records (
        health_id text primary key, id_card varchar(18), full_name text, gender char(1), birth_date date,
        mobile text, current_address text, chronic_conditions text, elderly_managed boolean, updated_at timestamp
    )
"""
FILL = """
    insert into exchange.resident_records
    select 'H' || lpad(n::text, 9, '0'), '44010619500101' || lpad((n % 10000)::text, 4, '0'), '王小明' || n,
        '男', date '1950-01-01' + (n % 20000), '138' || lpad((n % 100000000)::text, 8, '0'),
        '建设路' || n || '号', case when n % 3 = 0 then 'I10;E11.9' end, n % 4 = 0,
        timestamp '{day} 00:00:00' + (n % 86400) * interval '1 second'
    from generate_series({first}, {last}) n
"""
NUMBER = "4401061950"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)


@pytest.fixture
def table(server: Postgres) -> Iterator[Postgres]:
    """The table with 3,000 rows of 1 September."""
    server.run(TABLE, FILL.format(day="2026-09-01", first=1, last=3000))
    yield server
    server.end_sessions()
    server.run("drop table if exists exchange.resident_records, exchange.renamed")


def variables(server: Postgres, port: int | None = None) -> dict[str, str]:
    return {
        f"{prefix}_DATABASE_{name}": value
        for prefix in ("HEALTH", "MARKET_REGULATION")
        for name, value in {
            "HOST": "127.0.0.1",
            "PORT": str(port or server.port),
            "NAME": server.database,
            "USER": server.user,
            "PASSWORD": server.password,
        }.items()
    }


def test_a_table_is_delivered_by_the_day_and_a_quiet_one_not_again(table: Postgres, tmp_path: Path) -> None:
    front = Front(tmp_path, HEALTH, variables(table))
    (first,) = front.pull("2026-09-01")
    assert (first.delivery_date, first.rows_accepted, first.rows_rejected) == ("2026-09-01", 3000, 0)
    assert first.source_file == "resident_records_20260901.parquet"
    assert front.troubles == [] and front.leftovers() == []
    assert front.pull("2026-09-01") == front.pull("2026-09-02") == []

    table.run(FILL.format(day="2026-09-04", first=3001, last=3010))
    change = "set mobile = '', updated_at = '2026-09-03 10:00' where health_id < 'H000000003'"
    table.run(f"update exchange.resident_records {change}")
    taken = front.pull("2026-09-04")
    assert [(each.delivery_date, each.rows_accepted) for each in taken] == [("2026-09-03", 2), ("2026-09-04", 10)]
    state = front.state()
    assert len(state) == 3010
    assert sum(row["phone"] == "" for row in state.values()) == 2


def test_values_come_as_the_database_writes_them(server: Postgres, tmp_path: Path) -> None:
    server.run(
        TABLE,
        "insert into exchange.resident_records values ('H1', null, E'王\n\"二, ', '女', '1950-02-03', '', '甲', null, "
        "true, '2026-09-01 08:00')",
    )
    try:
        front = Front(tmp_path, HEALTH, variables(server))
        front.pull("2026-09-01")
        (row,) = front.rows()
    finally:
        server.run("drop table exchange.resident_records")
    named = {name: value for name, value in row.items() if not name.startswith("_")}
    assert named == {
        "health_id": "H1", "identity_number": None, "name": "王\n\"二, ", "sex": "女", "birth_date": "1950-02-03",
        "phone": "", "residence_address": "甲", "chronic_conditions": None, "elderly_managed": "true",
        "updated_at": "2026-09-01 08:00:00",
    }  # fmt: skip


def test_a_whole_table_is_taken_again_only_when_it_has_changed(server: Postgres, tmp_path: Path) -> None:
    front = Front(tmp_path, ENTERPRISES, variables(server))
    columns = ", ".join(f'"{column.header}" text' for column in front.contract.columns)
    server.run(
        f'create table exchange.enterprises ({columns}, "内部备注" text)',
        "insert into exchange.enterprises select '9144010100000' || lpad(n::text, 5, '0'), '某公司' || n "
        "from generate_series(1, 500) n",
    )
    try:
        (first,) = front.pull("2026-09-01")
        assert (first.delivery_date, first.rows_read, first.unknown_columns) == ("2026-09-01", 500, [])
        assert front.pull("2026-09-02") == []
        server.run("delete from exchange.enterprises where \"企业名称\" = '某公司7'")
        (second,) = front.pull("2026-09-03")
        assert (second.delivery_date, second.rows_read) == ("2026-09-03", 499)
        server.run("delete from exchange.enterprises")
        (third,) = front.pull("2026-09-04")
        assert (third.status, third.refusal) == ("refused", "empty")
        assert len(front.rows()) == 499
    finally:
        server.run("drop table exchange.enterprises")


def test_a_million_rows_survive_a_line_that_breaks_and_rows_that_change_meanwhile(
    server: Postgres, tmp_path: Path
) -> None:
    """The line breaks at 60 MB of 170; the rows that are changed while it is read again come a second time by right."""
    server.run(TABLE, FILL.format(day="2026-09-01", first=1, last=1_000_000))
    with Line(server.port) as line:
        line.break_after = 60_000_000
        front = Front(tmp_path, HEALTH, variables(server, line.port))
        change = "update exchange.resident_records set updated_at = '2026-09-02 09:00' where health_id <= 'H000100000'"
        changing = threading.Timer(1.0, server.run, [change])
        changing.start()
        (receipt,) = front.pull("2026-09-01")
        changing.join()
        assert line.connections == 2 and line.times == 0
    assert receipt.rows_accepted in (1_000_000, 900_000)
    front.pull("2026-09-02")
    files = sorted((tmp_path / "data" / "deliveries" / "health").rglob("accepted.parquet"))
    ids = [pq.read_table(file, columns=["health_id"]).column(0).to_pylist() for file in files]
    assert set().union(*ids) == {f"H{number:09d}" for number in range(1, 1_000_001)}
    assert all(len(each) == len(set(each)) for each in ids)
    server.run("drop table exchange.resident_records")


def broken(front: Front, day: str = "2026-09-01") -> str:
    """Pulls in vain; returns the kind of the trouble, and insists that nothing is left behind and no secret told."""
    assert front.pull(day) == []
    (trouble,) = front.troubles
    assert front.leftovers() == []
    said = front.said()
    for secret in (Postgres.password, NUMBER, "wrong-horse"):
        assert secret not in said
    return trouble.kind


def test_a_server_that_is_down_is_a_trouble_that_ends_with_it(table: Postgres, tmp_path: Path) -> None:
    front = Front(tmp_path, HEALTH, variables(table))
    table.process.stop()
    try:
        assert broken(front) == broken(front) == "unreachable"
        (trouble,) = front.troubles
        assert (trouble.extract, trouble.tries, trouble.system) == (HEALTH, 2, f"postgres://127.0.0.1:{table.port}")
        assert datetime.fromisoformat(trouble.next_try) - datetime.fromisoformat(trouble.last_try) == timedelta(
            minutes=10
        )
    finally:
        table.process.start()
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 3000 and front.troubles == []


def test_faults_of_the_department(table: Postgres, tmp_path: Path) -> None:
    """A wrong password, a table and columns renamed, a right taken away: each told apart, each healed by its end."""
    front = Front(tmp_path, HEALTH, variables(table))
    right = front.variables["HEALTH_DATABASE_PASSWORD"]
    front.variables["HEALTH_DATABASE_PASSWORD"] = "wrong-horse"
    assert broken(front) == "refused_login"
    front.variables["HEALTH_DATABASE_PASSWORD"] = right
    table.run("alter table exchange.resident_records rename to renamed")
    assert broken(front) == "missing_table"
    table.run("alter table exchange.renamed rename to resident_records")
    for column in ("id_card", "updated_at"):
        table.run(f"alter table exchange.resident_records rename {column} to {column}_new")
        assert broken(front) == "missing_column"
        assert f"{column} (renamed to {column}_new?)" in front.troubles[0].reason
        table.run(f"alter table exchange.resident_records rename {column}_new to {column}")
    table.run(f"revoke select on exchange.resident_records from {table.user}")
    assert broken(front) == "missing_table"
    table.run(f"grant select on exchange.resident_records to {table.user}")
    assert len(front.pull("2026-09-01")) == 1
    assert len(front.state()) == 3000 and front.troubles == []


def test_settings_of_this_machine(table: Postgres, tmp_path: Path) -> None:
    front = Front(tmp_path, HEALTH, variables(table))
    password = tmp_path / "password"
    password.write_text(front.variables.pop("HEALTH_DATABASE_PASSWORD") + "\n")
    assert broken(front) == "missing_setting"
    assert "HEALTH_DATABASE_PASSWORD is not set" in front.troubles[0].reason
    front.variables["HEALTH_DATABASE_PASSWORD_FILE"] = str(password)
    password.chmod(0o644)
    assert broken(front) == "missing_setting"
    assert "can be read by others" in front.troubles[0].reason
    password.chmod(0o600)
    assert len(front.pull("2026-09-01")) == 1


@pytest.mark.parametrize("stall", [False, True], ids=["drop", "silence"])
def test_a_line_that_fails_each_time_gives_up_and_leaves_nothing(
    table: Postgres, tmp_path: Path, stall: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRIES", 2)
    with Line(table.port) as line:
        line.break_after, line.times, line.stall = 200_000, 100, stall
        front = Front(tmp_path, HEALTH, variables(table, line.port), silenceSeconds=1)
        assert broken(front) == ("timeout" if stall else "interrupted")
        assert line.connections == patience.TRIES
        line.times = 0
        assert len(front.pull("2026-09-01")) == 1
    assert len(front.state()) == 3000


def test_a_frozen_server_does_not_hold_the_pull(
    table: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "CONNECT_SECONDS", 0.5)
    front = Front(tmp_path, HEALTH, variables(table))
    table.process.send(signal.SIGSTOP)
    try:
        assert broken(front) == "unreachable"
    finally:
        table.process.send(signal.SIGCONT)
    assert len(front.pull("2026-09-01")) == 1


def test_wrong_clocks_and_late_commits_lose_nothing_and_double_nothing(table: Postgres, tmp_path: Path) -> None:
    front = Front(tmp_path, HEALTH, variables(table))
    front.pull("2026-09-01")
    table.run(
        FILL.format(day="2026-09-02", first=3001, last=3005),
        # committed after the first pull with a time before its end; no time at all; a clock that runs years ahead
        "insert into exchange.resident_records (health_id, updated_at) values "
        "('H-late', '2026-09-01 13:30'), ('H-never', null), ('H-future', '2099-01-01')",
    )
    (receipt,) = front.pull("2026-09-02")
    assert (receipt.delivery_date, receipt.rows_accepted) == ("2026-09-02", 8)
    assert len(front.state()) == 3008
    table.run("insert into exchange.resident_records (health_id, updated_at) values ('H-later', '2026-09-02 23:30')")
    (receipt,) = front.pull("2026-09-03")
    assert (receipt.delivery_date, receipt.rows_accepted) == ("2026-09-03", 3)


def test_today_is_read_again_until_it_has_ended(server: Postgres, tmp_path: Path) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    server.run(TABLE, FILL.format(day=today - timedelta(days=1), first=1, last=10))
    try:
        front = Front(tmp_path, HEALTH, variables(server))
        front.pull((today - timedelta(days=1)).isoformat())
        late = f"('H-late', '{today - timedelta(days=1)} 12:00')"
        server.run(f"insert into exchange.resident_records (health_id, updated_at) values {late}")
        for first in (11, 21):
            server.run(FILL.format(day=today, first=first, last=first + 9))
            (receipt,) = front.pull(today.isoformat())
            assert (receipt.delivery_date, receipt.rows_accepted) == (today.isoformat(), first)
        assert len(front.state()) == 31
        assert front.pull(today.isoformat()) == []
    finally:
        server.run("drop table exchange.resident_records")


def test_a_full_disk_of_this_machine_is_no_trouble_of_the_department(
    table: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError("no space left on device")

    front = Front(tmp_path, HEALTH, variables(table))
    with monkeypatch.context() as patched:
        patched.setattr(tables.TableFile, "_write", fail)
        with pytest.raises(OSError, match="no space"):
            front.pull("2026-09-01")
    assert front.troubles == [] and front.leftovers() == []
    assert len(front.pull("2026-09-01")) == 1


def test_a_slow_line_that_keeps_coming_is_waited_for(table: Postgres, tmp_path: Path) -> None:
    """Longer in all than the silence that is borne, but never silent that long."""
    with Line(table.port) as line:
        line.pause = 0.25
        front = Front(tmp_path, HEALTH, variables(table, line.port), silenceSeconds=1)
        (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 3000 and line.connections == 1
