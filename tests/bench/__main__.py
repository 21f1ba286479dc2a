"""`make bench`: what a full refresh and a run with nothing to do cost, beside bare DuckDB reading the same files.

Prints one table; never a timed test. Sizes are residents of a simulated district: `make bench SIZES="20000 100000"`.
Each size runs in a folder of its own that is removed afterwards.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.bare import read_bare

STAGE = re.compile(r"^  (\S.*?) +(\d+\.\d) s$", re.MULTILINE)
DAYS = 3


@dataclass(frozen=True)
class Measured:
    """One run of the whole way through: wall seconds in all and by stage, peak memory of its largest process."""

    seconds: float
    stages: dict[str, float]
    peak_gigabytes: float


def run(data: Path, residents: int) -> Measured:
    """Run everything in a process of its own. Raises CalledProcessError with its output where it fails."""
    command = [sys.executable, "-m", "orchestration.run", f"--data={data}", f"--residents={residents}"]
    began = time.monotonic()
    finished = subprocess.run([*command, f"--days={DAYS}"], capture_output=True, text=True, check=True)
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return Measured(seconds, {name: float(value) for name, value in STAGE.findall(finished.stdout)}, peak)


def gigabytes(folder: Path) -> float:
    """What a folder holds, links not followed."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 1024**3


def measure(residents: int) -> list[str]:
    """One line of the table for a district of this size."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = Path(folder)
        full = run(data, residents)
        again = run(data, residents)
        rows, bare = read_bare(data / "extracts")
        district = full.stages.pop("Simulated district", 0.0)
        refresh = full.seconds - district
        stages = ("Parse the models", "Start Dagster", "Deliveries", "Models and tests", "Release")
        return [
            f"{residents:,}",
            f"{rows:,}",
            f"{district:.0f}",
            *(f"{full.stages.get(stage, 0):.1f}" for stage in stages),
            f"{refresh:.0f}",
            f"{bare:.1f}",
            f"{refresh / bare:.1f}",
            f"{again.seconds:.0f}",
            f"{full.peak_gigabytes:.1f}",
            f"{gigabytes(data) - gigabytes(data / 'extracts') - gigabytes(data / 'truth'):.2f}",
        ]


def main() -> None:
    """Measure each size in turn and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sizes", nargs="+", type=int, help="residents")
    table = Table(title="Seconds, unless a unit stands above", title_justify="left", box=None, pad_edge=False)
    columns = ("residents", "rows", "district", "parse", "start", "deliveries", "models", "release", "refresh")
    for name in (*columns, "bare DuckDB", "ratio", "nothing new", "peak GB", "written GB"):
        table.add_column(name, justify="right")
    console = Console(width=150)
    for size in arguments.parse_args().sizes:
        console.print(f"{size:,} residents ...")
        table.add_row(*measure(size))
    console.print(table)


if __name__ == "__main__":
    main()
