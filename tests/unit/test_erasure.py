"""A person who is erased is in nothing that is kept, and in nothing that is delivered later; everybody else stays."""

from __future__ import annotations

import io
import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from registry_builds import District as RegistryDistrict
from upkeep_districts import BOTH, CONTRACTS, HOUSES, QUIET, RENTALS, District, killed

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.index import accepted_schema
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.tombstones import LOG, RECORD, SECRET, NoNumber, bury, read_number, read_tombstones
from orchestration.upkeep import erasure

ERASED = "11010519491231002X"
OTHER = read_number("440106900101123")
WRITTEN = {
    "as it is": ERASED,
    "lower case": ERASED.lower(),
    "full-width": "".join(chr(ord(each) + 0xFEE0) for each in ERASED),
    "spaces": " 110105 19491231 002X\u3000",
    "hyphens": "110105-19491231-002x",
    "15 digits": "110105491231002",
    "two numbers": f"{OTHER}、{ERASED}",
}
NOT_RECOGNISED = {"masked": "110105********002X", "a digit off": "110105194912310021", "spreadsheet": "1.10105E+17"}


def rental(number: str, **values: str) -> dict[str, str]:
    filled = {column.header: "" for column in CONTRACTS[RENTALS].columns}
    return filled | {"contract_no": number, "tenant_name": "张一"} | values


