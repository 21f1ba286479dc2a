"""Rows that departments write far into the past, into real databases: the sweep finds them, and once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from test_source_mysql import FILL as HOUSE_ROWS
from test_source_mysql import HOUSES
from test_source_mysql import TABLE as HOUSE_TABLE
from test_source_mysql import variables as mysql_variables
from test_source_postgres import FILL as HEALTH_ROWS
from test_source_postgres import HEALTH
from test_source_postgres import TABLE as HEALTH_TABLE
from test_source_postgres import variables as postgres_variables

from tests.servers.front import Front
from tests.servers.mariadb import MariaDB, mariadb
from tests.servers.postgres import Postgres, postgres


@dataclass
class Table:
    """An empty table of changes on a server."""

    server: Postgres | MariaDB

    def __post_init__(self) -> None:
        self.server.run(HEALTH_TABLE if isinstance(self.server, Postgres) else HOUSE_TABLE.format(name="housing_units"))

    def write(self, day: str, first: int, last: int) -> None:
        """Rows of these numbers, dated that day."""
        if isinstance(self.server, Postgres):
            self.server.run(HEALTH_ROWS.format(day=day, first=first, last=last))
            return
        rows = HOUSE_ROWS.format(name="housing_units", rows=last)
        self.server.run(f"{rows} where seq >= {first}".replace("2026-08-01", day))

    def change(self, day: str) -> None:
        """The first row says something else, dated that day."""
        if isinstance(self.server, Postgres):
            changed = f"set mobile = '', updated_at = '{day} 10:00' where health_id = 'H000000001'"
            self.server.run(f"update exchange.resident_records {changed}")
            return
        changed = f"set 产权人 = '', 更新时间 = '{day} 10:00' where 房屋编码 = 'F000000001'"
        self.server.run(f"update housing_units {changed}")

    def front(self, folder: Path) -> Front:
        if isinstance(self.server, Postgres):
            return Front(folder, HEALTH, postgres_variables(self.server), sweepDays=7)
        front = Front(folder, HOUSES, mysql_variables(self.server), sweepDays=7)
        front.contract = replace(front.contract, kind="change")
        return front

    def said_of_the_first(self, front: Front) -> str:
        """What was delivered last of the row that `change` changes."""
        key, value = ("health_id", "phone") if isinstance(self.server, Postgres) else ("house_code", "owner_name")
        (said,) = [row[value] for row in front.state().values() if row[key] in ("H000000001", "F000000001")]
        return str(said)


@pytest.fixture(scope="module", params=[postgres, mariadb], ids=["postgres", "mariadb"])
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    with request.param() as server:
        yield Table(server)


def test_rows_written_far_into_the_past_are_found_by_the_sweep(table: Table, tmp_path: Path) -> None:
    table.write("2026-09-01", 1, 3000)
    front = table.front(tmp_path)
    front.pull("2026-09-01")
    for day, first in (("2026-09-04", 3001), ("2026-09-06", 3011)):
        table.write(day, first, first + 9)
        front.pull(day)
    # Two days before the last delivery, further back than the overlap; one of them changes a row that was taken.
    table.write("2026-09-02", 4001, 4005)
    table.change("2026-09-03")
    table.write("2026-09-07", 3021, 3030)
    assert [each.rows_accepted for each in front.pull("2026-09-07")] == [10]
    assert front.pull("2026-09-07") == []
    (swept,) = front.pull("2026-09-08")
    assert (swept.delivery_date, swept.rows_accepted, swept.rows_rejected) == ("2026-09-08", 6, 0)
    assert front.pull("2026-09-09") == []
    assert len(front.state()) == 3035
    assert table.said_of_the_first(front) == ""
