"""`python -m seeds.district.water_accounts EXTRACTS FILE`: an extract without a contract, for docs/onboarding.md.

Here belongs: the water company's accounts (供水用户), made from a simulated district's extracts. Some holders are
people whom a door visit met at home, the others have just moved in and nobody else knows them. Nobody in it is real.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np

from seeds.district.identity import numbers
from seeds.district.words import FEMALE_GIVEN, MALE_GIVEN, SURNAMES

KNOWN, NEW = 60, 30
HEADERS = ("用水户号", "户主姓名", "户主身份证号", "民族", "联系手机", "用水地址", "用水性质", "开户日期", "上月用水量")
USES = ("居民生活用水", "居民生活用水", "居民生活用水", "特种用水")
Row = dict[str, str]


def water_accounts(extracts: Path) -> list[Row]:
    """The accounts, first those of known people, then those of `NEW` people whom no other extract names."""
    dwellings = _read(extracts, "grid_office/standard_addresses", "utf-8")
    addresses = {row["地址编码"]: row["标准地址"] for row in dwellings}
    register = {row["公民身份号码"]: row for row in _read(extracts, "public_security/household_register", "gb18030")}
    holders = _met_at_home(extracts, register, addresses)[:KNOWN]
    # One answers otherwise than the register has it.
    holders[0] = (*holders[0][:2], "97", holders[0][3])
    step = len(dwellings) // NEW
    new = zip(_newcomers(), dwellings[::step][:NEW], strict=True)
    holders += [(name, number, "01", dwelling["标准地址"]) for (name, number), dwelling in new]
    return [_account(place, *holder) for place, holder in enumerate(holders)]


def _met_at_home(
    extracts: Path, register: dict[str, Row], addresses: dict[str, str]
) -> list[tuple[str, str, str, str]]:
    """Name, identity number, ethnicity and address of registered people whom a visit met where they live."""
    found = {}
    for file in sorted((extracts / "community" / "household_visits").glob("*.jsonl")):
        for visit in map(json.loads, file.read_text("utf-8").splitlines()):
            known = register.get(visit["resident_id"] or "")
            if known and known["姓名"] == visit["resident_name"] and visit["lives_here"]:
                address = addresses.get(visit["address_code"] or "")
                if address:
                    found[known["公民身份号码"]] = (known["姓名"], known["公民身份号码"], known["民族"], address)
    return list(found.values())


def _newcomers() -> list[tuple[str, str]]:
    """Names and identity numbers of Beijing's Dongcheng, where the simulated district takes nobody from."""
    place = np.arange(NEW)
    sex = place % 2 + 1
    drawn = numbers(np.full(NEW, 110101), 7000 + 97 * place, sex, 11 * place + 3)
    given = [(MALE_GIVEN, FEMALE_GIVEN)[each - 1] for each in sex]
    names = [SURNAMES[7 * n % 100] + given[n][n] + given[n][n + 20] for n in place]
    return [(name, number.decode()) for name, number in zip(names, drawn, strict=True)]


def _account(place: int, name: str, number: str, ethnicity: str, address: str) -> Row:
    phone = "" if place % 9 == 4 else f"139{20260000 + 37 * place:08d}"
    opened = f"2026/08/{1 + place % 28:02d}" if place != 7 else "2026年8月8日"
    used = f"{3 + place * 7 % 23}.{place % 10}"
    values = (f"YS{530000 + 13 * place:08d}", name, number, ethnicity, phone, address, USES[place % 4], opened, used)
    return dict(zip(HEADERS, values, strict=True))


def _read(extracts: Path, extract: str, encoding: str) -> list[Row]:
    file = sorted((extracts / extract).glob("*.csv"))[0]
    with file.open(encoding=encoding, newline="") as opened:
        return list(csv.DictReader(opened))


def main() -> int:
    """Write the accounts as the water company exports them: GB18030, with commas."""
    extracts, file = Path(sys.argv[1]), Path(sys.argv[2])
    with file.open("w", encoding="gb18030", newline="") as opened:
        writer = csv.DictWriter(opened, HEADERS)
        writer.writeheader()
        writer.writerows(water_accounts(extracts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
