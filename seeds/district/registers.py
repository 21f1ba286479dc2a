"""Registers of people that come whole: household register, social insurance, assistance, party, disability, students.

Each function gives the rows of one day. A full that comes again draws over the same people in the same order, so that a
row nothing has happened to is written as it was the time before.
"""

import numpy as np

from seeds.district import words
from seeds.district.arrays import Booleans, Integers, Objects, Random, as_text, change, constant, dates_text, objects
from seeds.district.events import DEATH, LEAVE
from seeds.district.people import CHILD, HEAD, PARENT, SPOUSE
from seeds.district.world import World
from seeds.district.writers import Rows

INSURED = 0.74  # of the adults
PARTY = 0.066  # of the adults
DISABLED = 0.026
ASSISTED = 0.016
STUDENTS = 0.7  # of the children of school age


def household_register(world: World, day: int) -> Rows | None:
    """常住人口登记: everybody registered, also who lives elsewhere; some of the dead are not struck off."""
    if not world.is_weekly(day):
        return None
    people, random, dirt = world.people, world.random("register"), world.dirt("register")
    state = world.state(day)
    who = np.flatnonzero(people.registered >= 0)
    count = len(who)
    number, _ = dirt.numbers(random, who)
    updated = world.start - random.integers(1, 900, count)
    written_off = random.random(count)
    event_day = np.zeros(len(people), np.int64)
    marked = np.isin(world.events.kind, (DEATH, LEAVE)) & (world.events.day <= day)
    event_day[world.events.person[marked]] = world.events.day[marked]
    dead, gone = state.dead[who], state.left[who]
    struck_off = dead & (written_off < 0.55)
    moved_out = gone & ~dead & (written_off < 0.6)
    status = constant("正常", count)
    status[struck_off], status[moved_out] = "注销", "迁出"
    changed = struck_off | moved_out
    when = np.where(event_day[who] > 0, world.start + event_day[who], np.minimum(people.died[who] + 9, world.start))
    born = people.comes[who] > 0
    updated = np.where(born, world.start + people.comes[who], np.where(changed, when, updated))
    rows = Rows(
        {
            "公民身份号码": number,
            "姓名": dirt.names(random, who),
            "性别": as_text(people.sex[who]),
            "民族": words.ETHNICITIES[people.ethnicity[who]],
            "出生日期": dirt.births(random, who, "%Y%m%d"),
            "户号": world.places.code + as_text(people.register_household[who], 8),
            "与户主关系": _relations(world, who),
            "户籍地址": world.addresses.write(random, people.registered[who]),
            "婚姻状况": as_text(people.marital[who]),
            "文化程度": as_text(people.education[who]),
            "户籍状态": status,
            "更新日期": dates_text(updated, "%Y%m%d"),
        },
        person=who,
        dwelling=people.registered[who],
        planted={"deceased_active": world.long_dead[who] & ~changed},
    )
    order = random.permutation(count)
    kept = state.here[who] & ~(dead & (written_off > 0.8)) & ~(gone & (written_off > 0.85))
    return rows.take(order[kept[order]])


def _relations(world: World, who: Integers) -> Objects:
    """GB/T 4761: the first of a household number is its head unless somebody's role says so."""
    people = world.people
    code = np.full(len(people), "01", object)
    code[people.role == SPOUSE] = "10"
    code[(people.role == CHILD) & (people.sex == 1)] = "20"
    code[(people.role == CHILD) & (people.sex == 2)] = "30"
    code[people.role == PARENT] = "50"
    code[people.role == HEAD] = "01"
    sizes = np.bincount(people.register_household[who], minlength=int(people.register_household.max()) + 1)
    alone = np.isin(people.register_household, np.flatnonzero(sizes == 1))
    code[alone] = "01"
    return code[who]


