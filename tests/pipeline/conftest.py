"""One small simulated district, run once from end to end, that all tests of the way through share and none changes."""

from __future__ import annotations

import pytest
from districts import District, locked, run_district

from orchestration.settings import settings_for


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> District:
    """1,500 residents over three days; the first worker that asks runs it, the others wait and read."""
    base = tmp_path_factory.getbasetemp()
    root = base if worker_id == "master" else base.parent
    data, printed = root / "district", root / "district.txt"
    with locked(root / "district.lock"):
        if not printed.exists():
            printed.write_text(run_district(data).output, "utf-8")
    return District(settings_for(data), printed.read_text("utf-8"))
