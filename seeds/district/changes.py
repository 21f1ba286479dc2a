"""Extracts of people that come as changes: residence permits, health records, deaths, rental contracts.

The first file holds everything known by then; later ones what was written down on their day, which follows the events.
"""

import numpy as np

from seeds.district.arrays import Booleans, Integers, Objects, Random, as_text, constant, dates_text, objects
from seeds.district.events import DEATH, LEAVE, MOVE
from seeds.district.people import CHILD
from seeds.district.world import World
from seeds.district.writers import Rows, concat

PERMITS = 0.79  # of the floating residents
HEALTH = 0.82  # of the residents
CONTRACTS = 0.72  # of the let dwellings in which somebody lives
ROUTINE = 0.0003  # of the records come again on a day without an event


def _permit_holders(world: World) -> Integers:
    """Who holds a residence permit on the first day."""
    resident = world.state(0).resident & world.people.floating
    return np.flatnonzero(resident & (world.random("permit holders").random(len(resident)) < PERMITS))


def residence_permits(world: World, day: int) -> Rows | None:
    """居住证: floating people; I a new permit, U a changed address or telephone, D gone or dead."""
    people, random = world.people, world.random("permits", day)
    holders = _permit_holders(world)
    if day == 0:
        who, operation, home = holders, constant("I", len(holders)), people.home[holders]
    else:
        event = np.flatnonzero((world.events.permit == day) & (world.events.day <= day))
        person, kind = world.events.person[event], world.events.kind[event]
        holds = np.isin(person, holders)
        ends = np.isin(kind, (LEAVE, DEATH))
        useful = holds | ~ends
        person, event, holds, ends = person[useful], event[useful], holds[useful], ends[useful]
        operation = np.where(
            ends, constant("D", len(person)), np.where(holds, constant("U", len(person)), constant("I", len(person)))
        )
        home = np.where(ends, world.events.source[event], world.events.target[event])
        routine = random.permutation(holders)[: random.poisson(len(holders) * ROUTINE)]
        routine = routine[world.state(day).resident[routine] & ~np.isin(routine, person)]
        who = np.r_[person, routine]
        operation = np.r_[operation, constant("U", len(routine))]
        home = np.r_[home, world.state(day).home[routine]]
    if not len(who):
        return None
    dirt, count = world.dirt("permits"), len(who)
    number, _ = dirt.numbers(random, who)
    if day == 0:
        home = dirt.dwellings(random, who, home)
    reason = objects(["务工", "经商", "学习", "投靠亲友", "其他"])[random.integers(0, 5, count)]
    registered_on = np.where(
        operation == "I", random.integers(0, 600 if day == 0 else 20, count), random.integers(20, 600, count)
    )
    rows = Rows(
        {
            "操作": operation,
            "证件编号": "JZ" + world.places.code + as_text(world.serials("permit", len(people))[who], 9),
            "公民身份号码": number,
            "姓名": dirt.names(random, who),
            "性别": as_text(people.sex[who]),
            "出生日期": dirt.births(random, who, "%Y%m%d"),
            "户籍地区划": as_text(people.area[who], 6),
            "居住地址": world.addresses.write(random, home),
            "居住事由": reason,
            "联系电话": dirt.phones(random, who),
            "登记日期": dates_text(world.start + day - registered_on, "%Y%m%d"),
            "更新时间": _clock(world, random, day, count),
        },
        person=who,
        dwelling=home,
    )
    return rows.take(random.permutation(count))


