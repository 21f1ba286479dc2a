"""Systems that break one after another: once everything is back, nothing is missing, doubled or waiting."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import files, patience, sources_for
from orchestration.settings import settings_for
from seeds.district.__main__ import generate
from tests.bench.drill import DAYS, Drill, break_a_row, different_deliveries
from tests.bench.ledger import Ledger
from tests.servers.departments import departments
from tests.servers.front import LIVE


class Pulls(Drill):
    """The drill without its builds: `make drill` leaves them to the daemon."""

    def refresh(self, day: str) -> None:
        contracts, settings = read_contracts(), settings_for(self.data, None, LIVE)
        sources = sources_for(contracts, settings, self.systems.variables)
        pull(sources, contracts, settings.data, day=datetime.strptime(day, "%Y%m%d").date())


def test_once_everything_is_back_all_is_as_if_nothing_had_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(files, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)
    generate(tmp_path, 800, DAYS, 5, "2026-09-01", 1.0, lambda _: None)
    break_a_row(tmp_path / "extracts")
    quiet, drilled = tmp_path / "quiet", tmp_path / "drilled"
    with departments(tmp_path / "of quiet") as systems:
        Pulls(systems, tmp_path / "extracts", quiet).quietly()
    with departments(tmp_path / "of drilled") as systems:
        drill = Pulls(systems, tmp_path / "extracts", drilled)
        drill.broken(Random(1), Ledger(tmp_path / "extracts", tmp_path / "offered"))
    assert drill.lost == []
    assert different_deliveries(quiet, drilled) == []
    said = capsys.readouterr().out
    assert "public_security.household_register waits (unreachable" in said
    assert "party_building.party_members (a delivery refused" in said
    at_the_end = said.split("everything is mended")[1]
    assert "waits" not in at_the_end and "rows accepted, 1 rejected, 0 waiting" in at_the_end
