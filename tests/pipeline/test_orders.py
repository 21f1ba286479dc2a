"""Correction orders from issue to close: workbooks as a department opens them, replies as it sends them, and a life
that deliveries, replies and reports replay, however often and in whatever folder it is built."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from districts import District, run_dbt
from rich.console import Console

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import FolderSource
from orchestration.exchange import orders as orders_command
from orchestration.exchange.orders import issue
from orchestration.exchange.workbooks import COLUMNS
from orchestration.releases.inputs import fingerprint
from orchestration.settings import Settings, settings_for

HEALTH = "health.resident_records"
AID = "civil_affairs.assistance_recipients"
Row = dict[str, str]

EVENTS = "select order_id, event_on::varchar, event, answer from exchange.correction_order_event order by all"
ORDERS = "from exchange.correction_order order by all"
KEPT = "select order_id, deadline::varchar, is_in_time from exchange.correction_deadline order by all"


def read(file: Path) -> list[Row]:
    """The rows of a workbook's list, by header, every cell as text."""
    header, *rows = openpyxl.load_workbook(file)["校核清单"].iter_rows(values_only=True)
    return [{str(name): str(cell or "") for name, cell in zip(header, row, strict=True)} for row in rows]


def build(settings: Settings) -> District:
    """Take what was delivered, and make everything that orders hang on."""
    pull(FolderSource(settings.extracts), read_contracts(), settings.data)
    selection = ("--select", "+correction_order", "+correction_deadline")
    run_dbt(settings, "build", *selection, "--exclude-resource-type", "test", "unit_test")
    return District(settings, "")


@dataclass
class Issued:
    """A copy of the district whose orders are issued, and the rows of three workbooks."""

    settings: Settings
    health: list[Row]
    aid: list[Row]
    housing: list[Row]

    def deliver(self, day: str, name: str, content: bytes) -> None:
        """Put a file where its department would."""
        department, extract = name.partition(".")[0], name.partition(".")[2]
        suffix = Path(read_contracts()[name].path).suffix
        file = self.settings.extracts / department / extract / f"{extract}_{day}{suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def reply(self, day: str, answers: list[tuple[Row, str, str]]) -> None:
        """The department's workbook comes back, filled in: rows of the list with answer and reason."""
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.append(list(COLUMNS))
        for row, answer, reason in answers:
            sheet.append([*({**row, "答复": answer, "理由": reason}[header] for header in COLUMNS)])
        content = io.BytesIO()
        workbook.save(content)
        self.deliver(day, "data_centre.correction_replies", content.getvalue())

    def records(self, day: str, rows: list[tuple[Row, str]]) -> None:
        """Health delivers records again, with this identity number."""
        file = self.settings.extracts / "health" / "resident_records"
        delivered = []
        for row, number in rows:
            record = pq.read_table(file / row["来源文件"]).slice(int(row["来源行号"]) - 1, 1).to_pylist()[0]
            delivered.append({**record, "id_card": number})
        schema = pq.read_schema(file / rows[0][0]["来源文件"])
        content = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(delivered, schema=schema), content)
        self.deliver(day, HEALTH, content.getvalue())

    def contract(self, day: str, row: Row) -> None:
        """Housing files the tenancy of a house that was let without one."""
        tenancy = {
            "contract_no": "ZL-FILED", "house_code": row["本部门值"], "address": None, "landlord_name": "王一",
            "landlord_id": None, "tenant_name": "李二", "tenant_id": None, "tenant_phone": None, "occupants": 1,
            "start": "2026-09-01", "end": "2027-08-31", "status": "active", "updated_at": "2026-09-04T09:00:00+08:00",
        }  # fmt: skip
        self.deliver(day, "housing.rental_contracts", json.dumps(tenancy, ensure_ascii=False).encode() + b"\n")

    def recipients(self, day: str, *, without: Row | None) -> None:
        """Civil affairs delivers its list again, with or without a row."""
        first = sorted((self.settings.extracts / "civil_affairs" / "assistance_recipients").iterdir())[0]
        workbook = openpyxl.load_workbook(first)
        if without:
            workbook.active.delete_rows(2 + int(without["来源行号"]))
        content = io.BytesIO()
        workbook.save(content)
        self.deliver(day, AID, content.getvalue())


