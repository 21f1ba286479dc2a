"""The simulated district: same bytes from the same seed, the layout of the exchange standard, and a truth that fits."""

import csv
import hashlib
import io
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from seeds.district import places, world
from seeds.district.__main__ import EXTRACTS, generate
from seeds.district.dirt import check_character
from seeds.district.identity import credit_codes

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


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small district of ordinary dirt."""
    out = tmp_path_factory.mktemp("ordinary")
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


def test_every_extract_has_the_headers_of_the_exchange_standard(ordinary: Path) -> None:
    assert {extract.name for extract in EXTRACTS} == set(HEADERS)
    for extract, header in HEADERS.items():
        for path in deliveries(ordinary, extract).values():
            assert read(path, extract)[0] == header, path.name


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = []
    for turn in ("one", "two"):
        generate(tmp_path / turn, 1000, 3, 4, START, 2.0, lambda _: None)
        files = sorted(path for path in (tmp_path / turn).rglob("*") if path.is_file())
        digests.append(
            [(str(p.relative_to(tmp_path / turn)), hashlib.sha256(p.read_bytes()).hexdigest()) for p in files]
        )
    assert digests[0] == digests[1]
    generate(tmp_path / "three", 1000, 3, 5, START, 2.0, lambda _: None)
    other = tmp_path / "three" / "extracts" / "housing" / "housing_units" / "housing_units_20260825.txt"
    assert hashlib.sha256(other.read_bytes()).hexdigest() not in {digest for _, digest in digests[0]}


def test_processes_side_by_side_write_what_one_alone_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digests(out: Path) -> list[str]:
        generate(out, 10_000, 1, 4, START, 1.0, lambda _: None)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.rglob("*")) if path.is_file()]

    together = digests(tmp_path / "together")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0}, raising=False)
    assert digests(tmp_path / "alone") == together


def test_fulls_come_weekly_or_monthly_or_once_and_changes_when_there_are_any(ordinary: Path) -> None:
    first, seventh, month = "20260825", "20260831", "20260901"
    for extract in ("public_security.household_register", "housing.housing_units"):
        assert list(deliveries(ordinary, extract)) == [first, seventh]
    for extract in ("civil_affairs.assistance_recipients", "human_resources.social_insurance"):
        assert list(deliveries(ordinary, extract)) == [first, month]
    for extract in ("grid_office.grids", "grid_office.standard_addresses", "party_building.party_members"):
        assert list(deliveries(ordinary, extract)) == [first]
    for extract in ("community.household_visits", "health.resident_records", "grid_office.incidents"):
        days = deliveries(ordinary, extract)
        sizes = [len(read(path, extract)[1]) for path in days.values()]
        assert len(days) > 3 and min(sizes) > 0 and sizes[0] > 5 * max(sizes[1:]), extract


def test_a_weekly_full_writes_an_unchanged_row_as_it_was(ordinary: Path) -> None:
    files = list(deliveries(ordinary, "public_security.household_register").values())
    before, after = (Counter(map(str, read(path, "public_security.household_register")[1])) for path in files)
    changed = sum((after - before).values())
    assert 0 < changed < 60


def test_truth_has_a_row_for_every_row(ordinary: Path) -> None:
    codes = {row["地址编码"] for row in read(deliveries(ordinary, "grid_office.standard_addresses")["20260825"], "")[1]}
    for extract in HEADERS.keys() - WITHOUT_TRUTH:
        for day in deliveries(ordinary, extract):
            everybody = people(ordinary, day)
            for _, truth in labelled(ordinary, extract, day):
                assert truth["extract"] == extract and truth["day"].strftime("%Y%m%d") == day
                assert truth["person"] is None or truth["person"] in everybody
                assert truth["address_code"] is None or truth["address_code"] in codes


def test_identity_numbers_of_people_are_valid_and_different(ordinary: Path) -> None:
    everybody = people(ordinary, "20260825").values()
    assert len({person["id"] for person in everybody}) == len(everybody)
    for person in everybody:
        number = str(person["id"])
        assert number[17] == check_character(number[:17])
        assert number[6:14] == person["birth"].strftime("%Y%m%d")
        assert int(number[16]) % 2 == person["sex"] % 2


def test_credit_codes_differ_and_their_check_character_fits() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    codes = credit_codes(np.random.default_rng(1), "440106", 5000)
    assert len(set(codes)) == 5000
    for code in codes[:200]:
        total = sum(alphabet.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
        assert alphabet.index(code[17]) == -total % 31


def test_people_change_only_as_events_allow(ordinary: Path) -> None:
    days = [f"202608{day}" for day in range(25, 32)] + ["20260901"]
    moved = born = died = 0
    before = people(ordinary, days[0])
    resident = [p for p in before.values() if p["here"] and not p["dead"] and p["grid_code"]]
    assert len(resident) == RESIDENTS
    for day in days[1:]:
        now = people(ordinary, day)
        assert now.keys() == before.keys()
        for person, row in now.items():
            was = before[person]
            assert all(row[name] == was[name] for name in ("id", "name", "sex", "birth", "floating", "registered_grid"))
            assert (not was["dead"] or row["dead"]) and (not was["here"] or row["here"])
            moved += bool(was["here"] and row["address_code"] != was["address_code"])
            born += bool(row["here"] and not was["here"] and row["birth"].strftime("%Y%m%d") == day)
            died += bool(row["dead"] and not was["dead"])
        before = now
    assert moved >= 7 and born >= 7 and died >= 7


def test_events_arrive_in_the_changes(ordinary: Path) -> None:
    last = people(ordinary, "20260901")
    first = people(ordinary, "20260825")
    arrived = {p for p, row in last.items() if row["here"] and not first[p]["here"]}
    moved = {
        p for p, row in last.items() if first[p]["here"] and row["address_code"] not in (None, first[p]["address_code"])
    }
    seen = Counter[str]()
    for extract in ("health.resident_records", "public_security.residence_permits", "community.household_visits"):
        for day in list(deliveries(ordinary, extract))[1:]:
            for row, truth in labelled(ordinary, extract, day):
                seen["arrived"] += truth["person"] in arrived
                seen["moved"] += (
                    truth["person"] in moved and truth["address_code"] == last[truth["person"]]["address_code"]
                )
                seen[str(row.get("操作"))] += 1
    assert seen["arrived"] >= 7 and seen["moved"] >= 5 and seen["I"] and seen["U"] + seen["D"]
    told = [
        t["person"]
        for d in deliveries(ordinary, "civil_affairs.deaths")
        for _, t in labelled(ordinary, "civil_affairs.deaths", d)
    ]
    assert all(last[person]["dead"] for person in told)


def test_a_closed_incident_comes_again_under_its_number(ordinary: Path) -> None:
    seen: dict[str, set[str]] = {}
    for path in deliveries(ordinary, "grid_office.incidents").values():
        for row in read(path, "grid_office.incidents")[1]:
            seen.setdefault(str(row["event_id"]), set()).add(str(row["status"]))
            assert (row["closed_at"] is None) == (row["status"] == "受理")
    assert {"受理", "办结"} in seen.values()


def test_twins_separation_and_the_dead_not_struck_off_are_there(ordinary: Path) -> None:
    everybody = people(ordinary, "20260825")
    living = [p for p in everybody.values() if p["here"] and not p["dead"]]
    registered = [p for p in living if p["registered_grid"]]
    elsewhere = sum(p["registered_grid"] != p["grid_code"] for p in registered) / len(registered)
    assert 0.2 < elsewhere < 0.42  # 35 % in the census of 2020
    assert 0.2 < sum(bool(p["floating"]) for p in living) / len(living) < 0.4
    rows = labelled(ordinary, "public_security.household_register", "20260825")
    dead = Counter(row["户籍状态"] for row, truth in rows if everybody[truth["person"]]["dead"])
    assert sum(dead.values()) > 0 and dead.keys() <= {"注销", "正常"}


def test_dirt_comes_at_about_the_rates_that_were_measured(ordinary: Path) -> None:
    everybody = people(ordinary, "20260825")
    visits = labelled(ordinary, "community.household_visits", "20260825")
    met = [(row, everybody[truth["person"]]) for row, truth in visits if truth["person"] is not None]
    shares = {
        "missing": np.mean([row["resident_id"] == "" for row, _ in met]),
        "masked": np.mean(["*" in str(row["resident_id"]) for row, _ in met]),
        "exact": np.mean([row["resident_id"] == person["id"] for row, person in met]),
        "name": np.mean([row["resident_name"] == person["name"] for row, person in met]),
    }
    without_code = np.mean([row["address_code"] is None for row, _ in visits])
    assert 0.11 < shares["missing"] < 0.19 and 0.03 < shares["masked"] < 0.07
    assert 0.65 < shares["exact"] < 0.85 and 0.97 < shares["name"] < 0.999
    assert 0.15 < without_code < 0.25
    rows = labelled(ordinary, "health.resident_records", "20260825")
    numbers = [(str(row["id_card"]), str(everybody[truth["person"]]["id"])) for row, truth in rows]
    assert 0.8 < np.mean([number == true for number, true in numbers]) < 0.95
    assert any(len(number) == 15 for number, _ in numbers)
    failing = [
        n
        for n, true in numbers
        if len(n) == 18 and n != true and n[:17].isdigit() and check_character(n[:17]) != n[17].upper()
    ]
    assert 0.004 < len(failing) / len(numbers) < 0.03


def test_planted_discrepancies_are_what_they_say(ordinary: Path) -> None:
    planted = pq.read_table(ordinary / "truth" / "planted.parquet").to_pylist()
    always = {"assisted_twice", "group_letting", "occupied_but_vacant"}
    assert always <= {entry["kind"] for entry in planted} <= always | {"id_of_another", "deceased_active"}
    areas = {
        truth["address_code"]: float(unit["建筑面积"])
        for unit, truth in labelled(ordinary, "housing.housing_units", "20260825")
    }
    everybody = people(ordinary, "20260901")
    owners = {row["id"]: person for person, row in everybody.items()}
    for entry in planted:
        rows = labelled(ordinary, entry["extract"], entry["day"].strftime("%Y%m%d"))
        row, truth = rows[entry["row"] - 1]
        assert truth["person"] == entry["person"]
        if entry["kind"] == "id_of_another":
            assert owners[str(row.get("id_card", row.get("身份证号码"))).upper()] != entry["person"]
        if entry["kind"] == "deceased_active":
            assert everybody[entry["person"]]["dead"]
        if entry["kind"] == "assisted_twice":
            assert truth["person"] in {before["person"] for _, before in rows[: entry["row"] - 1]}
        if entry["kind"] == "group_letting":
            assert areas[truth["address_code"]] < 5 * row["occupants"]
        if entry["kind"] == "occupied_but_vacant":
            assert everybody[entry["person"]]["address_code"] is None and not everybody[entry["person"]]["dead"]
            visits = labelled(ordinary, "community.household_visits", "20260826")
            found = {visit["house_status"] for visit, true in visits if true["address_code"] == truth["address_code"]}
            assert found == {"空置"}


def test_nobody_else_is_crowded_and_no_one_else_is_on_paper_only(ordinary: Path) -> None:
    planted = pq.read_table(ordinary / "truth" / "planted.parquet").to_pylist()
    crowded = {entry["row"] for entry in planted if entry["kind"] == "group_letting"}
    units = labelled(ordinary, "housing.housing_units", "20260825")
    residents = Counter(
        person["address_code"] for person in people(ordinary, "20260901").values() if not person["dead"]
    )
    too_small = {
        truth["address_code"] for unit, truth in units if float(unit["建筑面积"]) < 5 * residents[truth["address_code"]]
    }
    contracts = labelled(ordinary, "housing.rental_contracts", "20260825")
    assert crowded == {truth["row"] for _, truth in contracts if truth["address_code"] in too_small}
    gone = {entry["row"] for entry in planted if entry["kind"] == "occupied_but_vacant"}
    everybody = people(ordinary, "20260825")
    records = labelled(ordinary, "health.resident_records", "20260825")
    elsewhere = {truth["row"] for _, truth in records if everybody[truth["person"]]["address_code"] is None}
    assert gone == elsewhere


def test_every_further_row_of_a_recipient_is_planted(ordinary: Path) -> None:
    planted = pq.read_table(ordinary / "truth" / "planted.parquet").to_pylist()
    rows = labelled(ordinary, "civil_affairs.assistance_recipients", "20260901")
    persons = [truth["person"] for _, truth in rows]
    further = {row for row, person in enumerate(persons, 1) if person in persons[: row - 1]}
    assert further
    assert {entry["row"] for entry in planted if entry["kind"] == "assisted_twice"} == further


def test_without_noise_everything_is_written_as_it_is(tmp_path: Path) -> None:
    generate(tmp_path, 1000, 2, 3, START, 0.0, lambda _: None)
    everybody = people(tmp_path, "20260825")
    standard = {
        r["地址编码"]: r["标准地址"]
        for r in read(deliveries(tmp_path, "grid_office.standard_addresses")["20260825"], "")[1]
    }
    for row, truth in labelled(tmp_path, "public_security.household_register", "20260825"):
        person = everybody[truth["person"]]
        assert (row["公民身份号码"], row["姓名"]) == (person["id"], person["name"])
        assert row["户籍地址"] == standard[truth["address_code"]]


def test_hard_noise_brings_what_no_page_names(tmp_path: Path) -> None:
    generate(tmp_path, 6000, 1, 3, START, 2.0, lambda _: None)
    rows = [row for _, row in enumerate(read(deliveries(tmp_path, "health.resident_records")["20260825"], "")[1])]
    addresses = " ".join(str(row["current_address"]) for row in rows)
    assert all(mark in addresses for mark in ("楼", "组", "（", "之一"))
    assert any(str(row["id_card"]) == "111111111111111111" for row in rows)
    everybody = people(tmp_path, "20260825")
    named = labelled(tmp_path, "human_resources.social_insurance", "20260825")
    renamed = [row for row, truth in named if str(row["姓名"])[0] == str(everybody[truth["person"]]["name"])[0]
               and len(set(str(row["姓名"])) & set(str(everybody[truth["person"]]["name"]))) == 1]  # fmt: skip
    assert len(renamed) > 5


def test_places_have_the_repeats_that_real_cities_have() -> None:
    ground = places.build(np.random.default_rng(2), 9000, odd_buildings=True)
    assert len(set(ground.standard)) == len(set(ground.address_code)) == len(ground.site) == 9000
    homes: dict[str, set[int]] = {}
    doors: dict[tuple[str, str], set[str]] = {}
    for site, compound in enumerate(ground.site_compound):
        homes.setdefault(compound, set()).add(int(ground.grid_community[ground.site_grid[site]]))
        doors.setdefault((ground.site_road[site], ground.site_number[site]), set()).add(compound)
    old_streets = homes.pop("")
    assert old_streets and any(len(communities) > 1 for communities in homes.values())
    assert any(len(compounds) > 1 for compounds in doors.values())
    assert 300 < np.median(np.bincount(ground.grid)) * world.OCCUPIED < 500


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("residents", [500, 1777, 20_000])
def test_any_seed_and_size_gives_the_residents_asked_for(seed: int, residents: int) -> None:
    built = world.build(residents, 3, seed, START, 1.0)
    assert int(built.state(0).resident.sum()) == residents


def test_grids_are_squares_from_west_to_east_and_north_to_south(ordinary: Path) -> None:
    _, grids = read(deliveries(ordinary, "grid_office.grids")["20260825"], "grid_office.grids")
    _, dwellings = read(deliveries(ordinary, "grid_office.standard_addresses")["20260825"], "")
    corners = {}
    for grid in grids:
        assert str(grid["网格编码"]).startswith(str(grid["社区编码"])) and str(grid["社区编码"]).startswith(
            str(grid["街道编码"])
        )
        assert (len(str(grid["网格编码"])), len(str(grid["社区编码"])), len(str(grid["街道编码"]))) == (15, 12, 9)
        ring = grid["geometry"]["coordinates"][0]
        assert len(ring) == 5 and ring[0] == ring[4]
        corners[grid["网格编码"]] = (
            min(p[0] for p in ring),
            min(p[1] for p in ring),
            max(p[0] for p in ring),
            max(p[1] for p in ring),
        )
    order = [(-south, west) for west, south, _, _ in corners.values()]
    assert order == sorted(order)
    for dwelling in dwellings:
        west, south, east, north = corners[dwelling["网格编码"]]
        assert west <= float(str(dwelling["经度"])) <= east and south <= float(str(dwelling["纬度"])) <= north


def test_the_layout_is_that_of_the_labelled_sample(ordinary: Path) -> None:
    sample = Path(__file__).parents[3] / "shared" / "sample"
    if not sample.is_dir():
        pytest.skip("no labelled sample beside the repository")
    for extract, header in HEADERS.items():
        theirs, ours = deliveries(sample, extract), deliveries(ordinary, extract)
        first, mine = next(iter(theirs.values())), next(iter(ours.values()))
        assert first.suffix == mine.suffix
        assert read(first, extract)[0] == header
    with duckdb.connect() as connection:
        for name in ("person_", "planted", "rows/health.resident_records_", "rows/community.household_visits_"):
            shapes = []
            for root in (sample, ordinary):
                file = min((root / "truth" / name).parent.glob(Path(name).name + "*.parquet"))
                described = connection.execute("describe select * from read_parquet(?)", [str(file)]).fetchall()
                shapes.append([row[:2] for row in described])
            assert shapes[0] == shapes[1], name
