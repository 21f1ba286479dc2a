"""A department's MySQL or MariaDB, real: what is pulled from it, and what remains when it fails in the middle.

What all tables have in common is tested on PostgreSQL.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.deliveries.sources import Known, patience, tables
from tests.servers.front import Front
from tests.servers.line import Line
from tests.servers.mariadb import MariaDB, mariadb

HOUSES = "housing.housing_units"
TABLE = """
    create table {name} (
        房屋编码 varchar(20) primary key, 坐落 varchar(200), 建筑面积 decimal(8, 2), 房屋用途 varchar(20), 建成年份 int,
        产权人 varchar(40), 产权人证件号 varchar(18), 产权性质 varchar(20), 更新时间 datetime
    ) character set utf8mb4
"""
FILL = """
    insert into {name}
    select concat('F', lpad(seq, 9, '0')), concat('建设路', seq, '号'), 80.5, '住宅', 1999, concat('王', seq),
        concat('44010619500101', lpad(seq % 10000, 4, '0')), '商品房', '2026-08-01 08:00:00' from seq_1_to_{rows}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDB]:
    with mariadb() as started:
        yield started


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)
    yield
    assert gc.isenabled(), "a read, whole or broken, leaves the collector as it was"


@pytest.fixture
def table(server: MariaDB) -> Iterator[MariaDB]:
    """The table with 3,000 rows."""
    server.end_sessions()
    server.run("drop table if exists housing_units, renamed", TABLE.format(name="housing_units"))
    server.run(FILL.format(name="housing_units", rows=3000))
    yield server


def variables(server: MariaDB, port: int | None = None) -> dict[str, str]:
    named = {"HOST": "127.0.0.1", "PORT": str(port or server.port), "NAME": server.database}
    named |= {"USER": server.user, "PASSWORD": server.password}
    return {
        f"{prefix}_DATABASE_{name}": value for prefix in ("HOUSING", "HUMAN_RESOURCES") for name, value in named.items()
    }


def broken(front: Front) -> str:
    """Pulls in vain; returns the kind of the trouble, and insists that nothing is left behind and no secret told."""
    assert front.pull("2026-09-01") == []
    (trouble,) = front.troubles
    assert front.leftovers() == []
    for secret in (MariaDB.password, "4401061950", "wrong-horse"):
        assert secret not in front.said()
    return trouble.kind


def test_a_whole_table_is_delivered_as_it_is_written(table: MariaDB, tmp_path: Path) -> None:
    table.run(
        "set sql_mode = ''",
        "insert into housing_units values ('F-odd', '甲\n\"乙, ', null, '', 0, '𠮷', null, '', '0000-00-00 00:00:00')",
    )
    front = Front(tmp_path, HOUSES, variables(table))
    (receipt,) = front.pull("2026-09-01")
    assert (receipt.delivery_date, receipt.rows_read, receipt.source_file) == (
        "2026-09-01", 3001, "housing_units_20260901.parquet",
    )  # fmt: skip
    odd = front.rows()[0]
    assert [value for name, value in odd.items() if not name.startswith("_")] == [
        "F-odd", '甲\n"乙, ', None, "", "0", "𠮷", None, "", "0000-00-00 00:00:00",
    ]  # fmt: skip
    assert front.rows()[1]["floor_area"] == "80.50"
    assert front.pull("2026-09-02") == []


def test_changes_are_read_by_day(table: MariaDB, tmp_path: Path) -> None:
    """The rule of the days is the tables' (tested on PostgreSQL); here that this database understands the question."""
    front = Front(tmp_path, HOUSES, variables(table))
    front.contract = replace(front.contract, kind="change")
    front.pull("2026-09-01")
    table.run(
        "update housing_units set 更新时间 = '2026-09-02 10:00:00' where 房屋编码 <= 'F000000005'",
        "update housing_units set 更新时间 = null where 房屋编码 = 'F000000006'",
        "update housing_units set 更新时间 = '2099-01-01' where 房屋编码 = 'F000000007'",
    )
    (receipt,) = front.pull("2026-09-02")
    assert (receipt.delivery_date, receipt.rows_accepted) == ("2026-09-02", 7)
    assert len(front.state()) == 3000