@pytest.fixture(scope="module")
def issued(district: District, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    data = tmp_path_factory.mktemp("orders")
    for name in ("deliveries", "state", "extracts"):
        shutil.copytree(district.settings.data / name, data / name)
    shutil.copy(district.settings.warehouse, data)
    settings = settings_for(data)
    issue(settings, "", Console(quiet=True))
    folder = data / "orders" / "2026-09"
    return Issued(
        settings, read(folder / "health.xlsx"), read(folder / "civil_affairs.xlsx"), read(folder / "housing.xlsx")
    )


@pytest.fixture(scope="module")
def lived(issued: Issued) -> tuple[District, dict[str, str]]:
    """Eight orders with a fate each, by deliveries of two days; all built at once after them."""
    numbers = [row for row in issued.health if row["字段"] == "identity_number" and row["建议值"]]
    names = ("mended", "relapsed", "promised", "disputed", "corrected", "silent")
    fate = dict(zip(names, numbers, strict=False))
    assert len(fate) == len(names)
    twice = next(row for row in issued.aid if row["差异类型"] == "重复救助")
    right = {name: row["建议值"] for name, row in fate.items()}
    wrong = {name: row["本部门值"] for name, row in fate.items()}
    issued.records("20260904", [(fate["mended"], right["mended"]), (fate["relapsed"], right["relapsed"])])
    issued.recipients("20260904", without=twice)
    let = next(row for row in issued.housing if row["差异类型"] == "出租未备案")
    issued.contract("20260904", let)
    issued.reply(
        "20260904",
        [
            (fate["promised"], "属实", ""),
            (fate["disputed"], "不属实", "证件原件如此"),
            (fate["corrected"], "改正", ""),
            (fate["silent"], "", ""),
            (fate["silent"], "同意", ""),
            ({**fate["silent"], "版本": "of-none"}, "属实", ""),
        ],
    )
    issued.records("20260905", [(fate["relapsed"], wrong["relapsed"]), (fate["promised"], wrong["promised"])])
    issued.recipients("20261006", without=None)
    built = build(issued.settings)
    return built, {name: row["单号"] for name, row in fate.items()} | {"twice": twice["单号"], "filed": let["单号"]}


def test_a_period_is_issued_once(issued: Issued) -> None:
    folders = (issued.settings.data / "orders", issued.settings.state / "orders")
    before = {file: file.stat().st_mtime_ns for folder in folders for file in folder.rglob("*")}
    assert before
    issue(issued.settings, "", Console(quiet=True))
    assert {file: file.stat().st_mtime_ns for folder in folders for file in folder.rglob("*")} == before


def test_a_workbook_holds_text_alone_and_says_what_to_do(issued: Issued) -> None:
    for file in (issued.settings.data / "orders" / "2026-09").iterdir():
        sheet = openpyxl.load_workbook(file)["校核清单"]
        assert [cell.value for cell in sheet[1]] == list(COLUMNS)
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}
        assert {cell.number_format for cell in cells} == {"@"}
        for row in read(file):
            assert row["建议处理"] and row["办理期限"] == "2026-09-17"
            assert row["数据集"].partition(".")[0] == file.stem


def test_no_workbook_shows_what_is_not_shared(issued: Issued) -> None:
    hidden = {
        column.header
        for one in read_contracts().values()
        for column in one.columns
        if column.sharing_class == "not_shared"
    }
    evidence = [line for file in (issued.settings.data / "orders" / "2026-09").iterdir() for row in read(file)
                for line in row["佐证"].split("\n") if line]  # fmt: skip
    assert evidence
    assert not [line for line in evidence if line.partition("：")[0].split(" ")[-1] in hidden and "：" in line]


def test_each_order_lives_as_deliveries_and_replies_say(lived: tuple[District, dict[str, str]]) -> None:
    district, orders = lived
    events: dict[str, list[tuple[str, str]]] = {}
    for order, day, event, _ in district.warehouse(EVENTS):
        events.setdefault(order, []).append((day[-2:], event))
    assert {name: events[order][1:] for name, order in orders.items()} == {
        "mended": [("04", "closed")],
        "relapsed": [("04", "closed"), ("05", "reopened")],
        "promised": [("04", "replied"), ("05", "reopened")],
        "disputed": [("04", "disputed")],
        "corrected": [("04", "replied")],
        "silent": [],
        "twice": [("04", "closed"), ("06", "reopened")],
        # Neither its row nor the visit has changed, and the tenancy was filed on the 4th.
        "filed": [("04", "closed")],
    }
    states = dict(district.warehouse("select order_id, state from exchange.correction_order"))
    assert {name: states[order] for name, order in orders.items()} == {
        "mended": "closed", "relapsed": "reopened", "promised": "reopened", "disputed": "disputed",
        "corrected": "replied", "silent": "issued", "twice": "reopened", "filed": "closed",
    }  # fmt: skip


