"""Identity numbers (GB 11643, ISO 7064 MOD 11-2) and unified social credit codes (GB 32100), many at a time."""

import numpy as np
from numpy.typing import NDArray

from seeds.district.arrays import Integers, Objects, Random

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])


def calendar(days: Integers) -> Integers:
    """Days since 1970-01-01 as the number YYYYMMDD."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return (1970 + months // 12) * 10000 + (months % 12 + 1) * 100 + day


def numbers(area: Integers, birth: Integers, sex: Integers, serial: Integers) -> NDArray[np.bytes_]:
    """Identity numbers as S18: area (6 digits), birth (days since 1970), sex (1 male, 2 female), serial 0–499."""
    seventeen = area * 10**11 + calendar(birth) * 1000 + serial * 2 + (sex == 1)
    return with_check(seventeen)


def with_check(seventeen: Integers) -> NDArray[np.bytes_]:
    """The seventeen digits with their check character, as S18."""
    digits = (seventeen[:, None] // 10 ** np.arange(16, -1, -1)) % 10
    result = np.empty((len(seventeen), 18), np.uint8)
    result[:, :17] = digits + 48
    result[:, 17] = _CHECKS[(digits @ _WEIGHTS) % 11]
    return result.reshape(-1).view("S18")


def unique_numbers(random: Random, area: Integers, birth: Integers, sex: Integers) -> NDArray[np.bytes_]:
    """Identity numbers no two of which are the same; raises ValueError where an area has no serial left."""
    serial = random.integers(0, 500, len(area))
    first = area * 10**11 + calendar(birth) * 1000 + (sex == 1)
    for _ in range(200):
        key = first + serial * 2
        order = np.argsort(key, kind="stable")
        repeated = order[1:][key[order][1:] == key[order][:-1]]
        if not len(repeated):
            return with_check(key)
        serial[repeated] = random.integers(0, 500, len(repeated))
    raise ValueError("no unused identity numbers left: too many people of one area share a birth date")


def credit_codes(random: Random, area: str, count: int) -> Objects:
    """Different unified social credit codes of companies (91) of an area, with their check characters."""
    serial = (
        np.arange(count, dtype=np.int64) * 1_000_003 + random.integers(0, 31**6)
    ) % 31**7  # 1,000,003 is prime: no repeat
    head = [_CREDIT_ALPHABET.index(c) for c in "91" + area + "MA"]
    code = np.concatenate([np.tile(head, (count, 1)), (serial[:, None] // 31 ** np.arange(7)) % 31], axis=1)
    check = (31 - (code @ _CREDIT_WEIGHTS) % 31) % 31
    letters = np.array(list(_CREDIT_ALPHABET))
    return np.array(["".join(letters[row]) for row in np.column_stack([code, check])], object)
