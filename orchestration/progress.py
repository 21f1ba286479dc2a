"""What a person sees while the job works: stages that begin, advance and end.

The job reports to a `Progress` and does not know who listens: nobody (under Dagster's UI, which has its own view), or a
terminal (`make run`).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from orchestration.deliveries.receipt import Receipt


class Progress:
    """Listens to nothing: the default."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """A stage starts; `total` steps are known or not."""

    def advance(self, note: str) -> None:
        """One step of the stage is done; `note` names it."""

    def delivered(self, receipt: Receipt) -> None:
        """A delivery was taken or refused."""

    def end(self) -> None:
        """The stage is done."""

    @contextmanager
    def stage(self, stage: str, total: int | None = None) -> Iterator[None]:
        """A stage around a block; one that raises is never ended."""
        self.begin(stage, total)
        yield
        self.end()


def terminal_console() -> Console:
    """A console on a copy of standard output.

    Dagster redirects file descriptor 1 into its own logs while a step runs; the copy still reaches the person.
    """
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    return Console(file=stream, width=None if stream.isatty() else 100, highlight=False)


class TerminalProgress(Progress):
    """A bar for the stage at work on a terminal, one plain line a finished stage everywhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.receipts: list[Receipt] = []
        self.seconds: dict[str, float] = {}
        self._stage = ""
        self._done = 0
        self._started = 0.0
        self._live: Live | None = None
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def begin(self, stage: str, total: int | None = None) -> None:
        self._stage, self._done, self._started = stage, 0, time.monotonic()
        if self.console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description:<22}"), BarColumn(24))
            self._bars = Bars(
                *columns, TimeElapsedColumn(), TextColumn("{task.fields[note]}", markup=False), console=self.console
            )
            self._task = self._bars.add_task(stage, total=total, note="")
            self._live = Live(self._bars, console=self.console, transient=True)
            self._live.start()
        else:
            self.console.print(f"  {stage:<22} ", end="")
            self.console.file.flush()

    def advance(self, note: str) -> None:
        self._done += 1
        if self._bars and self._task is not None:
            self._bars.update(self._task, advance=1, note=f"{self._done} {note[:40]}")

    def delivered(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)
        self.advance(receipt.source_file)

    def end(self) -> None:
        seconds = time.monotonic() - self._started
        self.seconds[self._stage] = seconds
        shown = f"  {self._stage:<22} " if self.console.is_terminal else ""
        self._stage = ""
        self.close()
        self.console.print(f"{shown}{seconds:>6.1f} s")

    def close(self) -> None:
        """Take the bar off the screen, or end the line, also after a failure."""
        if self._stage and not self.console.is_terminal:
            self.console.print()
        self._stage = ""
        if self._live:
            self._live.stop()
        self._live = self._bars = self._task = None
