"""The people of the simulated district at the start: households, identity, registration, and who is still to come.

Household sizes, one-person households, old people and separation of residence and registration follow the 2020 census
(2.62 people a household, 25 % of one person, a third registered elsewhere). What happens is in `events`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seeds.district import identity, words
from seeds.district.arrays import Booleans, Integers, Random
from seeds.district.names import Names, draw_given, draw_surnames
from seeds.district.places import Places

HEAD, SPOUSE, CHILD, PARENT, MATE = range(5)
# kinds of household: the roles of its members, and its share of households
KINDS: list[tuple[tuple[int, ...], float]] = [
    ((HEAD,), 0.245),
    ((HEAD, SPOUSE), 0.195),
    ((HEAD, CHILD), 0.045),
    ((HEAD, MATE), 0.045),
    ((HEAD, SPOUSE, CHILD), 0.185),
    ((HEAD, SPOUSE, PARENT), 0.025),
    ((HEAD, MATE, MATE), 0.03),
    ((HEAD, SPOUSE, CHILD, CHILD), 0.08),
    ((HEAD, SPOUSE, CHILD, PARENT), 0.06),
    ((HEAD, MATE, MATE, MATE), 0.01),
    ((HEAD, SPOUSE, CHILD, PARENT, PARENT), 0.045),
    ((HEAD, SPOUSE, CHILD, CHILD, PARENT), 0.02),
    ((HEAD, SPOUSE, CHILD, CHILD, PARENT, PARENT), 0.015),
]
FLOATING_HOUSEHOLDS = 0.30
ABSENT_SHARE = 0.08  # registered here, living in another district, for every resident
DEAD_SHARE = 0.003  # died in the year before the first day
MARRIED, SINGLE, WIDOWED, DIVORCED = 20, 10, 30, 40  # GB/T 2261.2


@dataclass
class People:
    """Arrays of one entry a person: residents first, then the absent, the dead, newcomers and babies to come."""

    names: Names
    former: Names  # the name before a renaming; differs from `names` for few
    number: NDArray[np.bytes_]  # identity number, S18
    area: Integers
    sex: Integers
    birth: Integers  # days since 1970-01-01
    role: Integers
    household: Integers  # family to which a person belongs, wherever each lives
    phone: Integers
    old_phone: Integers  # a number given up earlier
    guardian: Integers  # whose telephone is given for a child, else the person
    relative: Integers  # somebody of the household whose number a clerk may take, else the person
    floating: Booleans
    registered: Integers  # dwelling, -1 outside the district
    register_household: Integers  # 户号
    prior_home: Integers  # dwelling of an earlier address inside the district, -1 none
    home: Integers  # dwelling on the first day, -1 lives elsewhere
    died: Integers  # day of death before the first day, 0: alive
    comes: Integers  # day (0-based) of birth or arrival, 0: there from the first day
    is_baby: Booleans  # born during the simulated days
    marital: Integers
    education: Integers
    ethnicity: Integers
    dwelling_let: Booleans  # one entry a dwelling: let at the start
    dwelling_owner: Integers  # one entry a dwelling: a person

    def __len__(self) -> int:
        return len(self.sex)


def _ages(random: Random, kind: Integers, role: Integers, head_row: Integers) -> NDArray[np.float64]:
    """Age in years of every member, from the age of the head of the household."""
    count = len(role)
    parents_with_children = np.array([CHILD in roles for roles, _ in KINDS])[kind]
    alone = kind <= 1
    head_age = random.uniform(20, 62, count)
    old_alone = alone & (random.random(count) < 0.42)
    head_age[alone] = random.uniform(21, 60, int(alone.sum()))
    head_age[old_alone] = random.triangular(60, 64, 97, int(old_alone.sum()))
    head_age[parents_with_children] = random.triangular(24, 38, 60, int(parents_with_children.sum()))
    head_age = head_age[head_row]
    age = head_age.copy()
    spouse, child, parent, mate = (role == which for which in (SPOUSE, CHILD, PARENT, MATE))
    age[spouse] += random.normal(-1, 2.5, int(spouse.sum()))
    age[child] -= random.uniform(20.5, 36, int(child.sum()))
    age[child] = np.where(age[child] < 0, random.uniform(0, 8, int(child.sum())), age[child])
    age[parent] += random.uniform(21, 33, int(parent.sum()))
    age[mate] = random.uniform(17, 55, int(mate.sum()))
    # Mirrored, not cut off: else hundreds of a large district's people would share one birth date.
    age[role != CHILD] = np.clip(17.5 + np.abs(age[role != CHILD] - 17.5), 17.5, 102)
    return age


def _families(random: Random, households: int, first_day: int) -> dict[str, NDArray]:
    """Members of households: household, kind, role, sex, birth, names; housemates share nothing but the dwelling."""
    shares = np.array([share for _, share in KINDS])
    kind_of = random.choice(len(KINDS), households, p=shares / shares.sum())
    sizes = np.array([len(roles) for roles, _ in KINDS])[kind_of]
    household = np.repeat(np.arange(households), sizes)
    start = np.repeat(np.cumsum(sizes) - sizes, sizes)
    slot = np.arange(len(household)) - start
    table = np.array([[*roles, *[MATE] * (6 - len(roles))] for roles, _ in KINDS])
    kind = kind_of[household]
    role = table[kind, slot]
    count = len(role)
    age = _ages(random, kind, role, start)
    birth = (first_day - 1 - age * 365.25).astype(np.int64)
    twin = (role == CHILD) & (np.r_[MATE, role[:-1]] == CHILD) & (random.random(count) < 0.05)
    birth[twin] = birth[np.flatnonzero(twin) - 1]

    sex = random.integers(1, 3, count)
    with_spouse = np.isin(kind, [k for k, (roles, _) in enumerate(KINDS) if SPOUSE in roles])
    sex[(role == HEAD) & with_spouse] = np.where(random.random(int(((role == HEAD) & with_spouse).sum())) < 0.7, 1, 2)
    sex[role == SPOUSE] = 3 - sex[start[role == SPOUSE]]
    second_parent = (role == PARENT) & (np.r_[MATE, role[:-1]] == PARENT)
    sex[second_parent] = 3 - sex[np.flatnonzero(second_parent) - 1]

    surname = draw_surnames(random, count)
    head = start
    father = np.where(with_spouse & (sex[head] == 2), head + 1, head)
    child = (role == CHILD) & (random.random(count) < 0.94)
    surname[child] = surname[father[child]]
    grandfather = (role == PARENT) & (sex == 1)
    surname[grandfather] = surname[head[grandfather]]
    first, second = draw_given(random, sex)
    like = np.flatnonzero(twin)
    first[like] = first[like - 1]
    return {
        "household": household, "kind": kind, "role": role, "sex": sex, "birth": birth, "surname": surname,
        "first": first, "second": second, "start": start, "age": age,
    }  # fmt: skip


def _more(
    random: Random, base: dict[str, NDArray], count: int, role: int, age: NDArray, day: int
) -> dict[str, NDArray]:
    """Single people joined to random families: children keep the head's surname."""
    family = random.integers(0, base["household"][-1] + 1, count)
    head = np.searchsorted(base["household"], family)
    sex = random.integers(1, 3, count)
    first, second = draw_given(random, sex)
    surname = np.where(role == CHILD, base["surname"][head], draw_surnames(random, count)).astype(np.int16)
    return {
        "household": family, "kind": base["kind"][head], "role": np.full(count, role), "sex": sex,
        "birth": (day - 1 - age * 365.25).astype(np.int64), "surname": surname, "first": first, "second": second,
        "start": head, "age": age,
    }  # fmt: skip


