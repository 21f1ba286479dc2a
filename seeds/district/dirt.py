"""What goes wrong with identity numbers, names, birth dates and telephones, and how often in each extract.

The rates at noise 1 were measured on a labelled district and are multiplied by the noise; noise above 1 adds mechanisms
that no page names. Draws are made for all rows of a file, so that a full extract of a later day writes the same row the
same way.
"""

from dataclasses import dataclass, field

import numpy as np

from seeds.district import words
from seeds.district.arrays import Booleans, Integers, Objects, Random, as_text, change, dates_text, objects
from seeds.district.people import People

_CHECKS, _WEIGHTS = "10X98765432", (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass(frozen=True)
class Rates:
    """Shares of rows with each kind of dirt at noise 1. Identity numbers and names take one kind at most."""

    empty: float = 0.0
    masked: float = 0.0
    spreadsheet: float = 0.0
    fifteen: float = 0.0
    lower_x: float = 0.36  # of the numbers that end in X
    space: float = 0.02
    full_width: float = 0.001
    wrong_digit: float = 0.001
    swapped_digits: float = 0.0003
    of_relative: float = 0.0
    name_sound: float = 0.0
    name_space: float = 0.0
    name_rare: float = 0.4  # of the names with a rare character
    name_masked: float = 0.0
    birth_year: float = 0.0
    birth_swap: float = 0.0
    old_phone: float = 0.0
    stale_address: float = 0.04  # of people who have an earlier address
    extra: float = field(default=1.0)  # how much of the unnamed mechanisms an extract takes


RATES = {
    "register": Rates(name_sound=0.0012, name_space=0.0035, extra=0.15),
    "permits": Rates(wrong_digit=0.005, swapped_digits=0.002, name_sound=0.002, name_space=0.006),
    "housing": Rates(
        empty=0.016, fifteen=0.06, wrong_digit=0.003, swapped_digits=0.001, name_sound=0.0005, name_space=0.001
    ),
    "rental": Rates(empty=0.01, wrong_digit=0.009, swapped_digits=0.004, name_sound=0.001, name_space=0.001),
    "health": Rates(
        empty=0.043, masked=0.001, fifteen=0.011, wrong_digit=0.009, swapped_digits=0.004, of_relative=0.0027,
        name_sound=0.007, name_space=0.014, name_masked=0.0005, birth_year=0.003, birth_swap=0.002, old_phone=0.18,
    ),
    "assistance": Rates(spreadsheet=0.045, wrong_digit=0.003, name_sound=0.002, name_space=0.002),
    "deaths": Rates(space=0.03, wrong_digit=0.003, name_sound=0.001, extra=0.3),
    "insurance": Rates(
        fifteen=0.009, of_relative=0.0017, name_sound=0.0025, name_space=0.006, birth_year=0.0002, birth_swap=0.0002
    ),
    "visits": Rates(
        empty=0.152, masked=0.047, space=0.018, wrong_digit=0.006, swapped_digits=0.0027, name_sound=0.0035,
        name_space=0.0063, name_masked=0.0008, old_phone=0.004, stale_address=0.02,
    ),
    "party": Rates(empty=0.019, wrong_digit=0.006, swapped_digits=0.003, space=0.024, name_sound=0.001),
    "enterprises": Rates(empty=0.017, space=0.012, name_sound=0.0005),
    "disability": Rates(lower_x=0.3, space=0.012, name_space=0.006, name_sound=0.002),
    "students": Rates(lower_x=0.3, space=0.016, name_sound=0.001, name_space=0.001),
}  # fmt: skip


class Dirt:
    """Writes the facts of persons for one extract, as dirty as its rates and the noise say."""

    def __init__(self, people: People, rates: Rates, noise: float) -> None:
        """`noise` multiplies the rates; what lies above 1 drives the mechanisms that no page names."""
        self.people = people
        self.rates = rates
        self.noise = noise
        self.extra = max(0.0, noise - 1) * rates.extra

    def numbers(self, random: Random, who: Integers) -> tuple[Objects, Booleans]:
        """Identity numbers as text, and which rows bear a relative's valid number instead."""
        rates, people, count = self.rates, self.people, len(who)
        borrowed = (random.random(count) < rates.of_relative * self.noise) & (people.relative[who] != who)
        text = people.number[np.where(borrowed, people.relative[who], who)].astype("U18").astype(object)
        # a borrowed number is copied from a card and has no other fault, or nobody could tell what it is
        draw = np.where(borrowed, 1.0, random.random(count))
        places = random.integers(0, 2**31, count)
        edge = 0.0
        for rate, function in (
            (rates.empty, lambda *_: ""),
            (rates.masked, lambda number, _: f"{number[:6]}********{number[14:]}"),
            (rates.spreadsheet, lambda number, _: f"{float(number[:17] + '0'):.5E}"),
            (rates.fifteen, lambda number, _: number[:6] + number[8:17] if number[6:8] == "19" else number),
            (rates.space, lambda number, place: " " + number if place % 3 else number + " "),
            (rates.full_width, lambda number, _: number.translate(_WIDE)),
            (rates.wrong_digit, _wrong_digit),
            (rates.swapped_digits, _swapped),
        ):
            upper = edge + rate * self.noise
            change(text, (draw >= edge) & (draw < upper), function, places)
            edge = upper
        lower = (random.random(count) < min(0.9, rates.lower_x * self.noise)) & (draw >= edge)
        change(text, lower, lambda number: number.replace("X", "x"))
        if self.extra:
            self._strange_numbers(random, text, ~borrowed)
        return text, borrowed

    def _strange_numbers(self, random: Random, text: Objects, free: Booleans) -> None:
        """A dummy number, a spreadsheet's apostrophe, the letter O, the last character cut, a digit left out or typed
        twice, a reissued area code."""
        count = len(text)
        for share, function in (
            (0.002, lambda _: "111111111111111111"),
            (0.004, lambda number: "'" + number),
            (0.002, lambda number: number.replace("0", "O", 1)),
            (0.003, lambda number: number[:-1]),
            (0.0003, _reissued),
        ):
            change(text, (random.random(count) < share * self.extra) & (text != "") & free, function)
        places = random.integers(6, 17, count)
        for miscounted in (_digit_left_out, _digit_twice):
            change(text, (random.random(count) < 0.002 * self.extra) & (text != "") & free, miscounted, places)

    def names(self, random: Random, who: Integers) -> Objects:
        """Names as written."""
        rates, people, count = self.rates, self.people, len(who)
        text = people.names.text(who)
        draw, places = random.random(count), random.random(count)
        if self.extra:
            former = random.random(count) < min(1.0, 0.45 * self.extra)
            text = np.where(former, people.former.text(who), text)
        edges = np.cumsum([rates.name_sound, rates.name_space, rates.name_masked]) * self.noise
        change(text, draw < edges[0], _sounds_alike, places)
        change(text, (draw >= edges[0]) & (draw < edges[1]), _spaced_name, places)
        change(
            text, (draw >= edges[1]) & (draw < edges[2]), lambda name: name[0] + "*" * min(1, len(name) - 2) + name[-1]
        )
        rare = np.isin(people.names.second[who], words.RARE_CODES)
        unknown = rare & (random.random(count) < min(0.9, rates.name_rare * self.noise)) & (draw >= edges[2])
        change(text, unknown, lambda name: name[:-1] + "?")
        if self.extra:
            self._strange_names(random, who, text)
        return text

    def _strange_names(self, random: Random, who: Integers, text: Objects) -> None:
        """Given name before surname, spaces between characters, lookalike or traditional characters, a married name
        (夫姓)."""
        count, people = len(who), self.people
        turned = random.random(count) < 0.003 * self.extra
        change(
            text,
            turned,
            lambda _, given, surname: given + surname,
            people.names.given(who),
            words.SURNAME[people.names.surname[who]],
        )
        change(text, random.random(count) < 0.004 * self.extra, lambda name: " ".join(name))
        change(text, random.random(count) < 0.005 * self.extra, _shape_alike)
        change(text, random.random(count) < 0.005 * self.extra, lambda name: name.translate(words.TRADITIONAL))
        married = (people.sex[who] == 2) & (people.birth[who] < -7000) & (random.random(count) < 0.05 * self.extra)
        husband = words.SURNAME[people.names.surname[people.relative[who]]]
        change(text, married, lambda name, surname: surname + name, husband)

    def births(self, random: Random, who: Integers, form: str) -> Objects:
        """Birth dates in the extract's form (%Y %m %d)."""
        count, birth = len(who), self.people.birth[who].copy()
        year = random.random(count) < self.rates.birth_year * self.noise
        birth[year] += np.where(random.random(int(year.sum())) < 0.5, 365, -365)
        if self.extra:  # the lunar date, and the first of January of people who know only the year
            lunar = random.random(count) < 0.006 * self.extra
            birth[lunar] -= random.integers(18, 50, int(lunar.sum()))
            year_only = (random.random(count) < 0.004 * self.extra) & (birth < 0)
            birth[year_only] = (
                birth[year_only]
                .astype("datetime64[D]")
                .astype("datetime64[Y]")
                .astype("datetime64[D]")
                .astype(np.int64)
            )
        text = dates_text(birth, form)
        swap = random.random(count) < self.rates.birth_swap * self.noise
        parts = dates_text(birth)
        swap &= objects(part[8:] <= "12" for part in parts).astype(bool) if swap.any() else swap
        change(
            text, swap, lambda _, iso: form.replace("%Y", iso[:4]).replace("%m", iso[8:]).replace("%d", iso[5:7]), parts
        )
        if self.extra:
            odd = random.random(count) < 0.004 * self.extra
            change(text, odd, lambda _, iso: f"{int(iso[:4])}年{int(iso[5:7])}月{int(iso[8:])}日", parts)
        return text

    def phones(self, random: Random, who: Integers) -> Objects:
        """Telephones: the guardian's for children and many old people, sometimes one given up long ago."""
        people, count = self.people, len(who)
        holder = people.guardian[who]
        old = random.random(count) < self.rates.old_phone * min(self.noise, 2.5)
        phone = np.where(old, people.old_phone[holder], people.phone[holder])
        if self.extra:  # a number given up was issued to somebody else, who gives it too
            reused = random.random(count) < 0.01 * self.extra
            phone = np.where(reused, people.old_phone[(holder + 1 + holder % 97) % len(people)], phone)
        return as_text(phone)

    def dwellings(self, random: Random, who: Integers, home: Integers) -> Integers:
        """The dwelling that the department believes in: an earlier one for some who have moved, next door for a few."""
        prior = self.people.prior_home[who]
        stale = (prior >= 0) & (random.random(len(who)) < min(0.6, self.rates.stale_address * self.noise))
        home = np.where(stale, prior, home)
        if self.extra:
            next_door = (home > 0) & (random.random(len(who)) < 0.004 * self.extra)
            home = np.where(next_door, home - 1, home)
        return home


def check_character(seventeen: str) -> str:
    """Check character of an identity number's first seventeen digits (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def _wrong_digit(number: str, draw: int) -> str:
    """One digit wrong; the check character no longer fits, as every single error is found by MOD 11-2."""
    place = 4 + draw % 13
    if not number[place].isdigit():
        return number
    return number[:place] + str((int(number[place]) + 1 + draw // 13 % 9) % 10) + number[place + 1 :]


def _swapped(number: str, draw: int) -> str:
    """Two neighbouring digits swapped, where they differ."""
    for step in range(12):
        place = 5 + (draw + step) % 11
        if number[place] != number[place + 1]:
            return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    return number


def _digit_left_out(number: str, place: int) -> str:
    return number[:place] + number[place + 1 :]


def _digit_twice(number: str, place: int) -> str:
    return number[:place] + number[place - 1 :]


def _reissued(number: str) -> str:
    """The valid number of the same person under the code that the county had before."""
    if len(number) != 18 or not number[:17].isdigit():
        return number
    body = number[:4] + f"{(int(number[4:6]) + 20) % 90:02d}" + number[6:17]
    return body + check_character(body)


def _sounds_alike(name: str, where: float) -> str:
    """One character of the given name replaced by one that sounds alike, if there is any."""
    places = [place for place in range(1, len(name)) if name[place] in words.HOMOPHONES]
    if not places:
        return name
    place = places[int(where * len(places))]
    others = words.HOMOPHONES[name[place]]
    return name[:place] + others[int(where * 1009) % len(others)] + name[place + 1 :]


def _shape_alike(name: str) -> str:
    return "".join(words.LOOKALIKES.get(c, c) if place else c for place, c in enumerate(name))


def _spaced_name(name: str, where: float) -> str:
    return name + " " if where < 0.9 else name[0] + "\u3000" + name[1:]
