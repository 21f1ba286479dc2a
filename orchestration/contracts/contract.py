"""The contracts, read: Open Data Contract Standard (ODCS v3) YAML files as plain immutable objects.

Here belongs: what a contract says. What is done with it (reading, checking, deriving dbt sources) lives elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import CustomProperty, DataQuality, OpenDataContractStandard, SchemaProperty

CONTRACTS = Path(__file__).parent


def _custom(properties: list[CustomProperty] | None) -> dict[str, Any]:
    return {str(entry.property): entry.value for entry in properties or []}


@dataclass(frozen=True)
class Column:
    """One column of an extract.

    `rules` are the names of the quality rules (see deliveries.rules) with their arguments; `concept` says what the value
    means across departments (person.identity_number …), `role` of whom (subject, owner, landlord, legal_representative).
    """

    name: str
    header: str
    description: str
    logical_type: str
    options: dict[str, Any]
    required: bool
    key_position: int | None
    classification: str
    code_set: str | None
    concept: str | None
    concept_column: str
    role: str
    address_meaning: str | None
    sharing_class: str
    legal_basis: str
    rules: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Contract:
    """One extract: who hands it over, in what form, and what each column holds."""

    department: str
    extract: str
    version: str
    description: str
    business_name: str
    columns: tuple[Column, ...]
    kind: str
    cadence: str
    path: str
    format: str
    encoding: str
    delimiter: str
    footer_marks: tuple[str, ...]
    bad_row_share: float
    minimum_row_share: float
    evidence_date: str | None
    file: Path

    @property
    def id(self) -> str:
        """The extract's name everywhere: `department.extract`."""
        return f"{self.department}.{self.extract}"

    @property
    def source_table(self) -> str:
        """The view over the extract's deliveries in the warehouse schema `deliveries`."""
        return f"{self.department}__{self.extract}"

    @property
    def staging_model(self) -> str:
        return f"stg_{self.department}__{self.extract}"

    @property
    def key(self) -> tuple[Column, ...]:
        keyed = [column for column in self.columns if column.key_position is not None]
        return tuple(sorted(keyed, key=lambda column: column.key_position or 0))

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _rule(entry: DataQuality) -> dict[str, Any]:
    """A quality rule as {"name": …, **arguments}.

    The published schema knows no `arguments` on custom rules, so a rule with arguments is written as the object
    `implementation: {rule: range, arguments: {minimum: 0}}`, and one without as its bare name.
    """
    if isinstance(entry.implementation, dict):
        return {"name": entry.implementation.get("rule"), **(entry.implementation.get("arguments") or {})}
    return {"name": entry.implementation}


def _column(entry: SchemaProperty) -> Column:
    custom = _custom(entry.customProperties)
    name = str(entry.name)
    return Column(
        name=name,
        header=entry.physicalName or name,
        description=entry.description or "",
        logical_type=entry.logicalType or "string",
        options=entry.logicalTypeOptions or {},
        required=bool(entry.required),
        key_position=entry.primaryKeyPosition if entry.primaryKey else None,
        classification=entry.classification or "",
        code_set=custom.get("codeSet"),
        concept=custom.get("concept"),
        concept_column=custom.get("conceptColumn", name),
        role=custom.get("role", "subject"),
        address_meaning=custom.get("addressMeaning"),
        sharing_class=custom.get("sharingClass", ""),
        legal_basis=custom.get("legalBasis", ""),
        rules=tuple(_rule(rule) for rule in entry.quality or []),
    )


def read_contract(file: Path) -> Contract:
    """One contract from its YAML file.

    Raises pydantic.ValidationError where the file does not follow the published ODCS model.
    """
    document = OpenDataContractStandard.model_validate(yaml.safe_load(file.read_text("utf-8")))
    table = (document.schema_ or [])[0]
    server = (document.servers or [])[0]
    custom, transport = _custom(document.customProperties), _custom(server.customProperties)
    return Contract(
        department=file.parent.name,
        extract=str(table.name),
        version=str(document.version),
        description=table.description or "",
        business_name=table.businessName or "",
        columns=tuple(_column(entry) for entry in table.properties or []),
        kind=custom["deliveryKind"],
        cadence=custom["cadence"],
        path=str(server.path),
        format=str(server.format),
        encoding=transport.get("encoding", "utf-8"),
        delimiter=transport.get("delimiter", ","),
        footer_marks=tuple(transport.get("footerMarks", ())),
        bad_row_share=float(custom["badRowShare"]),
        minimum_row_share=float(custom.get("minimumRowShare", 0)),
        evidence_date=custom.get("evidenceDate"),
        file=file,
    )


@cache
def read_contracts(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """Every contract below a folder, by `department.extract`, in order of name."""
    contracts = [read_contract(file) for file in sorted(folder.glob("*/*.odcs.yaml"))]
    return {contract.id: contract for contract in contracts}
