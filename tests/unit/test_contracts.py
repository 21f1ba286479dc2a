"""The contracts: valid against the published standard, complete, understood by the loader, and not drifted from."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from jsonschema.protocols import Validator

from orchestration.contracts import concepts as words
from orchestration.contracts.contract import CODES, CONTRACTS, Contract, read_contract, read_contracts
from orchestration.contracts.derive import MACRO, REPOSITORY, derive
from orchestration.contracts.validation import ContractError

FILES = sorted(CONTRACTS.glob("*/*.odcs.yaml"))
CODE_TABLES = sorted(CODES.glob("*.csv"))

# department.extract: the headers, in order, that the departments agreed to hand over.
HEADERS = {
    "grid_office.grids": "网格编码 网格名称 社区编码 社区名称 街道编码 街道名称 网格员姓名 网格员电话 geometry",
    "grid_office.standard_addresses": (
        "地址编码 省 市 区县 街道 社区 小区 道路 门牌号 楼栋 单元 房号 标准地址 网格编码 经度 纬度"
    ),
    "grid_office.incidents": ("event_id type_code reported_at grid_code address description deadline status closed_at"),
    "public_security.household_register": (
        "公民身份号码 姓名 性别 民族 出生日期 户号 与户主关系 户籍地址 婚姻状况 文化程度 户籍状态 更新日期"
    ),
    "public_security.residence_permits": (
        "操作 证件编号 公民身份号码 姓名 性别 出生日期 户籍地区划 居住地址 居住事由 联系电话 登记日期 更新时间"
    ),
    "housing.housing_units": "房屋编码 坐落 建筑面积 房屋用途 建成年份 产权人 产权人证件号 产权性质 更新时间",
    "housing.rental_contracts": (
        "contract_no house_code address landlord_name landlord_id tenant_name tenant_id tenant_phone occupants start"
        " end status updated_at"
    ),
    "health.resident_records": (
        "health_id id_card full_name gender birth_date mobile current_address chronic_conditions elderly_managed"
        " updated_at"
    ),
    "civil_affairs.assistance_recipients": (
        "序号 姓名 身份证号 性别 救助类别 家庭人口 月救助金额(元) 住址 联系电话 起始年月"
    ),
    "civil_affairs.deaths": "姓名 性别 身份证号 死亡日期 火化日期 户籍地址",
    "human_resources.social_insurance": (
        "个人编号 身份证号码 姓名 性别 出生日期 单位名称 参保险种 参保状态 缴费基数 月待遇 手机号码"
    ),
    "community.household_visits": (
        "visit_id visited_at grid_code address_code address house_status occupants resident_name resident_id"
        " resident_phone sex lives_here living_alone"
    ),
    "party_building.party_members": "姓名 公民身份号码 性别 出生日期 所在党支部 入党时间 人员类别 家庭住址 联系电话",
    "market_regulation.enterprises": (
        "统一社会信用代码 企业名称 法定代表人 法定代表人证件号 行业代码 经营场所 成立日期 登记状态 从业人数"
    ),
    "disabled_federation.disability_certificates": "残疾证号 姓名 住址 联系电话 发证日期 状态",
    "data_centre.correction_replies": "单号 数据集 记录键 版本 字段 答复 更正值 理由",
    "data_centre.typed_cells": "表单 区划代码 月份 单元格 值 理由",
    "education.students": "学籍号 姓名 性别 出生日期 学校 年级 现住址 监护人电话",
}


@pytest.fixture(scope="module")
def published_schema() -> Validator:
    schema = json.loads((files("open_data_contract_standard") / "schema.json").read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_contract_follows_the_published_schema(file: Path, published_schema: Validator) -> None:
    problems = [error.message for error in published_schema.iter_errors(yaml.safe_load(file.read_text("utf-8")))]
    assert problems == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_quality_rule_is_named_after_what_it_runs(file: Path) -> None:
    document = yaml.safe_load(file.read_text("utf-8"))
    for entry in document["schema"][0]["properties"]:
        for rule in entry.get("quality", []):
            runs = rule["implementation"]
            assert rule["name"] == (runs["rule"] if isinstance(runs, dict) else runs), entry["name"]


def test_contracts_name_the_headers_that_were_agreed() -> None:
    found = {
        name: " ".join(column.header for column in contract.columns)
        for name, contract in read_contracts().items()
        # What a place adds to the sixteen is its own (docs/onboarding.md).
        if name in HEADERS
    }
    assert found == HEADERS


@pytest.mark.parametrize("contract", read_contracts().values(), ids=lambda contract: contract.id)
def test_every_column_is_complete(contract: Contract) -> None:
    for column in contract.columns:
        assert re.search(r"[\u4e00-\u9fff]", column.description), column.name
        assert re.search(r"[A-Za-z]{3}", column.description), column.name
        assert column.classification in words.CLASSIFICATIONS, column.name
        assert column.sharing_class in words.SHARING_CLASSES, column.name
        assert column.legal_basis, column.name
        if column.concept == "person.identity_number":
            assert column.classification == "sensitive", column.name


@pytest.mark.parametrize("contract", read_contracts().values(), ids=lambda contract: contract.id)
def test_full_extract_guards_against_a_cut_file(contract: Contract) -> None:
    assert (contract.minimum_row_share > 0) == (contract.kind == "full")
    assert 0 < contract.bad_row_share < 0.2


def test_visit_key_needs_the_visit_only_to_be_readable() -> None:
    key = read_contracts()["community.household_visits"].key
    assert [(column.name, column.required) for column in key] == [
        ("visit_id", True),
        ("resident_name", False),
        ("resident_identity_number", False),
    ]


def test_every_concept_is_used_by_a_contract() -> None:
    used = {column.concept for contract in read_contracts().values() for column in contract.columns}
    assert used - {None} == set(words.CONCEPTS)


@pytest.mark.parametrize("table", CODE_TABLES, ids=lambda table: table.stem)
def test_code_table_is_well_formed(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows and list(rows[0]) == ["code", "label", "label_english", "standard", "valid_from", "valid_to"]
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert all(value and value == value.strip() for value in row.values()), row
        assert date.fromisoformat(row["valid_from"]) < date.fromisoformat(row["valid_to"])


def test_ethnicities_are_complete() -> None:
    with (CODES / "ethnicity.csv").open(encoding="utf-8", newline="") as lines:
        codes = [row["code"] for row in csv.DictReader(lines)]
    assert codes == [f"{number:02d}" for number in range(1, 57)] + ["97", "98"]


def test_every_code_table_is_documented() -> None:
    seeds = yaml.safe_load((CODES / "_codes.yml").read_text("utf-8"))["seeds"]
    assert [seed["name"] for seed in seeds] == [table.stem for table in CODE_TABLES]


def test_derived_files_have_not_drifted() -> None:
    drifted = derive(REPOSITORY / "dbt_project", read_contracts(), REPOSITORY / "docs" / "contracts.md", write=False)
    assert drifted == [], "run `python -m orchestration.contracts.derive` and commit what it writes"


def test_derive_writes_only_what_changed_and_removes_what_went(tmp_path: Path) -> None:
    contracts = dict(read_contracts())
    written = derive(tmp_path, contracts)
    assert tmp_path / MACRO in written
    assert derive(tmp_path, contracts) == []

    health = contracts.pop("health.resident_records")
    sources = tmp_path / "models/staging/health/_health__sources.yml"
    assert set(derive(tmp_path, contracts)) == {tmp_path / MACRO, sources}
    assert not sources.exists()
    assert set(derive(tmp_path, contracts | {health.id: health}, write=False)) == {tmp_path / MACRO, sources}
    assert not sources.exists()


def test_derived_source_lists_the_columns_of_its_contract(tmp_path: Path) -> None:
    contract = read_contracts()["civil_affairs.deaths"]
    derive(tmp_path, {contract.id: contract})
    [source] = yaml.safe_load(
        (tmp_path / "models/staging/civil_affairs/_civil_affairs__sources.yml").read_text("utf-8")
    )["sources"]
    [table] = source["tables"]
    assert (source["schema"], table["identifier"]) == ("deliveries", "civil_affairs__deaths")
    names = [column["name"] for column in table["columns"] if not column["name"].startswith("_")]
    assert names == [column.name for column in contract.columns]


def _deaths() -> dict[str, Any]:
    return yaml.safe_load((CONTRACTS / "civil_affairs" / "deaths.odcs.yaml").read_text("utf-8"))


def _write(folder: Path, document: dict[str, Any]) -> Path:
    file = folder / "civil_affairs" / "deaths.odcs.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return file


def _property(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in document["schema"][0]["properties"] if entry["name"] == name)


def _set_custom(entry: dict[str, Any], name: str, value: str | None) -> None:
    entry["customProperties"] = [custom for custom in entry["customProperties"] if custom["property"] != name]
    if value is not None:
        entry["customProperties"].append({"property": name, "value": value})


def _repeat_name(document: dict[str, Any]) -> None:
    _property(document, "cremated_on")["name"] = "died_on"


def _unknown_concept(document: dict[str, Any]) -> None:
    _set_custom(_property(document, "name"), "concept", "person.nickname")


def _unknown_code_set(document: dict[str, Any]) -> None:
    _set_custom(_property(document, "sex"), "codeSet", "sexes")


def _unknown_rule(document: dict[str, Any]) -> None:
    _property(document, "died_on")["quality"][0]["implementation"] = "not_tomorrow"


def _rule_without_arguments(document: dict[str, Any]) -> None:
    _property(document, "died_on")["quality"][0]["implementation"] = "range"


def _bad_expression(document: dict[str, Any]) -> None:
    rule = {"rule": "pattern", "arguments": {"regex": "["}}
    _property(document, "died_on")["quality"][0]["implementation"] = rule


def _address_of_an_owner(document: dict[str, Any]) -> None:
    _set_custom(_property(document, "registered_address"), "role", "owner")


def _unknown_role(document: dict[str, Any]) -> None:
    _set_custom(_property(document, "name"), "role", "undertaker")


def _address_without_meaning(document: dict[str, Any]) -> None:
    _set_custom(_property(document, "registered_address"), "addressMeaning", None)


def _two_names(document: dict[str, Any]) -> None:
    entry = _property(document, "sex")
    _set_custom(entry, "concept", "person.name")


def _english_only(document: dict[str, Any]) -> None:
    _property(document, "sex")["description"] = "Sex."


def _unknown_encoding(document: dict[str, Any]) -> None:
    _set_custom(document["servers"][0], "encoding", "gb18031")


def _leaving_path(document: dict[str, Any]) -> None:
    document["servers"][0]["path"] = "../deaths_{date}.csv"


def _reserved_name(document: dict[str, Any]) -> None:
    _property(document, "sex")["name"] = "version"


def _no_format(document: dict[str, Any]) -> None:
    del _property(document, "cremated_on")["logicalTypeOptions"]


def _absent_from_text(document: dict[str, Any]) -> None:
    _set_custom(_property(document, "sex"), "mayBeAbsent", "true")


def _no_key(document: dict[str, Any]) -> None:
    for entry in document["schema"][0]["properties"]:
        entry.pop("primaryKey", None)


def _undated_evidence(document: dict[str, Any]) -> None:
    _set_custom(document, "evidenceDate", "name")


def _unknown_field(document: dict[str, Any]) -> None:
    document["cadence"] = "daily"


def _two_tables(document: dict[str, Any]) -> None:
    document["schema"] *= 2


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_repeat_name, "column died_on: name stands 2 times; rename or remove one"),
        (_unknown_concept, "column name: concept 'person.nickname' is unknown; use one of dwelling.address"),
        (_unknown_code_set, "column sex: code set 'sexes' is unknown; add seeds/codes/sexes.csv"),
        (_unknown_rule, "column died_on: quality rule 'not_tomorrow' is unknown; use one of credit_code"),
        (_rule_without_arguments, "column died_on: rule range needs an argument"),
        (_bad_expression, "column died_on: rule pattern has a bad regular expression"),
        (_address_of_an_owner, "column registered_address: concept dwelling.address cannot stand for the owner"),
        (_unknown_role, "column name: role 'undertaker' is unknown; use one of landlord"),
        (_address_without_meaning, "column registered_address: addressMeaning None is unknown; use one of incident"),
        (_two_names, "concept person.name stands 2 times for the subject"),
        (_english_only, "column sex: the description must hold the Chinese term"),
        (_unknown_encoding, "encoding 'gb18031' is unknown"),
        (_leaving_path, "must be relative and hold {date}"),
        (_reserved_name, "column version: the name is taken by the staging models"),
        (_no_format, "column cremated_on: logicalTypeOptions.format must say"),
        (_absent_from_text, "column sex: mayBeAbsent is for columns of workbooks"),
        (_no_key, "no key; mark a column with primaryKey"),
        (_undated_evidence, "evidenceDate 'name' must name a column of type date"),
        (_unknown_field, "does not follow the ODCS model: cadence"),
        (_two_tables, "`schema` must hold exactly one entry"),
    ],
)
def test_loader_says_what_is_wrong(tmp_path: Path, spoil: Callable[[dict[str, Any]], None], said: str) -> None:
    document = _deaths()
    spoil(document)
    with pytest.raises(ContractError, match=re.escape(said)) as caught:
        read_contract(_write(tmp_path, document))
    assert all(line.startswith("civil_affairs/deaths.odcs.yaml: ") for line in str(caught.value).splitlines())


def test_loader_names_every_problem_at_once(tmp_path: Path) -> None:
    document = _deaths()
    _unknown_code_set(document)
    _unknown_concept(document)
    with pytest.raises(ContractError) as caught:
        read_contract(_write(tmp_path, document))
    assert len(caught.value.problems) == 2


def test_contract_stands_where_its_name_says(tmp_path: Path) -> None:
    document = _deaths()
    file = tmp_path / "health" / "births.odcs.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    with pytest.raises(ContractError, match=r"the file's place says 'health\.births'"):
        read_contract(file)
