"""Extracts about places, one function each: grids, standard addresses, incidents, housing units, enterprises."""

import numpy as np

from seeds.district import words
from seeds.district.arrays import Objects, as_text, constant, dates_text, objects
from seeds.district.changes import under_contract
from seeds.district.identity import credit_codes
from seeds.district.places import GRID_SIDE
from seeds.district.visits import found_let
from seeds.district.world import World
from seeds.district.writers import Rows

INCIDENTS_KNOWN = 0.024  # for every resident, in the two months before
INCIDENTS_DAILY = 0.0011  # for every resident
ENTERPRISES = 0.043  # for every resident


def grids(world: World, day: int) -> Rows | None:
    """网格: the grids with their workers and squares."""
    if day:
        return None
    places, random = world.places, world.random("grids")
    count = len(places.grid_code)
    surnames = words.SURNAME[random.choice(len(words.SURNAME), count, p=words.SURNAME_SHARE)]
    given = words.GIVEN[random.choice(words.MALE_CODES, count)]
    phones = random.choice(words.PHONE_HEADS, count) * 10**8 + random.integers(0, 10**8, count)
    squares = [_square(west, north) for west, north in zip(places.grid_west, places.grid_north, strict=True)]
    community = places.grid_community
    street = places.community_street[community]
    return Rows(
        {
            "网格编码": places.grid_code,
            "网格名称": places.grid_name,
            "社区编码": places.community_code[community],
            "社区名称": places.community_name[community],
            "街道编码": places.street_code[street],
            "街道名称": places.street_name[street],
            "网格员姓名": surnames + given,
            "网格员电话": as_text(phones),
            "geometry": objects(squares),
        }
    )


