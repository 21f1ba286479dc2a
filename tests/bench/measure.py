"""One run of the whole way through, measured from outside: seconds, memory, bytes, and how much of it was DuckDB's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from orchestration.settings import PROJECT, Settings

STAGE = re.compile(r"^  (\S.*?) +(\d+\.\d) s$", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """Wall seconds in all and by stage, peak memory of all its processes together, bytes written to disk.

    `orchestration` are the seconds in which DuckDB neither took a delivery, nor built a model or ran a test, nor
    copied a release. `models` are the slowest models, with seconds and, where dbt tells them, rows.
    """

    seconds: float
    stages: dict[str, float]
    peak_gigabytes: float
    written_gigabytes: float
    orchestration: float
    models: list[tuple[str, float, int | None]]


def run(settings: Settings) -> Measured:
    """Run everything in a process of its own. Raises RuntimeError with its output where it fails."""
    results = settings.dbt_target / "run_results.json"
    results.unlink(missing_ok=True)
    command = [sys.executable, "-m", "orchestration.run"]
    command += [f"--data={settings.data}", f"--extracts={settings.extracts}"]
    written, began, ended, peak = _bytes_written(), time.monotonic(), Event(), [0]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )

    def sample() -> None:
        while not ended.wait(0.2):
            peak[0] = max(peak[0], sum(_resident(process.pid)))

    sampler = Thread(target=sample)
    sampler.start()
    printed, _ = process.communicate()
    seconds = time.monotonic() - began
    ended.set()
    sampler.join()
    if process.returncode:
        raise RuntimeError(printed)
    stages = {name: float(value) for name, value in STAGE.findall(printed)}
    nodes = json.loads(results.read_text("utf-8"))["results"] if results.exists() else []
    busy = stages.get("Deliveries", 0.0) + stages.get("Release", 0.0) + _covered(nodes)
    models = [
        (node["unique_id"].split(".")[-1], node["execution_time"], node["adapter_response"].get("rows_affected"))
        for node in nodes
        if node["unique_id"].startswith("model.")
    ]
    return Measured(
        seconds,
        stages,
        peak[0] / 1024**3,
        (_bytes_written() - written) / 1024**3,
        max(0.0, seconds - busy),
        sorted(models, key=lambda model: -model[1])[:8],
    )


def _resident(session: int) -> Iterator[int]:
    """Bytes in memory of each process of a session; what they share counts more than once."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # Behind the name, which may hold anything: state, parent, group, session ...; the 22nd is resident pages.
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[3] == str(session):
            yield int(fields[21]) * 4096


def _bytes_written() -> int:
    """Bytes that this process and its children, once they have ended, caused to be written to disk."""
    lines = Path("/proc/self/io").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def _covered(nodes: list[dict[str, object]]) -> float:
    """Seconds in which at least one model or test was being executed."""
    spans = sorted(
        (datetime.fromisoformat(step["started_at"]), datetime.fromisoformat(step["completed_at"]))
        for node in nodes
        for step in node["timing"]  # type: ignore[attr-defined]
        if step["name"] == "execute"
    )
    covered, until = 0.0, None
    for start, end in spans:
        begin = max(start, until) if until else start
        if end > begin:
            covered += (end - begin).total_seconds()
            until = end
    return covered
