"""The choice of a source, what a contract may say of one, and that one that fails stops no other."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.contracts.servers import PAGING, SETTINGS, TYPES, Server, server_problems
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import FolderSource, Known, Listing, Offer, files, patience, sources_for
from orchestration.deliveries.troubles import (
    INTERRUPTED,
    KINDS,
    REFUSED_LOGIN,
    SourceTrouble,
    note_troubles,
    read_troubles,
)
from orchestration.settings import PROJECT, settings_for

CONTRACTS = read_contracts()
DEATHS, HOUSES, MEMBERS = "civil_affairs.deaths", "housing.housing_units", "party_building.party_members"


def file_of(contract: Contract, rows: int = 1) -> bytes:
    header = contract.delimiter.join(column.header for column in contract.columns)
    line = contract.delimiter.join("甲" for _ in contract.columns)
    return "\n".join([header, *[line] * rows, ""]).encode(contract.encoding)


class Scripted:
    """A source that offers one file, or fails; `system` is what its limit is shared by."""

    connections = 2

    def __init__(self, contract: Contract, system: str, problem: SourceTrouble | None = None) -> None:
        self.contract, self.system, self.problem, self.closed = contract, system, problem, 0

    def listing(self, known: Known) -> Listing:
        if self.problem:
            raise self.problem
        return Listing([Offer(self.contract, known.day, f"x{Path(self.contract.path).suffix}", "")])

    def digest(self, offer: Offer) -> None:
        return None

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        target.write_bytes(file_of(self.contract))
        return self.system or "digest", 1

    def close(self) -> None:
        self.closed += 1


def test_an_extract_is_fetched_from_its_environments_server_or_from_the_drop(tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    drop = sources_for(CONTRACTS, settings_for(tmp_path), {})
    assert len({id(source) for source in drop.values()}) == 1
    live = sources_for(CONTRACTS, settings_for(tmp_path, None, "live"), {})
    assert {id_ for id_, source in live.items() if isinstance(source, FolderSource)} == {
        "data_centre.correction_replies", "data_centre.typed_cells",
    }  # fmt: skip
    kinds = {contract.server("live").kind for contract in CONTRACTS.values()}
    assert kinds == {"folder", "sftp", "postgres", "mysql", "http"}


def test_an_environment_that_no_contract_knows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"for the environment 'prod'; there are: drop, live\."):
        sources_for(CONTRACTS, settings_for(tmp_path, None, "prod"), {})


def test_nothing_but_names_of_variables_stands_in_a_contract() -> None:
    for contract in CONTRACTS.values():
        for server in contract.servers[1:]:
            text = Path(contract.file).read_text("utf-8")
            assert server.environment == "live"
            assert all(word not in text for word in ("password", "token:", "secret"))


def test_a_department_that_fails_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    sources: dict[str, Any] = dict.fromkeys(CONTRACTS, FolderSource(tmp_path / "extracts"))
    failing = Scripted(CONTRACTS[DEATHS], "one", SourceTrouble(REFUSED_LOGIN, "no 11010519491231002X", "ask"))
    working = Scripted(CONTRACTS[HOUSES], "other")
    sources |= {DEATHS: failing, HOUSES: working}
    (receipt,) = pull(sources, CONTRACTS, tmp_path / "data", day=date(2026, 9, 1))
    assert (receipt.id, failing.closed, working.closed) == (HOUSES, 1, 1)
    (trouble,) = read_troubles(tmp_path / "data")
    assert (trouble.extract, trouble.system, trouble.reason) == (DEATHS, "one", "no 110105********")
    failing.problem = None
    assert [each.id for each in pull(sources, CONTRACTS, tmp_path / "data", day=date(2026, 9, 1))] == [DEATHS]
    assert read_troubles(tmp_path / "data") == []


def test_a_systems_limit_is_kept_and_other_systems_do_not_wait_for_it(tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    lock, at_once, most = threading.Lock(), {"a": 0, "b": 0}, {"a": 0, "b": 0, "both": 0}

    class Slow(Scripted):
        def listing(self, known: Known) -> Listing:
            with lock:
                at_once[self.system] += 1
                most[self.system] = max(most[self.system], at_once[self.system])
                most["both"] = max(most["both"], sum(at_once.values()))
            time.sleep(0.2)
            with lock:
                at_once[self.system] -= 1
            return Listing([])

    sources: dict[str, Any] = {
        id_: Slow(contract, "a" if number % 2 else "b") for number, (id_, contract) in enumerate(CONTRACTS.items())
    }
    pull(sources, CONTRACTS, tmp_path / "data", workers=1)
    assert most == {"a": 2, "b": 2, "both": 4}


def test_waits_grow_up_to_six_hours(tmp_path: Path) -> None:
    (tmp_path / "deliveries").mkdir()
    waits = []
    for _ in range(9):
        (trouble,) = note_troubles(tmp_path, {DEATHS: ("s", SourceTrouble(INTERRUPTED, "", ""))}, [DEATHS])
        wait = datetime.fromisoformat(trouble.next_try) - datetime.fromisoformat(trouble.last_try)
        waits.append(wait.total_seconds() / 60)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert [each.tries for each in note_troubles(tmp_path, {}, [HOUSES])] == [9]
    assert note_troubles(tmp_path, {}, [DEATHS]) == read_troubles(tmp_path) == []


def test_only_what_may_pass_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.001)
    for kind, asked, tries in ((INTERRUPTED, 0, 4), (INTERRUPTED, 3600, 1), (REFUSED_LOGIN, 0, 1)):
        calls = []

        def fail(kind: str = kind, asked: float = asked, calls: list[int] = calls) -> None:
            calls.append(1)
            raise SourceTrouble(kind, "", "", asked)

        with pytest.raises(SourceTrouble):
            patience.patiently(lambda fail=fail: patience.patiently(fail))
        assert len(calls) == tries


def test_a_folder_of_this_machine_waits_for_half_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SETTLE_SECONDS", 0.0)
    folder = tmp_path / "party"
    folder.mkdir()
    (tmp_path / "extracts").mkdir()
    contracts = {MEMBERS: CONTRACTS[MEMBERS]}
    settings = settings_for(tmp_path / "data", tmp_path / "extracts", "live")
    variables: dict[str, str] = {}

    def one_pull() -> tuple[list[str], list[str]]:
        receipts = pull(sources_for(contracts, settings, variables), contracts, settings.data)
        return [receipt.refusal for receipt in receipts], [each.kind for each in read_troubles(settings.data)]

    assert one_pull() == ([], ["missing_setting"])
    variables["PARTY_BUILDING_FOLDER"] = str(folder)
    (folder / "party_members_20260901.xlsx.part").write_bytes(b"PK")
    assert one_pull() == ([], ["incomplete"])
    (folder / "party_members_20260902.xlsx").symlink_to("/etc/passwd")
    assert one_pull() == (["path_leaves_folder"], ["incomplete"])
    (folder / "party_members_20260901.xlsx.part").rename(folder / "party_members_20260901.xlsx")
    assert one_pull() == (["wrong_content"], [])


BASE = {"environment": "live", "host": "", "port": "", "database": "", "schema": "", "format": "csv"}
LIVE: dict[str, Server] = {
    "sftp": Server(name="s", kind="sftp", place="sftp://h/f/x_{date}.csv", settings={"credentials": "S"}, **BASE),
    "http": Server(name="s", kind="http", place="https://h/x", settings={}, **{**BASE, "format": "jsonl"}),
    "mysql": Server(
        name="s", kind="mysql", place="", settings={"credentials": "S", "table": "t"},
        **{**BASE, "host": "h", "port": "1", "database": "d", "format": "parquet"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("sftp", {"kind": "ftp"}, "type 'ftp' is unknown; use one of api, local"),
        ("sftp", {"place": "sftp://h/f/x.csv"}, "must lead to one file a day and hold {date} once"),
        ("sftp", {"place": "sftp://h/{date}/../x_{date}.csv"}, "must lead to one file a day"),
        ("sftp", {"settings": {}}, "credentials must name the prefix of environment variables"),
        ("sftp", {"settings": {"credentials": "user:secret"}}, "no user, password or token stands in a contract"),
        ("sftp", {"settings": {"credentials": "S", "password": "x"}}, "customProperty 'password' is unknown"),
        ("sftp", {"settings": {"credentials": "S", "encoding": "gb1"}}, "encoding 'gb1' is unknown"),
        ("sftp", {"format": "doc"}, "server format 'doc' is unknown"),
        ("sftp", {"environment": "drop"}, "environment 'drop' has 2 servers"),
        ("http", {"place": "ftp://h/x"}, "must begin with https:// or http://"),
        ("http", {"settings": {"paging": "scroll"}}, "paging 'scroll' is unknown; use one of none, page"),
        ("http", {"settings": {"paging": "cursor"}}, "paging by cursor needs customProperty next"),
        ("mysql", {"settings": {"tls": "true"}}, "customProperty tls must be a bool, not 'true'"),
        ("sftp", {"settings": {"credentials": "S", "tls": True}}, "customProperty 'tls' is unknown"),
        ("http", {"settings": {"pageSize": 0}}, "customProperty pageSize must not be 0"),
        ("http", {"settings": {"pageSize": "many"}}, "customProperty pageSize must be a int, not 'many'"),
        ("mysql", {"host": ""}, "host is missing"),
        ("mysql", {"settings": {"credentials": "S"}}, "table must name the table or view"),
        ("mysql", {"settings": {"credentials": "S", "table": "t", "delimiter": ";"}}, "'delimiter' is unknown"),
    ],
)
def test_a_server_that_cannot_be_used_says_why(kind: str, change: dict[str, Any], said: str) -> None:
    drop = CONTRACTS[DEATHS].servers[0]
    assert list(server_problems([drop, LIVE[kind]])) == []
    problems = list(server_problems([drop, replace(LIVE[kind], **change)]))
    assert any(said in problem for problem in problems), problems


def test_the_page_for_people_knows_every_word() -> None:
    page = (PROJECT / "docs" / "sources.md").read_text("utf-8")
    words = {word for settings in SETTINGS.values() for word in settings} | set(KINDS) | set(PAGING) | set(TYPES)
    assert {word for word in words if f"`{word}`" not in page} == {"postgresql"}
