"""The ground of the simulated district: streets, communities, grids, compounds and old streets, buildings, dwellings.

Everything is drawn here once; how a department writes an address is decided in `addresses`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seeds.district import words
from seeds.district.arrays import Integers, Objects, Random, as_text, constant, objects

Decimals = NDArray[np.floating]
Sites = list[tuple[NDArray[np.int64], bool]]  # rows of building, unit, floor and position; whether an old street

GRID_SIDE = 0.004  # degrees: about 400 m
DWELLINGS_PER_GRID = 420  # a sixth stands empty, so 300–500 households a grid (GB/T 34300-2017)
OLD_STREET_EVERY = 11  # building sites, one is an old street without a compound
REPEATED_NAME_SHARE = 0.04  # of compounds bear the name of one in another community
SHARED_NUMBER_SHARE = 0.04  # of compounds stand at the road and number of another


@dataclass
class Places:
    """Arrays of one entry an area, a site (a compound or a stretch of old street) or a dwelling."""

    province: str
    city: str
    district: str
    code: str  # 6 digits
    west: float
    north: float
    street_name: Objects
    street_code: Objects  # 9 digits
    community_name: Objects
    community_code: Objects  # 12 digits
    community_street: Integers
    grid_code: Objects  # 15 digits
    grid_name: Objects
    grid_community: Integers
    grid_west: Decimals
    grid_north: Decimals
    site_compound: Objects  # '' for an old street
    site_alias: Objects  # former or popular name, '' where none
    site_road: Objects
    site_old_road: Objects  # former name of the road, '' where none
    site_number: Objects
    site_grid: Integers
    site_built: Integers
    building_word: Objects  # vocabulary of building labels; the first is ''
    site: Integers
    building: Integers  # into building_word
    unit: Integers  # 0: none
    floor: Integers
    room: Objects
    address_code: Objects  # 20 digits
    standard: Objects
    longitude: Decimals
    latitude: Decimals

    @property
    def grid(self) -> Integers:
        """Grid of every dwelling."""
        return self.site_grid[self.site]

    @property
    def community(self) -> Integers:
        """Community of every dwelling."""
        return self.grid_community[self.grid]

    @property
    def region(self) -> str:
        """Province, city and district as an address begins; a municipality is not named twice."""
        return (self.province if self.province != self.city else "") + self.city + self.district


def _names(random: Random, count: int, ends: list[str], taken: set[str]) -> list[str]:
    """Different names of two characters and an ending, none of them in `taken` (which grows); of three characters where
    most of those are taken: in a district of millions."""
    found: list[str] = []
    most = len(words.STEM_FIRST) * len(words.STEM_SECOND) * len(ends) // 2
    while len(found) < count:
        first, second = random.integers(0, (len(words.STEM_FIRST), len(words.STEM_SECOND)))
        middle = words.STEM_FIRST[random.integers(0, len(words.STEM_FIRST))] if len(taken) > most else ""
        name = words.STEM_FIRST[first] + middle + words.STEM_SECOND[second] + ends[random.integers(0, len(ends))]
        if name not in taken and first != second:
            taken.add(name)
            found.append(name)
    return found


def _site(random: Random, old: bool) -> tuple[NDArray[np.int64], bool]:
    """One building site: rows of building, unit, floor and position, and whether it is an old street."""
    if old:
        buildings = int(random.integers(0, 4))  # 0: the number alone is the building
        floors, rooms, units = int(random.integers(2, 13)), int(random.integers(2, 7)), 0
    else:
        buildings = int(random.choice([1, 2, 3, 4, 5, 6, 8, 12], p=[0.1, 0.3, 0.2, 0.14, 0.1, 0.08, 0.05, 0.03]))
        high = random.random() < 0.5
        units = 0 if random.random() < 0.14 else int(random.integers(1, 5 if not high else 3))
        floors = int(random.integers(11, 32)) if high else int(random.integers(5, 8))
        rooms = int(random.integers(4, 7)) if high or not units else int(random.integers(2, 5))
    per_building = max(units, 1) * floors * rooms
    buildings = min(buildings, max(1, 480 // per_building)) if buildings else 0
    first = 1 if buildings else 0
    shape = [np.arange(first, buildings + 1), np.arange(1, units + 1) if units else np.array([0])]
    shape += [np.arange(1, floors + 1), np.arange(1, rooms + 1)]
    rows = np.stack(np.meshgrid(*shape, indexing="ij"), axis=-1).reshape(-1, 4)
    return rows, old


def build(random: Random, dwellings: int, odd_buildings: bool) -> Places:
    """A district of about `dwellings` dwellings; `odd_buildings`: a few compounds have lettered or sectioned ones."""
    chosen = words.DISTRICTS[int(random.integers(0, len(words.DISTRICTS)))]
    province, city, district, code, west, north = chosen
    sites: Sites = []
    grids_of_site: list[int] = []
    sizes: list[int] = []
    total, grid, in_grid = 0, 0, 0
    while total < dwellings:
        rows, old = _site(random, old=len(sites) % OLD_STREET_EVERY == 2)
        if in_grid and in_grid + len(rows) > DWELLINGS_PER_GRID * 1.15:
            grid, in_grid = grid + 1, 0
        rows = rows[: max(dwellings - total, 4)]
        sites.append((rows, old))
        grids_of_site.append(grid)
        sizes.append(len(rows))
        in_grid += len(rows)
        total += len(rows)
    grids = grid + 1
    grid_community = _shares(random, grids, 2, 6)
    communities = int(grid_community[-1]) + 1
    community_street = _shares(
        random, communities, *((6, 12) if communities < 700 else (communities // 90, communities // 70))
    )
    streets = int(community_street[-1]) + 1

    taken: set[str] = set()
    street_stems = _names(random, streets, [""], taken)
    is_town = random.random(streets) < 0.1
    street_name = objects(stem + ("镇" if town else "街道") for stem, town in zip(street_stems, is_town, strict=True))
    serial = np.where(is_town, 99 + np.cumsum(is_town), np.cumsum(~is_town))
    street_code = code + as_text(serial, 3)
    community_name = objects(name + "社区" for name in _names(random, communities, words.COMMUNITY_ENDS, taken))
    community_code = street_code[community_street] + as_text(_serial_within(community_street), 3)
    grid_serial = _serial_within(grid_community)
    grid_code = community_code[grid_community] + as_text(grid_serial, 3)
    grid_name = community_name[grid_community] + "第" + as_text(grid_serial) + "网格"
    columns = int(np.ceil(np.sqrt(grids)))
    grid_west = west + GRID_SIDE * (np.arange(grids) % columns)
    grid_north = north - GRID_SIDE * (np.arange(grids) // columns)

    named = _name_sites(random, sites, np.array(grids_of_site), grid_community)
    site = np.repeat(np.arange(len(sites)), sizes)
    rows = np.concatenate([rows for rows, _ in sites])
    vocabulary, building = _building_words(random, sites, rows, site, odd_buildings)
    unit, floor, position = rows[:, 1].copy(), rows[:, 2].copy(), rows[:, 3]
    room = as_text(floor * 100 + position)
    dwelling_grid = np.array(grids_of_site)[site]
    address_code = community_code[grid_community[dwelling_grid]] + as_text(np.arange(1, len(site) + 1), 8)
    compound, alias, road, old_road, number = named
    places = Places(
        province=province, city=city, district=district, code=code, west=west, north=north,
        street_name=street_name, street_code=street_code, community_name=community_name, community_code=community_code,
        community_street=community_street, grid_code=grid_code, grid_name=grid_name, grid_community=grid_community,
        grid_west=grid_west, grid_north=grid_north, site_compound=compound, site_alias=alias, site_road=road,
        site_old_road=old_road, site_number=number, site_grid=np.array(grids_of_site),
        site_built=random.integers(1980, 2024, len(sites)), building_word=vocabulary, site=site, building=building,
        unit=unit, floor=floor, room=room, address_code=address_code, standard=constant("", 0),
        longitude=np.round(grid_west[dwelling_grid] + random.random(len(site)) * GRID_SIDE, 6),
        latitude=np.round(grid_north[dwelling_grid] - random.random(len(site)) * GRID_SIDE, 6),
    )  # fmt: skip
    places.standard = _standard(places)
    return places


def _shares(random: Random, children: int, least: int, most: int) -> Integers:
    """Parent of each child in order, each parent having least..most children."""
    most = max(1, min(most, children // 2))  # two parents at least, wherever there are two children
    parent = np.repeat(np.arange(children), random.integers(min(least, most), most + 1, children))[:children]
    return parent.astype(np.int64)


def _serial_within(parent: Integers) -> Integers:
    """1, 2, 3 … within each run of equal parents."""
    starts = np.searchsorted(parent, parent)
    return np.arange(len(parent)) - starts + 1


def _name_sites(random: Random, sites: Sites, site_grid: Integers, grid_community: Integers) -> tuple[Objects, ...]:
    """Compound, alias, road, former road name and number of each site, with the repeats that real cities have."""
    count = len(sites)
    community = grid_community[site_grid]
    taken: set[str] = set()
    compound = objects(_names(random, count, words.COMPOUND_ENDS, taken))
    compound[[old for _, old in sites]] = ""
    alias = objects(_names(random, count, words.COMPOUND_ENDS, taken))
    alias[(random.random(count) > 0.2) | (compound == "")] = ""
    roads_wanted = max(4, int(count * 0.7))
    road_name = objects(_names(random, roads_wanted, words.ROAD_ENDS, set()))
    old_name = objects(_names(random, roads_wanted, words.ROAD_ENDS, set(road_name)))
    old_name[random.random(roads_wanted) > 0.15] = ""
    # roads run along neighbouring sites
    road = np.minimum((np.arange(count) * 0.7 + random.integers(0, 4, count)).astype(int), roads_wanted - 1)
    number = as_text(random.integers(1, 900, count))
    number[random.random(count) < 0.03] += "-1"
    for site in random.permutation(count)[: max(2, round(count * REPEATED_NAME_SHARE))]:
        elsewhere = np.flatnonzero((community != community[site]) & (compound != ""))
        if len(elsewhere) and compound[site]:
            compound[site] = compound[random.choice(elsewhere)]
    for site in random.permutation(np.arange(1, count))[: max(2, round(count * SHARED_NUMBER_SHARE))]:
        if compound[site] and compound[site - 1] and compound[site] != compound[site - 1]:
            road[site], number[site] = road[site - 1], number[site - 1]
    pair = {}
    for site in range(count):  # an old street has its number for itself, or its dwellings would have one address
        while compound[site] == "" and (road[site], number[site]) in pair:
            number[site] = str(int(random.integers(900, 2000)))
        pair[(road[site], number[site])] = site
    return compound, alias, road_name[road], old_name[road], number


def _building_words(
    random: Random, sites: Sites, rows: NDArray[np.int64], site: Integers, odd_buildings: bool
) -> tuple[Objects, Integers]:
    """Vocabulary of building labels and each dwelling's label: 1, 2 … and, where allowed, A1 or 东区1."""
    plain = [""] + [str(number) for number in range(1, 21)]
    vocabulary = plain + ["A" + label for label in plain[1:]] + ["东区" + label for label in plain[1:]]
    styled = random.random(len(sites))
    style = np.zeros(len(sites), np.int64)
    if odd_buildings:
        style[styled < 0.06] = 20
        style[styled > 0.94] = 40
    building = rows[:, 0].copy()
    return objects(vocabulary), building + np.where(building > 0, style[site], 0)


def _standard(places: Places) -> Objects:
    """The standard address (标准地址) of every dwelling."""
    community = places.community
    before = places.region + places.street_name[places.community_street[community]] + places.community_name[community]
    body = places.site_road + places.site_number + "号" + places.site_compound
    building = objects(word and word + "栋" for word in places.building_word)
    unit = objects(["", *(f"{number}单元" for number in range(1, 21))])
    return before + body[places.site] + building[places.building] + unit[places.unit] + places.room + "房"
