"""Drafts of contracts: near the real ones, true to the values where headers are new, and without a person in them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import yaml
from district_files import read

from orchestration.contracts.contract import Column, Contract, read_contract, read_contracts
from orchestration.contracts.drafting import CannotDraft
from orchestration.contracts.drafting.__main__ import draft_files, name_extract, read_drafted
from orchestration.contracts.drafting.contract_text import contract_text
from orchestration.contracts.drafting.draft import Draft, draft_extract
from orchestration.contracts.drafting.sample import take_sample
from orchestration.contracts.validation import ContractError
from seeds.district.__main__ import generate

CONTRACTS = read_contracts()
NAME = "somebody.something"
# How often drafts say what the contracts say, of the sixteen extracts as if each were unknown.
FLOORS = {
    "logical_type": 0.97,
    "options": 0.97,
    "concept": 0.95,
    "role": 0.98,
    "address_meaning": 0.97,
    "code_set": 0.98,
    "key": 0.8,
    "kind": 0.9,
    "classification": 0.65,
    "sharing_class": 0.7,
}
NAMED = {"person.identity_number", "person.name", "person.phone", "person.guardian_phone"}


class Drafted(NamedTuple):
    """One file of the district as drafted: the contract, its text, the real contract."""

    file: Path
    contract: Contract
    text: str
    real: Contract


def draft_of(file: Path, name: str = NAME, contracts: Mapping[str, Contract] = CONTRACTS) -> Draft:
    with take_sample(file, contracts) as sample:
        return draft_extract(sample, contracts, *name.split("."))


def contract_of(file: Path) -> dict[str, Column]:
    """The columns of a draft by their headers."""
    draft = draft_of(file)
    return {column.header: column for column in read_drafted(draft, contract_text(draft)).columns}


def check_character(digits: str) -> str:
    """GB 11643: ISO 7064 MOD 11-2 over seventeen digits."""
    return "10X98765432"[sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits)) % 11]


def write(file: Path, text: str, encoding: str = "utf-8") -> Path:
    file.write_bytes(text.encode(encoding))
    return file


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of 1,500 residents on one day."""
    out = tmp_path_factory.mktemp("drafted")
    generate(out, 1500, 1, 7, "2026-09-01", 1.0, lambda _: None)
    return out / "extracts"


@pytest.fixture(scope="module")
def drafts(extracts: Path) -> list[Drafted]:
    """Each of the sixteen extracts, drafted by what the other contracts say."""
    drafted = []
    for file in sorted(extracts.glob("*/*/*")):
        name = ".".join(file.parts[-3:-1])
        draft = draft_of(file, name, {id_: each for id_, each in CONTRACTS.items() if id_ != name})
        text = contract_text(draft)
        drafted.append(Drafted(file, read_drafted(draft, text), text, CONTRACTS[name]))
    assert len(drafted) == 16
    return drafted


def test_drafts_say_what_the_contracts_say(drafts: list[Drafted]) -> None:
    agreeing: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for _, contract, _, real in drafts:
        said = {column.header: column for column in contract.columns}
        assert list(said) == [column.header for column in real.columns]
        pairs = [(name, getattr(said[c.header], name), getattr(c, name)) for c in real.columns for name in FLOORS
                 if hasattr(c, name)]  # fmt: skip
        pairs.append(("key", {column.header for column in contract.key}, {column.header for column in real.key}))
        pairs.append(("kind", contract.kind, real.kind))
        asked.update(name for name, _, _ in pairs)
        agreeing.update(name for name, found, wanted in pairs if found == wanted)
        transport = ("format", "encoding", "delimiter", "path")
        assert [getattr(contract, each) for each in transport] == [getattr(real, each) for each in transport]
    shares = {name: agreeing[name] / asked[name] for name in FLOORS}
    assert {name: share for name, share in shares.items() if share < FLOORS[name]} == {}