def test_a_million_rows_survive_a_line_that_breaks(server: MariaDB, tmp_path: Path) -> None:
    """Up to the kept file: what is checked of it is the same for all."""
    server.run("drop table if exists housing_units", TABLE.format(name="housing_units"))
    server.run(FILL.format(name="housing_units", rows=1_000_000))
    with Line(server.port) as line:
        line.break_after = 50_000_000
        front = Front(tmp_path, HOUSES, variables(server, line.port))
        (offer,) = front.source.listing(Known([], {}, None, date(2026, 9, 1), tmp_path)).offers
        assert line.connections == 2 and line.times == 0
    front.source.fetch(offer, tmp_path / "kept")
    ids = pq.read_table(tmp_path / "kept", columns=["房屋编码"]).column(0).to_pylist()
    assert len(ids) == len(set(ids)) == 1_000_000


def test_faults_of_the_department(table: MariaDB, tmp_path: Path) -> None:
    front = Front(tmp_path, HOUSES, variables(table))
    right = front.variables["HOUSING_DATABASE_PASSWORD"]
    front.variables["HOUSING_DATABASE_PASSWORD"] = "wrong-horse"
    assert broken(front) == "refused_login"
    front.variables["HOUSING_DATABASE_PASSWORD"] = right
    table.run("rename table housing_units to renamed")
    assert broken(front) == "missing_table"
    table.run("rename table renamed to housing_units", "alter table housing_units rename column 产权人 to 权利人")
    assert broken(front) == "missing_column"
    assert "产权人 (renamed to 权利人?)" in front.troubles[0].reason
    table.run("alter table housing_units rename column 权利人 to 产权人")
    table.process.stop()
    try:
        assert broken(front) == "unreachable"
        assert front.troubles[0].tries == 4
    finally:
        table.process.start()
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 3000 and front.troubles == []


@pytest.mark.parametrize("stall", [False, True], ids=["drop", "silence"])
def test_a_line_that_fails_each_time_gives_up_and_leaves_nothing(
    table: MariaDB, tmp_path: Path, stall: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRIES", 2)
    with Line(table.port) as line:
        line.break_after, line.times, line.stall = 100_000, 100, stall
        front = Front(tmp_path, HOUSES, variables(table, line.port), silenceSeconds=1)
        assert broken(front) == ("timeout" if stall else "interrupted")
        line.times = 0
        (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 3000


def test_a_frozen_server_does_not_hold_the_pull(
    table: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "CONNECT_SECONDS", 0.5)
    front = Front(tmp_path, HOUSES, variables(table))
    table.process.send(signal.SIGSTOP)
    try:
        assert broken(front) == "unreachable"
    finally:
        table.process.send(signal.SIGCONT)
    assert len(front.pull("2026-09-01")) == 1


def test_a_full_disk_of_this_machine_is_no_trouble_of_the_department(
    table: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError("no space left on device")

    front = Front(tmp_path, HOUSES, variables(table))
    monkeypatch.setattr(tables.TableFile, "_write", fail)
    with pytest.raises(OSError, match="no space"):
        front.pull("2026-09-01")
    assert front.troubles == [] and front.leftovers() == []


def test_bytes_that_are_no_utf_8_refuse_the_delivery(table: MariaDB, tmp_path: Path) -> None:
    table.run("alter table housing_units modify 坐落 varbinary(200)", "update housing_units set 坐落 = x'C3FF' limit 1")
    (receipt,) = Front(tmp_path, HOUSES, variables(table)).pull("2026-09-01")
    assert (receipt.status, receipt.refusal) == ("refused", "wrong_encoding")
