"""Districts that differ from the simulated one: departments that are missing, and one that nobody knew before."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

from districts import District, copy_project, run_district
from filled_forms import MONTH, filled

from orchestration.contracts.contract import read_contract
from orchestration.settings import PROJECT, settings_for
from seeds.district.water_accounts import KNOWN, NEW

TUTORIAL = PROJECT / "docs" / "onboarding.md"
ACCOUNTS = "water_supply.accounts"


def commands() -> list[str]:
    """The blocks of commands in the tutorial, in their order."""
    return re.findall(r"^```sh\n(.*?)^```$", TUTORIAL.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run_block(block: str, project: Path) -> str:
    """What a block of commands prints; insists that each of them ends well."""
    process = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], cwd=project, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, f"{block}\n{process.stdout}{process.stderr}"
    return process.stdout


def working_copy(folder: Path) -> Path:
    """The repository as a person would have it, with the environment of this one."""
    copy_project(folder)
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def ask_for_ethnicity(project: Path) -> None:
    """That holders are asked for what of the sixteen extracts only the household register states."""
    with (project / "seeds/rules/collected_attribute.csv").open("a", encoding="utf-8") as asked:
        asked.write('ethnicity,10,0,0,"Asked of each holder (民族)"\n')
    with (project / "seeds/rules/attribute_source.csv").open("a", encoding="utf-8") as sources:
        sources.write('ethnicity,public_security.household_register,1,"中华人民共和国户口登记条例"\n')


def test_the_tutorial_brings_a_new_department_into_the_figures(district: District, tmp_path: Path) -> None:
    project = working_copy(tmp_path / "project")
    printed = ""
    for block in commands():
        if "make run" in block:
            ask_for_ethnicity(project)
            drafted = read_contract(project / "orchestration/contracts/water_supply/accounts.odcs.yaml")
            assert drafted.status == "draft"
        printed += run_block(block, project)
    assert f"The contract of {ACCOUNTS} is a draft" in printed
    shown = re.findall(r"^(?:Read|drafted) .*$", TUTORIAL.read_text("utf-8"), re.MULTILINE)
    assert shown and all(line in printed for line in shown), printed
    contract = read_contract(project / "orchestration/contracts/water_supply/accounts.odcs.yaml")
    assert contract.status == "active"
    assert [column.name for column in contract.columns if column.concept] == [
        "holder_name", "holder_identity_number", "ethnicity", "phone", "supply_address"
    ]  # fmt: skip
    grown = District(settings_for(project / "data" / "trial"), printed)

    staged = "select account_number, supply_address, opened_on::varchar, kind_of_use from staging.stg_{}"
    rows = grown.warehouse(staged.format(ACCOUNTS.replace(".", "__")))
    assert len(rows) == KNOWN + NEW and all(None not in row for row in rows)
    # Whoever was known is found again; each newcomer is a person of their own.
    linked = f"select source_row <= {KNOWN}, count(*)::int, count(distinct person_key)::int from conformed.person_link"
    per_group = f"{linked} where extract = '{ACCOUNTS}' group by 1 order by 1 desc"
    assert grown.warehouse(per_group) == [(True, KNOWN, KNOWN), (False, NEW, NEW)]
    with (project / "data" / "accounts_20260903.csv").open(encoding="gb18030", newline="") as accounts:
        new = [row["用水地址"] for row in list(csv.DictReader(accounts))[KNOWN:]]
    grids = dict(district.warehouse("select standard_address, grid_code from conformed.dwelling"))
    by_grid = "select grid_code, resident_population from population_by_grid"
    before, after = dict(district.released(by_grid)), dict(grown.released(by_grid))
    assert after == {grid: before[grid] + sum(grids[address] == grid for address in new) for grid in before}

    # The department asks for what the register alone stated before: that counts as asked again without an edited model.
    asked = (
        "select people_asked::int, people_asked_by_two::int, people_answers_agree::int, values_repeated::int"
        " from repeated_collection where department = 'water_supply' and attribute = 'ethnicity'"
    )
    assert grown.released(asked) == [(KNOWN + NEW, KNOWN, KNOWN - 1, KNOWN)]
    # The guide asks for it where nobody knows it: of those not registered here, the new account holders among them.
    unknown = "select count(*)::int from conformed.resident_knowledge where ethnicity_state = 'missing'"
    missing = "select sum(missing)::int from collection_guide where item = 'ethnicity'"
    assert grown.released(missing) == grown.warehouse(unknown) != [(0,)]

    # What was drafted keeps the style of the other models.
    lint = [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "models/staging/water_supply"]
    linted = subprocess.run(lint, cwd=project / "dbt_project", capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


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
