"""How many addresses of any city are parsed in a second: `python -m tests.bench.parser`. Run it on a quiet machine."""

from __future__ import annotations

import time
from pathlib import Path

from orchestration.linkage.parse_addresses import parse

LABELS = Path(__file__).parents[1] / "unit" / "address_labels.txt"
REPEATED = 700


def texts() -> list[str]:
    """The labelled texts, without their labels, many times over."""
    lines = [line for line in LABELS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return ["".join(token[1:] for token in line.split()) for line in lines] * REPEATED


def main() -> None:
    """Parse them and print the pace."""
    written = texts()
    started = time.monotonic()
    parsed = sum(1 for _ in parse(written))
    print(f"{parsed:,} texts, {parsed / (time.monotonic() - started):,.0f} a second")


if __name__ == "__main__":
    main()