def test_replies_that_answer_no_order_are_told_by_file_and_row(
    issued: Issued, lived: tuple[District, dict[str, str]]
) -> None:
    printed = io.StringIO()
    issue(issued.settings, "2026-09", Console(file=printed, width=200))
    assert printed.getvalue().splitlines()[:2] == [
        "correction_replies_20260904.xlsx, data row 5: the answer is none of 属实, 不属实, 改正.",
        "correction_replies_20260904.xlsx, data row 6: no order has these 记录键, 版本, 字段, 单号 and 数据集.",
    ]


def test_an_order_is_in_time_that_was_answered_or_closed_by_its_deadline(
    issued: Issued, lived: tuple[District, dict[str, str]]
) -> None:
    """All were due on 17 September; the tenancy that closed one was filed before, however late it is looked at."""
    district, orders = lived
    kept = district.warehouse(KEPT)
    everything = {row["单号"] for rows in (issued.health, issued.aid, issued.housing) for row in rows}
    assert everything <= {order for order, _, _ in kept} and {deadline for _, deadline, _ in kept} == {"2026-09-17"}
    assert {order for order, _, in_time in kept if in_time} == {
        orders[name] for name in ("mended", "relapsed", "promised", "disputed", "corrected", "twice", "filed")
    }


def test_the_same_life_is_replayed_elsewhere(
    issued: Issued, lived: tuple[District, dict[str, str]], tmp_path: Path
) -> None:
    """From the files that departments delivered and the reports alone, in a folder that knows nothing else."""
    shutil.copytree(issued.settings.state / "orders", tmp_path / "state" / "orders")
    again = build(settings_for(tmp_path, issued.settings.extracts))
    district, _ = lived
    assert again.warehouse(EVENTS) == district.warehouse(EVENTS)
    assert again.warehouse(ORDERS) == district.warehouse(ORDERS)
    assert again.warehouse(KEPT) == district.warehouse(KEPT)


def test_the_next_period_asks_again_and_tells_both_sides_of_a_dispute(
    issued: Issued, lived: tuple[District, dict[str, str]]
) -> None:
    district, orders = lived
    before = fingerprint(issued.settings)
    issue(issued.settings, "", Console(quiet=True))
    assert fingerprint(issued.settings) != before
    fixed = pq.read_table(
        issued.settings.state / "orders" / "reports-2026-10.parquet", filters=[("side", "==", "settled")]
    )
    assert [(row["order_id"], str(row["held_on"])) for row in fixed.to_pylist()] == [(orders["filed"], "2026-09-04")]
    judged = pq.read_table(
        issued.settings.state / "orders" / "reports-2026-10.parquet", filters=[("side", "in", ["in_time", "overdue"])]
    )
    assert sorted(
        (row["order_id"], str(row["deadline"]), row["side"] == "in_time") for row in judged.to_pylist()
    ) == district.warehouse(KEPT)
    folder = issued.settings.data / "orders" / "2026-10"
    health = {row["单号"]: row for row in read(folder / "health.xlsx")}
    assert orders["mended"] not in health
    assert health[orders["relapsed"]]["状态"] == "重新打开"
    assert health[orders["relapsed"]]["办理期限"] > "2026-09-17"
    assert health[orders["silent"]]["办理期限"] == "2026-09-17"
    assert health[orders["disputed"]]["状态"] == "有争议"
    (other,) = district.warehouse(
        f"select other_department from exchange.correction_order where order_id = '{orders['disputed']}'"
    )[0]
    theirs = [row for row in read(folder / f"{other}.xlsx") if row["单号"] == orders["disputed"]]
    assert theirs and {row["状态"] for row in theirs} == {"对方不属实"}
    assert all("证件原件如此" in row["建议处理"] for row in theirs)


def test_deadlines_in_a_year_without_published_holidays_are_told_and_stay(
    issued: Issued, lived: tuple[District, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in December 2026, when the library knows no holidays of 2027 yet; the workbooks are written again."""
    issue(issued.settings, "2026-10", Console(quiet=True))
    folder = issued.settings.data / "orders" / "2026-10"
    before = read(folder / "health.xlsx")
    shutil.rmtree(folder)
    monkeypatch.setattr(orders_command, "is_published", lambda day: False)
    printed = io.StringIO()
    issue(issued.settings, "2026-10", Console(file=printed, width=200))
    assert "Deadlines reach into 2026: its holidays are not published yet" in printed.getvalue()
    assert [row["办理期限"] for row in read(folder / "health.xlsx")] == [row["办理期限"] for row in before]
