"""What is put before the departments: `$DATA/state/orders/reports-<period>.parquet`, written once, never changed.

Here belongs: which discrepancies a period reports, under which order and until when, and keeping that. An order is one
kind of discrepancy in one column of one record, for good: found again it is the same order. Where an order stands is no
business of this module: exchange.correction_order says it, from these files, the replies and the deliveries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.deliveries.files import make_private_folder, sync
from orchestration.exchange.working_days import after_working_days

ORDER_ID = "'JH' || upper(left(md5(concat_ws('|', kind, extract, role, record_key, column_name)), 14))"


@dataclass(frozen=True)
class Reports:
    """The reports below the state folder."""

    state: Path

    @property
    def folder(self) -> Path:
        return self.state / "orders"

    def file(self, period: str) -> Path:
        return self.folder / f"reports-{period}.parquet"

    def files(self) -> list[str]:
        """Every period's file, oldest period first."""
        return [str(file) for file in sorted(self.folder.glob("reports-*.parquet"))]

    def issue(self, connection: duckdb.DuckDBPyConnection, period: str) -> tuple[int, int]:
        """Report what is found now in a period that has no reports yet; returns orders reported, and new among them.

        `connection`: the warehouse, read-only, with the table `found` of `find`. The file appears whole or not at all.
        """
        as_of, working_days = day_and_working_days(connection)
        connection.execute("create temp table earlier as from exchange.correction_order_report limit 0")
        if self.files():
            connection.execute("insert into earlier by name from read_parquet($files)", {"files": self.files()})
        connection.execute(_KNOWN)
        connection.execute(
            _REPORT, {"period": period, "day": as_of, "deadline": after_working_days(as_of, working_days)}
        )
        connection.execute(_SETTLED, {"period": period, "day": as_of})
        connection.execute(_JUDGED, {"period": period, "day": as_of})
        make_private_folder(self.folder)
        draft = self.folder / f".reports-{period}"
        connection.execute(f"copy (from report order by all) to {_text(str(draft))} (format parquet, compression zstd)")
        draft.chmod(0o600)
        sync(draft)
        draft.replace(self.file(period))
        sync(self.folder)
        row = connection.execute(
            "select count(distinct order_id), count(distinct order_id) filter (known.order_id is null)"
            " from report left join known using (order_id) where side = 'own'"
        ).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])


def find(connection: duckdb.DuckDBPyConnection) -> None:
    """Make temporary tables on the connection: `found`, exchange.discrepancies with the number of each one's order, and
    `located`, the record key, version and day of every row that a discrepancy or its evidence refers to."""
    connection.execute(f"create temp table found as select {ORDER_ID} as order_id, * from exchange.discrepancies")
    connection.execute(
        """
        create temp table place as
        select distinct extract, source_file, source_row from found
        union
        select distinct other.extract, other.source_file, other.source_row
        from (select unnest(evidence) as other from found)
        """
    )
    connection.execute(
        """
        create temp table located as
        select place.*, record_key, version, delivery_date as held_on
        from place join conformed.source_record using (extract, source_file, source_row)
        """
    )


def as_of_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The last day that the warehouse knows of, by which orders are dated; None before a first delivery."""
    row = connection.execute("select max(as_of_date) from conformed.as_of").fetchone()
    return row[0] if row else None


def day_and_working_days(connection: duckdb.DuckDBPyConnection) -> tuple[date, int]:
    """The day of issue, and how many working days the district's jurisdiction gives: the longest prefix that fits."""
    row = connection.execute(
        """
        select clock.working_days
        from rules.correction_clock as clock
        left join (select district_code from conformed.grid group by all order by count(*) desc, 1 limit 1) as district
            on starts_with(district.district_code, clock.area_prefix)
        where clock.area_prefix = '*' or district.district_code is not null
        order by length(replace(clock.area_prefix, '*', '')) desc
        limit 1
        """
    ).fetchone()
    day = as_of_day(connection)
    assert row is not None and day is not None
    return day, int(row[0])


# Orders of earlier periods. One opened again after it was last reported gets a new deadline; an order that the last
# build does not know yet is open.
_KNOWN = """
create temp table known as
select
    earlier.order_id,
    case when coalesce(max(stands.reopened_on) <= max(earlier.reported_on), true)
        then arg_max(earlier.deadline, earlier.reported_on) end as deadline,
    coalesce(any_value(stands.state), 'issued') = 'closed' as is_closed
from earlier left join exchange.correction_order as stands using (order_id)
where earlier.side = 'own'
group by earlier.order_id
"""

# Of a person's rows in one extract now one, now another counts as the further one: that is still the order known.
_REPORT = """
create temp table report as
with reported as (
    select found.*, known.deadline
    from found left join known using (order_id)
    where known.order_id is not null or not exists (
        select 1 from earlier join known as open using (order_id)
        where not open.is_closed and earlier.side = 'other' and earlier.kind = found.kind
            and earlier.extract = found.extract and earlier.record_key = found.record_key
            and earlier.column_name = found.column_name
    )
),
sides as (
    select order_id, deadline, kind, likely_at_fault, 'own' as side, extract, role, source_file, source_row, column_name
    from reported
    union
    select order_id, deadline, kind, likely_at_fault, 'other', other.extract, role, other.source_file, other.source_row,
        other.column_name
    from (select *, unnest(evidence) as other from reported)
)
select
    sides.order_id,
    $period::varchar as period,
    $day::date as reported_on,
    coalesce(sides.deadline, $deadline::date) as deadline,
    sides.kind,
    min(sides.likely_at_fault) as likely_at_fault,
    sides.side,
    sides.extract,
    sides.role,
    located.record_key,
    located.version,
    sides.column_name,
    min(located.held_on) as held_on
from sides join located using (extract, source_file, source_row)
group by all
"""


# Orders closed although their row stands as it was reported: since when is a fact that later deliveries do not tell, so
# it is fixed here.
_SETTLED = """
insert into report
select distinct
    stands.order_id, $period, $day::date, stands.deadline, stands.kind, stands.likely_at_fault, 'settled',
    stands.extract, stands.role, stands.record_key, stands.version, stands.column_name, stands.closed_on
from exchange.correction_order as stands
join earlier on stands.order_id = earlier.order_id and stands.version = earlier.version
where stands.state = 'closed' and earlier.side = 'own'
    and (stands.extract, stands.record_key, stands.version) in (
        select (extract, record_key, version) from conformed.source_record
    )
    and (stands.order_id, stands.closed_on) not in (select (order_id, held_on) from earlier where side = 'settled')
"""

# Deadlines that passed since the last report: whether each was kept is fixed here, so that a month keeps its score:
# the life of an order may be told anew, as a version that was clean is at fault once the other side has changed.
_JUDGED = """
insert into report
select distinct
    judged.order_id, $period, $day::date, judged.deadline, stands.kind, stands.likely_at_fault,
    case when judged.is_in_time then 'in_time' else 'overdue' end,
    stands.extract, stands.role, stands.record_key, stands.version, stands.column_name, judged.deadline
from exchange.correction_deadline as judged
join exchange.correction_order as stands using (order_id)
where not judged.is_fixed
"""


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
