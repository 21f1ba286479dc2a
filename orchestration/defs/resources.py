"""What the steps are given besides dbt: the folders they work in, and somebody to report progress to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import ConfigurableResource

from orchestration.progress import Progress
from orchestration.settings import Settings


class Folders(ConfigurableResource):
    """The folders of one district, by path, and where its extracts are fetched."""

    data: str
    extracts: str
    servers: str
    day: str

    @property
    def settings(self) -> Settings:
        return Settings(Path(self.data), Path(self.extracts), self.servers, self.day)


def resources_for(settings: Settings, overrides: Mapping[str, Any] | None) -> dict[str, Any]:
    """What every definition is given: the folders and somebody to report progress to; overrides win."""
    return {
        "folders": Folders(
            data=str(settings.data), extracts=str(settings.extracts), servers=settings.servers, day=settings.day
        ),
        "progress": Progress(),
        **(overrides or {}),
    }
