"""Names of people as codes into the word lists, so that a million stay small; text is made where it is written."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seeds.district import words
from seeds.district.arrays import Booleans, Integers, Objects, Random

TWO_CHARACTERS = 0.78  # share of given names with two characters
RARE = 0.006  # share of names with a character that few systems know

Codes = NDArray[np.int16]


@dataclass
class Names:
    """Surname and given name of each person, as codes into `words.SURNAME` and `words.GIVEN`."""

    surname: Codes
    first: Codes
    second: Codes  # 0: a given name of one character

    def text(self, which: NDArray) -> Objects:
        """The full names of the persons at these positions."""
        given = words.GIVEN[self.first[which]] + words.GIVEN[self.second[which]]
        return words.SURNAME[self.surname[which]] + given

    def given(self, which: NDArray) -> Objects:
        """The given names alone."""
        return words.GIVEN[self.first[which]] + words.GIVEN[self.second[which]]


def draw_surnames(random: Random, count: int) -> Codes:
    """Surnames with about the frequencies of the country."""
    return random.choice(len(words.SURNAME), count, p=words.SURNAME_SHARE).astype(np.int16)


def draw_given(random: Random, sex: Integers) -> tuple[Codes, Codes]:
    """Given names that fit the sex (1 male, 2 female): first and second character."""
    count = len(sex)

    def characters() -> Codes:
        male = words.MALE_CODES[random.integers(0, len(words.MALE_CODES), count)]
        female = words.FEMALE_CODES[random.integers(0, len(words.FEMALE_CODES), count)]
        return np.where(sex == 1, male, female).astype(np.int16)

    first, second = characters(), characters()
    rare: Booleans = random.random(count) < RARE
    second[rare] = words.RARE_CODES[random.integers(0, len(words.RARE_CODES), int(rare.sum()))]
    second[~rare & (random.random(count) > TWO_CHARACTERS)] = 0
    return first, second
