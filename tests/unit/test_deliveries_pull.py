"""What the pull keeps, what it does a second time, and what a crash leaves."""

from __future__ import annotations

import json
import os
import shutil
import stat
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.deliveries import take
from orchestration.deliveries.index import accepted_schema
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.sources import FolderSource, folder
from orchestration.deliveries.standing import load_receipts

CONTRACTS = read_contracts()
HOUSES = "housing.housing_units"
DEATHS = "civil_affairs.deaths"
REPLIES = "data_centre.correction_replies"


def houses(*codes: str) -> bytes:
    header = "|".join(column.header for column in CONTRACTS[HOUSES].columns)
    rows = [f"{code}|建设路1号1栋101|80.5|住宅|1999|王小明||商品房|2026/08/01" for code in codes]
    return ("\n".join([header, *rows]) + "\n").encode()


def deaths(*names: str) -> bytes:
    header = ",".join(column.header for column in CONTRACTS[DEATHS].columns)
    rows = [f"{name},男,11010519491231002X,2026-08-01,2026-08-03,建设路1号" for name in names]
    return ("\n".join([header, *rows]) + "\n").encode("gb18030")


class District:
    """A folder of deliveries and the data folder that they are pulled into."""

    def __init__(self, folder: Path) -> None:
        self.extracts, self.data = folder / "extracts", folder / "data"
        self.extracts.mkdir()

    def put(self, id_: str, day: str, content: bytes) -> Path:
        department, extract = id_.split(".")
        folder = self.extracts / department / extract
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{extract}_{day}{Path(CONTRACTS[id_].path).suffix}"
        file.write_bytes(content)
        return file

    def pull(self, contracts: dict[str, Contract] = CONTRACTS) -> list[Receipt]:
        return pull(FolderSource(self.extracts), contracts, self.data)

    def paths(self, id_: str) -> list[str]:
        """The current state's delivery ids, after the empty file."""
        entries = json.loads((self.data / "deliveries" / "index.json").read_text("utf-8"))
        (entry,) = [each for each in entries if f"{each['department']}.{each['extract']}" == id_]
        assert Path(entry["paths"][0]).name == "empty.parquet"
        return [Path(path).parent.name for path in entry["paths"][1:]]

    def rows(self, id_: str) -> list[tuple[object, ...]]:
        entries = json.loads((self.data / "deliveries" / "index.json").read_text("utf-8"))
        (entry,) = [each for each in entries if f"{each['department']}.{each['extract']}" == id_]
        with duckdb.connect() as connection:
            return connection.execute(
                "select * from read_parquet(?, union_by_name = true) order by _delivery_date, _source_row",
                [entry["paths"]],
            ).fetchall()


def replies(*headers: str) -> bytes:
    """A workbook of one reply with these columns, whose cells hold their headers."""
    workbook, content = Workbook(), BytesIO()
    workbook.active.append(headers)
    workbook.active.append(headers)
    workbook.save(content)
    return content.getvalue()


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def test_replies_made_elsewhere_need_no_more_than_six_columns(district: District) -> None:
    needed = ("答复", "理由", "记录键", "版本", "字段", "更正值")
    district.put(REPLIES, "20260901", replies(*needed))
    district.put(REPLIES, "20260902", replies(*needed[1:]))
    taken, refused = district.pull()
    assert (taken.status, taken.rows_accepted, taken.unknown_columns) == ("accepted", 1, [])
    assert (refused.status, refused.reason) == ("refused", "columns missing from the header: 答复")
    row = dict(zip(accepted_schema(CONTRACTS[REPLIES]).names, district.rows(REPLIES)[0], strict=False))
    assert (row["order_id"], row["replied_extract"], row["replied_record_key"]) == (None, None, "记录键")


