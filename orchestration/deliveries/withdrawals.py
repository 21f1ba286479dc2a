"""Which deliveries have been withdrawn (撤回): `$DATA/state/withdrawals.jsonl`, one line a decision, in order.

Here belongs: the log. It only grows: a delivery that is restored has a later line that says so. What a withdrawal does
to the other deliveries of its extract stands in `standing`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.deliveries.files import make_private_folder, write_atomically

LOG = Path("state") / "withdrawals.jsonl"
WITHDRAW, RESTORE = "withdraw", "restore"


@dataclass(frozen=True)
class Withdrawal:
    """One line of the log: what was done to which delivery, by whom (an account's name), when (UTC), and why."""

    action: str
    extract: str
    delivery_id: str
    reason: str
    decided_by: str
    decided_at: str


def read_log(data_dir: Path) -> list[Withdrawal]:
    """Every line, oldest first. Raises ValueError where one cannot be read: a withdrawal is never forgotten."""
    file = data_dir / LOG
    if not file.exists():
        return []
    lines = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            lines.append(Withdrawal(**json.loads(line)))
        except (ValueError, TypeError):
            raise ValueError(f"{file}, line {number}: not a withdrawal; take the file from a back-up.") from None
    return lines


def withdrawn(data_dir: Path) -> dict[tuple[str, str], Withdrawal]:
    """The withdrawals in force, by extract (`department.extract`) and delivery id."""
    held: dict[tuple[str, str], Withdrawal] = {}
    for line in read_log(data_dir):
        if line.action == WITHDRAW:
            held[line.extract, line.delivery_id] = line
        else:
            held.pop((line.extract, line.delivery_id), None)
    return held


def record(data_dir: Path, action: str, extract: str, delivery_id: str, reason: str, decided_by: str) -> Withdrawal:
    """Add a line: the whole log is replaced at once, so that no crash leaves a part of it."""
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    line = Withdrawal(action, extract, delivery_id, reason, decided_by, moment)
    file = data_dir / LOG
    make_private_folder(file.parent)
    before = file.read_bytes() if file.exists() else b""
    write_atomically(file, before + json.dumps(asdict(line), ensure_ascii=False).encode() + b"\n")
    return line