def test_drafts_follow_the_published_schema(drafts: list[Drafted]) -> None:
    schema = json.loads((files("open_data_contract_standard") / "schema.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    for _, contract, text, _ in drafts:
        assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == [], contract.id


def test_drafts_name_nobody(drafts: list[Drafted]) -> None:
    looked_for = 0
    for file, _, text, real in drafts:
        _, rows = read(file, real.id)
        headers = [column.header for column in real.columns if column.concept in NAMED or "网格员" in column.header]
        values = {str(row[header]).strip() for row in rows for header in headers if row.get(header)}
        assert not [value for value in values if len(value) > 1 and value in text], real.id
        looked_for += len(values)
    assert looked_for > 5000


def test_rows_under_a_workbooks_table_are_known_by_their_first_word(drafts: list[Drafted]) -> None:
    marks = {each.contract.id: each.contract.footer_marks for each in drafts if each.contract.format == "xlsx"}
    assert marks == {"civil_affairs.assistance_recipients": ("合计", "填表人"), "party_building.party_members": ()}


REGISTER, INSURANCE, HOUSES = (
    "public_security/household_register",
    "human_resources/social_insurance",
    "housing/housing_units",
)
UNSEEN = {
    # Of the register the values alone tell; a code of digits needs its header, but for the sex beside a number.
    REGISTER: ("gb18030", {"甲": "person.identity_number", "乙": "person.name", "丙": "person.sex", "丁": None,
                           "戊": "person.birth_date", "己": None, "庚": None, "辛": "dwelling.address"}),
    INSURANCE: ("utf-8-sig", {"甲": None, "乙": "person.identity_number", "丙": "person.name", "丁": "person.sex",
                              "戊": "person.birth_date", "癸甲": "person.phone"}),
}  # fmt: skip


@pytest.mark.parametrize("extract", UNSEEN)
def test_values_tell_where_headers_do_not(extracts: Path, tmp_path: Path, extract: str) -> None:
    encoding, expected = UNSEEN[extract]
    (source,) = (extracts / extract).iterdir()
    header, _, rest = source.read_text(encoding).partition("\n")
    unseen = [*"甲乙丙丁戊己庚辛壬癸", "癸甲", "癸乙"][: header.count(",") + 1]
    columns = contract_of(write(tmp_path / "sample.csv", f"{','.join(unseen)}\n{rest}", encoding))
    assert {header: columns[header].concept for header in expected} == expected
    assert columns["戊"].logical_type == "date"
    assert columns["丙" if extract == REGISTER else "丁"].code_set == ("sex" if extract == REGISTER else "sex_label")
    rules = {header: [rule["name"] for rule in column.rules] for header, column in columns.items()}
    assert [header for header in rules if "identity_number" in rules[header]] == ["甲" if extract == REGISTER else "乙"]
    assert next(c for c in columns.values() if c.concept == "person.identity_number").classification == "sensitive"


def test_values_that_break_their_check_are_not_taken_for_what_they_look_like(extracts: Path, tmp_path: Path) -> None:
    (source,) = (extracts / REGISTER).iterdir()
    with source.open(encoding="gb18030", newline="") as opened:
        rows = [(row["公民身份号码"], row["性别"]) for row in csv.DictReader(opened)]
    # The last digit one further is no check digit; a sex drawn from the row's place agrees with nothing.
    other = [(number[:17] + str((int(number[17]) + 1) % 10), place % 2 + 1)
             for place, (number, _) in enumerate(rows) if number[17:].isdigit()]  # fmt: skip
    columns = contract_of(write(tmp_path / "a.csv", "甲,丙\n" + "".join(f"{number},{sex}\n" for number, sex in other)))
    assert [(column.concept, column.code_set) for column in columns.values()] == [(None, None), (None, None)]
    shuffled = "".join(f"{number},{place % 2 + 1}\n" for place, (number, _) in enumerate(rows))
    columns = contract_of(write(tmp_path / "b.csv", "甲,丙\n" + shuffled))
    assert [(column.concept, column.code_set) for column in columns.values()] == [("person.identity_number", None),
                                                                                 (None, None)]  # fmt: skip


def test_a_known_header_over_other_values_carries_no_concept(tmp_path: Path) -> None:
    rows = "".join(f"K{n:04d},第{n}项,暂无\n" for n in range(50))
    columns = contract_of(write(tmp_path / "sample.csv", f"编号,身份证号,联系电话\n{rows}"))
    assert [column.concept for column in columns.values()] == [None, None, None]


def test_few_values_of_no_table_are_listed_and_values_that_may_name_somebody_are_not(tmp_path: Path) -> None:
    names = ["王伟强", "李秀英", "张志国"]
    rows = "".join(f"K{n:04d},{('甲类', '乙类')[n % 2]},{names[n % 3]},{n % 3}号楼\n" for n in range(60))
    file = write(tmp_path / "sample.csv", f"编号,分级,经手,位置\n{rows}")
    draft = draft_of(file)
    text = contract_text(draft)
    columns = {column.header: column for column in read_drafted(draft, text).columns}
    assert columns["分级"].rules == ({"name": "pattern", "regex": "^(乙类|甲类)$"},)
    assert not any(name in text for name in names)


def test_of_two_columns_with_one_persons_number_the_plain_one_carries_it(tmp_path: Path) -> None:
    numbers = [f"{digits}{check_character(digits)}" for digits in (f"440106{1960 + n}0101{n:03d}" for n in range(40))]
    rows = "".join(f"G{number},{number}\n" for number in numbers)
    columns = contract_of(write(tmp_path / "sample.csv", f"学籍号,身份证号\n{rows}"))
    assert [column.concept for column in columns.values()] == [None, "person.identity_number"]
    assert columns["学籍号"].classification == "sensitive"
    alone = contract_of(write(tmp_path / "alone.csv", "档案号,备注\n" + "".join(f"{n}0042,\n" for n in numbers)))
    assert (alone["档案号"].concept, alone["档案号"].concept_column) == ("person.identity_number", "identity_number")


def test_two_columns_together_make_a_key(tmp_path: Path) -> None:
    rows = "".join(f"H{n // 3:04d},{('水', '电', '气')[n % 3]}费,{n}.5\n" for n in range(90))
    draft = draft_of(write(tmp_path / "sample.csv", f"户编号,费用类别,金额\n{rows}"))
    keyed = sorted((guess.key_position, guess.header) for guess in draft.columns if guess.key_position)
    assert keyed == [(1, "户编号"), (2, "费用类别")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_a_text_files_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["编号", "住址", "备注, 说明"], *([f"K{n}", f"和平路{n}号1栋{n}室", f'"甲, 乙{n}"'] for n in range(30))]
    text = "".join(delimiter.join(line) + "\n" for line in lines if delimiter != "," or line[0] != "编号")
    header = delimiter.join(["编号", "住址", "备注"]) + "\n" if delimiter == "," else ""
    layout = draft_of(write(tmp_path / "sample.txt", header + text, encoding)).layout
    assert (layout.format, layout.encoding, layout.delimiter, len(layout.headers)) == ("csv", encoding, delimiter, 3)


def test_a_workbooks_title_and_columns_without_a_header_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "sample.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        rows = [
            ["2026年某某名册"],
            ["姓名", "", "金额"],
            *(["王伟", "x", n + 0.5] for n in range(20)),
            ["合计", "", 210],
        ]
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    draft = draft_of(file)
    assert (draft.layout.headers, draft.layout.unnamed, draft.rows) == (("姓名", "金额"), 1, 20)


def test_of_a_large_file_the_first_rows_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.contracts.drafting.sample.ROWS", 1000)
    rows = [f"K{n:06d}" for n in range(1200)]
    lines = write(tmp_path / "sample.jsonl", "".join(json.dumps({"no": row, "n": 1}) + "\n" for row in rows))
    text = write(tmp_path / "sample.csv", "编号,数\n" + "".join(f"{row},1\n" for row in rows))
    pq.write_table(pa.table({"编号": rows, "数": [1] * len(rows)}), tmp_path / "sample.parquet")
    for file in (lines, text, tmp_path / "sample.parquet"):
        draft = draft_of(file)
        assert (draft.rows, draft.columns[0].profile.distinct) == (1000, 1000)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        ("编号,姓名\n".encode(), "no row"),
        ("K1,王伟,1988-01-02\nK2,李秀英,1990-01-02\n".encode(), "no header"),
        ("编号,姓名,姓名\nK1,王伟,李秀英\n".encode(), "stands twice"),
        ("编号\nK1\n".encode(), "no delimiter"),
        (b'[{"a": 1}]', "one object a line"),
        ("编号,姓名\nK1,王伟\n".encode("utf-16"), "neither UTF-8 nor GB18030"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), ".xlsx"),
        (b"PK\x03\x04" + bytes(600), "cannot be read as a workbook"),
        (b"PAR1" + bytes(600), "no whole Parquet"),
        (b"<html><body>", "web page"),
    ],
)
def test_what_cannot_be_drafted_is_said_with_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "sample"
    file.write_bytes(content)
    with pytest.raises(CannotDraft) as problem:
        draft_of(file)
    assert says in str(problem.value) and str(problem.value).endswith((".", ")"))
    assert not any(value in str(problem.value) for value in ("王伟", "李秀英", "1988"))