def test_a_file_that_is_as_it_was_is_not_read_again(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_SETTLED", 0)
    file = district.put(HOUSES, "20260901", houses("A1"))
    district.pull()
    with monkeypatch.context() as reading:
        reading.setattr(FolderSource, "digest", lambda *_: pytest.fail("read again"))
        assert district.pull() == []
    # Neither the size nor the time of the last change of its bytes tells that this one is another.
    before = file.stat()
    file.write_bytes(houses("A2"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    (corrected,) = district.pull()
    assert corrected.rows_accepted == 1
    assert district.paths(HOUSES) == [corrected.delivery_id]


def test_a_file_that_has_changed_just_now_is_read_again(district: District) -> None:
    district.put(HOUSES, "20260901", houses("A1"))
    (taken,) = district.pull()
    assert taken.stamp == ""
    assert district.pull() == []


def test_a_delivery_is_kept_with_its_rows_and_a_receipt(district: District) -> None:
    content = houses("A1", "A2")
    district.put(HOUSES, "20260901", content)
    (receipt,) = district.pull()
    folder = district.data / "deliveries" / "housing" / "housing_units" / receipt.delivery_id
    assert (folder / "housing_units_20260901.txt").read_bytes() == content
    assert (receipt.rows_read, receipt.rows_accepted, receipt.rows_rejected) == (2, 2, 0)
    assert receipt.delivery_id == f"20260901-{receipt.sha256[:12]}"
    assert load_receipts(district.data) == [receipt]
    assert Receipt.from_json(receipt.to_json()) == receipt
    table = pq.read_table(folder / "accepted.parquet")
    assert table.schema.names == accepted_schema(CONTRACTS[HOUSES]).names
    row = table.to_pylist()[1]
    assert (row["house_code"], row["floor_area"], row["owner_identity_number"]) == ("A2", "80.5", "")
    assert (row["_source_row"], row["_source_file"], row["_flags"]) == (2, "housing_units_20260901.txt", [])
    assert row["_record_key"].startswith("k:")
    for path in [folder, *folder.iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_same_bytes_again_do_nothing(district: District) -> None:
    district.put(HOUSES, "20260901", houses("A1"))
    district.put(DEATHS, "20260901", deaths("王一"))
    district.pull()
    before = {file: file.stat().st_mtime_ns for file in district.data.rglob("*") if file.is_file()}
    assert district.pull() == []
    assert {file: file.stat().st_mtime_ns for file in district.data.rglob("*") if file.is_file()} == before
    district.put(HOUSES, "20260902", houses("A1"))
    assert len(district.pull()) == 1


def test_a_corrected_file_of_the_same_day_supersedes_and_may_be_taken_back(district: District) -> None:
    district.put(DEATHS, "20260901", deaths("王一"))
    (first,) = district.pull()
    district.put(DEATHS, "20260901", deaths("王二", "王三"))
    (second,) = district.pull()
    assert district.paths(DEATHS) == [second.delivery_id]
    assert len(load_receipts(district.data)) == 2
    district.put(DEATHS, "20260901", deaths("王一"))
    (third,) = district.pull()
    assert third.delivery_id == first.delivery_id
    assert district.paths(DEATHS) == [first.delivery_id]
    assert district.pull() == []


def test_changes_add_up_and_a_full_delivery_stands_alone_also_where_one_comes_late(district: District) -> None:
    district.put(DEATHS, "20260903", deaths("王三"))
    district.put(HOUSES, "20260903", houses("A1", "A2"))
    district.pull()
    district.put(DEATHS, "20260901", deaths("王一"))
    district.put(HOUSES, "20260901", houses("A1"))
    district.pull()
    assert [row[0] for row in district.rows(DEATHS)] == ["王一", "王三"]
    assert [row[0] for row in district.rows(HOUSES)] == ["A1", "A2"]


def test_a_district_that_lacks_departments_has_empty_typed_extracts(district: District) -> None:
    district.put(DEATHS, "20260901", deaths("王一"))
    district.pull()
    index = json.loads((district.data / "deliveries" / "index.json").read_text("utf-8"))
    assert len(index) == len(CONTRACTS)
    for entry in index:
        contract = CONTRACTS[f"{entry['department']}.{entry['extract']}"]
        assert entry["table"] == contract.source_table
        assert pq.read_schema(entry["paths"][0]) == accepted_schema(contract)
        assert pq.read_metadata(entry["paths"][0]).num_rows == 0


def test_a_refused_delivery_changes_nothing_downstream_and_is_tried_again_under_a_new_contract(
    district: District,
) -> None:
    district.put(HOUSES, "20260901", houses("A1"))
    (good,) = district.pull()
    cut = houses("A1", "A2")[:-20]
    district.put(HOUSES, "20260902", cut)
    (bad,) = district.pull()
    assert (bad.status, bad.refusal) == ("refused", "truncated")
    assert district.paths(HOUSES) == [good.delivery_id]
    folder = district.data / "deliveries" / "housing" / "housing_units" / bad.delivery_id
    assert sorted(file.name for file in folder.iterdir()) == ["housing_units_20260902.txt", "receipt.json"]
    assert (folder / "housing_units_20260902.txt").read_bytes() == cut
    assert district.pull() == []
    assert len(district.pull({HOUSES: replace(CONTRACTS[HOUSES], version="9.0.0")})) == 1


@pytest.mark.parametrize("step", ["read_delivery", "run_checks", "write_atomically", "_keep"])
def test_a_crash_leaves_nothing_half_written_and_the_next_run_finishes(
    district: District, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    district.put(DEATHS, "20260901", deaths("王一"))
    district.put(HOUSES, "20260901", houses("A1"))

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(take, step, fail)
        with pytest.raises(OSError, match="no space"):
            district.pull()
    assert load_receipts(district.data) == []
    assert district.paths(DEATHS) == []
    assert not list((district.data / "deliveries").rglob("*-*"))
    assert len(district.pull()) == 2


def test_what_a_killed_run_leaves_is_removed(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    district.put(DEATHS, "20260901", deaths("王一"))
    # A process that is killed runs no clean-up.
    with monkeypatch.context() as patched:
        patched.setattr(take, "run_checks", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            district.pull()
    folder = district.data / "deliveries" / "civil_affairs" / "deaths"
    assert list(folder.glob(".incoming-*"))
    assert len(district.pull()) == 1
    assert not list(folder.glob(".incoming-*"))


def test_a_delivery_about_to_be_replaced_survives_a_kill_between_the_renames(district: District) -> None:
    district.put(DEATHS, "20260901", deaths("王一"))
    (receipt,) = district.pull()
    folder = district.data / "deliveries" / "civil_affairs" / "deaths"
    (folder / receipt.delivery_id).rename(folder / f"{take.REPLACED}{receipt.delivery_id}")
    shutil.rmtree(district.extracts)
    district.extracts.mkdir()
    district.pull()
    assert district.paths(DEATHS) == [receipt.delivery_id]


def test_one_extract_that_fails_does_not_stop_the_others(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    district.put(DEATHS, "20260901", deaths("王一"))
    district.put(HOUSES, "20260901", houses("A1"))
    original = take.read_delivery

    def fail(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> object:
        if contract.id == DEATHS:
            raise RuntimeError("a fault of the program")
        return original(file, contract, connection)

    monkeypatch.setattr(take, "read_delivery", fail)
    with pytest.raises(RuntimeError, match="a fault of the program"):
        district.pull()
    assert [receipt.id for receipt in load_receipts(district.data)] == [HOUSES]
    assert len(district.paths(HOUSES)) == 1


def test_rows_that_do_not_reconcile_are_an_error(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    district.put(DEATHS, "20260901", deaths("王一"))
    original = take.run_checks

    def lose(*arguments: object) -> object:
        counts = original(*arguments)  # type: ignore[arg-type]
        return replace(counts, accepted=counts.accepted - 1)

    monkeypatch.setattr(take, "run_checks", lose)
    with pytest.raises(RuntimeError, match="1 rows read, but 0 accepted, 0 rejected and 0 erased"):
        district.pull()


def test_keys_flags_and_copies(district: District) -> None:
    """A repeated key is noted on each row, an unreadable one never merges two rows, and copies are told apart."""
    number = "11010519491231002X"
    rows = [
        f"王一,男,{number},2026-08-01,,甲",
        "王二,男,１１０１０５１９４９１２３１００２ｘ,2026-08-01,,乙",
        "王三,男,110105********002X,2026-08-01,,丙",
        "王三,男,110105********002X,2026-08-01,,丙",
        "王四,男,4.40106E+17,2026-08-01,,丙",
        "王五,人,110105194912310021,2027-01-01,19490101,丁",
        "王六,男,,无,,丁",
    ]
    header = ",".join(column.header for column in CONTRACTS[DEATHS].columns)
    district.put(DEATHS, "20260901", ("\n".join([header, *rows]) + "\n").encode("gb18030"))
    (receipt,) = district.pull()
    assert receipt.rows_accepted == 7
    table = pq.read_table(next((district.data / "deliveries").rglob("accepted.parquet")))
    found = table.sort_by("_source_row").to_pylist()
    keys = [row["_record_key"] for row in found]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 6
    assert [key[:2] for key in keys] == ["k:", "k:", "v:", "v:", "v:", "v:", "v:"]
    assert [key.rsplit(":", 1)[1] for key in keys[2:4]] == ["1", "2"]
    assert found[2]["_version"] == found[3]["_version"]
    assert [row["_flags"] for row in found] == [
        ["identity_number:key_repeated", "sex:own_number"],
        ["identity_number:key_repeated", "sex:own_number"],
        ["identity_number:identity_number_masked", "identity_number:key_missing"],
        ["identity_number:identity_number_masked", "identity_number:key_missing"],
        ["identity_number:identity_number_spreadsheet", "identity_number:key_missing"],
        ["cremated_on:format", "died_on:future", "identity_number:identity_number", "identity_number:key_missing",
         "sex:code_set"],
        ["died_on:key_missing", "died_on:type", "identity_number:key_missing", "identity_number:required"],
    ]  # fmt: skip
    assert receipt.rows_with_repeated_key == 2
    assert receipt.flags["identity_number:key_missing"] == 5
    assert number not in receipt.to_json()


def test_the_sample_district_reconciles(tmp_path: Path) -> None:
    sample = Path(__file__).parents[3] / "shared" / "sample"
    if not sample.is_dir():
        pytest.skip("the sample district is not here")
    receipts = pull(FolderSource(sample / "extracts"), CONTRACTS, tmp_path / "data")
    assert {receipt.status for receipt in receipts} == {"accepted"}
    for receipt in receipts:
        day = (receipt.delivery_date or "").replace("-", "")
        truth = sample / "truth" / "rows" / f"{receipt.id}_{day}.parquet"
        if truth.exists():
            assert receipt.rows_accepted == pq.read_metadata(truth).num_rows
            assert receipt.rows_read == receipt.rows_accepted
    assert pull(FolderSource(sample / "extracts"), CONTRACTS, tmp_path / "data") == []
