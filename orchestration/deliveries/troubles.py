"""`deliveries/troubles.json`: which extracts could not be pulled, since when, and when it is worth another try.

Here belongs: the exception by which a source says so, and the list of what waits. A refused delivery is no trouble: it
came, and has a receipt. A trouble holds no value of a row and no password.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.deliveries.files import write_atomically
from orchestration.masking import mask

TROUBLES = Path("deliveries") / "troubles.json"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(minutes=360)

UNREACHABLE, REFUSED_LOGIN, HOST_KEY_CHANGED = "unreachable", "refused_login", "host_key_changed"
TIMEOUT, INTERRUPTED, SERVER_ERROR = "timeout", "interrupted", "server_error"
MISSING_TABLE, MISSING_COLUMN, MISSING_SETTING = "missing_table", "missing_column", "missing_setting"
INCOMPLETE, WAITING = "incomplete", "waiting"
KINDS: dict[str, str] = {
    UNREACHABLE: "nothing answers there (连不上)",
    REFUSED_LOGIN: "the system refuses the login (登录被拒)",
    HOST_KEY_CHANGED: "the host does not prove to be the one that is known (主机密钥不符)",
    TIMEOUT: "the system answers too slowly (超时)",
    INTERRUPTED: "the connection broke in the middle (中断)",
    SERVER_ERROR: "the system answers with an error (服务端错误)",
    MISSING_TABLE: "the table, folder or address is not there (表或目录不存在)",
    MISSING_COLUMN: "a column of the contract is not in the table (缺列)",
    MISSING_SETTING: "a setting of this machine is missing (缺配置)",
    INCOMPLETE: "what is there is not complete yet (未写完)",
    WAITING: "it waits for something else (等待)",
}
PASSING = frozenset({UNREACHABLE, TIMEOUT, INTERRUPTED, SERVER_ERROR})
"""Kinds that may be over in seconds. A refused login is not tried again at once: that locks accounts."""


class SourceTrouble(Exception):
    """A source that could not be read now: kind (one of KINDS), what is wrong, what to do; `after`: seconds that the
    system asked to wait."""

    def __init__(self, kind: str, reason: str, remedy: str, after: float = 0.0) -> None:
        self.kind, self.reason, self.remedy, self.after = kind, mask(reason), remedy, after
        self.settled = False
        super().__init__(f"{kind}: {self.reason}")


@dataclass(frozen=True)
class Trouble:
    """What one extract waits for. Times are UTC in ISO 8601; `tries` counts the pulls in vain since `since`."""

    extract: str
    system: str
    kind: str
    reason: str
    remedy: str
    since: str
    last_try: str
    tries: int
    next_try: str


def read_troubles(data_dir: Path) -> list[Trouble]:
    """The extracts that wait, by name; none where nothing ever failed."""
    file = data_dir / TROUBLES
    return [Trouble(**entry) for entry in json.loads(file.read_text("utf-8"))] if file.exists() else []


def note_troubles(
    data_dir: Path, failed: Mapping[str, tuple[str, SourceTrouble]], tried: Collection[str], now: datetime | None = None
) -> list[Trouble]:
    """Writes the list anew after a pull of the extracts `tried`, of which `failed` (system and trouble by extract).

    An extract that was tried and did not fail leaves the list; one that was not tried stays as it was.
    """
    now = now or datetime.now(UTC)
    before = {trouble.extract: trouble for trouble in read_troubles(data_dir)}
    kept = {extract: trouble for extract, trouble in before.items() if extract not in tried}
    for extract, (system, problem) in failed.items():
        known = before.get(extract)
        tries = known.tries + 1 if known else 1
        wait = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
        kept[extract] = Trouble(
            extract=extract,
            system=system,
            kind=problem.kind,
            reason=problem.reason,
            remedy=problem.remedy,
            since=known.since if known else _written(now),
            last_try=_written(now),
            tries=tries,
            next_try=_written(now + max(wait, timedelta(seconds=problem.after))),
        )
    troubles = [kept[extract] for extract in sorted(kept)]
    if troubles or before:
        text = json.dumps([asdict(trouble) for trouble in troubles], ensure_ascii=False, indent=1) + "\n"
        write_atomically(data_dir / TROUBLES, text.encode())
    return troubles


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
