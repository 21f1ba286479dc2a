"""Small districts of two extracts, one full and one of changes, whose deliveries expire or lose a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.index import write_index
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.sources import FolderSource
from orchestration.settings import settings_for
from orchestration.upkeep import retention

CONTRACTS = read_contracts()
HOUSES, RENTALS = "housing.housing_units", "housing.rental_contracts"
BOTH = {id_: CONTRACTS[id_] for id_ in (HOUSES, RENTALS)}
LATEST = "qualify row_number() over (partition by _record_key order by _delivery_date desc, _source_row desc) = 1"
QUIET = Console(quiet=True)


def houses(content: int) -> bytes:
    """A full delivery; another number gives other rows."""
    header = "|".join(column.header for column in CONTRACTS[HOUSES].columns)
    lines = [f"A{row}|建设路1号1栋{row}|{80 + content}|住宅|1999|王小明||商品房|2026/08/01" for row in range(4)]
    return ("\n".join([header, *lines]) + "\n").encode()


def rentals(content: int) -> bytes:
    """A delivery of changes: two of three records and two without a readable key, one of them the same every time."""
    first = {column.header: "" for column in CONTRACTS[RENTALS].columns}
    rows: list[dict[str, Any]] = [
        first | {"contract_no": f"B{key}", "tenant_name": f"张{content}"} for key in {content % 3, (content + 1) % 3}
    ]
    rows += [first | {"tenant_name": "无号"}, first | {"tenant_name": f"无号{content}"}]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


class District:
    """A folder of deliveries and the data folder that they are pulled into."""

    def __init__(self, folder: Path) -> None:
        self.settings = settings_for(folder / "data", folder / "extracts")
        self.settings.extracts.mkdir(parents=True, exist_ok=True)

    def put(self, id_: str, day: int, content: int | bytes) -> None:
        """Puts a file in place: as written, or the one of that number."""
        contract = CONTRACTS[id_]
        folder = self.settings.extracts / contract.department / contract.extract
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{contract.extract}_202609{day:02d}{Path(contract.path).suffix}"
        if isinstance(content, int):
            content = houses(content) if id_ == HOUSES else rentals(content)
        file.write_bytes(content)

    def pull(self) -> list[Receipt]:
        return pull(FolderSource(self.settings.extracts), BOTH, self.settings.data, workers=1)

    def deliver(self, id_: str, day: int, content: int | bytes) -> Receipt:
        self.put(id_, day, content)
        (receipt,) = self.pull()
        return receipt

    def index(self) -> None:
        """What the next pull does when nothing is new."""
        write_index(self.settings.data, BOTH.values())

    def fold(self, keep_days: int) -> None:
        retention.retain(self.settings, keep_days, QUIET)

    def entry(self, id_: str) -> dict[str, Any]:
        entries = json.loads(self.settings.delivery_index.read_text("utf-8"))
        (entry,) = [each for each in entries if f"{each['department']}.{each['extract']}" == id_]
        return dict(entry)

    def state(self, id_: str) -> list[tuple[Any, ...]]:
        """The rows of the current state, as staging takes them."""
        query = f"from read_parquet($paths, union_by_name = true) {LATEST if id_ == RENTALS else ''} order by all"
        return duckdb.execute(query, {"paths": self.entry(id_)["paths"]}).fetchall()

    def told(self, id_: str, since: str) -> set[tuple[Any, ...]]:
        """What deliveries said that counts after a day, and when it was known: of a full extract every row of those
        that were not replaced by then, of changes the last row of each record on each day that anything was known."""
        found = set()
        learnt = self.entry(id_)["learnt"]
        for known in [since, *(each["known_from"] for each in learnt if each["known_from"] > since)]:
            there = [each for each in learnt if each["known_from"] <= known < (each["known_to"] or "9")]
            for day in [since, *(each["delivery_date"] for each in there if each["delivery_date"] > since)]:
                by_day = [each for each in there if each["delivery_date"] <= day]
                by_day = by_day[-1:] if id_ == HOUSES else by_day
                if by_day:
                    found |= {(known, day, *row) for row in self._last_rows(by_day)}
        return found

    def _last_rows(self, learnt: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        query = (
            "select _record_key, _version, _delivery_id, _source_row from read_parquet($paths, union_by_name = true) "
            f"where _delivery_id in (select unnest($ids)) {LATEST}"
        )
        paths = list({each["path"] for each in learnt})
        return duckdb.execute(query, {"paths": paths, "ids": [each["delivery_id"] for each in learnt]}).fetchall()


def killed(act: Callable[[], None], monkeypatch: pytest.MonkeyPatch, moment: int) -> bool:
    """Acts, and is killed at the n-th change of a file; False where there are fewer."""
    moments = iter(range(1000))

    def step(original: Any) -> Any:
        def stepped(*arguments: Any, **named: Any) -> Any:
            if next(moments) == moment:
                raise KeyboardInterrupt
            return original(*arguments, **named)

        return stepped

    with monkeypatch.context() as patched:
        for name in ("unlink", "rename", "replace", "mkdir", "chmod"):
            patched.setattr(Path, name, step(getattr(Path, name)))
        try:
            act()
        except KeyboardInterrupt:
            return True
    return False
