"""The contracts, read: Open Data Contract Standard (ODCS v3) YAML files as plain immutable objects.

Here belongs: what a contract says. What is done with it (reading, checking, deriving dbt sources) lives elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import CustomProperty, DataQuality, OpenDataContractStandard, SchemaProperty
from pydantic import ValidationError

from orchestration.contracts import concepts as words
from orchestration.contracts.servers import Server, read_server, server_problems
from orchestration.contracts.validation import ContractError, find_problems
from orchestration.settings import DROP

CONTRACTS = Path(__file__).parent
CODES = CONTRACTS.parents[1] / "seeds" / "codes"


def _custom(properties: list[CustomProperty] | None) -> dict[str, Any]:
    return {str(entry.property): entry.value for entry in properties or []}


@dataclass(frozen=True)
class Column:
    """One column of an extract.

    `rules` are the names of the quality rules (see concepts.RULES) with their arguments; `concept` says what the value
    means across departments (person.identity_number …), `role` of whom (see concepts.ROLES).
    `concept_column` is the staging column that carries the concept where it is not this one but derived from it.
    `may_be_absent`: a file need not have the column; its values are then empty.
    A key column that is `required` must be readable for the key to identify the record; the others may be empty.
    """

    name: str
    header: str
    description: str
    logical_type: str
    options: dict[str, Any]
    required: bool
    may_be_absent: bool
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
class ServiceLevel:
    """One promise about the deliveries: a word of concepts.SERVICE_LEVELS, so many days, months or years."""

    name: str
    value: Any
    unit: str

    @property
    def days(self) -> int:
        return int(self.value) * words.DAYS_IN[self.unit]


@dataclass(frozen=True)
class Contract:
    """One extract: who hands it over, in what form, and what each column holds.

    `evidence_date` names the column that dates the row's facts (None: the delivery's day), `operation_column` the one
    that says what a change record does. `service_levels` are the promises of ODCS, each with its value and unit. While
    its `status` is draft, a contract may hold placeholders (REVIEW …); its rows count all the same. The fields from
    `provider` on are the entry in the resource catalogue.
    """

    department: str
    extract: str
    version: str
    status: str
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
    servers: tuple[Server, ...]
    bad_row_share: float
    minimum_row_share: float
    evidence_date: str | None
    operation_column: str | None
    service_levels: tuple[ServiceLevel, ...]
    file: Path
    declared_id: str
    name: str
    purpose: str
    usage: str
    limitations: str
    provider: str
    resource_class: str
    sharing_condition: str
    openness: str
    published_on: str

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
    def period_days(self) -> int | None:
        """So many days bring at least one delivery, by the contract's frequency; None where none was promised."""
        return self._promised("frequency")

    @property
    def grace_days(self) -> int:
        """Days that a delivery may take to arrive after the day that it describes, by the contract's latency."""
        return self._promised("latency") or 0

    def _promised(self, name: str) -> int | None:
        return next((level.days for level in self.service_levels if level.name == name), None)

    @property
    def key(self) -> tuple[Column, ...]:
        """The key columns in the order of their positions."""
        keyed = [column for column in self.columns if column.key_position is not None]
        return tuple(sorted(keyed, key=lambda column: column.key_position or 0))

    def server(self, environment: str) -> Server:
        """Where the extract is fetched in an environment: the drop where the contract has no entry for it."""
        by_environment = {server.environment: server for server in self.servers}
        return by_environment.get(environment) or by_environment[DROP]

    def fetched_from(self, server: Server) -> Contract:
        """The contract of the files that come from a server: their names and form are its own."""
        return replace(
            self,
            path=f"{self.department}/{self.extract}/{self.extract}_{{date}}{server.suffix}",
            format=server.format,
            encoding=server.encoding,
            delimiter=server.delimiter,
            footer_marks=server.footer_marks,
        )

    def column(self, name: str) -> Column:
        """The column of that contract name; raises StopIteration where there is none."""
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
        may_be_absent=bool(custom.get("mayBeAbsent", False)),
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


def _document(file: Path) -> OpenDataContractStandard:
    try:
        document = OpenDataContractStandard.model_validate(yaml.load(file.read_text("utf-8"), yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise ContractError(file, [f"is not YAML: {error}"]) from error
    except ValidationError as error:
        places = [f"{'.'.join(map(str, entry['loc']))}: {entry['msg']}" for entry in error.errors()]
        raise ContractError(file, [f"does not follow the ODCS model: {place}" for place in places]) from error
    if not document.schema_ or len(document.schema_) != 1:
        raise ContractError(file, ["`schema` must hold exactly one entry: one contract describes one file"])
    return document


def read_contract(file: Path, codes: Path = CODES) -> Contract:
    """One contract from its YAML file, checked; `codes` is the folder of the code tables it may name.

    Raises ContractError, with every problem at once, where the file does not follow the published ODCS model or uses a
    word that the vocabulary (concepts.py) lacks.
    """
    document = _document(file)
    table, custom = (document.schema_ or [])[0], _custom(document.customProperties)
    servers = tuple(read_server(entry) for entry in document.servers or [])
    if DROP not in [server.environment for server in servers]:
        raise ContractError(file, list(server_problems(servers)))
    drop = next(server for server in servers if server.environment == DROP)
    description = document.description
    contract = Contract(
        department=file.parent.name,
        extract=str(table.name),
        version=str(document.version),
        status=document.status or "",
        description=table.description or "",
        business_name=table.businessName or "",
        columns=tuple(_column(entry) for entry in table.properties or []),
        kind=custom.get("deliveryKind", ""),
        cadence=custom.get("cadence", ""),
        path=drop.place,
        format=drop.format,
        encoding=drop.encoding,
        delimiter=drop.delimiter,
        footer_marks=drop.footer_marks,
        servers=servers,
        bad_row_share=float(custom.get("badRowShare", 0)),
        minimum_row_share=float(custom.get("minimumRowShare", 0)),
        evidence_date=custom.get("evidenceDate"),
        operation_column=custom.get("operationColumn"),
        service_levels=tuple(
            ServiceLevel(str(level.property), level.value, level.unit or "") for level in document.slaProperties or []
        ),
        file=file,
        declared_id=str(document.id),
        name=document.name or "",
        purpose=(description and description.purpose) or "",
        usage=(description and description.usage) or "",
        limitations=(description and description.limitations) or "",
        provider=getattr(document.team, "name", None) or "",
        resource_class=custom.get("resourceClass", ""),
        sharing_condition=custom.get("sharingCondition", ""),
        openness=custom.get("openness", ""),
        published_on=str(custom.get("publishedOn", "")),
    )
    problems = find_problems(contract, {code_table.stem for code_table in codes.glob("*.csv")})
    if problems:
        raise ContractError(file, problems)
    return contract


@cache
def read_contracts(folder: Path = CONTRACTS, codes: Path = CODES) -> dict[str, Contract]:
    """Every contract below a folder, by `department.extract`, in order of name.

    Raises ContractError for the first contract that cannot be used.
    """
    contracts = [read_contract(file, codes) for file in sorted(folder.glob("*/*.odcs.yaml"))]
    return {contract.id: contract for contract in contracts}
