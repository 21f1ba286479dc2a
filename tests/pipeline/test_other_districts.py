"""Districts that differ from the simulated one: departments that are missing, and one that nobody knew before."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import yaml
from districts import District, copy_project, run_district
from filled_forms import MONTH, filled

DEPARTMENT, EXTRACT = "water_supply", "accounts"
COLUMNS: tuple[tuple[str, str, str | None, dict[str, str]], ...] = (
    ("account_number", "户号", None, {}),
    ("holder_name", "姓名", "person.name", {}),
    ("holder_identity_number", "身份证号", "person.identity_number", {}),
    # Of the sixteen extracts only the household register states it.
    ("holder_ethnicity", "民族", "person.ethnicity", {}),
    ("supply_address", "用水地址", "dwelling.address", {"addressMeaning": "residence"}),
    ("opened_on", "开户日期", None, {}),
)
MODEL = """\
-- Grain: one row per account (用水户).
select
    {{ provenance_columns('water_supply.accounts') }},
    {{ clean_code('account_number') }} as account_number,
    {{ clean_name('holder_name') }} as holder_name,
    {{ clean_identity_number('holder_identity_number') }} as holder_identity_number,
    {{ clean_code('holder_ethnicity') }} as holder_ethnicity,
    {{ trimmed('supply_address') }} as supply_address,
    {{ parse_date('opened_on') }} as opened_on
from {{ source('water_supply', 'accounts') }}
"""


def check_character(digits: str) -> str:
    """GB 11643: ISO 7064 MOD 11-2 over seventeen digits."""
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return "10X98765432"[weighted % 11]


def new_people(district: District, count: int) -> list[dict[str, str]]:
    """People whom no other department knows, one a dwelling that stands in the register of addresses."""
    dwellings = district.warehouse(
        "select standard_address, grid_code from conformed.dwelling where standard_address is not null"
        f" order by address_code limit {count}"
    )
    people = []
    for number, (address, grid) in enumerate(dwellings):
        digits = f"11010119900101{number:03d}"
        people.append(
            {
                "户号": f"W{number:05d}",
                "姓名": "欧阳" + "甲乙丙丁戊己庚辛壬癸"[number % 10] + "东南西北"[number // 10 % 4],
                "身份证号": digits + check_character(digits),
                "民族": "01",
                "用水地址": address,
                "开户日期": "2026-08-30",
                "grid": grid,
            }
        )
    return people


def known_people(district: District, count: int) -> list[dict[str, str]]:
    """Registered people at their own homes, with their ethnicity as the register has it; the first one's is another."""
    rows = district.warehouse(
        "select name, identity_number, ethnicity, standard_address from conformed.person"
        " join conformed.residence using (person_key) join conformed.dwelling using (address_code)"
        " where ethnicity is not null and identity_number is not null and valid_to is null"
        f" and standard_address is not null order by person_key limit {count}"
    )
    return [
        {
            "户号": f"K{number:05d}",
            "姓名": name,
            "身份证号": identity_number,
            "民族": ethnicity if number else "97",
            "用水地址": address,
            "开户日期": "2026-08-30",
        }
        for number, (name, identity_number, ethnicity, address) in enumerate(rows)
    ]


