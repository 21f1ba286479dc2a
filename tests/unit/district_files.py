"""What tests of the simulated district ask of its files, read without the project's readers."""

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from seeds.district.__main__ import generate

RESIDENTS, DAYS, SEED, START = 2000, 8, 11, "2026-08-25"  # the days reach the first of a month

# extracts (the words with a dot) with their headers, in the order of the exchange standard
_STANDARD = """
grid_office.grids 网格编码 网格名称 社区编码 社区名称 街道编码 街道名称 网格员姓名 网格员电话 geometry
grid_office.standard_addresses 地址编码 省 市 区县 街道 社区 小区 道路 门牌号 楼栋 单元 房号 标准地址 网格编码 经度
  纬度
grid_office.incidents event_id type_code reported_at grid_code address description deadline status closed_at
public_security.household_register 公民身份号码 姓名 性别 民族 出生日期 户号 与户主关系 户籍地址 婚姻状况 文化程度
  户籍状态 更新日期
public_security.residence_permits 操作 证件编号 公民身份号码 姓名 性别 出生日期 户籍地区划 居住地址 居住事由 联系电话
  登记日期 更新时间
housing.housing_units 房屋编码 坐落 建筑面积 房屋用途 建成年份 产权人 产权人证件号 产权性质 更新时间
housing.rental_contracts contract_no house_code address landlord_name landlord_id tenant_name tenant_id tenant_phone
  occupants start end status updated_at
health.resident_records health_id id_card full_name gender birth_date mobile current_address chronic_conditions
  elderly_managed updated_at
civil_affairs.assistance_recipients 序号 姓名 身份证号 性别 救助类别 家庭人口 月救助金额(元) 住址 联系电话 起始年月
civil_affairs.deaths 姓名 性别 身份证号 死亡日期 火化日期 户籍地址
human_resources.social_insurance 个人编号 身份证号码 姓名 性别 出生日期 单位名称 参保险种 参保状态 缴费基数 月待遇
  手机号码
community.household_visits visit_id visited_at grid_code address_code address house_status occupants resident_name
  resident_id resident_phone sex lives_here living_alone
party_building.party_members 姓名 公民身份号码 性别 出生日期 所在党支部 入党时间 人员类别 家庭住址 联系电话
market_regulation.enterprises 统一社会信用代码 企业名称 法定代表人 法定代表人证件号 行业代码 经营场所 成立日期
  登记状态 从业人数
disabled_federation.disability_certificates 残疾证号 姓名 住址 联系电话 发证日期 状态
education.students 学籍号 姓名 性别 出生日期 学校 年级 现住址 监护人电话
"""
HEADERS: dict[str, list[str]] = {}
for _word in _STANDARD.split():
    if "." in _word:
        HEADERS[_word] = _columns = []
    else:
        _columns.append(_word)
ENCODINGS = {
    "public_security.household_register": "gb18030",
    "public_security.residence_permits": "gb18030",
    "civil_affairs.deaths": "gb18030",
    "market_regulation.enterprises": "gb18030",
    "education.students": "gb18030",
    "human_resources.social_insurance": "utf-8-sig",
}
Row = dict[str, Any]
WITHOUT_TRUTH = {"grid_office.grids", "grid_office.standard_addresses"}


def write_ordinary(out: Path) -> Path:
    """A small district of ordinary dirt, written below `out`."""
    generate(out, RESIDENTS, DAYS, SEED, START, 1.0, lambda _: None)
    return out


@cache
def read(path: Path, extract: str) -> tuple[list[str], list[Row]]:
    """Header and rows of a delivery, read without the project's readers."""
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return list(rows[0]), rows
    if path.suffix == ".geojson":
        features = json.loads(path.read_text("utf-8"))["features"]
        rows = [{**feature["properties"], "geometry": feature["geometry"]} for feature in features]
        return list(rows[0]), rows
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return table.column_names, table.to_pylist()
    if path.suffix == ".xlsx":
        lines = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        data = [line for line in lines[2:] if not str(line[0]).startswith(("合计", "填表人"))]
        header = [str(name) for name in lines[1]]
        return header, [dict(zip(header, line, strict=True)) for line in data]
    text = path.read_bytes().decode(ENCODINGS.get(extract, "utf-8"))
    lines_read = csv.DictReader(io.StringIO(text), delimiter="|" if path.suffix == ".txt" else ",")
    return list(lines_read.fieldnames or []), list(lines_read)


def deliveries(out: Path, extract: str) -> dict[str, Path]:
    """Files of an extract by day."""
    folder = out / "extracts" / extract.replace(".", "/")
    return {path.stem[-8:]: path for path in sorted(folder.iterdir())}


def people(out: Path, day: str) -> dict[int, Row]:
    """The true people of a day."""
    return {row["person"]: row for row in pq.read_table(out / "truth" / f"person_{day}.parquet").to_pylist()}


def labelled(out: Path, extract: str, day: str) -> list[tuple[Row, Row]]:
    """Rows of a delivery, each with its truth."""
    truth = pq.read_table(out / "truth" / "rows" / f"{extract}_{day}.parquet").to_pylist()
    _, rows = read(deliveries(out, extract)[day], extract)
    assert [label["row"] for label in truth] == list(range(1, len(rows) + 1))
    return list(zip(rows, truth, strict=True))
