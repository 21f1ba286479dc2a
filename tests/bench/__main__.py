"""`make bench`: what a full refresh, one day's change and a run with nothing to do cost; never a timed test.

Sizes are residents of a simulated district: `make bench SIZES="100000 1000000"`. All days but the last are delivered
first (the full refresh), then the last (the change), then nothing. Each size runs in a folder of its own, which is
removed afterwards; where the disk is too small it is left out. Writes docs/benchmarks.md anew.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from orchestration.revision import git_revision
from orchestration.settings import PROJECT, settings_for
from tests.bench.bare import read_bare
from tests.bench.crashes import copy_days, last_day
from tests.bench.load import figures, under_load
from tests.bench.measure import Measured, run

DAYS = 3
DOCUMENT = PROJECT / "docs" / "benchmarks.md"
# Deliveries, their Parquet files, warehouse, release and DuckDB's temporary files.
GIGABYTES_A_MILLION = 12.0
STAGES = ("Parse the models", "Start Dagster", "Deliveries", "Models and tests", "Release")


@dataclass(frozen=True)
class Size:
    """One district: the rows that bare DuckDB read and its seconds, and the three runs by name."""

    residents: int
    rows: int
    bare: float
    runs: dict[str, Measured]


def measure(residents: int) -> Size:
    """Run a district of this size through all three."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        options = [f"--out={root / 'district'}", f"--residents={residents}", f"--days={DAYS}"]
        subprocess.run([sys.executable, "-m", "seeds.district", *options], cwd=PROJECT, check=True, stdout=-3)
        written, settings = root / "district" / "extracts", settings_for(root / "data", root / "extracts")
        copy_days(written, settings.extracts, without=last_day(written))
        rows, bare = read_bare(settings.extracts)
        runs = {"full refresh": run(settings)}
        copy_days(written, settings.extracts)
        runs["one day's change"] = run(settings)
        runs["nothing to do"] = run(settings)
        return Size(residents, rows, bare, runs)


def document(sizes: list[Size], load: dict[str, float]) -> str:
    """The whole of docs/benchmarks.md."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    lines = [
        "# Benchmarks",
        "",
        'Written by `make bench SIZES="…"`; nothing here is a test, and nothing is edited by hand.',
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, revision {git_revision()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}. Single runs.",
        "",
        "A simulated district is delivered but for its last day (*full refresh*, dbt's parse of the project included), "
        "then the last day (*one day's change*), then nothing. *Bare DuckDB* reads the same files into tables, without "
        "a check or a model. *Orchestration* are the seconds in which DuckDB neither took deliveries, nor built a "
        "model or ran a test, nor copied a release. Memory is that of all processes together at its peak.",
        "",
        "| residents | rows | bare DuckDB s | run | s | × bare | parse | start | deliveries | models | release "
        "| orchestration s | peak GB | written GB |",
        "| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for size in sizes:
        for name, one in size.runs.items():
            stages = " | ".join(f"{one.stages[stage]:.1f}" if stage in one.stages else "" for stage in STAGES)
            outside = f"{one.orchestration:.0f} ({one.orchestration / one.seconds:.0%})"
            lines.append(
                f"| {size.residents:,} | {size.rows:,} | {size.bare:.1f} | {name} | {one.seconds:.0f} "
                f"| {one.seconds / size.bare:.1f} | {stages} | {outside} "
                f"| {one.peak_gigabytes:.1f} | {one.written_gigabytes:.2f} |"
            )
    lines += [
        "",
        "## How cost grows",
        "",
        "Seconds for each 100,000 residents: a line that falls grows less than the district.",
        "",
    ]
    lines += [*growth(sizes), "", "## Where the time goes", ""]
    for name, one in sizes[-1].runs.items():
        for model, seconds, rows in one.models:
            lines.append(f"- {name}: `{model}` {seconds:.1f} s{f', {rows:,} rows' if rows is not None else ''}")
    lines += [
        "",
        "## Readers while releases are published",
        "",
        "Eight processes open the release, query three marts of a million rows and its provenance, and close "
        "it, while ten releases are published: " + ", ".join(f"{name} {value:,}" for name, value in load.items()) + ".",
        "",
    ]
    return "\n".join(lines)


def growth(sizes: list[Size]) -> list[str]:
    """A chart that Markdown viewers draw (Mermaid)."""
    series = {name: [size.runs[name].seconds for size in sizes] for name in sizes[0].runs}
    series["bare DuckDB"] = [size.bare for size in sizes]
    scaled = {
        name: [100_000 * second / size.residents for second, size in zip(seconds, sizes, strict=True)]
        for name, seconds in series.items()
    }
    axis = ", ".join(f'"{size.residents:,}"' for size in sizes)
    return [
        f"Lines, from first to last: {', '.join(scaled)}.",
        "",
        "```mermaid",
        "xychart-beta",
        f"    x-axis residents [{axis}]",
        '    y-axis "seconds per 100,000 residents"',
        *(f"    line [{', '.join(f'{value:.2f}' for value in values)}]" for values in scaled.values()),
        "```",
    ]


def main() -> None:
    """Measure each size in turn, smallest first, and write the document."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sizes", nargs="+", type=int, help="residents")
    console, sizes = Console(width=150), []
    for residents in sorted(arguments.parse_args().sizes):
        free = shutil.disk_usage(tempfile.gettempdir()).free / 1e9
        needed = GIGABYTES_A_MILLION * residents / 1e6
        if free < needed:
            console.print(f"{residents:,} residents: left out, {free:.0f} GB free, about {needed:.0f} GB needed")
            continue
        console.print(f"{residents:,} residents ...")
        sizes.append(measure(residents))
        for name, one in sizes[-1].runs.items():
            console.print(f"  {name}: {one.seconds:.0f} s, peak {one.peak_gigabytes:.1f} GB")
    if sizes:
        with tempfile.TemporaryDirectory(prefix="load-") as scratch:
            load = figures(under_load(Path(scratch), rows=1_000_000))
        DOCUMENT.write_text(document(sizes, load), "utf-8")
        console.print(f"Written: {DOCUMENT}")


if __name__ == "__main__":
    main()
