"""The project builds for a district that hands over nothing, and its unit tests pass."""

from __future__ import annotations

from dbt_runs import DbtRun


def failures(run: DbtRun, kind: str) -> str:
    return "\n".join(
        f"{unique_id}: {result['message']}"
        for unique_id, result in run.results.items()
        if unique_id.startswith(f"{kind}.") and result["status"] not in ("success", "pass")
    )


def test_every_seed_and_model_builds_without_deliveries(dbt_run: DbtRun) -> None:
    assert not (failed := failures(dbt_run, "seed") + failures(dbt_run, "model")), failed
    assert set(dbt_run.built_models) <= set(dbt_run.results)


def test_dbt_unit_tests_pass(dbt_run: DbtRun) -> None:
    assert len(dbt_run.manifest["unit_tests"]) > 0
    assert not (failed := failures(dbt_run, "unit_test")), failed
    assert set(dbt_run.manifest["unit_tests"]) <= set(dbt_run.results)
