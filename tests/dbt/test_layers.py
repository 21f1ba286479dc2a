"""Layers point one way: extracts → staging → conformed → marts; a model knows only the layer before it and its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt_runs import DbtRun

MAY_READ = {
    "staging": {"source"},
    "conformed": {"staging", "conformed", "seed"},
    "marts": {"conformed", "marts", "seed"},
    "exchange": {"conformed", "exchange", "seed"},
}
# Rows of comparison stay out of the marts; these have figures of departments and of grids only.
FIGURES_OF_EXCHANGE = {"sharing_measure", "collection_measure"}


def layer(node: Mapping[str, Any]) -> str:
    """The layer of a model is the first folder below models; a source and a seed are layers of their own."""
    return node["path"].split("/")[0] if node["resource_type"] == "model" else node["resource_type"]


def test_every_model_reads_only_what_its_layer_may(dbt_run: DbtRun) -> None:
    nodes = {**dbt_run.manifest["nodes"], **dbt_run.manifest["sources"]}
    breaches = [
        f"{model['name']} ({layer(model)}) reads {nodes[parent]['name']} ({layer(nodes[parent])})"
        for model in dbt_run.models.values()
        for parent in model["depends_on"]["nodes"]
        if layer(nodes[parent]) not in MAY_READ[layer(model)] and nodes[parent]["name"] not in FIGURES_OF_EXCHANGE
    ]
    assert not breaches, "\n".join(breaches)


def test_each_source_has_one_staging_model_which_reads_only_it(dbt_run: DbtRun) -> None:
    parents = {
        model["name"]: model["depends_on"]["nodes"] for model in dbt_run.models.values() if layer(model) == "staging"
    }
    sources = {
        f"stg_{source['source_name']}__{source['name']}": [unique_id]
        for unique_id, source in dbt_run.manifest["sources"].items()
    }
    assert parents == sources


def test_a_schema_is_named_after_its_layer(dbt_run: DbtRun) -> None:
    assert {layer(model) for model in dbt_run.models.values()} == {m["schema"] for m in dbt_run.models.values()}


def test_a_test_of_a_seed_reads_nothing_else(dbt_run: DbtRun) -> None:
    """Tests that read a seed run only when seeds are loaded; one that read a model too would be left out with them."""
    for test in (node for node in dbt_run.manifest["nodes"].values() if node["resource_type"] == "test"):
        kinds = {parent.split(".")[0] for parent in test["depends_on"]["nodes"]}
        assert kinds == {"seed"} or "seed" not in kinds, test["name"]
