"""dbt as a resource of the steps: its command, on the project, in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext
from packaging import version

from orchestration.dbt_command import DBT
from orchestration.defs.dagster_dbt_alone import DbtCliInvocation, DbtCliResource
from orchestration.defs.translator import Translator
from orchestration.settings import DBT_PROJECT, Settings
from orchestration.waiting_dbt import NO_LOG_OF_ITS_OWN, WaitingDbt


class Dbt(DbtCliResource):
    """dbt in a process of its own: in Dagster's process it would keep the warehouse's lock."""

    @property
    def _cli_version(self) -> version.Version:
        # The library starts `dbt --version` to ask for this: 3.5 s a run for what the environment knows.
        return version.parse(installed("dbt-core"))

    def heard(
        self,
        waiting: WaitingDbt,
        context: AssetExecutionContext,
        manifest: Mapping[str, Any],
        target_path: Path,
    ) -> DbtCliInvocation:
        """What `cli` gives, of a dbt that waited, and has been told."""
        return DbtCliInvocation(
            process=waiting.process,
            manifest=manifest,
            dagster_dbt_translator=Translator(),
            project_dir=Path(self.project_dir),
            target_path=target_path,
            raise_on_error=False,
            cli_version=self._cli_version,
            context=context,
        )

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        # The library loads dbt into this process too, for metadata that nobody here asks it for: 2 s before dbt starts.
        return None


def dbt_for(settings: Settings) -> Dbt:
    """dbt on the project, its artifacts below the data folder."""
    return Dbt(
        project_dir=str(DBT_PROJECT),
        dbt_executable=DBT[0],
        profiles_dir=str(DBT_PROJECT),
        global_config_flags=[*DBT[1:], *NO_LOG_OF_ITS_OWN],
    )
