"""Files that repeat what the contracts say, written from them: `python -m orchestration.contracts.derive [--check]`.

Here belongs: dbt's sources (one YAML a department), the macro `contracts()` over which the evidence models loop, and
the writing of both and of the catalogue. The files are committed; the same contracts always give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.catalogue import render_catalogue
from orchestration.contracts.contract import Contract, read_contracts

REPOSITORY = Path(__file__).parents[2]
NOTICE = (
    "Derived from orchestration/contracts by `python -m orchestration.contracts.derive`; edit the contracts instead."
)
MACRO = Path("macros/derived/contracts.sql")
SOURCES = "models/staging/*/_*__sources.yml"

PROVENANCE = {
    "_record_key": "Key of the record inside its extract (记录键): hash of the key, or of the row.",
    "_version": "Hash of all values of the row (版本).",
    "_delivery_id": "Delivery that brought the row (批次).",
    "_delivery_date": "Day that the delivery describes (数据日期).",
    "_source_file": "Name of the file (来源文件).",
    "_source_row": "Number of the data row in the file, from 1 (来源行号).",
    "_flags": "Rules that the row breaks (质量标记), as column:rule.",
}


def _source_table(contract: Contract) -> dict[str, Any]:
    columns = [
        {
            "name": column.name,
            "description": column.description,
            "config": {"meta": {"classification": column.classification, "sharing_class": column.sharing_class}},
        }
        for column in contract.columns
    ]
    provenance = [{"name": name, "description": description} for name, description in PROVENANCE.items()]
    return {
        "name": contract.extract,
        "identifier": contract.source_table,
        "description": contract.description,
        "columns": columns + provenance,
    }


def _sources(department: str, contracts: list[Contract]) -> str:
    source = {
        "name": department,
        "schema": "deliveries",
        "description": f"What {department} ({contracts[0].provider}) hands over, as text, in its current state.",
        "tables": [_source_table(contract) for contract in contracts],
    }
    body = yaml.safe_dump({"version": 2, "sources": [source]}, allow_unicode=True, sort_keys=False, width=1000)
    return f"# {NOTICE}\n{body}"


def _literal(value: str | int | None) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


def _macro_entry(contract: Contract) -> str:
    head = {
        "id": contract.id,
        "department": contract.department,
        "extract": contract.extract,
        "model": contract.staging_model,
        "kind": contract.kind,
        "cadence": contract.cadence,
        "evidence_date": contract.evidence_date,
        "operation_column": contract.operation_column,
        "period_days": contract.period_days,
        "grace_days": contract.grace_days,
    }
    lines = [f'    "{name}": {_literal(value)},' for name, value in head.items()]
    concepts = [
        f'      {{"concept": {_literal(column.concept)}, "role": {_literal(column.role)}, '
        f'"column": {_literal(column.concept_column)}, "meaning": {_literal(column.address_meaning)}}},'
        for column in contract.columns
        if column.concept
    ]
    return "\n".join(["  {", *lines, '    "concepts": [', *concepts, "    ],", "  },"])


def _macro(contracts: Mapping[str, Contract]) -> str:
    entries = "\n".join(_macro_entry(contracts[name]) for name in sorted(contracts))
    return (
        f"{{#- {NOTICE} -#}}\n"
        "{#- Every contract with the staging columns that carry its concepts, and whose they are. -#}\n"
        f"{{% macro contracts() -%}}\n{{{{ return([\n{entries}\n]) }}}}\n{{%- endmacro %}}\n"
    )


def derived_dbt_files(contracts: Mapping[str, Contract]) -> dict[Path, str]:
    """The text of every file derived for dbt, by its path inside the dbt project."""
    files = {MACRO: _macro(contracts)}
    ordered = [contracts[name] for name in sorted(contracts)]
    for department, group in groupby(ordered, key=lambda contract: contract.department):
        files[Path(f"models/staging/{department}/_{department}__sources.yml")] = _sources(department, list(group))
    return files


def _drifted(path: Path, text: str | None) -> bool:
    """Whether the file differs from what it should hold (None: should not be there)."""
    return (path.read_text("utf-8") if path.exists() else None) != text


def derive(
    project_dir: Path,
    contracts: Mapping[str, Contract],
    catalogue: Path | None = None,
    *,
    write: bool = True,
) -> list[Path]:
    """Bring the derived files into line with the contracts and return the paths that were not.

    `project_dir` is the dbt project, `catalogue` the Markdown page of the resource catalogue (None: leave it alone).
    Derived sources of a department without contracts are deleted. With `write=False` nothing is touched.
    """
    wanted: dict[Path, str | None] = {
        path: None for path in sorted(project_dir.glob(SOURCES)) if path.read_text("utf-8").startswith(f"# {NOTICE}")
    }
    wanted |= {project_dir / path: text for path, text in derived_dbt_files(contracts).items()}
    if catalogue is not None:
        wanted[catalogue] = render_catalogue(contracts, NOTICE)
    changed = [path for path, text in wanted.items() if _drifted(path, text)]
    for path in changed if write else []:
        text = wanted[path]
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    return changed


def main() -> int:
    """Derive into this repository; with --check only report, ending in 1 where something drifted."""
    parser = argparse.ArgumentParser(description="Derive dbt sources, macro and catalogue from the contracts.")
    parser.add_argument("--check", action="store_true", help="change nothing, end in 1 where a derived file drifted")
    check = parser.parse_args().check
    changed = derive(
        REPOSITORY / "dbt_project", read_contracts(), REPOSITORY / "docs" / "contracts.md", write=not check
    )
    for path in changed:
        print(f"{'drifted' if check else 'derived'} {path.relative_to(REPOSITORY)}")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
