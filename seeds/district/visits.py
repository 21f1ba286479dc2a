"""Household visits of grid workers: whole dwellings at a time, whoever was met or named in them."""

import numpy as np

from seeds.district.arrays import Booleans, Integers, as_text, constant, dates_text, objects
from seeds.district.events import LEAVE
from seeds.district.world import World
from seeds.district.writers import Rows

VISITED = 0.89  # of the dwellings, in the two months before the first day
ROUTINE = 0.0008  # of the dwellings a day
NAMED_ABSENT = 0.55  # of those registered in the dwelling who live elsewhere
PHONE_GIVEN = 0.8


def _visited(world: World, day: int) -> Integers:
    """Dwellings visited on the day (on the first: in the months before), in order."""
    random = world.random("visited", day)
    dwellings = len(world.places.site)
    if day == 0:
        return np.flatnonzero(random.random(dwellings) < VISITED)
    event = (world.events.visit == day) & (world.events.day <= day)
    place = np.where(world.events.kind == LEAVE, world.events.source, world.events.target)[event]
    routine = random.integers(0, dwellings, random.poisson(dwellings * ROUTINE))
    found_empty = world.on_paper[1] if day == 1 else place[:0]
    return np.unique(np.r_[place[place >= 0], routine, found_empty])


def found_let(world: World) -> Booleans:
    """Dwellings, one entry each, that their last visit finds let."""
    let = np.zeros(len(world.places.site), bool)
    for day in range(world.days):
        state, dwelling = world.state(day), _visited(world, day)
        lived_in = np.bincount(state.home[state.resident], minlength=len(let)) > 0
        let[dwelling] = (world.people.dwelling_let & lived_in)[dwelling]
    return let


def household_visits(world: World, day: int) -> Rows | None:
    """入户走访: one row a person met or named; an empty dwelling is a row without a person."""
    dwelling = _visited(world, day)
    if not len(dwelling):
        return None
    people, places, random = world.people, world.places, world.random("visits", day)
    state, count = world.state(day), len(dwelling)
    visit_of = np.full(len(places.site) + 1, -1)
    visit_of[dwelling] = np.arange(count)
    met = np.flatnonzero(state.resident & (visit_of[state.home] >= 0))
    absent = (people.registered >= 0) & (state.home != people.registered) & state.here & ~state.dead
    named = np.flatnonzero(absent & (visit_of[people.registered] >= 0) & (random.random(len(people)) < NAMED_ABSENT))
    # somebody who moved away is still written down as living here
    dirt = world.dirt("visits")
    stale = (people.prior_home >= 0) & state.here & ~state.dead & (visit_of[people.prior_home] >= 0)
    stale &= random.random(len(people)) < min(0.5, dirt.rates.stale_address * world.noise)
    still = np.flatnonzero(stale)
    person = np.r_[met, named, still]
    visit = np.r_[visit_of[state.home[met]], visit_of[people.registered[named]], visit_of[people.prior_home[still]]]
    lives = np.r_[np.ones(len(met), bool), np.zeros(len(named), bool), np.ones(len(still), bool)]
    empty = np.setdiff1d(np.arange(count), visit)
    person, visit = np.r_[person, np.full(len(empty), -1)], np.r_[visit, empty]
    lives = np.r_[lives, np.zeros(len(empty), bool)]
    order = np.argsort(visit, kind="stable")
    person, visit, lives = person[order], visit[order], lives[order]
    nobody = person < 0
    who = np.maximum(person, 0)

    occupants = np.bincount(visit_of[state.home[met]], minlength=count)
    counted = occupants + ((random.random(count) < 0.004) & (occupants > 0))
    let = people.dwelling_let[dwelling]
    status = np.where(
        occupants == 0, constant("空置", count), np.where(let, constant("出租", count), constant("自住", count))
    )
    ago = random.integers(1, 60, count) if day == 0 else np.zeros(count, np.int64)
    at = dates_text(world.start + day - ago) + " " + as_text(random.integers(9, 20, count), 2) + ":15:00"
    grid = places.grid_code[places.grid[dwelling]]
    grid[random.random(count) < 0.008] = None
    code = places.address_code[dwelling]
    code[random.random(count) < 0.2] = None
    text = world.addresses.write(random, dwelling)
    number, _ = dirt.numbers(random, who)
    names, phones = dirt.names(random, who), dirt.phones(random, who)
    phones[(random.random(len(who)) > PHONE_GIVEN) | ~lives] = None
    sex = objects(["", "男", "女"])[people.sex[who]]
    lives_here, alone = lives.astype(object), (counted[visit] == 1).astype(object)
    alone[~lives] = None
    for column in (number, names, phones, sex, lives_here, alone):
        column[nobody] = None
    return Rows(
        {
            "visit_id": "ZF" + world.date(day, "%Y%m%d") + as_text(visit + 1, 8),
            "visited_at": at[visit],
            "grid_code": grid[visit],
            "address_code": code[visit],
            "address": text[visit],
            "house_status": status[visit],
            "occupants": counted[visit],
            "resident_name": names,
            "resident_id": number,
            "resident_phone": phones,
            "sex": sex,
            "lives_here": lives_here,
            "living_alone": alone,
        },
        person=person,
        dwelling=dwelling[visit],
    )