def social_insurance(world: World, day: int) -> Rows | None:
    """社会保险: insured people and pensioners; a few of the dead still draw a pension."""
    if not world.is_monthly(day):
        return None
    people, random, dirt = world.people, world.random("insurance"), world.dirt("insurance")
    state = world.state(day)
    who = np.flatnonzero(world.ages >= 18)
    count = len(who)
    chance = random.random(count)
    second = random.random(count) < 0.0008  # a second number from an earlier employer
    number, borrowed = dirt.numbers(random, who)
    retired = world.ages[who] >= np.where(people.sex[who] == 1, 60, 55)
    state_text = np.where(
        retired, constant("领取待遇", count), objects(["参保缴费", "暂停缴费"])[(random.random(count) < 0.25) * 1]
    )
    firm = words.FIRM_STEMS
    city = world.places.city.removesuffix("市")
    employer = city + objects(firm)[random.integers(0, len(firm), count)]
    employer = employer + objects(words.TRADES)[random.integers(0, len(words.TRADES), count)] + "有限公司"
    employer[retired] = ""
    base = _money(random.integers(2900, 26000, count))
    benefit = _money(random.integers(1200, 6500, count))
    benefit[~retired] = ""
    base[retired & (random.random(count) < 0.5)] = ""
    insured = (
        np.where(state.dead[who], chance < 0.15, chance < INSURED) & (people.comes[who] == 0) & (people.home[who] >= 0)
    )
    rows = Rows(
        {
            "个人编号": as_text(1_000_000_000 + world.serials("insurance", len(people))[who]),
            "身份证号码": number,
            "姓名": dirt.names(random, who),
            "性别": _sex(world, who),
            "出生日期": dirt.births(random, who, "%Y-%m-%d"),
            "单位名称": employer,
            "参保险种": objects(["城镇职工", "城乡居民"])[(random.random(count) < 0.32) * 1],
            "参保状态": state_text,
            "缴费基数": base,
            "月待遇": benefit,
            "手机号码": dirt.phones(random, who),
        },
        person=who,
        dwelling=np.full(count, -1),
        planted={"id_of_another": borrowed, "deceased_active": world.long_dead[who]},
    )
    order = random.permutation(count)
    again = order[(insured & second & ~borrowed)[order]]
    taken = rows.take(np.r_[order[insured[order]], again])
    # a second record has another number and lies idle
    repeats = np.arange(len(taken)) >= len(taken) - len(again)
    change(taken.columns["个人编号"], repeats, lambda first: "2" + first[1:])
    taken.columns["参保状态"][repeats] = "暂停缴费"
    return taken


def assistance_recipients(world: World, day: int) -> Rows | None:
    """社会救助: a workbook with title and footer; some people are in it under two categories."""
    if not world.is_monthly(day):
        return None
    people, random, dirt = world.people, world.random("assistance"), world.dirt("assistance")
    eligible = world.known & (people.home >= 0) & (people.died == 0)
    who = _sample(random, eligible, ASSISTED)
    twice = random.random(len(who)) < 0.05
    twice[0] = True
    who = np.r_[who, who[twice]]
    first = np.r_[np.ones(len(twice), bool), np.zeros(int(twice.sum()), bool)]
    count = len(who)
    category = objects(["低保", "低收入", "特困"])[np.where(first, random.choice(3, count, p=[0.55, 0.22, 0.23]), 1)]
    category[first & np.isin(who, who[~first])] = "低保"
    number, _ = dirt.numbers(random, who)
    home = dirt.dwellings(random, who, people.home[who])
    sizes = np.bincount(people.home[people.home >= 0], minlength=len(world.places.site))
    year, month = random.integers(2020, 2026, count), random.integers(1, 13, count)
    order = random.permutation(count)
    rows = Rows(
        {
            "序号": np.arange(1, count + 1),
            "姓名": dirt.names(random, who)[order],
            "身份证号": number[order],
            "性别": _sex(world, who)[order],
            "救助类别": category[order],
            "家庭人口": sizes[people.home[who]][order],
            "月救助金额(元)": _money(random.integers(500, 2400, count)),
            "住址": world.addresses.write(random, home)[order],
            "联系电话": dirt.phones(random, who)[order],
            "起始年月": as_text(year) + "年" + as_text(month) + "月",
        },
        person=who[order],
        dwelling=home[order],
        planted={"assisted_twice": _after_first(who[order])},
        title=f"{world.places.district}社会救助对象花名册（{world.date(day, '%Y年%m月')}）",
        footer=[["合计", count], ["填表人：王科 审核人：李主任"]],
    )
    return rows


