"""dbt's own command with less garbage collection: what starts dbt starts `DBT`, with the arguments that dbt takes.

dbt holds a manifest of a million objects from its start to its end. With Python's usual thresholds the collector walks
them over and over: a sixth of the processor time of a small district's build.

A database's error text quotes the value that it could not read. dbt prints it and writes it to run_results.json: both
are masked here, before anything leaves the process.

With `WAIT` in place of arguments dbt reads its project (`UNWRITTEN` behind it: without writing the manifest), says so
(`LOADED`), and waits for its arguments, a JSON list in a line of standard input (see waiting_dbt.py). Whoever closes
that without a word ends it.
"""

from __future__ import annotations

import ast
import gc
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# -P: the folder of this file must not become the place where Python looks for modules first.
DBT = [sys.executable, "-P", __file__]
WAIT, LOADED, UNWRITTEN = "wait", "loaded", "--no-write-json"

_NEW_OBJECTS, _YOUNG_ROUNDS, _MIDDLE_ROUNDS = 100_000, 50, 100


def mask_results() -> None:
    """Let dbt mask the messages of its results when it writes them."""
    from dbt.artifacts.schemas.run import RunResultsArtifact

    from orchestration.masking import mask_values

    write = RunResultsArtifact.write

    def write_masked(results: RunResultsArtifact, path: str) -> None:
        for result in results.results:
            result.message = result.message and mask_values(result.message)
        write(results, path)

    RunResultsArtifact.write = write_masked  # type: ignore[assignment,method-assign]


def work_ahead(project: Manifest) -> None:
    """Do what dbt would while it builds: compile templates, and import what the models in Python import."""
    from orchestration.light_classes import target
    from orchestration.light_dbt import TEMPLATES, compile_ahead

    TEMPLATES.read(target())
    compile_ahead(project)
    for node in list(project.nodes.values()):
        if node.resource_type == "model" and node.language == "python":
            for statement in ast.parse(node.raw_code).body:
                if isinstance(statement, ast.ImportFrom) and statement.module:
                    import_module(statement.module)


def build_when_told(flags: Sequence[str]) -> int:
    """Load the project with these flags, wait, and run dbt on what was loaded; returns dbt's exit code.

    The manifest stays as reading the project wrote it: dbt would write it once more at the end, with the SQL that ran.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.task import runnable

    from orchestration.light_classes import keep_classes, target
    from orchestration.light_dbt import TEMPLATES

    quiet = ["--quiet", "--no-use-colors", "--log-level-file", "none", *flags]
    loaded = dbtRunner().invoke([*quiet, "parse"]).result
    if not isinstance(loaded, Manifest):
        return 2
    # What was read stays to the end: the collector need not walk it, not even once to find the little that does not.
    gc.freeze()
    print(LOADED, flush=True)
    # Beside the waiting, and beside the first models where the wait is short.
    Thread(target=work_ahead, args=[loaded], daemon=True).start()
    told = sys.stdin.readline()
    if not told:
        return 0
    runnable.write_manifest = lambda *_: None
    finished = dbtRunner(manifest=loaded).invoke(json.loads(told))
    TEMPLATES.keep(target())
    keep_classes()
    return 0 if finished.success else 2 if finished.exception else 1


if __name__ == "__main__":
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _MIDDLE_ROUNDS)
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    from orchestration.light_dbt import import_lightly, lighten
    from orchestration.process import end, keep_private

    import_lightly()
    from dbt.cli.main import cli

    keep_private(output=True)
    mask_results()
    lighten()
    end(build_when_told(sys.argv[2:])) if sys.argv[1:2] == [WAIT] else cli()