def build(
    random: Random, places: Places, residents: int, days: int, first_day: int, arrivals: int, births: int
) -> People:
    """The people: `residents` on the first day, `arrivals` and `births` to come on the days after it."""
    mean = sum(len(roles) * share for roles, share in KINDS) / sum(share for _, share in KINDS)
    enough = residents / mean + 8 * (residents / mean) ** 0.5 + 20  # drawn sizes scatter: what is too many is cut off
    family = _families(random, int(enough), first_day)
    keep = int(np.searchsorted(family["household"], family["household"][residents]))
    base = {name: values[:keep] for name, values in family.items()}
    missing = residents - keep  # lodgers fill the district up to the number asked for
    absent, dead = int(residents * ABSENT_SHARE), max(2, int(residents * DEAD_SHARE))
    later = max(days - 1, 0)
    groups = [
        base,
        _more(random, base, missing, MATE, random.uniform(18, 60, missing), first_day),
        _more(random, base, absent, CHILD, random.uniform(18, 58, absent), first_day),
        _more(random, base, dead, PARENT, random.triangular(45, 82, 103, dead), first_day),
        _more(random, base, arrivals, MATE, random.uniform(17, 60, arrivals), first_day),
        _more(random, base, births, CHILD, np.zeros(births), first_day),
    ]
    joined = {name: np.concatenate([group[name] for group in groups]) for name in base}
    count = len(joined["sex"])
    role, age = joined["role"], joined["age"]
    group = np.repeat(np.arange(6), [keep, missing, absent, dead, arrivals, births])
    is_baby = group == 5
    comes = np.zeros(count, np.int64)
    if later:
        comes[group >= 4] = 1 + np.arange(int((group >= 4).sum())) % later
    joined["birth"][is_baby] = first_day + comes[is_baby]

    households = int(base["household"][-1]) + 1
    household_floating = random.random(households) < FLOATING_HOUSEHOLDS
    floating = household_floating[joined["household"]]
    floating[group == 2] = False
    floating[group == 4] = True
    area = _areas(random, places.code, count, floating)
    number = identity.unique_numbers(random, area, joined["birth"], joined["sex"])

    dwelling = random.permutation(len(places.site))[:households]
    home = dwelling[joined["household"]].astype(np.int64)
    home[(group == 2) | (group == 4)] = -1
    registered, register_household = _registration(random, places, joined, floating, group, home)
    let = np.zeros(len(places.site), bool)
    let[dwelling] = random.random(households) < np.where(household_floating, 0.86, 0.07)
    owner = _owners(random, dwelling, let, base["household"], age, group, floating)
    prior = np.where((random.random(count) < 0.06) & (home >= 0), random.integers(0, len(places.site), count), -1)
    prior[prior == home] = -1

    phone = _phones(random, count)
    guardian = np.arange(count)
    dependent = ((age < 14) | ((age > 72) & (random.random(count) < 0.5))) & (role != HEAD)
    guardian[dependent] = joined["start"][dependent]
    names = Names(joined["surname"], joined["first"], joined["second"])
    relative = np.arange(count)
    sizes = np.bincount(base["household"], minlength=households)
    in_base = np.arange(keep)
    position = in_base - base["start"]
    relative[:keep] = base["start"] + (position + 1) % sizes[base["household"]]
    return People(
        names=names, former=_former(random, names, joined["sex"], age), number=number, area=area, sex=joined["sex"],
        birth=joined["birth"], role=role, household=joined["household"], phone=phone, old_phone=_phones(random, count),
        guardian=guardian, relative=relative, floating=floating, registered=registered,
        register_household=register_household, prior_home=prior, home=home,
        died=np.where(group == 3, first_day - random.integers(1, 360, count), 0), comes=comes, is_baby=is_baby,
        marital=_marital(random, joined, age), education=_education(random, age),
        ethnicity=np.where(random.random(count) < 0.93, 0, random.integers(1, len(words.ETHNICITIES), count)),
        dwelling_let=let, dwelling_owner=owner,
    )  # fmt: skip


