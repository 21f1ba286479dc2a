"""What is wrong with a contract, in words that say where and what to do.

Here belongs: every check that the published ODCS model does not make, against the closed vocabulary of `concepts`.
The checks collect; `contract.read_contract` raises one error with all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts import concepts as words
from orchestration.contracts.servers import FILES, server_problems

if TYPE_CHECKING:
    from orchestration.contracts.contract import Column, Contract

REVIEW = "# review:"
"""What marks a guess in a drafted contract."""
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

STAGING_COLUMNS = frozenset(
    {
        "row_key",
        "extract",
        "record_key",
        "version",
        "delivery_id",
        "delivery_date",
        "source_file",
        "source_row",
        "flags",
    }
)
"""Columns that every staging model has besides those of its contract, so that no contract may use the names."""


class ContractError(ValueError):
    """A contract that cannot be used: the file, and each column with what is wrong and what to do."""

    def __init__(self, file: Path, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        name = Path(*file.parts[-2:])
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))


def find_problems(contract: Contract, code_sets: Collection[str]) -> list[str]:
    """Every problem of a contract, empty where there is none; `code_sets` are the names of the code tables."""
    problems = [
        *_transport_problems(contract),
        *_watermark_problems(contract),
        *_service_problems(contract),
        *_schema_problems(contract),
    ]
    for column in contract.columns:
        found = [*_column_problems(column), *_meaning_problems(column), *_value_problems(column, code_sets)]
        problems += [f"column {column.name}: {problem}" for problem in found]
    problems += _status_problems(contract)
    return problems


def _unknown(what: str, value: object, known: Collection[str]) -> Iterator[str]:
    if value not in known:
        yield f"{what} {value!r} is unknown; use one of {', '.join(sorted(known))}"


def _status_problems(contract: Contract) -> Iterator[str]:
    """Placeholders are for drafts: who reads the catalogue takes an active contract's words as agreed."""
    yield from _unknown("status", contract.status, words.STATUSES)
    if contract.status == "draft":
        return
    if marks := contract.file.read_text("utf-8").count(REVIEW):
        yield f"{marks} guesses are still marked `{REVIEW}`; remove the mark where a guess is right"
    texts = {name: value for name, value in vars(contract).items() if isinstance(value, str)}
    for column in contract.columns:
        texts |= {f"column {column.name}: {name}": value for name, value in vars(column).items()}
    for server in contract.servers:
        texts |= {f"server {server.name}: {name}": value for name, value in (vars(server) | server.settings).items()}
    for place, text in texts.items():
        if isinstance(text, str) and words.PLACEHOLDER in text:
            yield f"{place} still holds the placeholder {text!r}; fill it in, or set status: draft"


def _transport_problems(contract: Contract) -> Iterator[str]:
    expected = f"{contract.file.parent.name}.{contract.file.name.removesuffix('.odcs.yaml')}"
    if contract.id != expected or contract.declared_id != expected:
        yield f"id and schema name say {contract.declared_id!r} and {contract.id!r}; the file's place says {expected!r}"
    yield from _unknown("deliveryKind", contract.kind, words.KINDS)
    yield from _unknown("cadence", contract.cadence, words.CADENCES)
    yield from _unknown("openness", contract.openness, words.OPENNESS)
    yield from server_problems(contract.servers)
    for name, share in (("badRowShare", contract.bad_row_share), ("minimumRowShare", contract.minimum_row_share)):
        if not 0 <= share <= 1:
            yield f"{name} {share} must lie between 0 and 1"
    for name in ("provider", "resource_class", "sharing_condition", "published_on"):
        if not getattr(contract, name):
            yield f"the catalogue's {name} is missing; give team.name, resourceClass, sharingCondition, publishedOn"


def _service_problems(contract: Contract) -> Iterator[str]:
    for level in contract.service_levels:
        yield from _unknown("slaProperties property", level.name, words.SERVICE_LEVELS)
        yield from _unknown(f"unit of {level.name}", level.unit, words.DAYS_IN)
        if not isinstance(level.value, int) or isinstance(level.value, bool) or level.value < 1:
            yield f"{level.name} {level.value!r} must be a whole number of days, months or years, at least 1"
    names = [level.name for level in contract.service_levels]
    if len(set(names)) < len(names):
        yield "a service level stands twice in slaProperties; keep one frequency and one latency"
    if "latency" in names and "frequency" not in names:
        yield "latency without a frequency promises nothing; add slaProperties frequency"
    cadence_days = words.CADENCE_DAYS.get(contract.cadence, 0)
    for level in contract.service_levels:
        whole = isinstance(level.value, int) and level.unit in words.DAYS_IN
        if level.name == "frequency" and whole and level.days < cadence_days:
            yield f"frequency of {level.days} days is shorter than the cadence {contract.cadence}; they contradict"


