"""`make evaluate`: measure districts whose truth is known, show the figures, and write docs/evaluation.md.

DISTRICT=folder measures one's own district (extracts/ and truth/ below it) and only shows it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestration.deliveries.refusal import Refused
from orchestration.evaluation.districts import BuildFailed, Simulation, built, simulated
from orchestration.evaluation.document import document, not_reached, share
from orchestration.evaluation.goals import GOALS
from orchestration.evaluation.scores import Scores, score
from orchestration.linkage.refit import comparisons_made
from orchestration.prepare import PreparationFailed
from orchestration.process import keep_private
from orchestration.progress import TerminalProgress, terminal_console
from orchestration.revision import code_hash, git_revision
from orchestration.settings import PROJECT, settings_for

_DAYS = 3


def main() -> int:
    """Read the command line and measure."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--residents", type=int, default=20_000)
    arguments.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    arguments.add_argument("--noise", type=float, nargs="+", default=[1, 2])
    arguments.add_argument("--district", default="", help="a folder with extracts/ and truth/")
    given = arguments.parse_args()
    console = terminal_console()
    progress = TerminalProgress(console)
    folder = Path(given.data).expanduser().absolute() / "evaluation"
    try:
        if given.district:
            own = Path(given.district).expanduser().absolute()
            figures = score(built(settings_for(folder / own.name, own / "extracts"), own / "truth", progress))
            _show(console, {noise: {0: figures} for noise in given.noise}, own.name)
            return 0
        measured: dict[float, dict[int, Scores]] = {noise: {} for noise in given.noise}
        for noise in given.noise:
            for seed in given.seeds:
                simulation = Simulation(given.residents, _DAYS, seed, noise)
                measured[noise][seed] = score(simulated(simulation, folder, progress))
    except (BuildFailed, FileNotFoundError, PreparationFailed, Refused) as problem:
        progress.close()
        console.print(f"\nNothing was measured. {problem}", style="red", markup=False)
        return 1
    _show(console, measured)
    written = PROJECT / "docs" / "evaluation.md"
    revision = f"{git_revision()} {code_hash()[:12]}"
    written.write_text(document(measured, given.residents, _DAYS, revision, comparisons_made()), "utf-8")
    console.print(f"\nWritten: {written}", markup=False)
    return 0


def _show(console: Console, measured: dict[float, dict[int, Scores]], name: str = "") -> None:
    """The figures beside their goals, a column a district; what misses its goal in red."""
    table = Table(box=None, pad_edge=False)
    table.add_column("measure")
    columns = [(noise, seed, figures) for noise, scores in measured.items() for seed, figures in scores.items()]
    for noise, seed, _ in columns:
        table.add_column(f"noise {noise:g}\n{name or f'seed {seed}'}", justify="right")
    for goal in GOALS:
        cells = []
        for noise, _, figures in columns:
            colour = "red" if goal.missed(figures, noise) else "green"
            cells.append(f"[{colour}]{share(goal.figure(figures))}[/]\n[dim]{goal.wanted(noise)}[/]")
        table.add_row(goal.name, *cells)
    console.print(table)
    for noise, scores in measured.items():
        for line in not_reached(noise, scores):
            console.print(f"Not reached: {line}", markup=False)


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