def _areas(random: Random, code: str, count: int, floating: Booleans) -> Integers:
    """Area codes of identity numbers: mostly the district's for locals, another province's for the floating."""
    elsewhere = np.array([county for county in words.COUNTIES if county // 10_000 != int(code[:2])])
    from_outside = floating | (random.random(count) < 0.2)
    return np.where(from_outside, elsewhere[random.integers(0, len(elsewhere), count)], int(code)).astype(np.int64)


def _registration(
    random: Random, places: Places, joined: dict[str, NDArray], floating: Booleans, group: Integers, home: Integers
) -> tuple[Integers, Integers]:
    """Registered dwelling and household number; a third of the locals live elsewhere than they are registered."""
    count, households = len(home), int(joined["household"].max()) + 1
    family_elsewhere = random.random(households) < 0.2
    family_place = random.integers(0, len(places.site), households)
    alone = (random.random(count) < 0.085) | (joined["role"] == MATE)
    family_home = np.full(households, -1)
    family_home[joined["household"][group == 0]] = home[group == 0]
    place = np.where(family_elsewhere, family_place, family_home)[joined["household"]]
    own = np.where(random.random(count) < 0.5, random.integers(0, len(places.site), count), home)
    registered = np.where(alone & (group != 5), own, place)
    registered[registered < 0] = place[registered < 0]
    registered[floating] = -1
    number = np.where(alone & (group != 5), households + np.arange(count), joined["household"])
    return registered.astype(np.int64), random.permutation(households + count)[number]


def _owners(
    random: Random,
    dwelling: Integers,
    let: Booleans,
    household: Integers,
    age: NDArray,
    group: Integers,
    floating: Booleans,
) -> Integers:
    """Owner of every dwelling: the head of the household that lives in its own, or else some adult of the district."""
    adults = np.flatnonzero((age > 25) & (group <= 2) & ~floating)
    owner = adults[random.integers(0, len(adults), len(let))]
    head = np.searchsorted(household, np.arange(len(dwelling)))
    own = ~let[dwelling]
    owner[dwelling[own]] = head[own]
    return owner


def _phones(random: Random, count: int) -> Integers:
    """Mobile numbers; two people may get the same one by chance only."""
    heads = words.PHONE_HEADS[random.integers(0, len(words.PHONE_HEADS), count)]
    return heads * 10**8 + random.integers(0, 10**8, count)


def _former(random: Random, names: Names, sex: Integers, age: NDArray) -> Names:
    """Names before a renaming: a sixtieth of the adults had another given name, few another surname."""
    first, second = draw_given(random, sex)
    renamed = (random.random(len(sex)) < 0.017) & (age > 18)
    surname = np.where(renamed & (random.random(len(sex)) < 0.1), draw_surnames(random, len(sex)), names.surname)
    kept_first = np.where(renamed, first, names.first)
    return Names(surname.astype(np.int16), kept_first, np.where(renamed, second, names.second))


def _marital(random: Random, joined: dict[str, NDArray], age: NDArray) -> Integers:
    """GB/T 2261.2 codes that fit age and role."""
    marital = np.where(
        age < 24, SINGLE, random.choice([SINGLE, MARRIED, WIDOWED, DIVORCED], len(age), p=[0.2, 0.65, 0.06, 0.09])
    )
    marital[np.isin(joined["kind"], [1, 4, 5, 7, 8, 10, 11, 12]) & np.isin(joined["role"], [HEAD, SPOUSE])] = MARRIED
    marital[(age > 70) & (marital == SINGLE)] = WIDOWED
    return marital


def _education(random: Random, age: NDArray) -> Integers:
    """GB/T 4658 codes that fit the age."""
    adult = random.choice([10, 20, 31, 61, 71, 81, 90], len(age), p=[0.04, 0.17, 0.17, 0.2, 0.25, 0.14, 0.03])
    return np.where(age < 6, 90, np.where(age < 13, 81, np.where(age < 16, 71, adult)))
