"""The macro `discrepancy_kinds()`, written from the rule table: `python -m orchestration.exchange.kinds [--check]`.

dbt must know while it parses which models the union of discrepancies reads, and cannot read a seed then; so the list is
derived and committed. Here belongs nothing else.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
RULES = PROJECT / "seeds" / "rules" / "discrepancy_kind.csv"
MACRO = PROJECT / "dbt_project" / "macros" / "derived" / "discrepancy_kinds.sql"
_NOTICE = "Derived from seeds/rules/discrepancy_kind.csv by `python -m orchestration.exchange.kinds`; edit that file."


def render(rules: Path = RULES) -> str:
    """The macro's text: the kinds in the order of the rule table. Raises KeyError where the file has no column kind."""
    with rules.open(encoding="utf-8", newline="") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    entries = "".join(f"  '{kind}',\n" for kind in kinds)
    start, end = "{% macro discrepancy_kinds() -%}\n{{ return([\n", "]) }}\n{%- endmacro %}\n"
    return f"{{#- {_NOTICE} -#}}\n{start}{entries}{end}"


def derive_kinds(rules: Path = RULES, macro: Path = MACRO, *, write: bool = True) -> bool:
    """Bring the macro into line with the rule table; returns whether it was not. `write=False` touches nothing."""
    text = render(rules)
    drifted = not macro.exists() or macro.read_text("utf-8") != text
    if drifted and write:
        macro.write_text(text, "utf-8", newline="\n")
    return drifted


def main() -> int:
    """Derive into this repository; with --check only say whether the macro drifted, ending in 1 where it did."""
    parser = argparse.ArgumentParser(description="Derive the list of discrepancy models from the rule table.")
    parser.add_argument("--check", action="store_true", help="change nothing, end in 1 where the macro drifted")
    check = parser.parse_args().check
    drifted = derive_kinds(write=not check)
    if drifted:
        print(f"{'drifted' if check else 'derived'} {MACRO.relative_to(PROJECT)}")
    return int(check and drifted)


if __name__ == "__main__":
    sys.exit(main())
