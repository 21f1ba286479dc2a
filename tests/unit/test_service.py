"""The systemd units: what `make service` writes is what systemd reads, and as closed as it is said to be."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.service.units import UNITS, NotAValue, render

SYSTEMD = shutil.which("systemd-analyze")
VALUES = {
    "data": "/srv/wang ge/100%",
    "extracts": "/srv/drop",
    "environment": "live",
    "account": "wangge",
    "secrets": "/etc/wangge/environment",
    "port": "3000",
}
# Known from systemd 254 on; those before say so and go on.
LATER = re.compile(r".*Unknown key (?:name )?'(RestartSteps|RestartMaxDelaySec)'.*")


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    if not SYSTEMD:
        pytest.skip("there is no systemd-analyze on this machine: apt-get install -y systemd")
    for name, text in render(VALUES).items():
        (tmp_path / name).write_text(text)
    return [str(tmp_path / name) for name in UNITS]


def test_systemd_reads_the_units(units: list[str]) -> None:
    command = [str(SYSTEMD), "verify", "--recursive-errors=no", *units]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    # Not its exit code: before 254 those two keys make it 1.
    wrong = [line for line in (said.stdout + said.stderr).splitlines() if "wangge-" in line]
    assert [line for line in wrong if not LATER.fullmatch(line)] == []


def test_the_units_leave_little_to_an_intruder(units: list[str]) -> None:
    """Systemd's own measure, from 0 (closed) to 10 (open); an ordinary service has 9.6."""
    for unit in units:
        command = [str(SYSTEMD), "security", "--offline=yes", "--threshold=25", unit]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout[-600:] + said.stderr


def test_a_value_that_would_break_a_unit_is_refused() -> None:
    for wrong in ('/srv/"x"', "/srv/x\nUser=root", "/srv/\\x"):
        with pytest.raises(NotAValue, match="DATA may hold no quote"):
            render({**VALUES, "data": wrong})


def test_what_a_unit_says_of_paths_is_taken_as_it_stands() -> None:
    daemon = render(VALUES)["wangge-daemon.service"]
    assert '"WANGGE_DATA=/srv/wang ge/100%%"' in daemon
    assert 'ReadWritePaths="/srv/wang ge/100%%"' in daemon
    assert "$" not in daemon