def rentals(*rows: dict[str, str]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def houses(owner: str, remark: str = "建设路1号") -> bytes:
    header = "|".join(column.header for column in CONTRACTS[HOUSES].columns)
    lines = [
        f"A{row}|{remark}|80.5|住宅|1999|李四|{owner if row == 2 else OTHER}|商品房|2026/08/01" for row in range(4)
    ]
    return ("\n".join([header, *lines]) + "\n").encode()


SAMPLE = {
    RENTALS: rentals(
        *(rental(f"T{place}", tenant_id=written) for place, written in enumerate(WRITTEN.values())),
        *(rental(f"M{place}", tenant_id=written) for place, written in enumerate(NOT_RECOGNISED.values())),
        rental("L", tenant_id=OTHER, landlord_name="王五", landlord_id=ERASED),
        rental("", tenant_name="", landlord_name="王五", landlord_id=ERASED, occupants="2"),
        rental("A", tenant_id=OTHER, address=f"建设路1号（{ERASED}）"),
        rental(ERASED, tenant_id=OTHER),
        rental("O", tenant_id=OTHER, landlord_name="王五", landlord_id=OTHER),
    ),
    HOUSES: houses(ERASED),
}


def erase(
    district: District,
    monkeypatch: pytest.MonkeyPatch,
    people: list[str] | None = None,
    records: dict[str, set[str]] | None = None,
) -> None:
    """Erases as if the warehouse knew these keys and records."""
    with monkeypatch.context() as patched:
        patched.setattr(erasure, "_known", lambda *_: (people or [], records or {}))
        erasure.erase_person(district.settings, ERASED, "asked for it", QUIET)


def rows(district: District) -> dict[str, list[tuple[Any, ...]]]:
    """All accepted rows, apart from where they lie."""
    return {id_: sorted(map(repr, district.state(id_))) for id_ in BOTH}  # type: ignore[misc]


def receipts(district: District) -> list[Receipt]:
    return load_receipts(district.settings.data, BOTH.values())


def counts(receipt: Receipt) -> list[Any]:
    rows = [receipt.rows_read, receipt.rows_accepted, receipt.rows_rejected, receipt.rows_erased, receipt.rows_blanked]
    return [*rows, receipt.flags, receipt.original]


def assert_nowhere(data: Path) -> None:
    """Neither the bytes of any file nor the values of any Parquet file hold the number in any form in which it was
    written."""
    wanted = WRITTEN.values()
    for file in (file for file in data.rglob("*") if file.is_file()):
        content = file.read_bytes()
        values = str(pq.read_table(file).to_pylist()) if file.suffix == ".parquet" else ""
        for form in wanted:
            assert form.encode() not in content, file
            assert form.encode("gb18030") not in content, file
            assert form not in values, file


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


@pytest.mark.parametrize("typed", [*WRITTEN][:6])
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read_number(WRITTEN[typed].replace("-", "")) == ERASED


@pytest.mark.parametrize("typed", [*NOT_RECOGNISED.values(), "", "11010549123100", "张三"])
def test_what_is_no_number_is_an_error_that_repeats_nothing_of_it(typed: str) -> None:
    with pytest.raises(NoNumber) as problem:
        read_number(typed)
    assert not typed or typed not in str(problem.value)


def test_what_arrives_loses_the_rows_of_an_erased_person_and_owners_their_names(district: District) -> None:
    bury(district.settings.data, ERASED, "clerk", "asked for it")
    for id_, content in SAMPLE.items():
        district.put(id_, 1, content)
    tenancies, dwellings = sorted(district.pull(), key=lambda each: each.id, reverse=True)
    assert (tenancies.id, dwellings.id) == (RENTALS, HOUSES)
    # All ways to write it, and the row whose key is the number.
    assert (tenancies.rows_read, tenancies.rows_accepted, tenancies.rows_erased) == (15, 7, len(WRITTEN) + 1)
    assert (tenancies.rows_blanked, dwellings.rows_blanked, dwellings.rows_erased) == (3, 1, 0)
    assert "removed" in tenancies.original
    assert [file.name for file in district.settings.deliveries.rglob("*.txt")] == []
    assert_nowhere(district.settings.data)
    kept = pq.read_table(next(iter(district.settings.deliveries.rglob("*/accepted.parquet")))).column_names
    assert "_record_key" in kept
    found = duckdb.execute(
        "select contract_number, landlord_name, address from read_parquet($paths, union_by_name = true) order by all",
        {"paths": district.entry(RENTALS)["paths"]},
    ).fetchall()
    assert found == [
        ("", None, ""), ("A", "", None), ("L", None, ""), ("M0", "", ""), ("M1", "", ""), ("M2", "", ""),
        ("O", "王五", ""),
    ]  # fmt: skip
    # The same bytes are known as taken.
    assert district.pull() == []


def test_erased_before_or_after_delivery_leaves_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = District(tmp_path / "before"), District(tmp_path / "after")
    bury(before.settings.data, ERASED, "clerk", "")
    for district in (before, after):
        for id_, content in SAMPLE.items():
            district.put(id_, 1, content)
        district.pull()
    assert rows(before) != rows(after)
    erase(after, monkeypatch)
    assert rows(before) == rows(after)
    assert list(map(counts, receipts(before))) == list(map(counts, receipts(after)))
    assert_nowhere(after.settings.data)
    assert after.pull() == []


def test_a_record_that_was_the_persons_without_their_number_goes_and_stays_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed, unkeyed, other = rental("B1"), rental("", tenant_name="张三"), rental("", tenant_name="李四")
    district = District(tmp_path)
    district.deliver(RENTALS, 1, rentals(keyed, unkeyed, unkeyed, other))
    query = f"select {RECORD} from read_parquet($paths, union_by_name = true) where tenant_name <> '李四'"
    found = duckdb.execute(query, {"paths": district.entry(RENTALS)["paths"]}).fetchall()
    erase(district, monkeypatch, records={RENTALS: {record for (record,) in found}})
    (receipt,) = receipts(district)
    assert (receipt.rows_accepted, receipt.rows_erased, len(found)) == (1, 3, 3)
    again = district.deliver(RENTALS, 2, rentals(unkeyed, other, rental("B1", tenant_name="他"), rental("B2")))
    assert (again.rows_accepted, again.rows_erased, "removed" in again.original) == (2, 2, True)


def test_rejected_refused_folded_and_withdrawn_rows_are_erased_too(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = rentals(rental("R", tenant_id=OTHER)) * 40 + f'{{"contract_no": "{ERASED}", "tenant_id"\n'.encode()
    (rejected,) = [district.deliver(RENTALS, 1, broken + rentals(rental("S", tenant_id=OTHER)))]
    assert rejected.rows_rejected == 1
    refused = district.deliver(HOUSES, 1, houses(ERASED).replace("建筑面积".encode(), b"?").replace(b"80.5|", b""))
    assert refused.status == "refused"
    district.deliver(HOUSES, 2, houses(ERASED))
    district.deliver(RENTALS, 2, SAMPLE[RENTALS])
    district.deliver(HOUSES, 9, houses(OTHER))
    district.fold(5)
    district.deliver(RENTALS, 3, rentals(rental("late", tenant_id=ERASED), rental("later", tenant_id=OTHER)))
    district.deliver(HOUSES, 8, houses(OTHER, remark=ERASED))
    erase(district, monkeypatch)
    assert_nowhere(district.settings.data)
    assert not [row for row in rows(district)[RENTALS] if ERASED in str(row)]
    # A second time nothing changes, and the tombstone is not written twice.
    held = {file: file.read_bytes() for file in district.settings.data.rglob("*") if file.is_file()}
    erase(district, monkeypatch)
    assert held == {file: file.read_bytes() for file in district.settings.data.rglob("*") if file.is_file()}


def test_a_kill_at_any_moment_is_finished_by_asking_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = District(tmp_path / "taken")
    for id_, content in SAMPLE.items():
        taken.put(id_, 1, content)
    taken.pull()
    killed_at, finished = 0, False
    whole: dict[str, Any] = {}
    while not finished:
        shutil.copytree(tmp_path / "taken", tmp_path / str(killed_at))
        district = District(tmp_path / str(killed_at))
        district.index()
        finished = not killed(lambda each=district: erase(each, monkeypatch), monkeypatch, killed_at)  # type: ignore[misc]
        erase(district, monkeypatch)
        assert_nowhere(district.settings.data)
        whole = whole or rows(district)
        assert rows(district) == whole
        for receipt in receipts(district):
            assert receipt.rows_read == receipt.rows_accepted + receipt.rows_rejected + receipt.rows_erased
            assert "erased" in receipt.original
        killed_at += 13
    assert killed_at > 20


def test_tombstones_tell_of_nobody_and_are_never_forgotten(district: District) -> None:
    data = district.settings.data
    bury(data, ERASED, "clerk", "asked for it")
    bury(data, OTHER, "clerk", "too")
    assert stat.S_IMODE((data / SECRET).stat().st_mode) == stat.S_IMODE((data / LOG).stat().st_mode) == 0o600
    assert ERASED not in (data / LOG).read_text("utf-8")
    tombstones = read_tombstones(data)
    assert tombstones.hold(ERASED) and tombstones.hold(OTHER) and not tombstones.hold("440106199001011238")
    log = (data / LOG).read_bytes()
    (data / LOG).write_bytes(log[:-20])
    district.put(RENTALS, 1, 1)
    with pytest.raises(ValueError, match="line 2: not a tombstone"):
        district.pull()
    (data / LOG).write_bytes(log)
    (data / SECRET).unlink()
    with pytest.raises(ValueError, match="is gone"):
        district.pull()


def test_workbooks_reports_and_decisions_that_name_the_person_go(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    district.deliver(RENTALS, 1, SAMPLE[RENTALS])
    with duckdb.connect() as connection:
        (key,) = connection.execute(
            "select _record_key from read_parquet($paths, union_by_name = true) where contract_number = 'T0'",
            {"paths": district.entry(RENTALS)["paths"]},
        ).fetchall()[0]
        reports = district.settings.state / "orders" / "reports-2026-09.parquet"
        reports.parent.mkdir(parents=True)
        connection.execute(
            f"copy (select * from (values ('1', 'own', '{RENTALS}', '{key}'), ('1', 'other', 'x.y', 'k:1'), "
            f"('2', 'own', 'x.y', 'k:1'), ('2', 'other', '{RENTALS}', '{key}')) as report "
            f"(order_id, side, extract, record_key)) to '{reports}' (format parquet)"
        )
    decisions = district.settings.state / "decisions.csv"
    header = "decision,extract,record_key,other_extract,other_record_key,address_code,decided_by,decided_on,reason\n"
    decisions.write_text(f"{header}same,{RENTALS},{key},x.y,k:1,,clerk,,\nsame,x.y,k:1,x.z,k:2,,clerk,,\n", "utf-8")
    for name, said in (
        ("orders/2026-08/housing.xlsx", "nobody"), ("orders/2026-09/housing.xlsx", key),
        ("orders/2026-09/health.xlsx", "nobody"), ("forms/2026-09/4401/one.xlsx", "PAAAAAAAAAAA"),
        ("forms/2026-09/4401/two.xlsx", "PBBBBBBBBBBB"),
    ):  # fmt: skip
        file = district.settings.data / name
        file.parent.mkdir(parents=True, exist_ok=True)
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        book.add_worksheet().write_row(0, 0, ["键", said])
        book.close()
        file.write_bytes(out.getvalue())
    erase(district, monkeypatch, ["PAAAAAAAAAAA"])
    left = {str(file.relative_to(district.settings.data)) for file in district.settings.data.rglob("*.xlsx")}
    assert left == {"orders/2026-08/housing.xlsx", "forms/2026-09/4401/two.xlsx"}
    assert duckdb.execute(f"select order_id, side from '{reports}'").fetchall() == [("2", "own")]
    assert decisions.read_text("utf-8") == f"{header}same,x.y,k:1,x.z,k:2,,clerk,,\n"


@pytest.mark.parametrize(
    ("extract", "named", "other"),
    [
        ("typed_cells", {"cell": "phone[PAAAAAAAAAAA]"}, {"cell": "phone[PBBBBBBBBBBB-1]"}),
        ("correction_replies", {"replied_extract": RENTALS}, {"replied_extract": "x.y"}),
    ],
)
def test_what_was_answered_and_typed_of_the_person_goes(
    district: District, monkeypatch: pytest.MonkeyPatch, extract: str, named: dict[str, str], other: dict[str, str]
) -> None:
    of_person = district.deliver(RENTALS, 1, rentals(rental("T", tenant_id=ERASED), rental("O", tenant_id=OTHER)))
    query = "select _record_key from read_parquet($paths, union_by_name = true) where contract_number = 'T'"
    ((key,),) = duckdb.execute(query, {"paths": district.entry(RENTALS)["paths"]}).fetchall()
    contract = read_contracts()[f"data_centre.{extract}"]
    receipt = replace(
        of_person, department="data_centre", extract=extract, source_file="a", rows_read=2, rows_accepted=2, flags={}
    )
    folder = district.settings.deliveries / receipt.folder
    shutil.copytree(district.settings.deliveries / of_person.folder, folder)
    values = [{"replied_record_key": key, **row} for row in (named, other)]
    schema = accepted_schema(contract)
    rows_of_it = [{name: row.get(name) for name in schema.names} for row in values]
    pq.write_table(pa.Table.from_pylist(rows_of_it, schema), folder / "accepted.parquet")
    (folder / "receipt.json").write_text(receipt.to_json(), "utf-8")
    (folder / "a").write_text("as it came", "utf-8")
    erase(district, monkeypatch, ["PAAAAAAAAAAA"])
    (left,) = pq.read_table(folder / "accepted.parquet").to_pylist()
    assert {name: left[name] for name in other} == other
    told = Receipt.from_json((folder / "receipt.json").read_text("utf-8"))
    assert (told.rows_read, told.rows_accepted, told.rows_erased, (folder / "a").exists()) == (2, 1, 1, False)


def test_the_registry_forgets_the_rows_of_a_key_and_of_those_merged_into_it(tmp_path: Path) -> None:
    district = RegistryDistrict(tmp_path)
    keys = district.build({1: 1, 2: 2, 3: 3})
    district.release(district.propose())
    merged = district.build({1: 1, 2: 1, 3: 3})
    district.release(district.propose())
    district.registry.forget([merged[1]])
    left = duckdb.execute(district.registry.members()).fetchall()
    assert left == [(3, keys[3])]


def test_the_command_reads_the_number_from_standard_input_and_never_says_it(
    district: District, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    district.deliver(RENTALS, 1, SAMPLE[RENTALS])

    def say(typed: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        monkeypatch.setattr("sys.argv", ["erase", f"--data={district.settings.data}"])
        code = erasure.main()
        told = capsys.readouterr()
        assert ERASED[:17] not in told.out + told.err
        return code, told.out + told.err

    assert "check character" in say(ERASED[:17] + "1\n")[1]
    code, told = say(ERASED + "\n")
    assert (code, "`make run` first" in told) == (1, True)
    monkeypatch.setattr(erasure, "_known", lambda *_: ([], {}))
    code, told = say(ERASED + "\n")
    assert (code, "Erased: 8 rows, and values of 3 others" in told) == (0, True)
