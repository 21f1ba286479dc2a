"""The simulated district: same bytes from the same seed, the layout of the exchange standard, and a truth that fits."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest
from district_files import (
    HEADERS,
    RESIDENTS,
    START,
    WITHOUT_TRUTH,
    deliveries,
    labelled,
    people,
    read,
    write_ordinary,
)

from orchestration.settings import PROJECT
from seeds.district import places, world
from seeds.district.__main__ import EXTRACTS, generate
from seeds.district.dirt import check_character
from seeds.district.identity import credit_codes


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ordinary(tmp_path_factory.mktemp("ordinary"))


def test_every_extract_has_the_headers_of_the_exchange_standard(ordinary: Path) -> None:
    assert {extract.name for extract in EXTRACTS} == set(HEADERS)
    for extract, header in HEADERS.items():
        for path in deliveries(ordinary, extract).values():
            assert read(path, extract)[0] == header, path.name


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = []
    for turn in ("one", "two"):
        generate(tmp_path / turn, 1000, 3, 4, START, 2.0, lambda _: None)
        files = sorted(path for path in (tmp_path / turn).rglob("*") if path.is_file())
        digests.append(
            [(str(p.relative_to(tmp_path / turn)), hashlib.sha256(p.read_bytes()).hexdigest()) for p in files]
        )
    assert digests[0] == digests[1]
    generate(tmp_path / "three", 1000, 3, 5, START, 2.0, lambda _: None)
    other = tmp_path / "three" / "extracts" / "housing" / "housing_units" / "housing_units_20260825.txt"
    assert hashlib.sha256(other.read_bytes()).hexdigest() not in {digest for _, digest in digests[0]}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processors cannot be taken from a process here")
def test_processes_side_by_side_write_what_one_alone_writes(tmp_path: Path) -> None:
    def digests(out: Path, processors: set[int]) -> list[str]:
        command = [sys.executable, "-m", "seeds.district", f"--out={out}", "--residents=10000", "--days=1"]
        subprocess.run(
            command,
            cwd=PROJECT,
            preexec_fn=lambda: os.sched_setaffinity(0, processors),
            check=True,
            capture_output=True,
            timeout=120,
        )
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.rglob("*")) if path.is_file()]

    all_there_are = os.sched_getaffinity(0)
    together = digests(tmp_path / "together", all_there_are)
    assert together and digests(tmp_path / "alone", {min(all_there_are)}) == together


def test_fulls_come_weekly_or_monthly_or_once_and_changes_when_there_are_any(ordinary: Path) -> None:
    first, seventh, month = "20260825", "20260831", "20260901"
    for extract in ("public_security.household_register", "housing.housing_units"):
        assert list(deliveries(ordinary, extract)) == [first, seventh]
    for extract in ("civil_affairs.assistance_recipients", "human_resources.social_insurance"):
        assert list(deliveries(ordinary, extract)) == [first, month]
    for extract in ("grid_office.grids", "grid_office.standard_addresses", "party_building.party_members"):
        assert list(deliveries(ordinary, extract)) == [first]
    for extract in ("community.household_visits", "health.resident_records", "grid_office.incidents"):
        days = deliveries(ordinary, extract)
        sizes = [len(read(path, extract)[1]) for path in days.values()]
        assert len(days) > 3 and min(sizes) > 0 and sizes[0] > 5 * max(sizes[1:]), extract


def test_a_weekly_full_writes_an_unchanged_row_as_it_was(ordinary: Path) -> None:
    files = list(deliveries(ordinary, "public_security.household_register").values())
    before, after = (Counter(map(str, read(path, "public_security.household_register")[1])) for path in files)
    changed = sum((after - before).values())
    assert 0 < changed < 60


def test_truth_has_a_row_for_every_row(ordinary: Path) -> None:
    codes = {row["地址编码"] for row in read(deliveries(ordinary, "grid_office.standard_addresses")["20260825"], "")[1]}
    for extract in HEADERS.keys() - WITHOUT_TRUTH:
        for day in deliveries(ordinary, extract):
            everybody = people(ordinary, day)
            for _, truth in labelled(ordinary, extract, day):
                assert truth["extract"] == extract and truth["day"].strftime("%Y%m%d") == day
                assert truth["person"] is None or truth["person"] in everybody
                assert truth["address_code"] is None or truth["address_code"] in codes


def test_identity_numbers_of_people_are_valid_and_different(ordinary: Path) -> None:
    everybody = people(ordinary, "20260825").values()
    assert len({person["id"] for person in everybody}) == len(everybody)
    for person in everybody:
        number = str(person["id"])
        assert number[17] == check_character(number[:17])
        assert number[6:14] == person["birth"].strftime("%Y%m%d")
        assert int(number[16]) % 2 == person["sex"] % 2


def test_credit_codes_differ_and_their_check_character_fits() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    codes = credit_codes(np.random.default_rng(1), "440106", 5000)
    assert len(set(codes)) == 5000
    for code in codes[:200]:
        total = sum(alphabet.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
        assert alphabet.index(code[17]) == -total % 31


def test_people_change_only_as_events_allow(ordinary: Path) -> None:
    days = [f"202608{day}" for day in range(25, 32)] + ["20260901"]
    moved = born = died = 0
    before = people(ordinary, days[0])
    resident = [p for p in before.values() if p["here"] and not p["dead"] and p["grid_code"]]
    assert len(resident) == RESIDENTS
    for day in days[1:]:
        now = people(ordinary, day)
        assert now.keys() == before.keys()
        for person, row in now.items():
            was = before[person]
            assert all(row[name] == was[name] for name in ("id", "name", "sex", "birth", "floating", "registered_grid"))
            assert (not was["dead"] or row["dead"]) and (not was["here"] or row["here"])
            moved += bool(was["here"] and row["address_code"] != was["address_code"])
            born += bool(row["here"] and not was["here"] and row["birth"].strftime("%Y%m%d") == day)
            died += bool(row["dead"] and not was["dead"])
        before = now
    assert moved >= 7 and born >= 7 and died >= 7


def test_events_arrive_in_the_changes(ordinary: Path) -> None:
    last = people(ordinary, "20260901")
    first = people(ordinary, "20260825")
    arrived = {p for p, row in last.items() if row["here"] and not first[p]["here"]}
    moved = {
        p for p, row in last.items() if first[p]["here"] and row["address_code"] not in (None, first[p]["address_code"])
    }
    seen = Counter[str]()
    for extract in ("health.resident_records", "public_security.residence_permits", "community.household_visits"):
        for day in list(deliveries(ordinary, extract))[1:]:
            for row, truth in labelled(ordinary, extract, day):
                seen["arrived"] += truth["person"] in arrived
                seen["moved"] += (
                    truth["person"] in moved and truth["address_code"] == last[truth["person"]]["address_code"]
                )
                seen[str(row.get("操作"))] += 1
    assert seen["arrived"] >= 7 and seen["moved"] >= 5 and seen["I"] and seen["U"] + seen["D"]
    told = [
        t["person"]
        for d in deliveries(ordinary, "civil_affairs.deaths")
        for _, t in labelled(ordinary, "civil_affairs.deaths", d)
    ]
    assert all(last[person]["dead"] for person in told)


def test_a_closed_incident_comes_again_under_its_number(ordinary: Path) -> None:
    seen: dict[str, set[str]] = {}
    for path in deliveries(ordinary, "grid_office.incidents").values():
        for row in read(path, "grid_office.incidents")[1]:
            seen.setdefault(str(row["event_id"]), set()).add(str(row["status"]))
            assert (row["closed_at"] is None) == (row["status"] == "受理")
    assert {"受理", "办结"} in seen.values()


def test_twins_separation_and_the_dead_not_struck_off_are_there(ordinary: Path) -> None:
    everybody = people(ordinary, "20260825")
    living = [p for p in everybody.values() if p["here"] and not p["dead"]]
    registered = [p for p in living if p["registered_grid"]]
    elsewhere = sum(p["registered_grid"] != p["grid_code"] for p in registered) / len(registered)
    assert 0.2 < elsewhere < 0.42  # 35 % in the census of 2020
    assert 0.2 < sum(bool(p["floating"]) for p in living) / len(living) < 0.4
    rows = labelled(ordinary, "public_security.household_register", "20260825")
    dead = Counter(row["户籍状态"] for row, truth in rows if everybody[truth["person"]]["dead"])
    assert sum(dead.values()) > 0 and dead.keys() <= {"注销", "正常"}


def test_dirt_comes_at_about_the_rates_that_were_measured(ordinary: Path) -> None:
    everybody = people(ordinary, "20260825")
    visits = labelled(ordinary, "community.household_visits", "20260825")
    met = [(row, everybody[truth["person"]]) for row, truth in visits if truth["person"] is not None]
    shares = {
        "missing": np.mean([row["resident_id"] == "" for row, _ in met]),
        "masked": np.mean(["*" in str(row["resident_id"]) for row, _ in met]),
        "exact": np.mean([row["resident_id"] == person["id"] for row, person in met]),
        "name": np.mean([row["resident_name"] == person["name"] for row, person in met]),
    }
    without_code = np.mean([row["address_code"] is None for row, _ in visits])
    assert 0.11 < shares["missing"] < 0.19 and 0.03 < shares["masked"] < 0.07
    assert 0.65 < shares["exact"] < 0.85 and 0.97 < shares["name"] < 0.999
    assert 0.15 < without_code < 0.25
    rows = labelled(ordinary, "health.resident_records", "20260825")
    numbers = [(str(row["id_card"]), str(everybody[truth["person"]]["id"])) for row, truth in rows]
    assert 0.8 < np.mean([number == true for number, true in numbers]) < 0.95
    assert any(len(number) == 15 for number, _ in numbers)
    failing = [
        n
        for n, true in numbers
        if len(n) == 18 and n != true and n[:17].isdigit() and check_character(n[:17]) != n[17].upper()
    ]
    assert 0.004 < len(failing) / len(numbers) < 0.03


def test_without_noise_everything_is_written_as_it_is(tmp_path: Path) -> None:
    generate(tmp_path, 1000, 2, 3, START, 0.0, lambda _: None)
    everybody = people(tmp_path, "20260825")
    standard = {
        r["地址编码"]: r["标准地址"]
        for r in read(deliveries(tmp_path, "grid_office.standard_addresses")["20260825"], "")[1]
    }
    for row, truth in labelled(tmp_path, "public_security.household_register", "20260825"):
        person = everybody[truth["person"]]
        assert (row["公民身份号码"], row["姓名"]) == (person["id"], person["name"])
        assert row["户籍地址"] == standard[truth["address_code"]]


def test_hard_noise_brings_what_no_page_names(tmp_path: Path) -> None:
    generate(tmp_path, 6000, 1, 3, START, 2.0, lambda _: None)
    rows = [row for _, row in enumerate(read(deliveries(tmp_path, "health.resident_records")["20260825"], "")[1])]
    addresses = " ".join(str(row["current_address"]) for row in rows)
    assert all(mark in addresses for mark in ("楼", "组", "（", "之一"))
    assert any(str(row["id_card"]) == "111111111111111111" for row in rows)
    everybody = people(tmp_path, "20260825")
    named = labelled(tmp_path, "human_resources.social_insurance", "20260825")
    renamed = [row for row, truth in named if str(row["姓名"])[0] == str(everybody[truth["person"]]["name"])[0]
               and len(set(str(row["姓名"])) & set(str(everybody[truth["person"]]["name"]))) == 1]  # fmt: skip
    assert len(renamed) > 5


def test_places_have_the_repeats_that_real_cities_have() -> None:
    ground = places.build(np.random.default_rng(2), 9000, odd_buildings=True)
    assert len(set(ground.standard)) == len(set(ground.address_code)) == len(ground.site) == 9000
    homes: dict[str, set[int]] = {}
    doors: dict[tuple[str, str], set[str]] = {}
    for site, compound in enumerate(ground.site_compound):
        homes.setdefault(compound, set()).add(int(ground.grid_community[ground.site_grid[site]]))
        doors.setdefault((ground.site_road[site], ground.site_number[site]), set()).add(compound)
    old_streets = homes.pop("")
    assert old_streets and any(len(communities) > 1 for communities in homes.values())
    assert any(len(compounds) > 1 for compounds in doors.values())
    assert 300 < np.median(np.bincount(ground.grid)) * world.OCCUPIED < 500


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("residents", [500, 1777, 20_000])
def test_any_seed_and_size_gives_the_residents_asked_for(seed: int, residents: int) -> None:
    built = world.build(residents, 3, seed, START, 1.0)
    assert int(built.state(0).resident.sum()) == residents


def test_grids_are_squares_from_west_to_east_and_north_to_south(ordinary: Path) -> None:
    _, grids = read(deliveries(ordinary, "grid_office.grids")["20260825"], "grid_office.grids")
    _, dwellings = read(deliveries(ordinary, "grid_office.standard_addresses")["20260825"], "")
    corners = {}
    for grid in grids:
        assert str(grid["网格编码"]).startswith(str(grid["社区编码"])) and str(grid["社区编码"]).startswith(
            str(grid["街道编码"])
        )
        assert (len(str(grid["网格编码"])), len(str(grid["社区编码"])), len(str(grid["街道编码"]))) == (15, 12, 9)
        ring = grid["geometry"]["coordinates"][0]
        assert len(ring) == 5 and ring[0] == ring[4]
        corners[grid["网格编码"]] = (
            min(p[0] for p in ring),
            min(p[1] for p in ring),
            max(p[0] for p in ring),
            max(p[1] for p in ring),
        )
    order = [(-south, west) for west, south, _, _ in corners.values()]
    assert order == sorted(order)
    for dwelling in dwellings:
        west, south, east, north = corners[dwelling["网格编码"]]
        assert west <= float(str(dwelling["经度"])) <= east and south <= float(str(dwelling["纬度"])) <= north


def test_the_layout_is_that_of_the_labelled_sample(ordinary: Path) -> None:
    sample = Path(__file__).parents[3] / "shared" / "sample"
    if not sample.is_dir():
        pytest.skip("no labelled sample beside the repository")
    for extract, header in HEADERS.items():
        theirs, ours = deliveries(sample, extract), deliveries(ordinary, extract)
        first, mine = next(iter(theirs.values())), next(iter(ours.values()))
        assert first.suffix == mine.suffix
        assert read(first, extract)[0] == header
    with duckdb.connect() as connection:
        for name in ("person_", "planted", "rows/health.resident_records_", "rows/community.household_visits_"):
            shapes = []
            for root in (sample, ordinary):
                file = min((root / "truth" / name).parent.glob(Path(name).name + "*.parquet"))
                described = connection.execute("describe select * from read_parquet(?)", [str(file)]).fetchall()
                shapes.append([row[:2] for row in described])
            assert shapes[0] == shapes[1], name
