"""A dbt that begins before it is needed: it loads its library and the models, and waits to be told what to build.

Loading takes dbt three seconds, in which the run that needs it does something else: it starts Dagster and takes
deliveries.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from types import TracebackType

from orchestration.dbt_command import DBT, LOADED, WAIT
from orchestration.masking import mask
from orchestration.revision import dbt_hash
from orchestration.settings import DBT_PROJECT, Settings


class NotLoaded(Exception):
    """dbt cannot read its project; the message is what it said."""


class WaitingDbt:
    """A child process; it ends with the block around it, and by itself where the process that began it is killed.

    `project` is the hash of the models that it reads.
    """

    def __init__(self, settings: Settings) -> None:
        self.project = dbt_hash()
        self._loaded = False
        self._process = subprocess.Popen(
            [*DBT, WAIT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=DBT_PROJECT,
            env={**os.environ, **settings.environment},
        )

    def __enter__(self) -> WaitingDbt:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def load(self) -> None:
        """Wait until dbt has read its project and written its manifest. Raises NotLoaded."""
        said: list[str] = []
        assert self._process.stdout is not None
        while not self._loaded:
            line = self._process.stdout.readline().decode()
            self._loaded = line.rstrip() == LOADED
            if not line:
                raise NotLoaded(mask("".join(said)).strip())
            said.append(line)

    def tell(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Let dbt begin, with the arguments of its command; returns the process, whose output is dbt's from here on.

        It can be told once. Raises NotLoaded.
        """
        self.load()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(arguments)).encode() + b"\n")
        self._process.stdin.flush()
        return self._process
