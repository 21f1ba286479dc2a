"""A dbt that begins before it is needed: it loads its library and the models, and waits to be told what to build.

Loading takes dbt three seconds, in which the run that needs it does something else: it starts Dagster and takes
deliveries.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from orchestration.dbt_command import DBT, LOADED, UNWRITTEN, WAIT
from orchestration.masking import mask
from orchestration.revision import dbt_hash
from orchestration.settings import DBT_PROJECT, Settings

# What dbt prints goes into the run's log, masked; a log of its own would hold values from error texts.
NO_LOG_OF_ITS_OWN = ["--log-level-file", "none"]
LISTENED_TO = [*NO_LOG_OF_ITS_OWN, "--log-format", "json"]
# What `make` lets it write beside the environment.
READ_AT_SETUP = Path(sys.prefix) / "parsed" / "partial_parse.msgpack"
# Bytes that it can say before somebody listens: some seconds' work.
_HEARD_LATER = 1 << 20


class NotLoaded(Exception):
    """dbt cannot read its project; the message is what it said."""


def read_before(settings: Settings) -> list[str]:
    """The flags with which dbt goes on, in a new data folder, from what it read when the environment was set up."""
    if os.access(READ_AT_SETUP, os.R_OK) and not (settings.dbt_target / READ_AT_SETUP.name).exists():
        return ["--partial-parse-file-path", str(READ_AT_SETUP)]
    return []


class WaitingDbt:
    """A child process; it ends with the block around it, and by itself where the process that began it is killed.

    `project` is the hash of the models that it reads; `arguments` is what it was told to do, None before.
    """

    def __init__(self, settings: Settings, written: bool = True) -> None:
        """`written`: whether somebody needs the manifest that it writes."""
        self.project = dbt_hash()
        self.arguments: list[str] | None = None
        self._loaded = False
        self.process = subprocess.Popen(
            [*DBT, WAIT, *([] if written else [UNWRITTEN]), *read_before(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=DBT_PROJECT,
            env={**os.environ, **settings.environment},
            pipesize=_HEARD_LATER,
        )

    def __enter__(self) -> WaitingDbt:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.communicate()

    def load(self) -> None:
        """Wait until dbt has read its project. Raises NotLoaded."""
        said: list[str] = []
        assert self.process.stdout is not None
        while not self._loaded:
            line = self.process.stdout.readline().decode()
            self._loaded = line.rstrip() == LOADED
            if not line:
                raise NotLoaded(mask("".join(said)).strip())
            said.append(line)

    def tell(self, arguments: Sequence[str]) -> None:
        """Let dbt begin, with the arguments of its command; what `process` says is dbt's from here on, a JSON a line.

        It can be told once. Raises NotLoaded.
        """
        self.load()
        self.arguments = list(arguments)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([*LISTENED_TO, *arguments]).encode() + b"\n")
        self.process.stdin.flush()
