"""`make contract`: draft the contract and the staging model of an extract from a sample.

Here belongs: the command line, and putting the drafted files in their places without touching what stands there.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from orchestration.contracts.contract import CONTRACTS, Contract, read_contract, read_contracts
from orchestration.contracts.derive import REPOSITORY, derive
from orchestration.contracts.drafting import CannotDraft
from orchestration.contracts.drafting.contract_text import contract_text
from orchestration.contracts.drafting.draft import Draft, draft_extract
from orchestration.contracts.drafting.sample import ROWS, take_sample
from orchestration.contracts.drafting.staging_text import models_entry, staging_model
from orchestration.contracts.drafting.table import find_table, read_table
from orchestration.contracts.validation import IDENTIFIER, REVIEW, ContractError
from orchestration.masking import mask

PLACE = re.compile(r"(?P<extract>.+)_[0-9]{8}")


def draft_files(draft: Draft, contracts: Path = CONTRACTS, project: Path = REPOSITORY / "dbt_project") -> list[Path]:
    """Writes contract, staging model and the model's YAML entry; returns their paths.

    Raises CannotDraft where one of them exists already: nothing is written then.
    """
    text = contract_text(draft)
    contract = read_drafted(draft, text)
    staging = project / "models" / "staging" / draft.department
    files = {
        contracts / draft.department / f"{draft.extract}.odcs.yaml": text,
        staging / f"{contract.staging_model}.sql": staging_model(
            contract, {guess.name: guess.decimals for guess in draft.columns}
        ),
    }
    for file in files:
        if file.exists():
            raise CannotDraft(
                f"{file} is there already and is left alone. "
                "Edit it, or remove it and draft again, or choose another EXTRACT."
            )
    listing = staging / f"_{draft.department}__models.yml"
    files[listing] = _with_entry(listing, contract)
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8", newline="\n")
    return list(files)


def read_drafted(draft: Draft, text: str) -> Contract:
    """The drafted text as a contract: what is written can be read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / draft.department / f"{draft.extract}.odcs.yaml"
        file.parent.mkdir()
        file.write_text(text, "utf-8")
        return read_contract(file)


def _with_entry(listing: Path, contract: Contract) -> str:
    """The department's YAML of models with one entry more. Raises CannotDraft where it has the model already."""
    before = listing.read_text("utf-8").rstrip("\n") + "\n\n" if listing.exists() else "version: 2\n\nmodels:\n"
    after = before + models_entry(contract)
    names = [model["name"] for model in yaml.safe_load(after)["models"]]
    if names.count(contract.staging_model) != 1:
        raise CannotDraft(f"{listing} describes {contract.staging_model} already; remove that entry and draft again.")
    return after


def name_extract(file: Path, department: str, extract: str) -> tuple[str, str]:
    """Department and extract as given, else as the file's place says (<department>/<extract>/<extract>_<day>.<ext>).

    Raises CannotDraft where there is neither, or a name that no contract may have.
    """
    match = PLACE.fullmatch(file.stem)
    if not department and match and file.parent.name == match["extract"]:
        department, extract = file.parents[1].name, match["extract"]
    extract = extract or (match["extract"] if match else "")
    for name, value in (("DEPARTMENT", department), ("EXTRACT", extract)):
        if not IDENTIFIER.fullmatch(value):
            said = f"{value!r} is no name" if value else "is missing"
            raise CannotDraft(
                f"{name} {said}: lower-case English letters, digits and underscores, "
                "as in make contract FROM=file DEPARTMENT=water_supply EXTRACT=accounts"
            )
    return department, extract


def _tell(draft: Draft, files: list[Path], derived: list[Path]) -> None:
    layout = draft.layout
    written = f", {layout.encoding}, separated by {layout.delimiter!r}" if layout.format == "csv" else ""
    print(f"Read {draft.rows:,} rows of {len(draft.columns)} columns ({layout.format}{written}).")
    if layout.unnamed:
        print(f"{layout.unnamed} columns without a header were left out.")
    for file in files:
        marks = file.read_text("utf-8").count(REVIEW)
        print(f"drafted {file.relative_to(REPOSITORY)}" + (f" ({marks} guesses to review)" if marks else ""))
    for file in derived:
        print(f"derived {file.relative_to(REPOSITORY)}")
    place = f"{draft.department}/{draft.extract}/{draft.extract}_<YYYYMMDD>{draft.suffix}"
    print(f"Review the contract, put the deliveries at {place} below EXTRACTS, and make run. See docs/onboarding.md.")


def _contracts() -> Mapping[str, Contract]:
    try:
        return read_contracts()
    except ContractError as problem:
        raise CannotDraft(f"A contract that exists cannot be used; mend it first. {problem}") from problem


def draft_from(source: str, department: str, extract: str, contracts: Mapping[str, Contract]) -> Draft:
    """The draft from a file, or from a table by way of a file. Raises CannotDraft."""
    if "://" not in source:
        department, extract = name_extract(Path(source), department, extract)
        with take_sample(Path(source), contracts) as sample:
            return draft_extract(sample, contracts, department, extract)
    table = find_table(source, department)
    department, extract = name_extract(Path(table.table), department, extract or table.table)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{extract}.parquet"
        read_table(table, file, ROWS)
        with take_sample(file, contracts) as sample:
            return draft_extract(sample, contracts, department, extract, table)


def main() -> int:
    """Draft; ends in 1 with what is wrong where nothing can be drafted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", default="")
    parser.add_argument("--department", default="")
    parser.add_argument("--extract", default="")
    given = parser.parse_args()
    try:
        if not given.source:
            raise CannotDraft("FROM is missing: make contract FROM=sample.csv DEPARTMENT=water_supply EXTRACT=accounts")
        draft = draft_from(given.source, given.department, given.extract, _contracts())
        files = draft_files(draft)
    except (CannotDraft, ContractError) as problem:
        print(mask(str(problem)), file=sys.stderr)
        return 1
    read_contracts.cache_clear()
    derived = derive(REPOSITORY / "dbt_project", read_contracts(), REPOSITORY / "docs" / "contracts.md")
    _tell(draft, files, derived)
    return 0


if __name__ == "__main__":
    sys.exit(main())
