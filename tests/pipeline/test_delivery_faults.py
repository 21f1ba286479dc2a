"""Every fault that a department's file is known to have: refused whole with a reason to act on, or row by row.

Each bad file comes a day after a good one, which must stay the extract's current state.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.readers import archive
from orchestration.deliveries.receipt import Receipt, current_receipts
from orchestration.deliveries.sources import FolderSource
from orchestration.deliveries.standing import load_receipts

CONTRACTS = read_contracts()
REGISTER = "public_security.household_register"
HOUSES = "housing.housing_units"
DEATHS = "civil_affairs.deaths"
INSURANCE = "human_resources.social_insurance"
RENTALS = "housing.rental_contracts"
RECORDS = "health.resident_records"
GRIDS = "grid_office.grids"
MEMBERS = "party_building.party_members"
ASSISTANCE = "civil_affairs.assistance_recipients"
NUMBER = "11010519491231002X"
NAME = "欧阳小明"


def headers(id_: str) -> list[str]:
    return [column.header for column in CONTRACTS[id_].columns]


def value(id_: str, header: str, row: int) -> str:
    """A plausible value: enough for the readers, which never look at meaning."""
    column = next(column for column in CONTRACTS[id_].columns if column.header == header)
    if column.key_position:
        return f"{row:06d}"
    if column.logical_type in ("date", "timestamp"):
        return "2026-08-01"
    return {"person.identity_number": NUMBER, "person.name": NAME}.get(column.concept or "", f"值{row}")


def rows(id_: str, number: int) -> list[list[str]]:
    return [[value(id_, header, row) for header in headers(id_)] for row in range(1, number + 1)]


def delimited(id_: str, number: int = 40, encoding: str | None = None, head: Sequence[str] | None = None) -> bytes:
    contract = CONTRACTS[id_]
    lines = [contract.delimiter.join(row) for row in [list(head or headers(id_)), *rows(id_, number)]]
    return ("\n".join(lines) + "\n").encode(encoding or contract.encoding)


def json_lines(id_: str, number: int = 40, absent: str = "") -> bytes:
    objects = [dict(zip(headers(id_), row, strict=True)) for row in rows(id_, number)]
    for each in objects:
        each.pop(absent, None)
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects).encode()


def parquet(id_: str, number: int = 40, absent: str = "") -> bytes:
    columns = {header: [row[place] for row in rows(id_, number)] for place, header in enumerate(headers(id_))}
    columns.pop(absent, None)
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def features(number: int = 40, absent: str = "") -> bytes:
    collected = []
    for row in rows(GRIDS, number):
        properties = dict(zip(headers(GRIDS), row, strict=True))
        properties.pop("geometry")
        properties.pop(absent, None)
        geometry = {"type": "Polygon", "coordinates": [[[113.3, 23.1], [113.4, 23.1], [113.4, 23.2], [113.3, 23.1]]]}
        collected.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": collected}, ensure_ascii=False).encode()


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for sheet in sheets:
        page = book.add_worksheet()
        for number, row in enumerate(sheet):
            page.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def members(number: int = 40, head: Sequence[str] | None = None) -> bytes:
    return workbook([["党员信息表"], list(head or headers(MEMBERS)), *rows(MEMBERS, number)])


GOOD = {
    REGISTER: delimited(REGISTER),
    HOUSES: delimited(HOUSES),
    DEATHS: delimited(DEATHS),
    INSURANCE: delimited(INSURANCE),
    RENTALS: json_lines(RENTALS),
    RECORDS: parquet(RECORDS),
    GRIDS: features(),
    MEMBERS: members(),
}


def renamed(id_: str, header: str, to: str) -> list[str]:
    return [to if each == header else each for each in headers(id_)]


def deliver(folder: Path, id_: str, day: str, content: bytes) -> Path:
    department, extract = id_.split(".")
    place = folder / "extracts" / department / extract
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{extract}_{day}{Path(CONTRACTS[id_].path).suffix}"
    file.write_bytes(content)
    return file


def run(folder: Path) -> list[Receipt]:
    return pull(FolderSource(folder / "extracts"), CONTRACTS, folder / "data")


def parquet_rows(folder: Path, name: str) -> list[dict[str, object]]:
    (file,) = (folder / "data").rglob(name)
    return pq.read_table(file).sort_by("_source_row").to_pylist()


def bomb() -> bytes:
    """An archive with a sheet of 100 million zero bytes, which pack a thousand to one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 100_000_000)
    return out.getvalue()


