"""What a dbt invocation left behind, as plain objects that tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class DbtRun:
    """The manifest, the result of each node by unique id, and the warehouse that was built."""

    manifest: Mapping[str, Any] = field(repr=False)
    results: Mapping[str, Mapping[str, Any]] = field(repr=False)
    warehouse: Path

    @property
    def models(self) -> dict[str, Mapping[str, Any]]:
        nodes = self.manifest["nodes"].values()
        return {node["unique_id"]: node for node in nodes if node["resource_type"] == "model"}

    @property
    def built_models(self) -> dict[str, Mapping[str, Any]]:
        """The models that are tables or views; an ephemeral one stands inside those that read it."""
        models = self.models.items()
        return {unique_id: model for unique_id, model in models if model["config"]["materialized"] != "ephemeral"}
