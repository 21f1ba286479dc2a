"""`kill -9` of orders, forms and withdrawals: `python -m tests.bench.killed_commands DATA`; never a timed test.

DATA is a folder that was built. Each command is killed at ten moments in copies of it: what it had written by then must
be whole, and the command that is then left alone must leave the files of one that was never disturbed. Ends with 1
where that is not so.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from openpyxl import load_workbook
from rich.console import Console

from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.withdrawals import read_log
from orchestration.settings import PROJECT, Settings, settings_for
from tests.bench.crashes import copied
from tests.bench.whole import broken, leftovers

MOMENTS = 10


def commands(settings: Settings) -> dict[str, list[str]]:
    """Module and arguments of each command, without the data folder."""
    last = max(load_receipts(settings.data), key=lambda receipt: receipt.received_at)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        ((street,),) = connection.execute("select min(street_code) from conformed.grid").fetchall()
    return {
        "orders": ["orchestration.exchange.orders"],
        "forms": ["orchestration.forms.command", f"--area={street}"],
        "withdraw": ["orchestration.deliveries", "withdraw", f"--delivery={last.delivery_id}", "--reason=a test"],
    }


def start(settings: Settings, command: list[str]) -> subprocess.Popen[bytes]:
    """The command at work on this folder, silent."""
    program = [sys.executable, "-m", *command, f"--data={settings.data}"]
    return subprocess.Popen(program, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def files(settings: Settings) -> dict[str, object]:
    """What stands in every file that the commands write. Raises where one cannot be read, being half-written."""
    found: dict[str, object] = {}
    for file in sorted(settings.data.glob("orders/*/*")) + sorted(settings.data.glob("forms/*/*/*")):
        book = load_workbook(file, read_only=True)
        found[str(file.relative_to(settings.data))] = [list(sheet.values) for sheet in book]
    with duckdb.connect() as connection:
        for file in sorted(settings.state.glob("orders/*.parquet")):
            rows = connection.execute("select * from read_parquet(?) order by all", [str(file)]).fetchall()
            found[file.name] = rows
    found["withdrawals"] = [(line.action, line.delivery_id) for line in read_log(settings.data)]
    found["fills"] = settings.fills.read_text("utf-8") if settings.fills.exists() else ""
    found["index"] = settings.delivery_index.read_text("utf-8").replace(str(settings.data), "")
    return found


def half_written(settings: Settings) -> list[str]:
    """What is wrong between a kill and the next command."""
    try:
        files(settings)
    except Exception as problem:
        return [f"{type(problem).__name__}: {problem}"]
    return broken(settings)


def main() -> int:
    """Kill, look, finish, compare; prints a line a command."""
    base, chance, console, wrong = settings_for(sys.argv[1]), random.Random(1), Console(width=150), False
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:
        for name, command in commands(base).items():
            undisturbed = copied(base.data, Path(folder) / name)
            began = time.monotonic()
            assert start(undisturbed, command).wait() == 0, name
            seconds, wanted, found, killed = time.monotonic() - began, files(undisturbed), [], 0
            settings = copied(base.data, Path(folder) / f"{name}-killed")
            for _ in range(MOMENTS):
                process = start(settings, command)
                time.sleep(chance.uniform(0.4 * seconds, seconds))
                killed += process.poll() is None
                process.kill()
                process.wait()
                found += half_written(settings)
            start(settings, command).wait()
            after = files(settings)
            found += [key for key in wanted.keys() | after.keys() if wanted.get(key) != after.get(key)]
            found += leftovers(settings)
            found += [str(file) for file in (settings.data / "orders").glob(".*")]
            found += [str(file) for file in (settings.data / "forms").rglob(".*")]
            console.print(
                f"{name}: {killed} killed within {seconds:.1f} s: {'; '.join(found) or 'whole'}", markup=False
            )
            wrong = wrong or bool(found)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