def party_members(world: World, day: int) -> Rows | None:
    """党员: a workbook with a title row."""
    if day:
        return None
    people, random, dirt = world.people, world.random("party"), world.dirt("party")
    eligible = (world.ages >= 20) & world.known & (people.home >= 0) & (people.died == 0)
    who = _sample(random, eligible, PARTY)
    number, _ = dirt.numbers(random, who)
    home = dirt.dwellings(random, who, people.home[who])
    branch = world.places.community_name[world.places.community[people.home[who]]] + "党支部"
    this_year = int(world.date(0)[:4])
    joined = np.maximum(this_year - random.integers(1, np.maximum(world.ages[who] - 17, 2)), 1945)
    probationary = objects(["正式党员", "预备党员"])[(joined >= this_year - 1) * 1]
    return Rows(
        {
            "姓名": dirt.names(random, who),
            "公民身份号码": number,
            "性别": _sex(world, who),
            "出生日期": dirt.births(random, who, "%Y.%m.%d"),
            "所在党支部": branch,
            "入党时间": as_text(joined) + ".07.01",
            "人员类别": probationary,
            "家庭住址": world.addresses.write(random, home),
            "联系电话": dirt.phones(random, who),
        },
        person=who,
        dwelling=home,
        title=f"{world.places.district}党员信息表",
    )


def disability_certificates(world: World, day: int) -> Rows | None:
    """残疾人证: the certificate number is the identity number with a type digit and a grade digit."""
    if day:
        return None
    people, random, dirt = world.people, world.random("disability"), world.dirt("disability")
    who = _sample(random, world.known & (people.home >= 0) & (people.died == 0), DISABLED)
    count = len(who)
    number, _ = dirt.numbers(random, who)
    home = dirt.dwellings(random, who, people.home[who])
    kind_and_grade = as_text(random.integers(1, 8, count) * 10 + random.integers(1, 5, count))
    return Rows(
        {
            "残疾证号": number + kind_and_grade,
            "姓名": dirt.names(random, who),
            "住址": world.addresses.write(random, home),
            "联系电话": dirt.phones(random, who),
            "发证日期": dates_text(world.start - random.integers(20, 2900, count), "%Y/%m/%d"),
            "状态": objects(["有效", "注销", "过期"])[random.choice(3, count, p=[0.97, 0.01, 0.02])],
        },
        person=who,
        dwelling=home,
    )


def students(world: World, day: int) -> Rows | None:
    """学生: children of school age with their guardian's telephone."""
    if day:
        return None
    people, random, dirt = world.people, world.random("students"), world.dirt("students")
    of_school_age = (world.ages >= 6) & (world.ages < 18) & world.known & (people.home >= 0)
    who = _sample(random, of_school_age, STUDENTS)
    count = len(who)
    number, _ = dirt.numbers(random, who)
    home = dirt.dwellings(random, who, people.home[who])
    return Rows(
        {
            "学籍号": "G" + number,
            "姓名": dirt.names(random, who),
            "性别": _sex(world, who),
            "出生日期": dirt.births(random, who, "%Y%m%d"),
            "学校": objects(words.SCHOOLS)[random.integers(0, len(words.SCHOOLS), count)],
            "年级": as_text(np.clip(world.ages[who] - 5, 1, 12)) + "年级",
            "现住址": world.addresses.write(random, home),
            "监护人电话": dirt.phones(random, people.guardian[who]),
        },
        person=who,
        dwelling=home,
    )


def _sample(random: Random, eligible: Booleans, share: float) -> Integers:
    """A share of the eligible, at least one, in random order."""
    candidates = np.flatnonzero(eligible)
    return random.permutation(candidates)[: max(1, round(len(candidates) * share))]


def _after_first(person: Integers) -> Booleans:
    """Each row after its person's first, in the order in which they are delivered."""
    later = np.ones(len(person), bool)
    later[np.unique(person, return_index=True)[1]] = False
    return later


def _sex(world: World, who: Integers) -> Objects:
    """男 or 女."""
    return objects(["", "男", "女"])[world.people.sex[who]]


def _money(amounts: Integers) -> Objects:
    """Amounts as the departments print them: 6,500.00."""
    return objects(f"{amount:,}.00" for amount in amounts.tolist())
