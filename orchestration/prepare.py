"""What must stand before Dagster can load: folders, Dagster's own settings, the derived files, dbt's manifest.

Each is made only where it is missing or out of date: a run with nothing to do spends no time here.
"""

from __future__ import annotations

from orchestration.contracts.contract import read_contracts
from orchestration.contracts.derive import derive
from orchestration.contracts.validation import ContractError
from orchestration.deliveries.files import make_private_folder, write_atomically
from orchestration.exchange.kinds import derive_kinds
from orchestration.instance import NoHistory, configure_dagster
from orchestration.progress import Progress
from orchestration.releases.readers import tighten
from orchestration.revision import dbt_hash
from orchestration.settings import DBT_PROJECT, PROJECT, Settings
from orchestration.waiting_dbt import NotLoaded, WaitingDbt


class PreparationFailed(Exception):
    """The project cannot start; the message says what is wrong with it."""


def prepare(settings: Settings, progress: Progress) -> None:
    """Make everything ready for a run or the UI. Raises PreparationFailed where it cannot be."""
    configure(settings)
    if needs_parsing(settings):
        with progress.stage("Parse the models"), WaitingDbt(settings) as dbt:
            parse(settings, dbt)


def configure(settings: Settings) -> None:
    """Make folders, Dagster's settings and the derived files. Raises PreparationFailed where a contract is at fault."""
    for folder in (settings.deliveries, settings.releases, settings.state, settings.dagster_home, settings.logs):
        make_private_folder(folder)
    try:
        tighten(settings)
    except PermissionError as problem:
        raise PreparationFailed(f"{problem.filename} belongs to another account than the one at work here.") from None
    try:
        configure_dagster(settings)
    except NoHistory as problem:
        raise PreparationFailed(str(problem)) from problem
    try:
        derive(DBT_PROJECT, read_contracts(), PROJECT / "docs" / "contracts.md")
    except ContractError as problem:
        raise PreparationFailed(f"A contract cannot be used. {problem}") from problem
    derive_kinds()


def needs_parsing(settings: Settings) -> bool:
    """Whether the manifest is missing, or of other models."""
    stamp = settings.parsed_stamp
    return not (stamp.exists() and stamp.read_text("utf-8") == dbt_hash() and settings.manifest.exists())


def parse(settings: Settings, dbt: WaitingDbt) -> None:
    """Keep the manifest that dbt writes. Raises PreparationFailed with what dbt says."""
    try:
        dbt.load()
    except NotLoaded as problem:
        raise PreparationFailed(f"dbt cannot read its project:\n{problem}") from problem
    write_atomically(settings.manifest, (settings.dbt_target / "manifest.json").read_bytes())
    write_atomically(settings.parsed_stamp, dbt.project.encode())