def add_department(project: Path) -> None:
    """All that a new department needs: one contract and one staging model."""
    model = yaml.safe_load((project / "orchestration/contracts/education/students.odcs.yaml").read_text("utf-8"))
    model["id"], model["domain"] = f"{DEPARTMENT}.{EXTRACT}", DEPARTMENT
    model["servers"][0]["path"] = f"{DEPARTMENT}/{EXTRACT}/{EXTRACT}_{{date}}.csv"
    model["servers"][0]["customProperties"] = [
        {"property": "encoding", "value": "utf-8"},
        {"property": "delimiter", "value": ","},
    ]
    model["customProperties"].append({"property": "evidenceDate", "value": "opened_on"})
    table = model["schema"][0]
    table["name"] = table["physicalName"] = EXTRACT
    template = next(entry for entry in table["properties"] if entry["name"] == "school")
    table["properties"] = []
    for name, header, concept, extra in COLUMNS:
        custom = [*template["customProperties"], *({"property": key, "value": value} for key, value in extra.items())]
        custom += [{"property": "concept", "value": concept}] if concept else []
        column = {**template, "name": name, "physicalName": header, "description": header, "customProperties": custom}
        key = {"primaryKey": True, "primaryKeyPosition": 1} if name == "account_number" else {}
        dated = {"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-dd"}} if name == "opened_on" else {}
        table["properties"].append({**column, **key, **dated})
    contract = project / "orchestration/contracts" / DEPARTMENT / f"{EXTRACT}.odcs.yaml"
    contract.parent.mkdir()
    contract.write_text(yaml.safe_dump(model, allow_unicode=True, sort_keys=False), "utf-8")
    staging = project / "dbt_project/models/staging" / DEPARTMENT / f"stg_{DEPARTMENT}__{EXTRACT}.sql"
    staging.parent.mkdir()
    staging.write_text(MODEL, "utf-8")
    with (project / "seeds/rules/collected_attribute.csv").open("a", encoding="utf-8") as asked:
        asked.write('ethnicity,10,0,0,"Asked of each holder (民族)"\n')
    with (project / "seeds/rules/attribute_source.csv").open("a", encoding="utf-8") as sources:
        sources.write('ethnicity,public_security.household_register,1,"中华人民共和国户口登记条例"\n')


def test_a_new_department_counts_with_one_contract_and_one_model(district: District, tmp_path: Path) -> None:
    people, known = new_people(district, 30), known_people(district, 5)
    project = copy_project(tmp_path / "project")
    add_department(project)
    extracts = tmp_path / "extracts"
    shutil.copytree(district.settings.extracts, extracts)
    file = extracts / DEPARTMENT / EXTRACT / f"{EXTRACT}_20260903.csv"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, [header for _, header, _, _ in COLUMNS], extrasaction="ignore")
        writer.writeheader()
        writer.writerows([*people, *known])
    grown = run_district(tmp_path / "data", extracts, project=project)
    by_grid = "select grid_code, resident_population from population_by_grid"
    before, after = dict(district.released(by_grid)), dict(grown.released(by_grid))
    expected = {grid: before[grid] + sum(person["grid"] == grid for person in people) for grid in before}
    assert after == expected
    # The department asks for what the register alone stated before: that counts as asked again without an edited model.
    asked = (
        "select people_asked::int, people_asked_by_two::int, people_answers_agree::int, values_repeated::int"
        " from repeated_collection where department = 'water_supply' and attribute = 'ethnicity'"
    )
    assert grown.released(asked) == [(35, 5, 4, 5)]
    # The guide asks for it where nobody knows it: of those not registered here, the new account holders among them.
    unknown = "select count(*)::int from conformed.resident_knowledge where ethnicity_state = 'missing'"
    missing = "select sum(missing)::int from collection_guide where item = 'ethnicity'"
    assert grown.released(missing) == grown.warehouse(unknown) != [(0,)]


def test_a_district_without_some_departments_still_publishes(district: District, tmp_path: Path) -> None:
    extracts = tmp_path / "extracts"
    shutil.copytree(district.settings.extracts, extracts)
    missing = ("party_building", "housing", "health", "community", "market_regulation", "disabled_federation")
    for department in missing:
        shutil.rmtree(extracts / department)
    without = run_district(tmp_path / "data", extracts)
    assert set(without.marts()) == set(district.marts())
    assert without.released("select sum(party_members)::int from party_by_grid") == [(0,)]
    registered = "select sum(registered_population)::int from population_by_grid"
    (full,), (fewer,) = district.released(registered)[0], without.released(registered)[0]
    assert abs(fewer - full) <= 0.05 * full

    # No contract was ever delivered: that nothing is let would be no figure.
    (area,) = without.released("select area_code from areas where area_level = 'district'")[0]
    form = filled(without, area, MONTH)["let_dwellings"]
    assert (form.value("total_let"), form.value("row_key")) == (None, None)
    reason = "没有部门交付房屋租赁备案（housing.rental_contracts）"
    assert form.value("note").startswith(reason)
    assert reason in {row["理由"] for row in form.sheet("待填") if row["单元格"] == "total_let"}