def _clock(world: World, random: Random, day: int, count: int) -> Objects:
    minute = random.integers(8 * 60, 19 * 60, count)
    return world.date(day) + " " + as_text(minute // 60, 2) + ":" + as_text(minute % 60, 2) + ":00"


def resident_records(world: World, day: int) -> Rows | None:
    """居民健康档案: most residents; a few have two records, a few are dead or gone and still managed."""
    people, random = world.people, world.random("health", day)
    state = world.state(day)
    enrolled = world.random("health records").random(len(people))
    if day == 0:
        who = np.flatnonzero((enrolled < HEALTH) & state.resident)
        dead = np.flatnonzero(state.dead & (enrolled < 0.12) & (people.home >= 0))
        twice = who[random.random(len(who)) < 0.001]
        who, again = np.r_[who, dead, twice], np.r_[np.zeros(len(who) + len(dead), bool), np.ones(len(twice), bool)]
    else:
        event = (world.events.health == day) & (world.events.day <= day)
        who = world.events.person[event]
        records = np.flatnonzero((enrolled < HEALTH) & world.state(0).resident & state.here & (state.home >= 0))
        routine = random.permutation(records)[: random.poisson(len(records) * ROUTINE)]
        who = np.unique(np.r_[who[state.home[who] >= 0], routine])
        again = np.zeros(len(who), bool)
    if not len(who):
        return None
    home = state.home[who]
    rows = _health_rows(world, random, day, who, home, again)
    gone, empty = world.on_paper
    if day or not len(gone):
        return rows
    on_paper = _health_rows(world, world.random("health on paper"), day, gone, empty, np.zeros(len(gone), bool))
    on_paper.planted["occupied_but_vacant"][:] = True
    return concat([rows, on_paper])


def _health_rows(world: World, random: Random, day: int, who: Integers, home: Integers, again: Booleans) -> Rows:
    """Records of these people at these dwellings, in random order; `again`: a person's second record."""
    people, dirt, count = world.people, world.dirt("health"), len(who)
    number, borrowed = dirt.numbers(random, who)
    home = dirt.dwellings(random, who, home) if day == 0 else home
    age = world.ages[who]
    serial = world.serials("health", 2 * len(people))[who + np.where(again, len(people), 0)]
    ill = random.random((count, 4)) < np.where(age[:, None] > 55, 0.24, 0.045)
    codes = np.where(ill, objects(["E11;", "I10;", "I25;", "J44;"]), "").astype(object)
    conditions = objects(text[:-1] for text in codes.sum(axis=1)) if count else objects([])
    hour = random.integers(6, 22, count)
    updated = (world.start + day) * 86_400 + hour * 3600
    rows = Rows(
        {
            "health_id": "JK" + as_text(serial, 10),
            "id_card": number,
            "full_name": dirt.names(random, who),
            "gender": objects(["", "男", "女"])[people.sex[who]],
            "birth_date": dirt.births(random, who, "%Y-%m-%d"),
            "mobile": dirt.phones(random, who),
            "current_address": world.addresses.write(random, home),
            "chronic_conditions": conditions,
            "elderly_managed": (age >= 65) & (random.random(count) < 0.92),
            "updated_at": updated.astype("datetime64[s]").astype("datetime64[us]"),
        },
        person=who,
        dwelling=home,
        planted={
            "id_of_another": borrowed,
            "deceased_active": world.long_dead[who],
            "occupied_but_vacant": np.zeros(count, bool),
        },
    )
    return rows.take(random.permutation(count))


def deaths(world: World, day: int) -> Rows | None:
    """死亡: who has died, registered in the district or living there; sometimes written down a day or two late."""
    people, random = world.people, world.random("deaths", day)
    event = np.flatnonzero(world.events.kind == DEATH)
    late = world.random("late deaths").choice(3, len(event), p=[0.75, 0.2, 0.05])
    if day == 0:
        who = np.flatnonzero((people.died > 0) & (world.random("deaths told").random(len(people)) < 0.97))
        died, address = (
            people.died[who],
            np.where(people.registered[who] >= 0, people.registered[who], people.home[who]),
        )
    else:
        told = event[world.events.day[event] + late == day]
        who, died = world.events.person[told], world.start + world.events.day[told]
        address = np.where(people.registered[who] >= 0, people.registered[who], world.events.source[told])
    if not len(who):
        return None
    dirt = world.dirt("deaths")
    number, _ = dirt.numbers(random, who)
    return Rows(
        {
            "姓名": dirt.names(random, who),
            "性别": objects(["", "男", "女"])[people.sex[who]],
            "身份证号": number,
            "死亡日期": dates_text(died),
            "火化日期": dates_text(died + 3),
            "户籍地址": world.addresses.write(random, address),
        },
        person=who,
        dwelling=address,
    )


def _contracts(world: World) -> tuple[Rows, Integers, Booleans]:
    """Every contract of the simulated days as it is first written, the day on which it is (0: by the first day), and
    whether it is told when it ends because the tenant has left."""
    people, events, random = world.people, world.events, world.random("rental")
    state = world.state(0)
    adult = (
        state.resident & people.dwelling_let[np.maximum(people.home, 0)] & (people.role != CHILD) & (world.ages >= 18)
    )
    dwelling, first = np.unique(people.home[adult], return_index=True)
    tenant = np.flatnonzero(adult)[first]
    has = (random.random(len(dwelling)) < CONTRACTS) & (people.dwelling_owner[dwelling] != tenant)
    dwelling, tenant = dwelling[has], tenant[has]
    known, new = len(dwelling), np.flatnonzero((events.rental >= 0) & (events.target >= 0))
    dwelling, tenant = np.r_[dwelling, events.target[new]], np.r_[tenant, events.person[new]]
    signed = np.r_[np.zeros(known, np.int64), events.rental[new]]
    count, start = len(tenant), world.start
    dirt = world.dirt("rental")
    landlord = people.dwelling_owner[dwelling]
    tenant_number, _ = dirt.numbers(random, tenant)
    landlord_number, _ = dirt.numbers(random, landlord)
    house_code = world.house_codes[dwelling]
    house_code[random.random(count) < 0.15] = None
    occupants = np.bincount(state.home[state.resident], minlength=len(world.places.site))[dwelling]
    began = np.where(signed > 0, start + signed, start - random.integers(10, 300, count))
    contracts = Rows(
        {
            "contract_no": "ZL"
            + world.places.code
            + as_text(np.r_[world.serials("contract", known), known + 1 + np.arange(len(new))], 8),
            "house_code": house_code,
            "address": world.addresses.write(random, dwelling),
            "landlord_name": dirt.names(random, landlord),
            "landlord_id": landlord_number,
            "tenant_name": dirt.names(random, tenant),
            "tenant_id": tenant_number,
            "tenant_phone": dirt.phones(random, tenant),
            # Who moves in during the simulated days signs for themselves, whoever lives there already.
            "occupants": np.where(signed > 0, 1, np.maximum(occupants, 1)),
            "start": dates_text(began),
            "end": dates_text(np.maximum(began + random.choice([365, 400, 540, 730], count), start + 30)),
            "status": constant("active", count),
            "updated_at": dates_text(start + signed) + "T" + as_text(random.integers(0, 9, count), 2) + ":00:00+08:00",
        },
        person=tenant,
        dwelling=dwelling,
    )
    in_force = contracts.columns["end"] >= world.date(world.days - 1)
    contracts.planted["group_letting"] = world.crowded[dwelling] & in_force.astype(bool)
    return contracts, signed, random.random(count) < 0.7


def _ended(world: World, contracts: Rows, signed: Integers, told: Booleans) -> Integers:
    """The day on which each contract comes again as terminated; behind the last day where it does not."""
    assert contracts.person is not None
    ended = np.full(len(contracts), world.days)
    leaving = np.isin(world.events.kind, (MOVE, LEAVE, DEATH))
    for day in reversed(range(world.days)):
        left = world.events.person[leaving & (world.events.day == day)]
        ended[np.isin(contracts.person, left) & told & (signed < day)] = day
    return ended


def rental_contracts(world: World, day: int) -> Rows | None:
    """租赁合同: the tenants of let dwellings; a contract comes again when it ends because the tenant left."""
    contracts, signed, told = _contracts(world)
    over = contracts.take(np.flatnonzero(_ended(world, contracts, signed, told) == day))
    over.columns["status"][:] = "terminated"
    over.columns["updated_at"] = constant(world.date(day) + "T09:00:00+08:00", len(over))
    rows = concat([contracts.take(np.flatnonzero(signed == day)), over])
    return rows if len(rows) else None


def under_contract(world: World) -> Booleans:
    """Dwellings, one entry each, for which a contract is in force on the last day."""
    contracts, signed, told = _contracts(world)
    assert contracts.dwelling is not None
    in_force = (signed < world.days) & (_ended(world, contracts, signed, told) == world.days)
    in_force &= (contracts.columns["end"] >= world.date(world.days - 1)).astype(bool)
    under = np.zeros(len(world.places.site), bool)
    under[contracts.dwelling[in_force]] = True
    return under
