"""Dagster's library for dbt, without dbt: the definitions only read what dbt has written and says.

The library would load dbt for a few names, which it has itself where dbt is not installed: 1.6 s of each process that
loads the definitions. dbt runs in a process of its own (see dbt.py).
"""

from __future__ import annotations

import sys

_VERSION = "dbt.version"

_loaded = sys.modules.pop(_VERSION, None)
# Python says of a module that stands there as None that it is not there.
sys.modules[_VERSION] = None  # type: ignore[assignment]
try:
    from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, dbt_assets
    from dagster_dbt.dbt_manifest import read_manifest_path
finally:
    del sys.modules[_VERSION]
    if _loaded:
        sys.modules[_VERSION] = _loaded

__all__ = ["DagsterDbtTranslator", "DbtCliInvocation", "DbtCliResource", "dbt_assets", "read_manifest_path"]
