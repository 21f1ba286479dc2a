"""Small helpers for columns of text held in numpy object arrays, and for random draws; nothing about districts."""

import zlib
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

Objects = NDArray[np.object_]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Random = np.random.Generator


def objects(values: Iterable[object]) -> Objects:
    """An object array of the values, never a two-dimensional one."""
    listed = list(values)
    array = np.empty(len(listed), object)
    array[:] = listed
    return array


def random_for(seed: int, *names: object) -> Random:
    """An independent generator for a purpose: the same seed and names always draw the same, in any order of use."""
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])


def constant(value: object, count: int) -> Objects:
    """The value, `count` times."""
    array = np.empty(count, object)
    array[:] = value
    return array


def as_text(numbers: NDArray, width: int = 0) -> Objects:
    """Whole numbers as text, padded with zeros to `width`."""
    text = np.asarray(numbers).astype(np.int64).astype("U20")
    return (np.char.zfill(text, width) if width else text).astype(object)


def day_number(text: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return int(np.datetime64(text, "D").astype(np.int64))


def dates_text(days: NDArray, form: str = "%Y-%m-%d") -> Objects:
    """Days since 1970-01-01 as text: %Y, %m and %d of `form` are replaced, the rest stays."""
    unique, index = np.unique(np.asarray(days, np.int64), return_inverse=True)
    written = []
    for iso in unique.astype("datetime64[D]").astype(str):
        year, month, day = iso.split("-")
        written.append(form.replace("%Y", year).replace("%m", month).replace("%d", day))
    return objects(written)[index]


def change(values: Objects, where: NDArray, function: Callable[..., object], *others: NDArray) -> None:
    """Replace in place the values at `where` (mask or positions) by function(value, *others at the same place)."""
    positions = np.flatnonzero(where) if where.dtype == bool else where
    picked = [other[positions] for other in others]
    for position, *arguments in zip(positions.tolist(), values[positions], *picked, strict=True):
        values[position] = function(*arguments)
