"""dbt's own command with less garbage collection: what starts dbt starts `DBT`, with the arguments that dbt takes.

dbt holds a manifest of a million objects from its start to its end. With Python's usual thresholds the collector walks
them over and over: a sixth of the processor time of a small district's build.

A database's error text quotes the value that it could not read. dbt prints it and writes it to run_results.json: both
are masked here, before anything leaves the process.

With `WAIT` in place of arguments dbt reads its project, says so (`LOADED`), and waits for its arguments, a JSON list in
a line of standard input (see waiting_dbt.py). Whoever closes that without a word ends it.
"""

from __future__ import annotations

import ast
import gc
import json
import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# -P: the folder of this file must not become the place where Python looks for modules first.
DBT = [sys.executable, "-P", __file__]
WAIT, LOADED = "wait", "loaded"

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


def lighten() -> None:
    """Let dbt leave undone what nobody sees: a quarter of its own processor time, which is the same for a village.

    Messages of level debug, dozens a node, go nowhere: there is no log file, and the terminal's level is info.
    """
    from dbt_common.clients import agate_helper
    from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
    from dbt_common.events.event_manager import EventManager

    fire, write, of_columns = EventManager.fire_event, BaseEvent.__init__, agate_helper.build_type_tester

    def fire_what_is_seen(manager: EventManager, e: BaseEvent, level: EventLevel | None = None, **others: Any) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG:
            fire(manager, e, level, **others)

    def write_later(event: DebugLevel, *given: Any, **named: Any) -> None:
        object.__setattr__(event, "given", (given, named))

    def read(event: DebugLevel, name: str) -> Any:
        if name == "pb_msg":
            given, named = object.__getattribute__(event, "given")
            write(event, *given, **named)
            return object.__getattribute__(event, name)
        return getattr(event.pb_msg, name)

    @cache
    def remembered(columns: frozenset[str], nulls: tuple[str, ...]) -> Any:
        return of_columns(columns, nulls)

    def of_columns_once(text_columns: Iterable[str], string_null_values: Iterable[str] = ("null", "")) -> Any:
        """How a query's result is read hangs on its columns: it need not be made for each of hundreds of queries."""
        return remembered(frozenset(text_columns), tuple(string_null_values))

    EventManager.fire_event = fire_what_is_seen  # type: ignore[assignment,method-assign]
    DebugLevel.__init__, DebugLevel.__getattr__ = write_later, read  # type: ignore[assignment,method-assign]
    agate_helper.build_type_tester = of_columns_once  # type: ignore[assignment]


def import_for_models(project: Manifest) -> None:
    """Import what the models in Python import: dbt would while it builds."""
    for node in project.nodes.values():
        if node.resource_type == "model" and node.language == "python":
            for statement in ast.parse(node.raw_code).body:
                if isinstance(statement, ast.ImportFrom) and statement.module:
                    import_module(statement.module)


def build_when_told() -> int:
    """Load the project, wait, and run dbt on what was loaded; returns dbt's exit code.

    The manifest stays as reading the project wrote it: dbt would write it once more at the end, with the SQL that ran.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.task import runnable

    loaded = dbtRunner().invoke(["--quiet", "--no-use-colors", "--log-level-file", "none", "parse"]).result
    if not isinstance(loaded, Manifest):
        return 2
    # What was read stays to the end: the collector need not walk it again.
    gc.collect()
    gc.freeze()
    print(LOADED, flush=True)
    import_for_models(loaded)
    told = sys.stdin.readline()
    if not told:
        return 0
    runnable.write_manifest = lambda *_: None
    finished = dbtRunner(manifest=loaded).invoke(json.loads(told))
    return 0 if finished.success else 2 if finished.exception else 1


if __name__ == "__main__":
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _MIDDLE_ROUNDS)
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    from dbt.cli.main import cli

    from orchestration.process import keep_private

    keep_private(output=True)
    mask_results()
    lighten()
    sys.exit(build_when_told() if sys.argv[1:] == [WAIT] else cli())
