"""What happens in the simulated days: moves, arrivals, departures, births, deaths; and each day's end state.

Also whether, when and by whom an event gets written down. How it is written is the business of the extracts.
"""

from dataclasses import dataclass, field

import numpy as np

from seeds.district.arrays import Booleans, Integers, Random
from seeds.district.people import HEAD, SPOUSE, People

MOVE, LEAVE, RETURN, ARRIVE, BIRTH, DEATH = range(6)
# events a day for every 1,000 residents; at least one of each on the second day
DAILY = {MOVE: 0.35, LEAVE: 0.08, RETURN: 0.03, ARRIVE: 0.15, BIRTH: 0.03, DEATH: 0.03}


@dataclass
class Events:
    """Arrays of one entry an event and person."""

    day: Integers  # 0 is the first day; nothing happens on it
    kind: Integers
    person: Integers
    source: Integers  # dwelling left, -1 none
    target: Integers  # dwelling moved to, -1 none
    health: Integers  # day on which the health centre writes it down, -1 never
    visit: Integers  # day of a visit to the new dwelling (or the one left), -1 never
    permit: Integers  # day in the residence permits, -1 never
    rental: Integers  # day of a new rental contract, -1 none


@dataclass
class State:
    """Where everybody is at the end of a day."""

    day: int
    home: Integers
    dead: Booleans
    here: Booleans
    left: Booleans  # moved out of the district during the simulated days

    @property
    def resident(self) -> Booleans:
        """The living who live in the district."""
        return self.here & ~self.dead & (self.home >= 0)


@dataclass
class Timeline:
    """The events and the states they lead to."""

    events: Events
    states: list[State] = field(default_factory=list)


def expected(residents: int, kind: int, days: int = 1) -> int:
    """How many events of a kind so many days bring."""
    return max(1, round(residents * DAILY[kind] / 1000)) * days


def run(random: Random, people: People, dwellings: int, days: int) -> Timeline:
    """Draw the events of all days and the states at the end of each."""
    dead = people.died > 0
    state = State(0, people.home.copy(), dead, people.comes == 0, np.zeros(len(people), bool))
    timeline = Timeline(_empty(), [state])
    residents = int(state.resident.sum())
    occupied = np.zeros(dwellings, bool)
    occupied[state.home[state.resident]] = True
    vacant = random.permutation(np.flatnonzero(~occupied)).tolist()
    touched = np.zeros(len(people), bool)  # one event a person keeps the truth easy to read
    parts: list[Events] = []
    for day in range(1, days):
        state = State(day, state.home.copy(), state.dead.copy(), state.here.copy(), state.left.copy())
        rows = _day(random, people, state, touched, vacant, day, residents)
        parts.append(_written(random, people, rows, day))
        timeline.states.append(state)
    if parts:
        names = Events.__dataclass_fields__
        timeline.events = Events(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    return timeline


def _empty() -> Events:
    return Events(*(np.empty(0, np.int64) for _ in Events.__dataclass_fields__))


def _day(
    random: Random, people: People, state: State, touched: Booleans, vacant: list[int], day: int, residents: int
) -> list[tuple[int, int, int, int]]:
    """The events of one day as (kind, person, source, target); changes the state."""
    rows: list[tuple[int, int, int, int]] = []
    adult = people.birth < people.birth[state.resident].max() - 18 * 365

    def pick(among: Booleans, count: int) -> list[int]:
        candidates = np.flatnonzero(among & ~touched)
        chosen = (
            random.choice(candidates, min(count, len(candidates)), replace=False) if len(candidates) else candidates
        )
        touched[chosen] = True
        return [int(person) for person in chosen]

    def put(kind: int, person: int, target: int) -> None:
        source = -1 if kind in (ARRIVE, BIRTH) else int(state.home[person])
        rows.append((kind, person, source, target))
        state.home[person] = target

    def new_home() -> int:
        if vacant and random.random() < 0.7:
            return vacant.pop()
        return int(random.choice(state.home[state.resident]))

    settled = state.resident & adult
    for person in pick(settled, expected(residents, MOVE)):
        target = new_home()
        family = [person]
        if people.role[person] in (HEAD, SPOUSE) and random.random() < 0.5:
            together = (people.household == people.household[person]) & (state.home == state.home[person])
            family = [int(member) for member in np.flatnonzero(together & state.resident)]
            touched[family] = True
        for member in family:
            put(MOVE, member, target)
    for person in pick(settled, expected(residents, LEAVE)):
        state.left[person] = True
        put(LEAVE, person, -1)
    absent = state.here & ~state.dead & (state.home < 0) & ~state.left
    for person in pick(absent, expected(residents, RETURN)):
        own = int(people.registered[person])
        put(RETURN, person, own if own >= 0 and random.random() < 0.6 else new_home())
    for person in np.flatnonzero(people.comes == day).tolist():
        state.here[person] = True
        touched[person] = True
        if people.is_baby[person]:
            mothers = np.flatnonzero(state.resident & adult & (people.household == people.household[person]))
            put(BIRTH, person, int(state.home[mothers[0]]) if len(mothers) else int(people.home[person]))
        else:
            put(ARRIVE, person, new_home())
    old = state.resident & (people.birth < np.quantile(people.birth[state.resident], 0.15))
    for person in pick(old, expected(residents, DEATH)):
        state.dead[person] = True
        rows.append((DEATH, person, int(state.home[person]), int(state.home[person])))
    return rows


def _written(random: Random, people: People, rows: list[tuple[int, int, int, int]], day: int) -> Events:
    """Who writes each event down and when: some departments never hear of it, but nearly always somebody does."""
    kind, person, source, target = np.array(rows, np.int64).reshape(-1, 4).T
    count = len(kind)

    def when(chance: float, fits: Booleans) -> Integers:
        lag = random.choice(3, count, p=[0.8, 0.14, 0.06])
        return np.where((random.random(count) < chance) & fits, day + lag, -1)

    comes = np.isin(kind, [MOVE, RETURN, ARRIVE])
    health = when(0.8, comes | (kind == BIRTH))
    visit = when(0.6, kind != DEATH)
    permit = when(0.9, people.floating[person] & (kind != BIRTH) & (kind != RETURN))
    rental = when(0.4, comes & people.floating[person] & (people.role[person] != SPOUSE))
    silent = (health < 0) & (visit < 0) & (permit < 0) & (random.random(count) < 0.9) & (kind != DEATH)
    return Events(
        np.full(count, day), kind, person, source, target, health, np.where(silent, day, visit), permit, rental
    )
