"""Whatever two departments ask people for is compared in marts.repeated_collection, and nothing else is."""

from __future__ import annotations

import csv
import re
from collections import defaultdict

from dbt_runs import DbtRun

from orchestration.contracts.contract import read_contracts
from orchestration.settings import PROJECT

# What a concept of the contracts is called among the attributes; an address is registered or lived at, by its meaning.
CALLED = {"dwelling.address": {"registered_address", "residence_address"}}
# Places and not people: a dwelling's code and the ways to write it.
OF_DWELLINGS = {"dwelling.address_code", "dwelling.house_code"}


def test_what_two_departments_collect_of_people_is_compared(dbt_run: DbtRun) -> None:
    collecting: dict[str, set[str]] = defaultdict(set)
    for contract in read_contracts().values():
        if contract.department == "data_centre":
            continue
        for column in contract.columns:
            if column.concept and column.concept.split(".")[0] in ("person", "dwelling"):
                collecting[column.concept].add(contract.department)
    repeated = {concept for concept, departments in collecting.items() if len(departments) > 1} - OF_DWELLINGS
    wanted = {name for concept in repeated for name in CALLED.get(concept, {concept.removeprefix("person.")})}
    with (PROJECT / "seeds" / "rules" / "collected_attribute.csv").open(encoding="utf-8", newline="") as file:
        compared = {row["attribute"] for row in csv.DictReader(file)}
    assert wanted and wanted <= compared, f"no row in collected_attribute.csv: {wanted - compared}"
    pattern = next(model for model in dbt_run.models.values() if model["name"] == "collection_pattern")
    assert set(re.findall(r"'(\w+)' as attribute", pattern["compiled_code"])) == wanted
