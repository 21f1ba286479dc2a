"""A district that pulls one extract from one system, as a person would see it: receipts, rows, troubles, messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.receipt import Receipt, current_receipts
from orchestration.deliveries.sources import Source, sources_for
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import Trouble, read_troubles
from orchestration.settings import settings_for

LIVE = "live"


class Front:
    """`variables` are what the machine's environment would hold; `settings` override the server's customProperties."""

    def __init__(self, folder: Path, extract: str, variables: Mapping[str, str], **settings: Any) -> None:
        self.data, self.extracts = folder / "data", folder / "extracts"
        self.extracts.mkdir(exist_ok=True)
        self.variables = dict(variables)
        contract = read_contracts()[extract]
        live = contract.server(LIVE)
        servers = (contract.servers[0], replace(live, settings={**live.settings, **settings}))
        self.contract: Contract = replace(contract, servers=servers)

    @property
    def source(self) -> Source:
        settings = settings_for(self.data, self.extracts, LIVE)
        return sources_for({self.contract.id: self.contract}, settings, self.variables)[self.contract.id]

    def pull(self, day: str) -> list[Receipt]:
        contracts = {self.contract.id: self.contract}
        return pull({self.contract.id: self.source}, contracts, self.data, day=date.fromisoformat(day))

    def rows(self) -> list[dict[str, Any]]:
        """The rows in force of every delivery that counts, oldest delivery first, by their English names."""
        receipts = current_receipts(self.contract, load_receipts(self.data, [self.contract]))
        files = [str(self.data / "deliveries" / each.folder / "accepted.parquet") for each in receipts]
        with duckdb.connect() as connection:
            if not files:
                return []
            found = connection.execute("select * from read_parquet(?) order by _delivery_date, _source_row", [files])
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def state(self) -> dict[str, dict[str, Any]]:
        """The last row of each key, as downstream counts it; a key twice in one delivery fails."""
        state: dict[str, dict[str, Any]] = {}
        seen = set()
        for row in self.rows():
            key = row["_record_key"]
            assert (row["_delivery_id"], key) not in seen
            seen.add((row["_delivery_id"], key))
            state[key] = row
        return state

    @property
    def troubles(self) -> list[Trouble]:
        return read_troubles(self.data)

    def said(self) -> str:
        """Everything that was written for people: troubles, strays, receipts, index."""
        files = sorted((self.data / "deliveries").rglob("*.json"))
        return "\n".join(json.dumps(json.loads(each.read_text("utf-8")), ensure_ascii=False) for each in files)

    def leftovers(self) -> list[Path]:
        """What a pull that failed left behind of what it had read."""
        return [each for each in (self.data / "deliveries").rglob(".*") if each.name not in (".lock",)]
