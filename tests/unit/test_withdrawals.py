"""A delivery that is withdrawn is as if it had never come, whatever came before, between and after."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.__main__ import NotPossible, change, main
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import Receipt, current_receipts
from orchestration.deliveries.sources import FolderSource
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.withdrawals import LOG, RESTORE, WITHDRAW, read_log, record
from orchestration.guard import RunFailed, only_run
from orchestration.settings import settings_for

CONTRACTS = read_contracts()
HOUSES = "housing.housing_units"
DEATHS = "civil_affairs.deaths"
BOTH = {id_: CONTRACTS[id_] for id_ in (HOUSES, DEATHS)}


def houses(rows: int) -> bytes:
    """A full delivery of so many rows; none is a file that is refused."""
    header = "|".join(column.header for column in CONTRACTS[HOUSES].columns)
    lines = [f"A{row}|建设路1号1栋{row}|80.5|住宅|1999|王小明||商品房|2026/08/01" for row in range(rows)]
    return ("\n".join([header, *lines]) + "\n").encode()


def content(id_: str, rows: int) -> bytes:
    return houses(rows) if id_ == HOUSES else deaths(rows)


def delivery_id(id_: str, day: int, rows: int) -> str:
    return f"202609{day:02d}-{hashlib.sha256(content(id_, rows)).hexdigest()[:12]}"


def deaths(rows: int) -> bytes:
    header = ",".join(column.header for column in CONTRACTS[DEATHS].columns)
    lines = [f"王{row},男,,2026-08-01,2026-08-03,建设路1号" for row in range(rows)]
    return ("\n".join([header, *lines]) + "\n").encode("gb18030") if rows else b""


class District:
    """A folder of deliveries and the data folder that they are pulled into."""

    def __init__(self, folder: Path) -> None:
        self.settings = settings_for(folder / "data", folder / "extracts")
        self.settings.extracts.mkdir(parents=True)

    def put(self, id_: str, day: int, rows: int) -> None:
        contract = CONTRACTS[id_]
        folder = self.settings.extracts / contract.department / contract.extract
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{contract.extract}_202609{day:02d}{Path(contract.path).suffix}"
        file.write_bytes(content(id_, rows))

    def pull(self) -> list[Receipt]:
        return pull(FolderSource(self.settings.extracts), BOTH, self.settings.data, workers=1)

    def deliver(self, id_: str, day: int, rows: int) -> Receipt:
        self.put(id_, day, rows)
        (receipt,) = self.pull()
        return receipt

    def receipts(self) -> list[Receipt]:
        return load_receipts(self.settings.data, BOTH.values())

    def current(self, id_: str) -> list[str]:
        """The ids that the index names."""
        entries = json.loads(self.settings.delivery_index.read_text("utf-8"))
        (entry,) = [each for each in entries if f"{each['department']}.{each['extract']}" == id_]
        return [Path(path).parent.name for path in entry["paths"][1:]]

    def withdraw(self, receipt: Receipt, reason: str = "") -> None:
        change(self.settings, WITHDRAW, receipt.delivery_id, reason)

    def restore(self, receipt: Receipt) -> None:
        change(self.settings, RESTORE, receipt.delivery_id, "")


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


Step = list[tuple[str, int, int]] | int
delivery = st.tuples(st.sampled_from([HOUSES, DEATHS]), st.integers(1, 3), st.sampled_from([0, 10, 12, 40]))
# One folder holds one file a day of each extract.
files = st.lists(delivery, min_size=1, max_size=3, unique_by=lambda each: each[:2])
steps = st.lists(st.one_of(files, st.integers(0, 9)), min_size=2, max_size=10)


@given(steps)
@settings(max_examples=20, deadline=None)
def test_the_current_state_is_that_of_a_store_that_never_took_the_withdrawn(plan: list[Step]) -> None:
    """Deliveries come late, doubled, corrected, cut to a few rows or to nothing; a number withdraws one of them."""
    with tempfile.TemporaryDirectory() as folder:
        store, never = District(Path(folder) / "store"), District(Path(folder) / "never")
        gone = set()
        store.pull()
        for step in plan:
            if isinstance(step, int):
                accepted = [receipt for receipt in store.receipts() if receipt.accepted]
                if accepted:
                    receipt = accepted[step % len(accepted)]
                    store.withdraw(receipt)
                    gone.add((receipt.id, receipt.delivery_id))
                continue
            for one in step:
                store.put(*one)
            store.pull()
        for step in plan:
            if not isinstance(step, int):
                for one in step:
                    if (one[0], delivery_id(*one)) not in gone:
                        never.put(*one)
                never.pull()
        never.pull()
        standing = [(each.delivery_id, each.accepted) for each in store.receipts() if each.status != "withdrawn"]
        assert standing == [(each.delivery_id, each.accepted) for each in never.receipts()]
        assert {id_: store.current(id_) for id_ in BOTH} == {id_: never.current(id_) for id_ in BOTH}


def test_the_delivery_before_counts_again_and_the_bytes_stay_out_for_their_day(district: District) -> None:
    first, wrong = district.deliver(HOUSES, 1, 10), district.deliver(HOUSES, 2, 40)
    district.withdraw(wrong, "another district's export")
    assert district.current(HOUSES) == [first.delivery_id]
    assert district.pull() == []
    district.put(HOUSES, 3, 40)
    assert [receipt.delivery_date for receipt in district.pull()] == ["2026-09-03"]


def test_a_corrected_day_returns_to_what_was_corrected(district: District) -> None:
    first, second = district.deliver(DEATHS, 1, 3), district.deliver(DEATHS, 1, 4)
    district.withdraw(second)
    assert district.current(DEATHS) == [first.delivery_id]
    district.withdraw(first)
    assert district.current(DEATHS) == []


def test_a_delivery_refused_for_fewer_rows_than_a_withdrawn_one_comes_into_force(district: District) -> None:
    """A register sent twice as long by mistake makes the next, right one look cut."""
    district.deliver(HOUSES, 1, 10)
    doubled, right = district.deliver(HOUSES, 2, 40), district.deliver(HOUSES, 3, 11)
    assert (right.status, right.refusal, right.rows_set_aside) == ("refused", "too_few_rows", 11)
    assert "can be withdrawn" in right.remedy
    district.withdraw(doubled)
    assert district.current(HOUSES) == [right.delivery_id]
    (standing,) = current_receipts(CONTRACTS[HOUSES], district.receipts())
    assert (standing.rows_accepted, standing.rows_read, standing.refusal) == (11, 11, "")


def test_a_delivery_that_only_a_withdrawn_one_made_acceptable_is_refused(district: District) -> None:
    register = district.deliver(HOUSES, 1, 40)
    third = district.deliver(HOUSES, 3, 40)
    district.withdraw(register)
    small = district.deliver(HOUSES, 2, 10)
    late = district.deliver(HOUSES, 3, 11)
    assert late.accepted
    district.restore(register)
    assert district.current(HOUSES) == [third.delivery_id]
    assert {each.delivery_id: each.refusal for each in district.receipts() if not each.accepted} == {
        small.delivery_id: "too_few_rows",
        late.delivery_id: "too_few_rows",
    }


def test_a_withdrawal_can_be_taken_back_and_the_log_keeps_both(district: District) -> None:
    receipt = district.deliver(HOUSES, 1, 10)
    district.withdraw(receipt, "wrong file")
    district.restore(receipt)
    assert district.current(HOUSES) == [receipt.delivery_id]
    log = read_log(district.settings.data)
    assert [(line.action, line.delivery_id, line.reason) for line in log] == [
        (WITHDRAW, receipt.delivery_id, "wrong file"),
        (RESTORE, receipt.delivery_id, ""),
    ]
    assert all(line.decided_by and line.decided_at for line in log)


def test_a_withdrawal_that_was_killed_behind_its_decision_is_finished_when_asked_for_again(district: District) -> None:
    first, second = district.deliver(HOUSES, 1, 10), district.deliver(HOUSES, 2, 12)
    record(district.settings.data, WITHDRAW, HOUSES, second.delivery_id, "", "clerk")
    assert second.delivery_id in district.settings.delivery_index.read_text("utf-8")
    with pytest.raises(NotPossible, match="already withdrawn"):
        district.withdraw(second)
    index = district.settings.delivery_index.read_text("utf-8")
    assert second.delivery_id not in index
    assert first.delivery_id in index


def test_what_cannot_be_withdrawn_is_said_and_changes_nothing(district: District) -> None:
    good, refused = district.deliver(HOUSES, 1, 10), district.deliver(HOUSES, 2, 0)
    with pytest.raises(NotPossible, match=rf"no delivery .*mean {good.delivery_id}\?.*make deliveries"):
        change(district.settings, WITHDRAW, good.delivery_id[:-1], "")
    with pytest.raises(NotPossible, match=r"was refused when it came.*no row"):
        district.withdraw(refused)
    with pytest.raises(NotPossible, match="not withdrawn"):
        district.restore(good)
    assert not (district.settings.data / LOG).exists()
    district.withdraw(good)
    with pytest.raises(NotPossible, match=r"already withdrawn on 20.* by "):
        district.withdraw(good)
    with only_run(district.settings), pytest.raises(RunFailed, match="Another run is at work"):
        district.restore(good)


def test_a_damaged_log_is_an_error_and_no_forgotten_withdrawal(district: District) -> None:
    district.withdraw(district.deliver(HOUSES, 1, 10))
    log = district.settings.data / LOG
    log.write_bytes(log.read_bytes()[:-20])
    with pytest.raises(ValueError, match="line 1: not a withdrawal"):
        district.pull()


def test_the_command_lists_ids_and_says_what_is_in_force(
    district: District, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = district.deliver(HOUSES, 1, 10), district.deliver(HOUSES, 2, 12)

    def say(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["deliveries", *arguments, f"--data={district.settings.data}"])
        code = main()
        told = capsys.readouterr()
        return code, told.out + told.err

    assert say(WITHDRAW)[0] == 1
    code, told = say(WITHDRAW, f"--delivery={second.delivery_id}", "--reason=wrong district")
    assert (code, f"In force now: {first.delivery_id}." in told) == (0, True)
    lines = [line.split()[1:4] for line in say("list")[1].splitlines()[1:]]
    assert lines == [[first.delivery_id, "in", "force"], [second.delivery_id, "withdrawn", "12"]]
