"""The drill: three days of eleven departments over five kinds of source, which break one after another (`make drill`).

    python -m tests.bench.drill --residents 4000

One district is left to Dagster's daemon twice (`tests.bench.daemon`), over the same kind of systems, quietly and while
a script breaks them: some at every look, and mended after it, one from the second day to the end. After every
look each row that was ever offered must be accepted, rejected or waiting, with a reason. In the end nothing may wait,
the deliveries in force and the marts must be those of the quiet days, and the messages have told what failed, and that
it was over. Here belongs: the script, and what is compared.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.receipt import last_accepted_by_day
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import read_troubles
from tests.bench.ledger import Ledger
from tests.servers.breaking import Breaker
from tests.servers.departments import Departments

DAYS = 3
LOOKS = 3
# What says how deliveries came, or when something became known: in a drill they come late, and it says so.
OF_ARRIVAL = {"provenance", "sharing_scorecard", "sharing_scorecard_reasons"}


class Drill:
    """A district run into `data` from its departments' systems; what `refresh` takes a day (YYYYMMDD) in with, and what
    `finish` does once everything is back, is whoever's who runs it."""

    def __init__(self, systems: Departments, extracts: Path, data: Path) -> None:
        self.systems, self.extracts, self.data = systems, extracts, data
        self.days = sorted({file.stem[-8:] for file in extracts.glob("*/*/*")})
        self.lost: list[str] = []

    def refresh(self, day: str) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """What is left is taken."""
        self.refresh(self.days[-1])

    def quietly(self) -> None:
        for day in self.days:
            print(f"{day} quietly", flush=True)
            self.systems.hand_over(self.extracts, day)
            self.refresh(day)
        self.finish()

    def broken(self, chance: Random, ledger: Ledger) -> None:
        """Every day is looked at several times; before the last of these what was broken on the day is mended. What is
        neither accepted nor rejected nor waiting after a look is `lost`."""
        breaker = Breaker(self.systems, chance, lambda text: print(text, flush=True))
        for number, day in enumerate(self.days, 1):
            self.systems.hand_over(self.extracts, day)
            breaker.spoil_files(number, day)
            for look in range(1, LOOKS + 1):
                print(f"{day} look {look}", flush=True)
                chosen = breaker.choose() if look < LOOKS else []
                breaker.break_all(chosen)
                self.refresh(day)
                self._say_where_all_is(ledger, day, breaker.late)
                breaker.mend_all(chosen)
        breaker.mend_everything()
        self.finish()
        self._say_where_all_is(ledger, self.days[-1], breaker.late)

    def _say_where_all_is(self, ledger: Ledger, day: str, late: Collection[tuple[str, str]]) -> None:
        for trouble in read_troubles(self.data):
            print(f"    {trouble.extract} waits ({trouble.kind}, tried {trouble.tries}): {trouble.reason}", flush=True)
        account = ledger.account(self.data, day, late)
        print(f"    {account}", flush=True)
        self.lost += [f"on {day}: {each}" for each in account.lost]


def break_a_row(extracts: Path) -> None:
    """A row that cannot be read, at the end of the first day's students: it is rejected, quietly or not."""
    with min((extracts / "education" / "students").iterdir()).open("ab") as file:
        file.write(b"half a row\n")


def in_force(data: Path) -> dict[tuple[str, str], tuple[int, int, list[str]]]:
    """By extract and day: the rows accepted and rejected of the delivery that holds, and what they say."""
    found = {}
    for contract in read_contracts().values():
        for day, receipt in last_accepted_by_day(load_receipts(data, [contract])).items():
            file = data / "deliveries" / receipt.folder / "accepted.parquet"
            with duckdb.connect() as connection:
                query = "select _record_key || _version from read_parquet(?) order by 1"
                rows = [row for (row,) in connection.execute(query, [str(file)]).fetchall()]
            found[contract.id, day] = (receipt.rows_accepted, receipt.rows_rejected, rows)
    return found


def different_deliveries(quiet: Path, drilled: Path) -> list[str]:
    """What waits after the drill, and which deliveries are not those of the quiet runs."""
    wrong = [f"{trouble.extract} still waits: {trouble.reason}" for trouble in read_troubles(drilled)]
    ours, theirs = in_force(quiet), in_force(drilled)
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            there = [str(each[key][:2]) if key in each else "nothing" for each in (ours, theirs)]
            wrong.append(f"{key[0]} of {key[1]}: {there[0]} quietly, {there[1]} in the drill")
    return wrong


def marts(data: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every mart of the current release, save those that tell how things came and when they were known."""
    file = (data / "releases" / "current" / "marts.duckdb").resolve()
    with duckdb.connect(str(file), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        kept = [name for name in names if name not in OF_ARRIVAL and not name.endswith("_history")]
        return {name: connection.execute(f"from {name} order by all").fetchall() for name in kept}


def different_marts(quiet: Path, drilled: Path) -> list[str]:
    ours, theirs = marts(quiet), marts(drilled)
    return [
        f"mart {name} differs" for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)
    ]


@contextmanager
def hook() -> Iterator[tuple[str, list[str]]]:
    """A web hook that keeps what is posted to it: its address and the texts."""
    posted: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", posted
    finally:
        server.shutdown()
        server.server_close()
