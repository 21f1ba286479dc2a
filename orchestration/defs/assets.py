"""The warehouse as assets: every dbt model (one step), and the release.

Each Dagster step that opens the warehouse runs in one process, one after the other; dbt is a child process.

No postponed annotations here: Dagster reads the annotations of a step when the step is defined.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, Failure, MaterializeResult, ResourceParam, asset

from orchestration.building import WITHOUT_SEEDS, begin
from orchestration.contracts.contract import Contract
from orchestration.defs.dagster_dbt_alone import dbt_assets, read_manifest_path
from orchestration.defs.dbt import Dbt
from orchestration.defs.resources import Alone, Folders
from orchestration.defs.translator import Translator
from orchestration.guard import RunFailed, still_ours
from orchestration.progress import Progress
from orchestration.releases.inputs import forbidden_columns, nothing_new, provenance_of
from orchestration.releases.publish import PublicationRefused, documentation_of, publish
from orchestration.releases.verdict import marts_of, refusals
from orchestration.waiting_dbt import WaitingDbt

RELEASE_KEY = AssetKey("release")


def dbt_models(manifest: Path, waiting: WaitingDbt | None) -> AssetsDefinition:
    """One step, one `dbt build`: staging, conformed, marts and their tests; skipped when nothing has changed.

    `waiting` builds everything, and may have been told already; what somebody picks is built by a dbt of its own.
    """

    @dbt_assets(manifest=manifest, dagster_dbt_translator=Translator(), name="models")
    def models(
        context: AssetExecutionContext, dbt: Dbt, folders: Folders, alone: Alone, progress: ResourceParam[Progress]
    ) -> Iterator[Any]:
        settings = folders.settings
        begun = waiting.arguments if waiting and not context.is_subset else None
        if not context.is_subset and not begun and nothing_new(settings):
            context.log.info("Neither deliveries nor code have changed: the warehouse stays as it is.")
            return
        _reckon_outputs_once(context)
        nodes = read_manifest_path(manifest)
        if waiting and begun:
            arguments = begun
            build = dbt.heard(waiting, context, nodes, settings.dbt_target)
        else:
            try:
                arguments = begin(settings, whole=not context.is_subset)
            except RunFailed as problem:
                raise Failure(str(problem)) from problem
            build = dbt.cli(arguments, context=context, raise_on_error=False, target_path=settings.dbt_target)
        total = _nodes_to_build(nodes, seeds_loaded=arguments[-2:] == WITHOUT_SEEDS)
        try:
            with progress.stage("Models and tests", total=total):
                for event in build.stream():
                    progress.advance(_event_name(event))
                    yield event
        finally:
            # Where the run was stopped dbt would go on writing, and nobody would hold the lock for it.
            build.process.terminate()
            build.process.wait()
        results = settings.dbt_target / "run_results.json"
        if not results.exists():
            raise Failure("dbt could not start; what it said stands in the log.")
        problems = refusals(nodes, json.loads(results.read_text("utf-8")))
        if problems:
            raise Failure("Nothing was published. " + "\n".join(problems))

    return models


def _reckon_outputs_once(context: AssetExecutionContext) -> None:
    """Dagster asks what the step gives for each of the hundreds of things that it gives, and reckons it from all."""
    step = context.op_execution_context.get_step_execution_context()
    keys = step.get_output_asset_keys()
    step.get_output_asset_keys = lambda: keys  # type: ignore[method-assign]


def _nodes_to_build(manifest: Mapping[str, Any], seeds_loaded: bool) -> int:
    """How many nodes dbt will report; without the seeds and their tests where those are loaded."""
    nodes = manifest["nodes"].values()
    kinds = ("model", "test") if seeds_loaded else ("model", "seed", "test")
    of_seeds = [node for node in nodes if (node.get("attached_node") or "").startswith("seed.")]
    return sum(node["resource_type"] in kinds for node in nodes) - (len(of_seeds) if seeds_loaded else 0)


def _event_name(event: Any) -> str:
    name = getattr(event, "check_name", None) or getattr(event, "output_name", None) or ""
    return str(name)


def release_asset(manifest: Path, contracts: Mapping[str, Contract]) -> AssetsDefinition:
    """The marts, published. Runs after every mart; looks at dbt's own results before it copies anything."""
    nodes = read_manifest_path(manifest)
    marts = marts_of(nodes)

    @asset(
        key=RELEASE_KEY,
        deps=[AssetKey(["marts", name]) for name in sorted(marts)],
        group_name="releases",
        owners=["team:data_centre"],
        kinds={"duckdb"},
        description="The published marts: a read-only file that readers see from one moment to the next (发布).",
    )
    def release(folders: Folders, alone: Alone, progress: ResourceParam[Progress]) -> MaterializeResult:
        settings = folders.settings
        results = json.loads((settings.dbt_target / "run_results.json").read_text("utf-8"))
        problems = refusals(nodes, results)
        if problems:
            raise Failure("Nothing was published. " + "\n".join(problems))
        with progress.stage("Release"):
            try:
                still_ours(settings)
                published, new = publish(
                    settings.warehouse,
                    settings.releases,
                    provenance_of(settings, contracts),
                    documentation_of(nodes),
                    forbidden_columns(contracts),
                    settings.state,
                )
            except (PublicationRefused, RunFailed) as refused:
                raise Failure(f"Nothing was published. {refused}") from refused
        return MaterializeResult(metadata={"release": published.release_id, "new": new, "marts": published.marts})

    return release
