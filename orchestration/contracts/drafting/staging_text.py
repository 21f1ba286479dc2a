"""The staging model of a contract, and its entry in the department's YAML.

Here belongs: which staging macro reads a column of which type and concept. The model follows the contract alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestration.contracts.contract import Column, Contract
from orchestration.contracts.drafting.contract_text import scalar
from orchestration.deliveries.checks import codes_of
from orchestration.deliveries.readers.features import GEOMETRY

PROVENANCE = (
    "row_key", "extract", "record_key", "version", "delivery_id", "delivery_date", "source_file", "source_row", "flags",
)  # fmt: skip
CODES = ("number", "code", "id", "no")


def staging_model(contract: Contract, decimals: dict[str, int]) -> str:
    """The SQL of the staging model; `decimals` are the places that a column's numbers need, where more than two."""
    change = contract.kind == "change"
    columns = [*(_expression(column, decimals.get(column.name, 2)) for column in contract.columns)]
    for column in contract.columns:
        if column.concept_column != column.name:
            place = contract.columns.index(column)
            columns.insert(place + 1, f"{{{{ {_number_within(column)}('{column.name}') }}}} as {column.concept_column}")
    source = f"source('{contract.department}', '{contract.extract}')"
    read = f"by_key({source}, '_record_key')" if change else source
    rows, macro = ("latest", "latest_by_record_key") if change else ("numbered", "numbered_copies")
    lines = [
        f"-- Grain: {_grain(contract)}.",
        "with",
        "",
        f"{rows} as (",
        "",
        f"    {{{{ {macro}({read}) }}}}",
        "",
        "),",
        "",
        "renamed as (",
        "",
        "    select",
        f"        {{{{ provenance_columns('{contract.id}') }}}},",
        "",
        *(f"        {column}{',' if place < len(columns) else ''}" for place, column in enumerate(columns, 1)),
        f"    from {rows}",
        "",
        ")",
        "",
        "select * from renamed",
    ]
    return "\n".join(lines) + "\n"


def _grain(contract: Contract) -> str:
    record = contract.description.removeprefix("One row per ").rstrip(".")
    if contract.kind == "change":
        return f"one row per {record}, the last one delivered for its record key"
    return f"one row per delivered row of the current file, that is per {record}"


def _number_within(column: Column) -> str:
    """The macro that finds the identity number in a longer number: behind a letter, or before other digits."""
    behind = any(str(rule.get("regex", "")).startswith(("^[A-Z]", "^G", "^L")) for rule in column.rules)
    return "identity_number_in_student_number" if behind else "identity_number_in_certificate"


def _expression(column: Column, decimals: int) -> str:
    """What the staging model selects for a column."""
    name = column.name
    if column.header == GEOMETRY:
        return name
    number = f"parse_number('{name}'" + (f", 'decimal(18, {decimals})')" if decimals > 2 else ")")
    by_type = {
        "date": f"parse_date('{name}')",
        "timestamp": f"parse_timestamp('{name}')",
        "boolean": f"parse_boolean('{name}')",
        "integer": f"parse_number('{name}', 'integer')",
        "number": number,
    }
    by_concept = {
        "person.name": "clean_name",
        "person.identity_number": "clean_identity_number",
        "person.sex": "parse_sex",
        "person.phone": "clean_phone",
        "person.guardian_phone": "clean_phone",
        "dwelling.address": "trimmed",
    }
    if column.logical_type in by_type:
        called = by_type[column.logical_type]
    else:
        within = column.concept_column != name
        macro = _by_rule(column) if within or column.concept not in by_concept else by_concept[column.concept]
        called = f"{macro}('{name}')"
    return f"{{{{ {called} }}}} as {name}"


def _by_rule(column: Column) -> str:
    if column.code_set:
        # A code of capitals and digits may stand in full-width ones; a word stays as it is.
        codes = codes_of(column.code_set, date.today())
        return "clean_code" if all(code.isascii() and code == code.upper() for code in codes) else "clean_text"
    rules = {rule["name"] for rule in column.rules}
    for rule, macro in (("identity_number", "clean_identity_number"), ("phone", "clean_phone")):
        if rule in rules:
            return macro
    coded = "credit_code" in rules or column.name.rpartition("_")[2] in CODES or column.key_position
    return "clean_code" if coded else "clean_text"


def models_entry(contract: Contract) -> str:
    """The model's entry in the list `models` of the department's YAML."""
    return "\n".join(_entry(contract)) + "\n"


def _entry(contract: Contract) -> Iterator[str]:
    change, model = contract.kind == "change", contract.staging_model
    record = contract.description.removeprefix("One row per ").rstrip(".")
    source = f"source('{contract.department}', '{contract.extract}')"
    yield f"  - name: {model}"
    yield "    description: >"
    if change:
        yield f"      One row per {record}, the last one delivered for its record key."
    else:
        yield f"      One row per delivered row of the current file, that is per {record};"
        yield "      a record delivered twice in it stays twice."
    yield "    data_tests:"
    yield "      - grain:"
    yield f"          name: {model}_has_every_{'record' if change else 'row'}_once"
    yield "          arguments:"
    if change:
        yield from ("            columns: [record_key]", f"            as_many_as: {source}")
        yield "            distinct_by: _record_key"
    else:
        yield from ("            columns: [row_key]", "            required: [record_key]")
        yield f"            as_many_as: {source}"
    yield "    columns:"
    for name in PROVENANCE:
        yield from (f"      - name: {name}", f"""        description: "{{{{ doc('{name}') }}}}\"""")
    for column in contract.columns:
        yield from (f"      - name: {column.name}", f"        description: {scalar(column.description)}")
        if column.concept_column != column.name:
            yield f"      - name: {column.concept_column}"
            yield f"        description: Citizen identity number (公民身份号码) within {column.name}."