def test_a_year_may_be_a_header(tmp_path: Path) -> None:
    columns = contract_of(write(tmp_path / "sample.csv", "单位,2024年,2025年\n" + "甲局,1,2\n乙局,3,4\n" * 20))
    assert [column.logical_type for column in columns.values()] == ["string", "integer", "integer"]


def test_a_sample_that_is_not_there_is_said() -> None:
    with pytest.raises(CannotDraft, match="There is no file"):
        draft_of(Path("/nowhere/sample.csv"))


def test_names_come_from_the_command_or_from_the_files_place(tmp_path: Path) -> None:
    file = tmp_path / "water_supply" / "accounts" / "accounts_20260903.csv"
    assert name_extract(file, "", "") == ("water_supply", "accounts")
    assert name_extract(file, "gas_supply", "") == ("gas_supply", "accounts")
    for department, extract in (("", "accounts"), ("供水", "accounts"), ("a", "b/../c")):
        with pytest.raises(CannotDraft, match=r"DEPARTMENT|EXTRACT"):
            name_extract(tmp_path / "sample.csv", department, extract)


def test_a_draft_never_touches_what_is_there(tmp_path: Path) -> None:
    sample = write(tmp_path / "sample.csv", "编号,姓名\n" + "".join(f"K{n},王伟\n" for n in range(30)))
    contracts, project = tmp_path / "contracts", tmp_path / "dbt"
    first = draft_files(draft_of(sample, "water_supply.accounts"), contracts, project)
    before = {file: file.read_text("utf-8") for file in first}
    with pytest.raises(CannotDraft, match="is there already"):
        draft_files(draft_of(sample, "water_supply.accounts"), contracts, project)
    before[first[0]] = first[0].unlink() or ""
    with pytest.raises(CannotDraft, match="is there already"):
        draft_files(draft_of(sample, "water_supply.accounts"), contracts, project)
    assert not first[0].exists()

    second = draft_files(draft_of(sample, "water_supply.meters"), contracts, project)
    listing = second[2].read_text("utf-8")
    assert second[2] == first[2] and listing.startswith(before[first[2]])
    models = [model["name"] for model in yaml.safe_load(listing)["models"]]
    assert models == ["stg_water_supply__accounts", "stg_water_supply__meters"]


def test_an_active_contract_holds_no_placeholder_and_no_mark(tmp_path: Path) -> None:
    sample = write(tmp_path / "sample.csv", "编号,姓名\n" + "".join(f"K{n},王伟\n" for n in range(30)))
    file = draft_files(draft_of(sample, "water_supply.accounts"), tmp_path / "contracts", tmp_path / "dbt")[0]
    text = file.read_text("utf-8")
    file.write_text(text.replace("status: draft", "status: active"), "utf-8")
    with pytest.raises(ContractError) as refused:
        read_contract(file)
    told = str(refused.value)
    assert "column name: legal_basis still holds the placeholder" in told and "provider still holds" in told
    assert "guesses are still marked `# review:`" in told
    file.write_text(
        text.replace("status: draft", "status: active").replace("    format: csv", "    format: REVIEW"), "utf-8"
    )
    with pytest.raises(ContractError, match="server drop: format still holds the placeholder 'REVIEW'"):
        read_contract(file)
    file.write_text(text.replace("status: draft", "status: retired"), "utf-8")
    with pytest.raises(ContractError, match="status 'retired' is unknown; use one of active, draft"):
        read_contract(file)