def lying_bomb() -> bytes:
    """The same, where the archive's directory states ten bytes."""
    return bomb().replace(struct.pack("<I", 100_000_000), struct.pack("<I", 10))


def far_cell() -> bytes:
    """A workbook of one cell in each far corner: a small file, billions of empty cells between."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, headers(MEMBERS))
    page.write(1_048_575, 16_383, "x")
    book.close()
    return out.getvalue()


BAD_FILES = [
    ("cut in a record", REGISTER, GOOD[REGISTER][:-60], "truncated", "data row 40"),
    ("cut in its last value", HOUSES, GOOD[HOUSES][:-4], "truncated", "last value"),
    ("cut in a character", DEATHS, delimited(DEATHS)[:-4], "truncated", "data row 40"),
    ("cut in an object", RENTALS, GOOD[RENTALS][:-30], "truncated", "line 40"),
    ("cut document", GRIDS, GOOD[GRIDS][:-200], "truncated", "brackets"),
    ("cut Parquet", RECORDS, GOOD[RECORDS][:-50], "truncated", "footer"),
    ("cut workbook", MEMBERS, GOOD[MEMBERS][:-400], "truncated", "archive"),
    ("column gone", REGISTER, delimited(REGISTER, head=renamed(REGISTER, "民族", "备注二")), "missing_column", "民族"),
    ("column renamed", HOUSES, delimited(HOUSES, head=renamed(HOUSES, "建筑面积", "建筑面积(平米)")), "missing_column",
     "建筑面积 (renamed to 建筑面积(平米)?)"),
    ("key gone", RENTALS, json_lines(RENTALS, absent="tenant_id"), "missing_column", "tenant_id"),
    ("Parquet column gone", RECORDS, parquet(RECORDS, absent="mobile"), "missing_column", "mobile"),
    ("property gone", GRIDS, features(absent="社区编码"), "missing_column", "社区编码"),
    ("workbook column renamed", MEMBERS, members(head=renamed(MEMBERS, "家庭住址", "家庭地址")), "missing_column",
     "家庭住址 (renamed to 家庭地址?)"),
    ("column twice", HOUSES, delimited(HOUSES, head=[*headers(HOUSES), "坐落"]), "repeated_column", "坐落"),
    ("header missing", HOUSES, GOOD[HOUSES].split(b"\n", 1)[1], "missing_column", "房屋编码"),
    ("UTF-8 for GB18030", REGISTER, delimited(REGISTER, encoding="utf-8"), "wrong_encoding", "UTF-8"),
    ("UTF-8 with mark for GB18030", DEATHS, delimited(DEATHS, encoding="utf-8-sig"), "wrong_encoding", "byte-order"),
    ("GB18030 for UTF-8", INSURANCE, delimited(INSURANCE, encoding="gb18030"), "wrong_encoding", "GB18030"),
    ("UTF-16", HOUSES, delimited(HOUSES, encoding="utf-16"), "wrong_encoding", "UTF-16"),
    ("GB18030 JSON", RENTALS, GOOD[RENTALS].decode().encode("gb18030"), "wrong_encoding", "GB18030"),
    ("empty", REGISTER, b"", "empty", "nothing"),
    ("empty JSON Lines", RENTALS, b"\n \n", "empty", "nothing"),
    ("empty Parquet", RECORDS, b"", "empty", "nothing"),
    ("empty workbook", MEMBERS, b"", "empty", "nothing"),
    ("workbook without cells", MEMBERS, workbook([]), "empty", "nothing"),
    ("header alone", HOUSES, delimited(HOUSES, 0), "empty", "no row"),
    ("workbook for text", HOUSES, GOOD[MEMBERS], "wrong_content", "workbook"),
    ("web page for text", HOUSES, b"\r\n<!DOCTYPE html><html>404</html>", "wrong_content", "HTML"),
    ("JSON for text", HOUSES, GOOD[RENTALS], "wrong_content", "JSON"),
    ("text for JSON", RENTALS, GOOD[HOUSES], "wrong_content", "without any JSON object"),
    ("array for JSON Lines", RENTALS, b'[{"contract_no": "1"}]', "wrong_content", "array"),
    ("other delimiter", HOUSES, GOOD[HOUSES].replace(b"|", b";"), "wrong_content", "semicolons"),
    ("web page for workbook", MEMBERS, b"<html><table></table></html>", "wrong_content", "HTML"),
    ("text for workbook", MEMBERS, GOOD[HOUSES], "wrong_content", "another kind"),
    ("text for Parquet", RECORDS, GOOD[HOUSES], "wrong_content", "mark"),
    ("other JSON for GeoJSON", GRIDS, b'{"rows": []}', "wrong_content", "another JSON"),
    ("too many bad rows", HOUSES, GOOD[HOUSES] + b"a|b\n" * 5, "too_many_bad_rows", "data row 41"),
    ("too few rows", HOUSES, delimited(HOUSES, 20), "too_few_rows", "20 rows after one of 40"),
    ("bomb", MEMBERS, bomb(), "bomb", "unpacks to 100,000,000"),
    ("lying bomb", MEMBERS, lying_bomb(), "truncated", "archive"),
    ("far cell", MEMBERS, far_cell(), "bomb", "1,048,576 rows by 16,384 columns"),
    ("damaged page", RECORDS, GOOD[RECORDS][:8] + b"\xff" * 40 + GOOD[RECORDS][48:], "unreadable", "damaged"),
    ("zero bytes alone", HOUSES, b"\0" * 1000, "unreadable", "zero bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "content", "kind", "says"), [fault[1:] for fault in BAD_FILES],
                         ids=[fault[0] for fault in BAD_FILES])  # fmt: skip
def test_a_bad_file_is_refused_and_the_last_good_one_stays(
    tmp_path: Path, id_: str, content: bytes, kind: str, says: str
) -> None:
    deliver(tmp_path, id_, "20260901", GOOD[id_])
    (good,) = run(tmp_path)
    assert good.status == "accepted", good
    index = (tmp_path / "data" / "deliveries" / "index.json").read_bytes()
    deliver(tmp_path, id_, "20260902", content)
    (bad,) = run(tmp_path)
    assert (bad.status, bad.refusal) == ("refused", kind), bad
    assert says in bad.reason
    assert bad.remedy
    assert NUMBER not in bad.to_json()
    assert NAME not in bad.to_json()
    assert (tmp_path / "data" / "deliveries" / "index.json").read_bytes() == index
    assert current_receipts(CONTRACTS[id_], load_receipts(tmp_path / "data")) == [good]


def test_the_rest_of_the_run_goes_on(tmp_path: Path) -> None:
    for id_, content in GOOD.items():
        deliver(tmp_path, id_, "20260901", content)
    deliver(tmp_path, HOUSES, "20260901", b"")
    statuses = {receipt.id: receipt.status for receipt in run(tmp_path)}
    assert statuses == {id_: "refused" if id_ == HOUSES else "accepted" for id_ in GOOD}


def test_entries_that_are_no_delivery_are_told_once(tmp_path: Path) -> None:
    deliver(tmp_path, HOUSES, "20260901", GOOD[HOUSES])
    place = tmp_path / "extracts" / "housing" / "housing_units"
    outside = tmp_path / "outside.txt"
    outside.write_bytes(GOOD[HOUSES])
    (place / "housing_units_20260902.txt").symlink_to(outside)
    (place / "housing_units_20260231.txt").write_bytes(GOOD[HOUSES])
    (place / "housing_units_20260903.csv").write_bytes(GOOD[HOUSES])
    (place / "houses.txt").write_bytes(GOOD[HOUSES])
    (tmp_path / "extracts" / "weather" / "rain").mkdir(parents=True)
    (tmp_path / "extracts" / "weather" / "rain" / "rain_20260901.csv").write_text("a")
    (tmp_path / "extracts" / "housing" / "linked").symlink_to(tmp_path)
    receipts = run(tmp_path)
    assert sum(receipt.accepted for receipt in receipts) == 1
    refused = {receipt.source_file: receipt.refusal for receipt in receipts if not receipt.accepted}
    assert refused == {
        "housing_units_20260902.txt": "path_leaves_folder",
        "linked": "path_leaves_folder",
        "housing_units_20260231.txt": "wrong_name",
        "housing_units_20260903.csv": "wrong_name",
        "houses.txt": "wrong_name",
        "rain_20260901.csv": "unknown_department",
    }
    assert run(tmp_path) == []
    assert len(json.loads((tmp_path / "data" / "deliveries" / "strays.json").read_text("utf-8"))) == 6


def test_bad_rows_of_text_are_rejected_with_their_text(tmp_path: Path) -> None:
    lines = GOOD[REGISTER].split(b"\n")
    lines[3] = b"too,few"
    lines[5] = b"," * (len(headers(REGISTER)) - 1)
    deliver(tmp_path, REGISTER, "20260901", b"\n".join(lines))
    (receipt,) = run(tmp_path)
    assert (receipt.rows_read, receipt.rows_accepted, receipt.rows_rejected) == (40, 38, 2)
    assert receipt.reasons == {"no_value": 1, "wrong_number_of_fields": 1}
    rejected = parquet_rows(tmp_path, "rejected.parquet")
    assert [(row["_source_row"], row["_reasons"]) for row in rejected] == [
        (3, ["wrong_number_of_fields: 2 instead of 12"]),
        (5, ["no_value"]),
    ]
    assert rejected[0]["_text"] == "too,few"
    assert rejected[0]["_delivery_id"] == receipt.delivery_id
    assert [row["_source_row"] for row in parquet_rows(tmp_path, "accepted.parquet")][:4] == [1, 2, 4, 6]


def test_bad_lines_of_json_are_rejected_and_values_become_text(tmp_path: Path) -> None:
    lines = GOOD[RENTALS].split(b"\n")
    first = json.loads(lines[0]) | {"occupants": 3, "house_code": None, "address": "", "status": True, "more": [1]}
    lines[0] = json.dumps(first, ensure_ascii=False).encode()
    lines[2] = lines[2][:-5]
    lines[4] = b"[1, 2]"
    lines[6] = b""
    lines[8] = b'{"contract_no": "\xff\xfe"}'
    lines[10:10] = [json.dumps({"contract_no": "Z", "address": {"road": "甲"}}, ensure_ascii=False).encode()] * 100
    lines[12] = b"{}"
    lines[14] = b'{"contract_no": "a\\u0000b"}'
    deliver(tmp_path, RENTALS, "20260901", b"\n".join(lines))
    (receipt,) = run(tmp_path)
    assert receipt.accepted, receipt
    assert receipt.blank_rows == 1
    assert receipt.unknown_columns == ["more"]
    assert {row["_source_row"]: row["_reasons"] for row in parquet_rows(tmp_path, "rejected.parquet")} == {
        3: ["malformed_json"],
        5: ["not_an_object"],
        9: ["undecodable_bytes"],
        13: ["no_value"],
        15: ["nul_bytes"],
    }
    assert (receipt.rows_read, receipt.rows_rejected) == (139, 5)
    accepted = {row["_source_row"]: row for row in parquet_rows(tmp_path, "accepted.parquet")}
    one = accepted[1]
    assert (one["occupants"], one["house_code"], one["address"], one["status"]) == ("3", None, "", "true")
    assert accepted[11]["address"] == '{"road":"甲"}'
    assert accepted[11]["tenant_name"] is None


def test_features_without_properties_are_rejected(tmp_path: Path) -> None:
    document = json.loads(GOOD[GRIDS])
    document["features"][1] = "feature"
    document["features"][3] |= {"properties": None}
    document["features"] += json.loads(GOOD[GRIDS])["features"]
    deliver(tmp_path, GRIDS, "20260901", json.dumps(document, ensure_ascii=False).encode())
    (receipt,) = run(tmp_path)
    assert receipt.reasons == {"no_properties": 1, "not_an_object": 1}
    row = parquet_rows(tmp_path, "accepted.parquet")[1]
    assert row["_source_row"] == 3
    assert json.loads(str(row["geometry"]))["type"] == "Polygon"


def test_a_workbooks_titles_footers_and_sheets_are_told_apart(tmp_path: Path) -> None:
    header = headers(ASSISTANCE)
    first = [[n, NAME, NUMBER, "女", "低保", 4.0, "2,210.00", "甲路1号", "13812345678", "2023年4月"] for n in (1, 2, 3)]
    first[1][2] = 110105194912310021
    footer = [["合计", 3], ["填表人：王科 审核人：李主任"]]
    deliver(
        tmp_path,
        ASSISTANCE,
        "20260901",
        workbook(
            [["西湖区社会救助对象花名册"], [], header, *first, *footer],
            [["填表说明"], ["一、如实填写"]],
            [header, *first[:1], [], *first[2:]],
        ),
    )
    (receipt,) = run(tmp_path)
    assert receipt.accepted, receipt
    assert (receipt.title_rows, receipt.footer_rows, receipt.blank_rows) == (3, 2, 1)
    accepted = parquet_rows(tmp_path, "accepted.parquet")
    assert [row["_source_row"] for row in accepted] == [1, 2, 3, 4, 6]
    assert [row["household_size"] for row in accepted] == ["4"] * 5
    assert accepted[1]["identity_number"] == "1.10105194912310E+17"
    assert accepted[1]["_flags"] == ["identity_number:identity_number_spreadsheet", "identity_number:key_missing"]


def test_values_of_parquet_that_are_no_text_become_text(tmp_path: Path) -> None:
    table = pq.read_table(io.BytesIO(GOOD[RECORDS]))
    count = table.num_rows
    typed = {
        "updated_at": pa.array([1_756_695_600_000_000] * count, pa.timestamp("us")),
        "elderly_managed": pa.array([True] * count),
        "mobile": pa.array([13812345678.0] * count),
    }
    for name, values in typed.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    table = table.append_column("extra", pa.array([1] * count))
    out = io.BytesIO()
    pq.write_table(table, out)
    deliver(tmp_path, RECORDS, "20260901", out.getvalue())
    (receipt,) = run(tmp_path)
    assert receipt.unknown_columns == ["extra"]
    row = parquet_rows(tmp_path, "accepted.parquet")[0]
    assert (row["updated_at"], row["elderly_managed"], row["phone"]) == ("2025-09-01 03:00:00", "true", "13812345678")


def test_one_bad_row_does_not_refuse_a_small_file_but_only_bad_rows_do(tmp_path: Path) -> None:
    deliver(tmp_path, DEATHS, "20260901", delimited(DEATHS, 3) + b"x\n")
    deliver(tmp_path, DEATHS, "20260902", delimited(DEATHS, 0) + b"x\n")
    good, bad = run(tmp_path)
    assert (good.status, good.rows_rejected) == ("accepted", 1)
    assert (bad.status, bad.refusal) == ("refused", "too_many_bad_rows")


def test_a_line_of_data_in_place_of_a_header_is_not_repeated_in_the_reason(tmp_path: Path) -> None:
    deliver(tmp_path, REGISTER, "20260901", GOOD[REGISTER].split(b"\n", 1)[1])
    sheet = [[NAME, NUMBER, *["x"] * (len(headers(MEMBERS)) - 2)]] * 3
    deliver(tmp_path, MEMBERS, "20260901", workbook(sheet))
    for receipt in run(tmp_path):
        assert receipt.refusal == "missing_column"
        assert NUMBER not in receipt.to_json()
        assert NAME not in receipt.to_json()


def test_an_archive_without_sheets_is_no_workbook(tmp_path: Path) -> None:
    file = tmp_path / "file.xlsx"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("readme.txt", "nothing")
    with pytest.raises(archive.Refused, match="wrong_content"):
        archive.refuse_dangerous(file)
