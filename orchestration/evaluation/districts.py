"""Districts whose truth is known, built built as far as the tables that are scored; nothing is published.

Tests of the warehouse are not run here: a district that breaks one is still measured.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts.contract import read_contracts
from orchestration.dbt_command import DBT
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import FolderSource
from orchestration.evaluation.truth import District
from orchestration.masking import mask
from orchestration.prepare import prepare
from orchestration.progress import Progress
from orchestration.releases.inputs import fingerprint
from orchestration.settings import DBT_PROJECT, PROJECT, Settings, settings_for

_BUILT = "built.sha256"
_SCORED = ("person_link", "address_link", "population_by_grid", "discrepancies")


class BuildFailed(Exception):
    """A district could not be written or built; the message says why."""


@dataclass(frozen=True)
class Simulation:
    """A simulated district, by what determines it."""

    residents: int
    days: int
    seed: int
    noise: float

    @property
    def name(self) -> str:
        """A folder's name."""
        return f"residents_{self.residents}_days_{self.days}_seed_{self.seed}_noise_{self.noise:g}"


def simulated(simulation: Simulation, folder: Path, progress: Progress) -> District:
    """The simulated district, written below `folder` unless it is there already, and built. Raises BuildFailed."""
    root = folder / simulation.name
    written, wanted = root / "district.json", json.dumps({"simulator": _simulator(), **vars(simulation)})
    if not written.exists() or written.read_text("utf-8") != wanted:
        written.unlink(missing_ok=True)
        root.mkdir(parents=True, exist_ok=True)
        options = [f"--{name}={value}" for name, value in vars(simulation).items()]
        with progress.stage(f"Simulated district, seed {simulation.seed}, noise {simulation.noise:g}"):
            _run([sys.executable, "-m", "seeds.district", f"--out={root}", *options], PROJECT, {})
        written.write_text(wanted, "utf-8")
    return built(settings_for(root), root / "truth", progress)


def _simulator() -> str:
    """A hash of the simulator's code: a district written by older code is written again."""
    digest = hashlib.sha256()
    for file in sorted((PROJECT / "seeds" / "district").glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def built(settings: Settings, truth: Path, progress: Progress) -> District:
    """Pull the deliveries and build what is scored, unless they and the code are as before. Raises BuildFailed."""
    district = District(settings.warehouse, settings.delivery_index, truth)
    prepare(settings, progress)
    with progress.stage("Deliveries"):
        pull(FolderSource(settings.extracts), read_contracts(), settings.data)
    stamp, wanted = settings.data / _BUILT, fingerprint(settings)
    if stamp.exists() and stamp.read_text("utf-8") == wanted and settings.warehouse.exists():
        return district
    stamp.unlink(missing_ok=True)
    with progress.stage("Models"):
        dbt = [*DBT, "--quiet", "--log-level-file", "none", "build"]
        select = ["--select", *(f"+{name}" for name in _SCORED)]
        _run([*dbt, "--resource-type", "seed", "--resource-type", "model", *select], DBT_PROJECT, settings.environment)
    stamp.write_text(wanted, "utf-8")
    return district


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    finished = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise BuildFailed(mask(finished.stdout + finished.stderr).strip())
