"""A JSON interface behind HTTP: pages and cursors, and that no row is lost or doubled whatever the server does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.sources import patience
from tests.servers.front import Front
from tests.servers.http import TOKEN, Interface, interface
from tests.servers.line import Line

CONTRACTS, VISITS = "housing.rental_contracts", "community.household_visits"
NUMBER = "11010519491231002X"
PATH = "/rental_contracts"
COLUMNS = read_contracts()[CONTRACTS].columns


@pytest.fixture
def server() -> Iterator[Interface]:
    with interface() as started:
        started.rows[PATH] = [contract(number, "2026-09-01") for number in range(50)]
        yield started


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)


def contract(number: int, day: str) -> dict[str, Any]:
    row = dict.fromkeys(column.header for column in COLUMNS)
    moment = f"{day}T{number % 24:02}:00:00+08:00"
    return {**row, "contract_no": f"C{number:04}", "tenant_id": NUMBER, "updated_at": moment}


def front_of(server: Interface, folder: Path, port: int | None = None, **settings: Any) -> Front:
    url = f"http://127.0.0.1:{port or server.port}"
    variables = {"HOUSING_API_URL": url, "HOUSING_API_TOKEN": TOKEN}
    return Front(folder, CONTRACTS, variables, **{"pageSize": 20, **settings})


def broken(front: Front) -> str:
    """Pulls in vain; returns the kind of the trouble, and insists that nothing is left behind and no secret told."""
    assert front.pull("2026-09-01") == []
    (trouble,) = front.troubles
    assert front.leftovers() == []
    for secret in (TOKEN, NUMBER, "wrong-token"):
        assert secret not in front.said()
    return trouble.kind


def test_changes_come_by_the_day_with_what_the_answer_says(server: Interface, tmp_path: Path) -> None:
    front = front_of(server, tmp_path)
    (first,) = front.pull("2026-09-01")
    assert (first.rows_accepted, first.source_file) == (50, "rental_contracts_20260901.jsonl")
    assert [each["page"] for each in server.asked] == ["1", "2", "3"]
    server.rows[PATH] += [contract(number, "2026-09-03") for number in (3, 4, 100)] + [contract(101, "2026-09-04")]
    server.asked.clear()
    taken = front.pull("2026-09-04")
    assert [(each.delivery_date, each.rows_accepted) for each in taken] == [("2026-09-03", 3), ("2026-09-04", 1)]
    assert server.asked[0]["updated_since"] == "2026-09-01T00:00:00+08:00"
    assert len(front.state()) == 52
    assert front.pull("2026-09-04") == []


def test_rows_written_far_into_the_past_are_found_by_the_sweep(server: Interface, tmp_path: Path) -> None:
    front = front_of(server, tmp_path, sweepDays=7)
    front.pull("2026-09-01")
    server.rows[PATH] += [contract(100, "2026-09-06")]
    front.pull("2026-09-06")
    server.rows[PATH] += [contract(number, "2026-09-02") for number in (3, 200)]
    server.asked.clear()
    assert front.pull("2026-09-07") == [] and server.asked[0]["updated_since"] == "2026-09-06T00:00:00+08:00"
    server.asked.clear()
    (swept,) = front.pull("2026-09-08")
    assert "updated_since" not in server.asked[0]
    assert (swept.delivery_date, swept.rows_accepted) == ("2026-09-07", 2)
    assert front.pull("2026-09-09") == [] and len(front.state()) == 52


def test_a_cursor_is_followed_to_its_end(server: Interface, tmp_path: Path) -> None:
    columns = [column.header for column in read_contracts()[VISITS].columns]
    server.rows["/household_visits"] = [
        {**dict.fromkeys(columns), "visit_id": f"V{n}", "visited_at": f"2026-09-01T09:{n % 60:02}:00+08:00"}
        for n in range(45)
    ]
    variables = {"COMMUNITY_API_URL": server.url, "COMMUNITY_API_TOKEN": TOKEN}
    front = Front(tmp_path, VISITS, variables, pageSize=10)
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 45
    assert [each.get("cursor") for each in server.asked] == [None, "10", "20", "30", "40"]


def test_the_same_rows_give_the_same_bytes_in_whatever_order_they_come(server: Interface, tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        digests |= {receipt.sha256 for receipt in front_of(server, tmp_path / name).pull("2026-09-01")}
        server.rows[PATH].reverse()
    assert len(digests) == 1


@pytest.mark.parametrize("fault", [500, 503, 429, "break", "garbage", "repeat"])
def test_a_fault_that_passes_costs_no_row_and_doubles_none(server: Interface, tmp_path: Path, fault: int | str) -> None:
    """In the middle: the first page was read, the second goes wrong once."""
    front = front_of(server, tmp_path)
    server.faults.extend([0, fault])
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == len(front.state()) == 50
    assert len(server.asked) == 4 and front.troubles == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(500, "server_error"), ("break", "interrupted"), ("garbage", "server_error"), ("repeat", "server_error"),
     (401, "refused_login"), (404, "missing_table"), (400, "server_error"), (302, "server_error")],
)  # fmt: skip
def test_a_fault_that_stays_is_a_trouble_and_leaves_nothing(
    server: Interface, tmp_path: Path, fault: int | str, kind: str
) -> None:
    front = front_of(server, tmp_path)
    server.faults.extend([0, *[fault] * 20])
    assert broken(front) == kind
    assert len(server.asked) == 1 + (1 if fault in (401, 404, 400, 302) else patience.TRIES)
    server.faults.clear()
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 50 and front.troubles == []


def test_the_server_is_given_the_time_that_it_asks_for(server: Interface, tmp_path: Path) -> None:
    front = front_of(server, tmp_path)
    server.faults.extend([0, 429])
    server.retry_after = "1"
    began = time.monotonic()
    assert len(front.pull("2026-09-01")) == 1
    assert time.monotonic() - began >= 1
    server.rows[PATH].append(contract(60, "2026-09-02"))
    server.retry_after = "7200"
    server.faults.append(429)
    assert front.pull("2026-09-02") == []
    (trouble,) = front.troubles
    assert (trouble.kind, trouble.next_try[11:13]) == ("server_error", f"{(int(trouble.last_try[11:13]) + 2) % 24:02}")


def test_a_server_that_is_silent_or_gone(server: Interface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TRIES", 2)
    front = front_of(server, tmp_path, silenceSeconds=1)
    server.faults.append("stall")
    assert len(front.pull("2026-09-01")) == 1
    server.rows[PATH].append(contract(60, "2026-09-02"))
    with Line(server.port) as line:
        front.variables["HOUSING_API_URL"] = f"http://127.0.0.1:{line.port}"
        line.break_after, line.stall, line.times = 10, True, 100
        assert front.pull("2026-09-02") == []
        assert front.troubles[0].kind == "timeout"
    assert front.pull("2026-09-02") == []
    assert (front.troubles[0].kind, front.troubles[0].tries) == ("unreachable", 2)
    front.variables["HOUSING_API_URL"] = server.url
    assert len(front.pull("2026-09-02")) == 1


def test_rows_that_change_while_pages_are_read(server: Interface, tmp_path: Path) -> None:
    """A row that goes shifts the pages, so that another one is passed over; one that comes is there the next time."""
    front = front_of(server, tmp_path)

    def once(change: Any) -> None:
        def after_page() -> None:
            server.after_page = None
            change()

        server.after_page = after_page

    once(lambda: server.rows[PATH].pop(0))
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 49
    once(lambda: server.rows[PATH].insert(0, contract(70, "2026-09-02")))
    front.pull("2026-09-02")
    assert len(front.state()) == 50


def test_rows_that_the_interface_has_twice_come_once(server: Interface, tmp_path: Path) -> None:
    server.rows[PATH] += server.rows[PATH][10:15]
    (receipt,) = front_of(server, tmp_path).pull("2026-09-01")
    assert receipt.rows_accepted == 50
    assert [each["page"] for each in server.asked] == ["1", "2", "3"] * 2


def test_pages_in_no_order_lose_no_row(server: Interface, tmp_path: Path) -> None:
    """As many rows as there are, some twice and others never, each time other ones: never taken for a whole."""
    front, random = front_of(server, tmp_path), Random(1)
    server.after_page = lambda: random.shuffle(server.rows[PATH])
    assert broken(front) == "server_error"
    server.after_page = None
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 50


def test_a_token_of_the_wrong_time_and_a_wrong_clock(server: Interface, tmp_path: Path) -> None:
    front = front_of(server, tmp_path)
    front.variables["HOUSING_API_TOKEN"] = "wrong-token"
    assert broken(front) == "refused_login"
    front.variables["HOUSING_API_TOKEN"] = TOKEN
    server.rows[PATH] += [contract(80, "2099-01-01"), {**contract(81, "2026-09-01"), "updated_at": None}]
    server.rows[PATH].append({**contract(82, "2026-09-01"), "updated_at": "2026-08-31T16:30:00Z"})
    (receipt,) = front.pull("2026-09-01")
    assert receipt.rows_accepted == 53


def test_numbers_and_words_stay_as_they_were_written(server: Interface, tmp_path: Path) -> None:
    body = json.dumps({"data": [contract(1, "2026-09-01")], "total": 1})
    server.rows[PATH] = json.loads(body)["data"]
    server.rows[PATH][0] |= {"occupants": 3, "status": "有效", "address": "甲\u2028乙"}
    front = front_of(server, tmp_path)
    front.pull("2026-09-01")
    (row,) = front.rows()
    assert (row["occupants"], row["status"], row["address"]) == ("3", "有效", "甲\u2028乙")
