"""What the steps are given: the folders they work in, dbt, and somebody to report progress to."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

from dagster import ConfigurableResource
from dagster_dbt import DbtCliResource
from packaging import version

from orchestration.settings import DBT_PROJECT, Settings


class Folders(ConfigurableResource):
    """The folders of one district, by path."""

    data: str
    extracts: str

    @property
    def settings(self) -> Settings:
        return Settings(Path(self.data), Path(self.extracts))


class Dbt(DbtCliResource):
    """dbt in a process of its own: in Dagster's process it would keep the warehouse's lock."""

    @property
    def _cli_version(self) -> version.Version:
        # The library starts `dbt --version` to ask for this: 3.5 s a run for what the environment knows.
        return version.parse(installed("dbt-core"))


def folders_for(settings: Settings) -> Folders:
    return Folders(data=str(settings.data), extracts=str(settings.extracts))


def dbt_for(settings: Settings) -> Dbt:
    """dbt on the project, its artifacts below the data folder."""
    return Dbt(
        project_dir=str(DBT_PROJECT),
        # The one of this environment, whether it is on the PATH or not.
        dbt_executable=str(Path(sys.executable).parent / "dbt"),
        profiles_dir=str(DBT_PROJECT),
        # What dbt prints goes into the run's log, masked; a log of its own would hold values from error texts.
        global_config_flags=["--log-level-file", "none"],
    )