def _square(west: float, north: float) -> dict[str, object]:
    """A closed GeoJSON square, counter-clockwise (RFC 7946)."""
    west, north = round(west, 6), round(north, 6)
    east, south = round(west + GRID_SIDE, 6), round(north - GRID_SIDE, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def standard_addresses(world: World, day: int) -> Rows | None:
    """标准地址: the register of dwellings."""
    if day:
        return None
    places = world.places
    count, site, community = len(places.site), places.site, places.community
    return Rows(
        {
            "地址编码": places.address_code,
            "省": constant(places.province, count),
            "市": constant(places.city, count),
            "区县": constant(places.district, count),
            "街道": places.street_name[places.community_street[community]],
            "社区": places.community_name[community],
            "小区": places.site_compound[site],
            "道路": places.site_road[site],
            "门牌号": places.site_number[site],
            "楼栋": places.building_word[places.building],
            "单元": objects(["", *map(str, range(1, 20))])[places.unit],
            "房号": places.room,
            "标准地址": places.standard,
            "网格编码": places.grid_code[places.grid],
            "经度": places.longitude,
            "纬度": places.latitude,
        }
    )


def incidents(world: World, day: int) -> Rows | None:
    """事件: what was reported or closed on the day; the first file holds the two months before, too."""
    places, random = world.places, world.random("incidents")
    residents = int(world.state(0).resident.sum())
    daily = max(1, round(residents * INCIDENTS_DAILY))
    known = max(4, round(residents * INCIDENTS_KNOWN))
    reported_day = np.r_[-random.integers(0, 60, known), np.repeat(np.arange(1, world.days), daily)]
    count = len(reported_day)
    minute = random.integers(7 * 60, 23 * 60, count)
    dwelling = random.integers(0, len(places.site), count)
    # half are closed within days; of the rest, some each day
    open_days = np.where(random.random(count) < 0.5, random.integers(0, 4, count), random.geometric(0.06, count))
    closed_day = reported_day + open_days
    kinds = list(words.INCIDENT_TYPES)
    kind = random.integers(0, len(kinds), count)
    codes, text = objects(kinds)[kind], "居民反映" + objects(words.INCIDENT_TYPES.values())[kind] + "问题"
    address = world.addresses.write(random, dwelling)
    grid = places.grid_code[places.grid[dwelling]]
    grid[random.random(count) < 0.06] = None

    new = np.flatnonzero(reported_day <= 0) if day == 0 else np.flatnonzero(reported_day == day)
    closed_again = (
        np.flatnonzero((closed_day == day) & ((reported_day != day) | (day > 0))) if day else np.empty(0, int)
    )
    row = np.r_[new, closed_again]
    if not len(row):
        return None
    # a new event comes first as accepted, even when it is closed on the same day; the first file has the last word only
    closed = np.r_[(closed_day[new] <= 0) if day == 0 else np.zeros(len(new), bool), np.ones(len(closed_again), bool)]
    closing_minute = np.where(closed_day[row] == reported_day[row], np.minimum(minute[row] + 30, 1439), 17 * 60)
    closed_at = _moment(world, closed_day[row], closing_minute)
    closed_at[~closed] = None
    return Rows(
        {
            "event_id": "SJ" + as_text(row, 9),
            "type_code": codes[row],
            "reported_at": _moment(world, reported_day[row], minute[row]),
            "grid_code": grid[row],
            "address": address[row],
            "description": text[row],
            "deadline": _moment(world, reported_day[row] + 7, minute[row]),
            "status": np.where(closed, constant("办结", len(row)), constant("受理", len(row))),
            "closed_at": closed_at,
        },
        person=np.full(len(row), -1),
        dwelling=dwelling[row],
    )


def _moment(world: World, day: np.ndarray, minute: np.ndarray) -> Objects:
    """ISO 8601 in Chinese time."""
    clock = "T" + as_text(minute // 60, 2) + ":" + as_text(minute % 60, 2) + ":00+08:00"
    return dates_text(world.start + day) + clock


def housing_units(world: World, day: int) -> Rows | None:
    """房屋: every dwelling with its owner; the same row is written the same way every week."""
    if not world.is_weekly(day):
        return None
    places, random, dirt = world.places, world.random("housing"), world.dirt("housing")
    count = len(places.site)
    dwelling = np.arange(count)
    owner = world.people.dwelling_owner
    number, _ = dirt.numbers(random, owner)
    area = np.round(world.floor_areas(np.clip(random.normal(41.8 * 2.3, 26, count), 28, 260)), 2)
    built = as_text(places.site_built[places.site])
    built[random.random(count) < 0.03] = ""
    rows = Rows(
        {
            "房屋编码": world.house_codes,
            "坐落": world.addresses.write(random, dwelling),
            "建筑面积": objects(f"{value:.2f}" for value in area.tolist()),
            "房屋用途": objects(["住宅", "商住"])[(random.random(count) < 0.19).astype(int)],
            "建成年份": built,
            "产权人": dirt.names(random, owner),
            "产权人证件号": number,
            "产权性质": objects(["商品房", "房改房", "保障房", "自建房"])[
                random.choice(4, count, p=[0.5, 0.17, 0.16, 0.17])
            ],
            "更新时间": dates_text(world.start - random.integers(0, 700, count), "%Y/%m/%d"),
        },
        person=owner,
        dwelling=dwelling,
        planted={"let_without_contract": found_let(world) & ~under_contract(world)},
    )
    return rows.take(random.permutation(count))


def enterprises(world: World, day: int) -> Rows | None:
    """市场主体: firms with their legal representatives, at premises in the district."""
    if day:
        return None
    random, dirt, people = world.random("enterprises"), world.dirt("enterprises"), world.people
    adults = np.flatnonzero((world.ages >= 18) & (world.ages < 90) & (people.died == 0) & world.known)
    count = max(3, round(int(world.state(0).resident.sum()) * ENTERPRISES))
    person = random.choice(adults, count)
    number, _ = dirt.numbers(random, person)
    city = world.places.city.removesuffix("市")
    names = city + words.SURNAME[people.names.surname[person]] + words.GIVEN[people.names.first[person]]
    names = names + objects(words.FIRM_STEMS)[random.integers(0, len(words.FIRM_STEMS), count)]
    dwelling = random.integers(0, len(world.places.site), count)
    return Rows(
        {
            "统一社会信用代码": credit_codes(random, world.places.code, count),
            "企业名称": names + objects(words.SHOPS)[random.integers(0, len(words.SHOPS), count)],
            "法定代表人": dirt.names(random, person),
            "法定代表人证件号": number,
            "行业代码": objects(["F52", "H62", "I65", "L72", "O80"])[random.integers(0, 5, count)],
            "经营场所": world.addresses.write(random, dwelling),
            "成立日期": dates_text(world.start - random.integers(30, 5600, count)),
            "登记状态": objects(["存续", "注销"])[(random.random(count) < 0.2).astype(int)],
            "从业人数": as_text(random.integers(1, 60, count)),
        },
        person=person,
        dwelling=dwelling,
    )
