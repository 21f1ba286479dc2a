"""How an address gets written: the forms that departments use, and what goes wrong in them.

The shares of forms and slips at noise 1 were measured on a labelled district. What noise above 1 adds (`_strange…`) is
meant to be nothing that a rule was written for: former names, lettered buildings, floors, landmarks, lookalikes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seeds.district import words
from seeds.district.arrays import Integers, Objects, Random, change, constant, objects
from seeds.district.places import Places

# share of rows that name province, city and district | city and district | district | nothing | province and district
REGION_SHARES = [0.545, 0.2, 0.15, 0.1, 0.005]
STREET_SHARES = [0.39, 0.2, 0.41]  # in full, short, not at all
COMMUNITY_SHARES = [0.24, 0.1, 0.66]
BODY_SHARES = [0.7, 0.297, 0.003]  # road and number and compound | compound | road and number (a compound's)
BUILDING_WORDS = ["栋", "幢", "号楼", "座", "#"]
BUILDING_SHARES = [0.49, 0.15, 0.195, 0.11, 0.055]
ROOM_WORDS = ["房", "室", "", "号"]
ROOM_SHARES = [0.455, 0.355, 0.14, 0.05]
HYPHENS = 0.14  # 3-2-501
CHINESE_BUILDING, CHINESE_UNIT = 0.06, 0.12
FULL_WIDTH, SPACE, LOST_CHARACTER = 0.043, 0.04, 0.028

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LANDMARKS = ["（菜市场旁）", "（地铁口对面）", "（临街）", "(原粮站)", "（后门）"]


@dataclass
class _Tables:
    """Texts of every area, site and building, looked up by position."""

    regions: Objects
    streets: Objects  # street × form
    communities: Objects  # community × form
    bodies: Objects  # site × form


class AddressWriter:
    """Writes addresses of dwellings as departments do, with as much dirt as the noise asks for."""

    def __init__(self, places: Places, noise: float) -> None:
        """`noise` 0: the standard address always; 1: known dirt; above 1: more of it and other kinds of it."""
        self.places = places
        self.noise = noise
        municipality = places.province == places.city
        whole = places.region
        no_city = places.district if municipality else places.province + places.district
        road = places.site_road + places.site_number + "号"
        compound = places.site_compound
        self._tables = _Tables(
            regions=objects([whole, places.city + places.district, places.district, "", no_city]),
            streets=_forms(places.street_name, lambda name: name.removesuffix("道").removesuffix("镇")),
            communities=_forms(places.community_name, lambda name: name.removesuffix("社区")),
            bodies=np.stack([road + compound, np.where(compound == "", road, compound), road], axis=1).ravel(),
        )

    def write(self, random: Random, dwelling: Integers) -> Objects:
        """The address of each dwelling (positions in `places`) as somebody wrote it."""
        count = len(dwelling)
        if self.noise <= 0:
            return self.places.standard[dwelling]
        places, tables = self.places, self._tables
        site = places.site[dwelling]
        community = places.community[dwelling]
        street = places.community_street[community]
        region = tables.regions[_choose(random, count, REGION_SHARES)]
        street_text = tables.streets[street * 3 + _choose(random, count, STREET_SHARES)]
        community_text = tables.communities[community * 3 + _choose(random, count, COMMUNITY_SHARES)]
        body_form = _choose(random, count, BODY_SHARES)
        body = tables.bodies[site * 3 + body_form]
        both = (body_form == 0) & (places.site_compound[site] != "") & (random.random(count) < SPACE * self.noise * 1.4)
        change(body, both, lambda _, r, n, c: f"{r}{n}号 {c}", *self._site_words(site))
        if self.noise > 1:
            self._strange_bodies(random, site, body, body_form)
        text = region + street_text + community_text + body + self._tail(random, dwelling)
        if self.noise < 1:
            text = np.where(random.random(count) > self.noise, places.standard[dwelling], text)
        change(text, random.random(count) < FULL_WIDTH * self.noise, lambda value: value.translate(_FULL_WIDTH))
        lost = random.random(count) < LOST_CHARACTER * self.noise
        change(text, lost, _lose, random.random(count))
        if self.noise > 1:
            self._strange_texts(random, text)
        return text

    def _site_words(self, site: Integers) -> tuple[Objects, Objects, Objects]:
        places = self.places
        return places.site_road[site], places.site_number[site], places.site_compound[site]

    def _tail(self, random: Random, dwelling: Integers) -> Objects:
        """Building, unit and room."""
        places, count = self.places, len(dwelling)
        building, unit, room = places.building[dwelling], places.unit[dwelling], places.room[dwelling]
        plain = places.building_word
        labels = np.concatenate([objects(word and word + suffix for word in plain) for suffix in BUILDING_WORDS])
        in_chinese = objects(words.chinese_number(int(word)) if word.isdigit() else word for word in plain)
        labels = np.concatenate([labels, *(objects(w and w + suffix for w in in_chinese) for suffix in BUILDING_WORDS)])
        form = _choose(random, count, BUILDING_SHARES) + 5 * (random.random(count) < CHINESE_BUILDING * self.noise)
        units = objects([f"{n}单元" if n else "" for n in range(20)])
        units = np.concatenate([units, objects([words.chinese_number(n) + "单元" if n else "" for n in range(20)])])
        unit_text = units[unit + 20 * (random.random(count) < CHINESE_UNIT * self.noise)]
        suffix = objects(ROOM_WORDS)[_choose(random, count, ROOM_SHARES)]
        text = labels[form * len(plain) + building]
        if self.noise > 1:
            text = self._strange_buildings(random, dwelling, text)
        room_text = self._strange_rooms(random, dwelling, room + suffix) if self.noise > 1 else room + suffix
        text = text + unit_text + room_text
        hyphens = (random.random(count) < HYPHENS) & (building > 0)
        with_unit = objects(["", *(f"{number}-" for number in range(1, 20))])[unit]
        change(text, hyphens, lambda _, b, u, r: f"{b}-{u}{r}", plain[building], with_unit, room)
        return text

    def _rare(self, random: Random, count: int, share: float) -> NDArray[np.bool_]:
        return random.random(count) < share * (self.noise - 1)

    def _strange_bodies(self, random: Random, site: Integers, body: Objects, form: Integers) -> None:
        """Former names of compounds and roads, the compound before the road, a villagers' group."""
        places, count = self.places, len(site)
        road, number, compound = self._site_words(site)
        alias = places.site_alias[site]
        used = (alias != "") & self._rare(random, count, 0.22)
        change(body, used, lambda text, name, other: text.replace(name, other), compound, alias)
        old_road = places.site_old_road[site]
        used = (old_road != "") & (form != 1) & self._rare(random, count, 0.2)
        change(body, used, lambda text, name, other: text.replace(name, other), road, old_road)
        turned = (form == 0) & (compound != "") & self._rare(random, count, 0.02)
        change(body, turned, lambda _, r, n, c: f"{c}（{r}{n}号）", road, number, compound)
        group = self._rare(random, count, 0.012)
        change(body, group, lambda text, serial: f"{words.chinese_number(serial)}组{text}", site % 9 + 1)

    def _strange_buildings(self, random: Random, dwelling: Integers, text: Objects) -> Objects:
        """Letters for numbers and sections (东区3栋), each in its own compounds, as residents there say."""
        places, count = self.places, len(dwelling)
        site, building = places.site[dwelling], places.building[dwelling]
        text = text.copy()
        plain = (building > 0) & (building <= 20)
        lettered = plain & (site % 11 == 3) & self._rare(random, count, 0.25)
        change(text, lettered, lambda _, number: chr(64 + number) + "座", building)
        section = plain & (site % 13 == 5) & self._rare(random, count, 0.25)
        sections = objects(["东区", "西区", "一期", "二期"])[building % 4]
        change(text, section, lambda label, name: name + label, sections)
        return text

    def _strange_rooms(self, random: Random, dwelling: Integers, text: Objects) -> Objects:
        """Floors written out (5楼501), rooms with a suffix (501之一, 501A), a leading zero."""
        count = len(dwelling)
        text = text.copy()
        change(
            text, self._rare(random, count, 0.02), lambda room, floor: f"{floor}楼{room}", self.places.floor[dwelling]
        )
        rooms = self.places.room[dwelling]
        suffixed = self._rare(random, count, 0.012)
        tails = objects(["之一", "A", "B房", "-2", "内室"])[random.integers(0, 5, count)]
        change(text, suffixed, lambda _, room, tail: room + tail, rooms, tails)
        change(text, self._rare(random, count, 0.01), lambda room: "0" + room)
        return text

    def _strange_texts(self, random: Random, text: Objects) -> None:
        """Lookalike characters, landmarks, letters for digits, areas without their ending."""
        count = len(text)
        change(text, self._rare(random, count, 0.02), _look_alike, random.random(count))
        marks = objects(_LANDMARKS)[random.integers(0, len(_LANDMARKS), count)]
        change(text, self._rare(random, count, 0.015), lambda value, mark: value + mark, marks)
        change(text, self._rare(random, count, 0.008), lambda value: value.replace("0", "O", 1))
        short = self.places.province.removesuffix("省") + self.places.city.removesuffix("市")
        region = self.places.region
        bare = short + self.places.district.removesuffix("区")
        change(text, self._rare(random, count, 0.02), lambda value: value.replace(region, bare, 1))


def _forms(names: Objects, shorten: Callable[[str], str]) -> Objects:
    """Each name in full, short and left out, one after the other."""
    return np.stack([names, objects(shorten(name) for name in names), constant("", len(names))], axis=1).ravel()


def _choose(random: Random, count: int, shares: list[float]) -> Integers:
    """Positions drawn with these shares."""
    edges = np.cumsum(shares)
    return np.searchsorted(edges / edges[-1], random.random(count), side="right")


def _lose(text: str, where: float) -> str:
    """The text without one character, seldom one of the last, which tell the room."""
    place = int(where * max(len(text) - 4, 1)) if where > 0.93 else int(where * max(len(text) - 9, 1))
    return text[:place] + text[place + 1 :]


def _look_alike(text: str, where: float) -> str:
    """One character replaced by one of a similar shape, if there is any."""
    places = [place for place, character in enumerate(text) if character in words.LOOKALIKES]
    if not places:
        return text
    place = places[int(where * len(places))]
    return text[:place] + words.LOOKALIKES[text[place]] + text[place + 1 :]
