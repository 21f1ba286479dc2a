"""What the steps are given besides dbt: the folders they work in, alone, and somebody to report progress to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import ConfigurableResource, Failure, InitResourceContext

from orchestration.guard import PATIENCE_SECONDS, RunFailed, alone
from orchestration.progress import Progress
from orchestration.revision import dbt_hash
from orchestration.settings import Settings, settings_for


class Folders(ConfigurableResource):
    """The folders of one district, by path, and where its extracts are fetched."""

    data: str
    extracts: str
    servers: str
    day: str

    @property
    def settings(self) -> Settings:
        return Settings(Path(self.data), Path(self.extracts), self.servers, self.day)


class Alone(ConfigurableResource):
    """The data folder's lock, held for as long as a run lasts, whoever started it: `make run`, the daemon, or somebody
    in the UI. Every step asks for it. `models` is the hash of the models that the definitions were made from."""

    data: str
    models: str

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Alone]:
        """Steps run in one process, which is given its resources once; the lock that `make run` holds is theirs too.

        Whoever looks at a run that has ended (`dagster job execute` at its own end) locks nothing.
        """
        run = context.run and context.instance and context.instance.get_run_by_id(context.run.run_id)
        if not run or run.is_finished:
            yield self
            return
        assert context.log is not None
        try:
            with alone(settings_for(self.data), PATIENCE_SECONDS, context.log.info) as began:
                if began and self.models != dbt_hash():
                    raise RunFailed("The models are not those that were here when Dagster was started: start it again.")
                yield self
        except RunFailed as problem:
            raise Failure(str(problem)) from problem


def resources_for(settings: Settings, overrides: Mapping[str, Any] | None) -> dict[str, Any]:
    """What every definition is given: the folders, the lock and somebody to report progress to; overrides win."""
    stamp = settings.parsed_stamp
    return {
        "folders": Folders(
            data=str(settings.data), extracts=str(settings.extracts), servers=settings.servers, day=settings.day
        ),
        "alone": Alone(data=str(settings.data), models=stamp.read_text("utf-8") if stamp.exists() else ""),
        "progress": Progress(),
        **(overrides or {}),
    }
