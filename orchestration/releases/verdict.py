"""May what dbt built be published? Read from dbt's own results, not from Dagster's view of them.

A release is refused when a mart was not built, or when any test of severity `error` failed; warnings are for the
department or the steward to act on and stop nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.guard import speaks_of_machine
from orchestration.masking import mask_values

_GOOD = {"success", "pass", "warn", "no-op"}
_SHOWN = 200


def marts_of(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The marts by name: the models whose schema is `marts`."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def refusals(manifest: Mapping[str, Any], results: Mapping[str, Any]) -> list[str]:
    """Why the marts may not be published, one line a reason, most telling first; empty when they may.

    `results` is dbt's run_results.json of the build.
    """
    nodes = manifest["nodes"]
    failed, skipped, built = [], 0, set()
    for result in results["results"]:
        node = nodes.get(result["unique_id"])
        name = node["name"] if node else result["unique_id"]
        if result["status"] in _GOOD:
            built.add(result["unique_id"])
        elif result["status"] == "skipped":
            skipped += 1
        else:
            reason = " ".join(mask_values(result.get("message") or "no message").split())
            # Behind long paths stands "No space left on device", and by that word the run says what to do.
            reason = reason if speaks_of_machine(reason) else reason[:_SHOWN]
            kind = "test" if node and node["resource_type"] == "test" else "model"
            failed.append(f"{kind} {name}: {reason}")
    if skipped:
        failed.append(f"{skipped} models and tests after these were skipped")
    missing = [name for name, node in marts_of(manifest).items() if node["unique_id"] not in built]
    if missing:
        failed.append(f"not built: {', '.join(sorted(missing))}")
    return failed
