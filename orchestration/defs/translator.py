"""How a dbt node reads as a Dagster asset: its group, owner and description. Keys are the library's: schema and name,
and for a source department and extract, which are the keys of the extract assets: lineage runs end to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.defs.dagster_dbt_alone import DagsterDbtTranslator

_REFERENCE = "reference"


def group_of(node: Mapping[str, Any]) -> str:
    """The room of the house: staging, conformed, marts …; seeds are reference tables."""
    return _REFERENCE if node["resource_type"] == "seed" else str(node["schema"])


def owners_of(node: Mapping[str, Any]) -> list[str]:
    """A staging model is its department's (the folder's name); what comes after belongs to the data centre."""
    path = node["fqn"]
    return [f"team:{path[2]}"] if "staging" in path[1:2] and len(path) > 3 else ["team:data_centre"]


class Translator(DagsterDbtTranslator):
    """Groups and owners; descriptions are dbt's own, without the SQL that the library adds."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return group_of(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        return owners_of(dbt_resource_props)

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["description"])
