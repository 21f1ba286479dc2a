"""The Dagster definitions on the parsed project: lineage from end to end, checks, owners, one job, one schedule."""

from __future__ import annotations

import pytest
from dagster import AssetKey, Definitions
from districts import District

from orchestration.contracts.contract import read_contracts
from orchestration.defs.build import build_defs


@pytest.fixture(scope="module")
def definitions(district: District) -> Definitions:
    return build_defs(district.settings)


def test_lineage_runs_from_every_extract_to_the_release(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    release = graph.get(AssetKey("release"))
    seen, waiting = set(), list(release.parent_keys)
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += graph.get(key).parent_keys
    extracts = {AssetKey([contract.department, contract.extract]) for contract in read_contracts().values()}
    assert extracts <= seen
    assert graph.unexecutable_asset_keys == set()


def test_every_mart_is_published_and_none_reads_a_source(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    assert graph.get(AssetKey("release")).parent_keys == marts
    extracts = {AssetKey([contract.department, contract.extract]) for contract in read_contracts().values()}
    assert not extracts & {parent for mart in marts for parent in graph.get(mart).parent_keys}


def test_contracts_and_dbt_tests_are_checks(definitions: Definitions) -> None:
    checks = definitions.resolve_asset_graph().asset_check_keys
    by_contract = {check.asset_key for check in checks if check.name == "contract"}
    assert len(by_contract) == len(read_contracts())
    assert any(check.asset_key == AssetKey(["marts", "population_by_grid"]) for check in checks)


def test_every_asset_says_what_it_is_and_whose(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).owners] == []
    # What dbt's assets say is held to a standard of its own in tests/dbt.
    ours = [key for key in graph.get_all_asset_keys() if graph.get(key).group_name in ("deliveries", "releases")]
    assert len(ours) == len(read_contracts()) + 3
    assert [key for key in ours if not graph.get(key).description] == []


def test_one_job_does_everything_and_a_schedule_runs_it(definitions: Definitions) -> None:
    everything = definitions.resolve_asset_graph().get_all_asset_keys()
    job = definitions.resolve_job_def("refresh")
    assert job.asset_layer.executable_asset_keys == everything
    assert definitions.resolve_schedule_def("daily_refresh").job_name == "refresh"


def test_no_step_is_at_work_beside_another_run(definitions: Definitions) -> None:
    steps = {asset.op.name: asset.required_resource_keys for asset in definitions.assets or [] if hasattr(asset, "op")}
    assert len(steps) == 3
    assert [name for name, resources in steps.items() if "alone" not in resources] == []


def test_a_resource_can_be_swapped(district: District) -> None:
    replaced = build_defs(district.settings, {"dbt": "another"})
    assert replaced.resources is not None
    assert replaced.resources["dbt"] == "another"


def test_the_history_keeps_every_check_of_the_run(district: District, definitions: Definitions) -> None:
    from dagster import DagsterInstance

    with DagsterInstance.from_config(str(district.settings.dagster_home)) as instance:
        runs = instance.get_runs()
        assert {run.status.value for run in runs} == {"SUCCESS"}
        latest = instance.get_latest_materialization_event(AssetKey("release"))
        assert latest is not None
