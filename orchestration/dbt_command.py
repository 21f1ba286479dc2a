"""dbt's own command with less garbage collection: what starts dbt starts `DBT`, with the arguments that dbt takes.

dbt holds a manifest of a million objects from its start to its end. With Python's usual thresholds the collector walks
them over and over: a sixth of the processor time of a small district's build.

A database's error text quotes the value that it could not read. dbt prints it and writes it to run_results.json: both
are masked here, before anything leaves the process.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

# -P: the folder of this file must not become the place where Python looks for modules first.
DBT = [sys.executable, "-P", __file__]

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


if __name__ == "__main__":
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _MIDDLE_ROUNDS)
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    from dbt.cli.main import cli

    from orchestration.process import keep_private

    keep_private(output=True)
    mask_results()
    cli()
