"""What a missing source means for the marts, in a sentence: which figures rest on it, and what they go on with.

Derived, not written down: from dbt's lineage, and from what the contract says its addresses mean.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.contracts.contract import Contract
from orchestration.deliveries.freshness import Freshness

# Themes that tell of the data rather than of the district, and those under which nothing else counts them.
_NO_FIGURES = frozenset({"quality", "sharing", "directory", "forms"})
_OF_ADDRESS = {
    "residence": "population",
    "registration": "population",
    "property": "housing",
    "premises": "organisations",
    "incident": "safety",
}
# A model that reads so large a share of all extracts is common evidence, through which everything reaches everything.
_COMMON = 0.5


def themes_by_extract(manifest: Path, contracts: Mapping[str, Contract]) -> tuple[dict[str, list[str]], set[str]]:
    """The themes of marts whose figures rest on each extract, and all themes; without a manifest by addresses alone.

    Linking people lets every extract touch every mart a little. So of the marts that are reached without common
    evidence the nearest count (the fewest models between, and one more), and those of the addresses that it carries.
    """
    lineage = _Lineage(json.loads(manifest.read_bytes()) if manifest.exists() else {}, contracts)
    found = {}
    for id_, contract in contracts.items():
        steps = lineage.steps_to_themes(contract)
        nearest = min(steps.values(), default=0)
        meant = {_OF_ADDRESS[column.address_meaning] for column in contract.columns if column.address_meaning}
        found[id_] = sorted(meant | {theme for theme, step in steps.items() if step <= nearest + 1})
    return found, lineage.themes or set(_OF_ADDRESS.values())


def meaning(age: Freshness, themes: list[str], all_themes: set[str]) -> str:
    """What it means that nothing new comes of an extract; an empty text where no figure rests on it."""
    if not themes:
        return ""
    told = "all" if set(themes) >= all_themes else _listed(themes)
    name = age.contract.name[:1].lower() + age.contract.name[1:]
    if age.last_delivery is None:
        return f"{told.capitalize()} figures are told without {name}, of which nothing ever came."
    days = "today's" if not age.age_days else "1 day old" if age.age_days == 1 else f"{age.age_days} days old"
    of = "of" if age.contract.kind == "full" else "up to"
    return f"{told.capitalize()} figures go on with {name} {of} {age.last_delivery}, {days}."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


class _Lineage:
    """dbt's models from staging to marts."""

    def __init__(self, manifest: Mapping[str, Any], contracts: Mapping[str, Contract]) -> None:
        nodes = manifest.get("nodes", {})
        models = {id_: node for id_, node in nodes.items() if node["resource_type"] == "model"}
        self._children: Mapping[str, list[str]] = manifest.get("child_map", {})
        self._names = {node["name"]: id_ for id_, node in models.items()}
        staging = {self._names.get(contract.staging_model) for contract in contracts.values()}
        self._common = {
            id_
            for id_, node in models.items()
            if len(staging.intersection(node["depends_on"]["nodes"])) >= _COMMON * len(staging)
        }
        self._theme = {
            id_: node["fqn"][2]
            for id_, node in models.items()
            if node["schema"] == "marts" and node["fqn"][2] not in _NO_FIGURES
        }
        self._models = models

    @property
    def themes(self) -> set[str]:
        return set(self._theme.values())

    def steps_to_themes(self, contract: Contract) -> dict[str, int]:
        """How many models lie between an extract's staging model and the nearest mart of each theme."""
        start = self._names.get(contract.staging_model)
        steps = {start: 0} if start else {}
        found: dict[str, int] = {}
        waiting = deque(steps)
        while waiting:
            here = waiting.popleft()
            for child in self._children.get(here, []):
                if child in self._models and child not in steps and child not in self._common:
                    steps[child] = steps[here] + 1
                    waiting.append(child)
                    if child in self._theme:
                        found.setdefault(self._theme[child], steps[child])
        return found