def _watermark_problems(contract: Contract) -> Iterator[str]:
    """A change extract that is read from a table or an interface needs a column that says when a row last changed."""
    for server in contract.servers:
        dated = server.kind in FILES or server.setting("watermark", contract.evidence_date)
        if contract.kind == "change" and not dated:
            yield f"server {server.name}: changes need customProperty watermark, or the contract an evidenceDate"


def _schema_problems(contract: Contract) -> Iterator[str]:
    for column in contract.columns:
        if column.may_be_absent and (column.required or contract.format != "xlsx"):
            yield f"column {column.name}: mayBeAbsent is for columns of workbooks that are not required"
    for what, values in (
        ("name", [column.name for column in contract.columns]),
        ("physicalName", [column.header for column in contract.columns]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield f"column {value}: {what} stands {count} times; rename or remove one"
    meanings = Counter(
        (column.concept, column.role, column.address_meaning) for column in contract.columns if column.concept
    )
    for (concept, role, _), count in meanings.items():
        if count > 1:
            yield f"concept {concept} stands {count} times for the {role}; one column is to carry it"
    if sorted(column.key_position or 0 for column in contract.key) != list(range(1, len(contract.key) + 1)):
        yield "primaryKeyPosition must count 1, 2, … over the key columns"
    if not contract.key:
        yield "no key; mark a column with primaryKey and primaryKeyPosition"
    elif not any(column.required for column in contract.key):
        yield "no key column is required; the part that must be readable is the required one"
    types = {column.name: column.logical_type for column in contract.columns}
    if contract.evidence_date and types.get(contract.evidence_date) not in ("date", "timestamp"):
        yield f"evidenceDate {contract.evidence_date!r} must name a column of type date or timestamp"
    if contract.operation_column and contract.operation_column not in types:
        yield f"operationColumn {contract.operation_column!r} names no column"


def _column_problems(column: Column) -> Iterator[str]:
    if not IDENTIFIER.fullmatch(column.name):
        yield "the name must be lower-case ASCII letters, digits and underscores"
    if column.name in STAGING_COLUMNS:
        yield "the name is taken by the staging models; choose another"
    if not CHINESE.search(column.description):
        yield "the description must hold the Chinese term"
    yield from _unknown("logicalType", column.logical_type, words.LOGICAL_TYPES)
    if column.logical_type in ("date", "timestamp") and not column.options.get("format"):
        yield "logicalTypeOptions.format must say how the date is agreed to be written"
    yield from _unknown("classification", column.classification, words.CLASSIFICATIONS)
    yield from _unknown("sharingClass", column.sharing_class, words.SHARING_CLASSES)
    if not column.legal_basis:
        yield "legalBasis is missing"


def _meaning_problems(column: Column) -> Iterator[str]:
    yield from _unknown("role", column.role, words.ROLES)
    if column.concept is not None:
        yield from _unknown("concept", column.concept, words.CONCEPTS)
        if column.role not in words.roles_of(column.concept):
            yield f"concept {column.concept} cannot stand for the {column.role}; only for the row's subject"
    elif column.role != "subject":
        yield f"role {column.role} without a concept; name the concept or drop the role"
    if column.concept == "dwelling.address":
        yield from _unknown("addressMeaning", column.address_meaning, words.ADDRESS_MEANINGS)
    elif column.address_meaning is not None:
        yield "addressMeaning belongs to concept dwelling.address only"
    if not IDENTIFIER.fullmatch(column.concept_column):
        yield f"conceptColumn {column.concept_column!r} is no column name"


def _value_problems(column: Column, code_sets: Collection[str]) -> Iterator[str]:
    if column.code_set is not None and column.code_set not in code_sets:
        yield f"code set {column.code_set!r} is unknown; add seeds/codes/{column.code_set}.csv or name another"
    for rule in column.rules:
        name, arguments = rule["name"], set(rule) - {"name"}
        if name not in words.RULES:
            yield from _unknown("quality rule", name, words.RULES)
            continue
        for argument in sorted(arguments - words.RULES[name]):
            yield f"rule {name} takes no argument {argument!r}; it takes {sorted(words.RULES[name]) or 'none'}"
        if words.RULES[name] and not arguments:
            yield f"rule {name} needs an argument; write implementation: {{rule: {name}, arguments: {{…}}}}"
        if "regex" in arguments:
            try:
                re.compile(rule["regex"])
            except re.error as error:
                yield f"rule pattern has a bad regular expression: {error}"
