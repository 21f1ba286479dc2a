"""The whole simulated district in memory, from which every extract is written: ground, people, timeline."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seeds.district import events, people, places
from seeds.district.addresses import AddressWriter
from seeds.district.arrays import Booleans, Integers, Objects, Random, as_text, dates_text, day_number, random_for
from seeds.district.dirt import RATES, Dirt
from seeds.district.events import Events, State

OCCUPIED = 0.83  # share of dwellings in which somebody lives
DAYS_OF_GRACE = 30  # within which a register may still hold somebody who has died
HOUSEHOLD = 2.62  # people a household (census of 2020)


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
    births = events.expected(residents, events.BIRTH, max(days - 1, 0))
    everybody = people.build(random_for(seed, "people"), ground, residents, days, first_day, arrivals, births)
    timeline = events.run(random_for(seed, "events"), everybody, len(ground.site), days)
    return World(seed, noise, first_day, days, ground, everybody, timeline, AddressWriter(ground, noise))
