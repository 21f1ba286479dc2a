"""Whoever opens a table finds every column described, with the Chinese term that the field uses."""

from __future__ import annotations

import re

import duckdb
from dbt_runs import DbtRun

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Tables whose rows only one other table gathers: their grain is proved there.
GATHERED = {
    "address_telling_hint": "address_support",
    "review_address": "review_queue",
    "state_decision": "decision",
    # A record may name several people.
    "past_residence": "residence_version",
}


def test_every_model_and_column_is_described_with_its_chinese_term(dbt_run: DbtRun) -> None:
    described = {
        **{model["name"]: model["description"] for model in dbt_run.models.values()},
        **{
            f"{model['name']}.{column['name']}": column["description"]
            for model in dbt_run.models.values()
            for column in model["columns"].values()
        },
    }
    lacking = sorted(name for name, description in described.items() if not CHINESE.search(description))
    assert not lacking, "\n".join(lacking)


def test_a_description_of_a_model_begins_with_its_grain(dbt_run: DbtRun) -> None:
    start = re.compile(r"One row\b")
    lacking = sorted(model["name"] for model in dbt_run.models.values() if not start.match(model["description"]))
    assert not lacking, "\n".join(lacking)


def test_every_table_and_seed_proves_its_grain(dbt_run: DbtRun) -> None:
    nodes = dbt_run.manifest["nodes"]
    tests = [node for node in nodes.values() if node["resource_type"] == "test"]
    proved = {test["attached_node"] for test in tests if test["test_metadata"]["name"] == "grain"}
    stored = {"table", "incremental", "seed"}
    lacking = {
        node["name"]
        for unique_id, node in nodes.items()
        if node["resource_type"] in ("model", "seed") and node["config"]["materialized"] in stored
        if unique_id not in proved
    }
    # A discrepancy stands once for each piece of evidence; a decision may be written down twice.
    lacking -= {name for name in lacking if name.startswith("discrepancy_")} | {"decisions"} | set(GATHERED)
    assert not lacking, sorted(lacking)


def test_the_documented_columns_are_the_columns_of_the_table(dbt_run: DbtRun) -> None:
    with duckdb.connect(str(dbt_run.warehouse), read_only=True) as warehouse:
        rows = warehouse.execute("select schema_name, table_name, column_name from duckdb_columns()").fetchall()
    actual: dict[str, set[str]] = {}
    for schema, table, column in rows:
        actual.setdefault(f"{schema}.{table}", set()).add(column)
    differing = {
        model["name"]: sorted(actual[f"{model['schema']}.{model['name']}"] ^ set(model["columns"]))
        for model in dbt_run.models.values()
        if actual.get(f"{model['schema']}.{model['name']}", set(model["columns"])) != set(model["columns"])
    }
    assert not differing, "\n".join(f"{name}: {columns}" for name, columns in differing.items())
