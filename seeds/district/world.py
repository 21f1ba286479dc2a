"""The whole simulated district in memory, from which every extract is written: ground, people, timeline."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seeds.district import events, people, places
from seeds.district.addresses import AddressWriter
from seeds.district.arrays import Booleans, Integers, Objects, Random, as_text, dates_text, day_number, random_for
from seeds.district.dirt import RATES, Dirt
from seeds.district.events import Events, State
from seeds.district.places import Decimals

OCCUPIED = 0.83  # share of dwellings in which somebody lives
MOST_BIRTHS = 700  # a day, of both sexes
DAYS_OF_GRACE = 30  # within which a register may still hold somebody who has died
HOUSEHOLD = 2.62  # people a household (census of 2020)
CROWDED = 0.06  # of the let dwellings with three residents or more
ON_PAPER = 0.0006  # for every resident: lives elsewhere, and by the health centre in a dwelling that stands empty
LEAST_AREA = 6.0  # m² a resident where a dwelling is not crowded


@dataclass
class World:
    """A district and its days. `start` is the first day (days since 1970-01-01); days count from 0."""

    seed: int
    noise: float
    start: int
    days: int
    places: places.Places
    people: people.People
    timeline: events.Timeline
    addresses: AddressWriter

    def random(self, *names: object) -> Random:
        """The generator for a purpose: whatever else is written, and in which order, it draws the same."""
        return random_for(self.seed, *names)

    def dirt(self, extract: str) -> Dirt:
        """The dirt of an extract."""
        return Dirt(self.people, RATES[extract], self.noise)

    def state(self, day: int) -> State:
        """The state at the end of a day."""
        return self.timeline.states[day]

    @property
    def events(self) -> Events:
        """All events."""
        return self.timeline.events

    def date(self, day: int, form: str = "%Y-%m-%d") -> str:
        """A day of the simulation as text."""
        return str(dates_text(np.array([self.start + day]), form)[0])

    def is_weekly(self, day: int) -> bool:
        """Weekly fulls come on the first day and on every seventh."""
        return day == 0 or (day + 1) % 7 == 0

    def is_monthly(self, day: int) -> bool:
        """Monthly fulls come on the first day and on the first of a month."""
        return day == 0 or self.date(day).endswith("-01")

    def serials(self, purpose: str, count: int) -> Integers:
        """Serial numbers that say nothing of the order in which things are kept."""
        return self.random("serials", purpose).permutation(count) + 1

    @cached_property
    def ages(self) -> Integers:
        """Whole years on the first day."""
        return (self.start - self.people.birth) // 365

    @cached_property
    def long_dead(self) -> Booleans:
        """People who on the last day have been dead for more than DAYS_OF_GRACE."""
        died = np.where(self.people.died > 0, self.people.died, np.iinfo(np.int64).max)
        death = self.events.kind == events.DEATH
        died[self.events.person[death]] = self.start + self.events.day[death]
        return died < self.start + self.days - 1 - DAYS_OF_GRACE

    @cached_property
    def most_residents(self) -> Integers:
        """The most residents that every dwelling has on any day."""
        dwellings = len(self.places.site)
        counts = [np.bincount(state.home[state.resident], minlength=dwellings) for state in self.timeline.states]
        return np.maximum.reduce(counts)

    @cached_property
    def quiet(self) -> Booleans:
        """Dwellings, one entry each, that nobody moves into or out of, and in which nobody is born or dies."""
        quiet = np.ones(len(self.places.site), bool)
        for place in (self.events.source, self.events.target):
            quiet[place[place >= 0]] = False
        return quiet

    @cached_property
    def crowded(self) -> Booleans:
        """Dwellings, one entry each, let to more people than their floor area allows in any city (群租)."""
        candidates = np.flatnonzero(self.people.dwelling_let & self.quiet & (self.most_residents >= 3))
        crowded = np.zeros(len(self.places.site), bool)
        number = max(3, round(len(candidates) * CROWDED))
        crowded[self.random("crowded").permutation(candidates)[:number]] = True
        return crowded

    def floor_areas(self, drawn: Decimals) -> Decimals:
        """The areas drawn for all dwellings (m²), made to fit who lives in them: 3 m² a person where it is crowded."""
        return np.where(self.crowded, 3 * self.most_residents, np.maximum(drawn, LEAST_AREA * self.most_residents))

    @cached_property
    def on_paper(self) -> tuple[Integers, Integers]:
        """People who live elsewhere, and the empty dwellings that the health centre has for them (空挂).

        A visit on the second day finds each empty; where there is no second day, there are none.
        """
        people, random = self.people, self.random("on paper")
        away = (people.home < 0) & (people.registered >= 0) & (people.died == 0) & self.known
        away[self.events.person] = False
        residents = int(self.state(0).resident.sum())
        number = max(1, round(residents * ON_PAPER)) if self.days > 1 else 0
        person = random.permutation(np.flatnonzero(away))[:number]
        dwelling = random.permutation(np.flatnonzero(self.quiet & (self.most_residents == 0)))[: len(person)]
        person = person[: len(dwelling)]
        apart = people.registered[person] != dwelling
        return person[apart], dwelling[apart]

    @cached_property
    def house_codes(self) -> Objects:
        """Housing department's code of every dwelling."""
        return "FW" + self.places.code + as_text(self.serials("house", len(self.places.site)), 10)

    @cached_property
    def known(self) -> Booleans:
        """People who have anything to do with the district on the first day."""
        return self.people.comes == 0


def build(residents: int, days: int, seed: int, start: str, noise: float) -> World:
    """Draw a district of `residents` living residents on the first day; the same arguments give the same district."""
    dwellings = max(40, round(residents / HOUSEHOLD / OCCUPIED) + 80)
    ground = places.build(random_for(seed, "places"), dwellings, odd_buildings=noise > 1)
    first_day = day_number(start)
    arrivals = events.expected(residents, events.ARRIVE, max(days - 1, 0))
    # An area has 500 identity numbers for the boys and the girls of a day each.
    births = min(events.expected(residents, events.BIRTH, max(days - 1, 0)), MOST_BIRTHS * (days - 1))
    everybody = people.build(random_for(seed, "people"), ground, residents, days, first_day, arrivals, births)
    timeline = events.run(random_for(seed, "events"), everybody, len(ground.site), days)
    return World(seed, noise, first_day, days, ground, everybody, timeline, AddressWriter(ground, noise))
