"""dbt's own command with less garbage collection: what starts dbt starts `DBT`, with the arguments that dbt takes.

dbt holds a manifest of a million objects from its start to its end. With Python's usual thresholds the collector walks
them over and over: a sixth of the processor time of a small district's build.
"""

from __future__ import annotations

import gc
import sys

# -P: the folder of this file must not become the place where Python looks for modules first.
DBT = [sys.executable, "-P", __file__]

_NEW_OBJECTS, _YOUNG_ROUNDS, _MIDDLE_ROUNDS = 100_000, 50, 100

if __name__ == "__main__":
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _MIDDLE_ROUNDS)
    from dbt.cli.main import cli

    cli()
