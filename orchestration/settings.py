"""Where things lie on disk: the project's own folders, and everything written under one data folder.

Here belongs: paths, and the environment variables that choose them and the sources. Reading or writing those paths
lives elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"
DROP = "drop"


@dataclass(frozen=True)
class Settings:
    """The folders of one district: `extracts` is read, everything else lies under `data` and is written.

    `servers` names the environment whose entries of the contracts' `servers` are read (see docs/sources.md), `day` the
    day that tables and interfaces stand for (ISO 8601; empty: today in China). `unattended`: whether Dagster's schedule
    and sensors are on from the start.
    """

    data: Path
    extracts: Path
    servers: str = DROP
    day: str = ""
    unattended: bool = False

    @property
    def simulated(self) -> Path:
        """What was simulated into the folder; missing where the district is a real one."""
        return self.data / "district.json"

    @property
    def may_lack_extracts(self) -> bool:
        """Whether the folder of extracts is only for what no department's system has, and nobody named one."""
        return self.servers != DROP and self.extracts == self.data / "extracts"

    @property
    def deliveries(self) -> Path:
        return self.data / "deliveries"

    @property
    def delivery_index(self) -> Path:
        return self.deliveries / "index.json"

    @property
    def delivery_history(self) -> Path:
        return self.deliveries / "receipts.parquet"

    @property
    def delivery_troubles(self) -> Path:
        return self.deliveries / "troubles.parquet"

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse.duckdb"

    @property
    def releases(self) -> Path:
        return self.data / "releases"

    @property
    def state(self) -> Path:
        return self.data / "state"

    @property
    def fills(self) -> Path:
        """The record of forms that were filled."""
        return self.state / "forms" / "fills.csv"

    @property
    def dagster_home(self) -> Path:
        return self.data / "dagster"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def dbt_target(self) -> Path:
        """dbt's artifacts, of each data folder its own: two districts may run side by side."""
        return self.data / "dbt"

    @property
    def manifest(self) -> Path:
        """dbt's manifest as it was parsed: a copy, because every build writes dbt's own anew, and Dagster may read."""
        return self.dbt_target / "parsed.json"

    @property
    def parsed_stamp(self) -> Path:
        """The hash of the dbt project that the manifest was made from."""
        return self.dbt_target / "parsed.sha256"

    @property
    def environment(self) -> dict[str, str]:
        """What a child process (dbt, Dagster's UI) needs to find the same folders."""
        return {
            "WANGGE_DATA": str(self.data),
            "WANGGE_EXTRACTS": str(self.extracts),
            "WANGGE_ENVIRONMENT": self.servers,
            "WANGGE_DAY": self.day,
            "DAGSTER_HOME": str(self.dagster_home),
            "DAGSTER_DISABLE_TELEMETRY": "yes",
            "DBT_PROFILES_DIR": str(DBT_PROJECT),
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.dbt_target),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }


def settings_for(data: Path | str, extracts: Path | str | None = None, servers: str = "", day: str = "") -> Settings:
    """The folders below `data`; without `extracts` the simulated district's."""
    root = Path(data).expanduser().absolute()
    folder = Path(extracts).expanduser().absolute() if extracts else root / "extracts"
    return Settings(root, folder, servers or DROP, day)


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """What WANGGE_DATA (default: data/ in the project), WANGGE_EXTRACTS, WANGGE_ENVIRONMENT, WANGGE_DAY and
    WANGGE_UNATTENDED say."""
    settings = settings_for(
        environment.get("WANGGE_DATA") or PROJECT / "data",
        environment.get("WANGGE_EXTRACTS"),
        environment.get("WANGGE_ENVIRONMENT", ""),
        environment.get("WANGGE_DAY", ""),
    )
    return replace(settings, unattended=environment.get("WANGGE_UNATTENDED", "") == "1")
