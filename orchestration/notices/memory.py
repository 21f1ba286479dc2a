"""What was wrong when, and what of it was told: `$DATA/state/notices.jsonl`.

Here belongs: the log, which only grows. A line tells a change (what began, what is over), or that a channel was told
all changes up to one. So a channel that is down for a while is told what it missed, also what has passed meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.deliveries.files import make_private_folder, write_atomically
from orchestration.notices.problems import Problem

LOG = Path("state") / "notices.jsonl"


@dataclass(frozen=True)
class Over:
    """A problem that is no more, and when that was seen."""

    problem: Problem
    at: str


@dataclass(frozen=True)
class News:
    """What one channel is to be told: what it does not know yet, what it knows and still holds, what is over."""

    began: list[Problem] = field(default_factory=list)
    continuing: list[Problem] = field(default_factory=list)
    over: list[Over] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.began or self.over)


class Memory:
    """The log of one data folder. Whoever writes holds a lock meanwhile (see notify)."""

    def __init__(self, data_dir: Path) -> None:
        """Raises ValueError where a line cannot be read."""
        self._file = data_dir / LOG
        self._lines: list[dict[str, Any]] = []
        for number, line in enumerate(self._file.read_text("utf-8").splitlines() if self._file.exists() else [], 1):
            try:
                self._lines.append(json.loads(line))
            except ValueError:
                raise ValueError(f"{self._file}, line {number}: not a notice; take it out of the file.") from None

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [line for line in self._lines if "told" not in line]

    def open_problems(self, through: int | None = None) -> dict[str, Problem]:
        """What was wrong after the change of that number (default: the last), by key, with when it began."""
        problems: dict[str, Problem] = {}
        for change in self.changes[:through]:
            for key in change["over"]:
                problems.pop(key, None)
            for began in change["began"]:
                problems[began["key"]] = Problem(**began)
        return problems

    def note(self, problems: Iterable[Problem], now: datetime) -> None:
        """Adds a line where other things are wrong than before."""
        current = {problem.key: problem for problem in problems}
        before = self.open_problems()
        began = [asdict(problem) for key, problem in current.items() if key not in before]
        over = [key for key in before if key not in current]
        if began or over:
            self._append({"at": now.isoformat(timespec="seconds"), "began": began, "over": over})

    def meet(self, channel: str, now: datetime) -> None:
        """Notes a channel that is new: from here on nothing is lost to it. What is wrong already is news to it."""
        if self._last_told(channel) is None:
            self._append(_told(channel, len(self.changes), now, knows=False))

    def news(self, channel: str) -> News:
        """What a channel that was met does not know: also what began and is over since it was told last."""
        last = self._last_told(channel) or _told(channel, 0, datetime.min, knows=False)
        seen = self.open_problems(last["through"])
        known = set(seen) if last["knows"] else set()
        now = self.open_problems()
        ended: dict[str, Over] = {}
        for change in self.changes[last["through"] :]:
            ended |= {key: Over(seen.pop(key), change["at"]) for key in change["over"] if key in seen}
            seen |= {began["key"]: Problem(**began) for began in change["began"]}
        # What was over and began again counts as begun: it is told once, as new.
        known -= set(ended)
        return News(
            began=[problem for key, problem in now.items() if key not in known],
            continuing=[problem for key, problem in now.items() if key in known],
            over=[over for key, over in ended.items() if key not in now],
        )

    def told(self, channel: str, now: datetime) -> None:
        """Notes that a channel knows everything up to now."""
        self._append(_told(channel, len(self.changes), now, knows=True))

    def _last_told(self, channel: str) -> dict[str, Any] | None:
        return next((line for line in reversed(self._lines) if line.get("told") == channel), None)

    def _append(self, line: dict[str, Any]) -> None:
        """The whole log is replaced at once, so that no crash leaves a part of a line."""
        self._lines.append(line)
        make_private_folder(self._file.parent)
        text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in self._lines)
        write_atomically(self._file, text.encode())


def _told(channel: str, through: int, now: datetime, *, knows: bool) -> dict[str, Any]:
    """A line: what changed up to the change of that number is behind a channel, and whether it was told of it."""
    return {"at": now.isoformat(timespec="seconds"), "told": channel, "through": through, "knows": knows}
