"""A draft as the text of a contract, in the style of those that exist, each guess with its evidence in a comment.

Here belongs: the YAML text. PyYAML writes no comments, so the lines are written here and read back by `read_contract`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from orchestration.contracts.concepts import CONCEPTS, PLACEHOLDER
from orchestration.contracts.drafting.draft import Draft
from orchestration.contracts.drafting.guesses import Guess
from orchestration.contracts.drafting.quality import classify, rule_arguments
from orchestration.contracts.drafting.vocabulary import TERM, plain_term
from orchestration.contracts.validation import CHINESE, REVIEW

PLAIN = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff(][^:#{}\[\],&*!|>'\"%@`]*")
FREQUENCY = {"daily": (1, "d"), "weekly": (7, "d"), "monthly": (1, "m"), "once": (1, "y")}
DIMENSIONS = {"range": "accuracy", "not_in_future": "accuracy"}


def contract_text(draft: Draft) -> str:
    """The contract's YAML."""
    return "\n".join([*_head(draft), *_table(draft)]) + "\n"


def description_of(guess: Guess) -> str:
    """English with the Chinese term: the known column's words, else the name and the header."""
    meaning = guess.meaning
    for column in meaning.columns if meaning and meaning.exact and guess.name == meaning.name else ():
        if (column.logical_type, column.code_set) == (guess.logical_type, guess.code_set):
            return column.description
    # What stands before a known ending is pinyin, which says nothing in English.
    named = meaning.name if meaning and CHINESE.search(meaning.prefix) else guess.name
    words = named.replace("_", " ").capitalize()
    chinese = guess.header if CHINESE.search(guess.header) else _term_of(guess.concept) or f"{PLACEHOLDER} 中文名称"
    if not meaning and not guess.concept and CHINESE.search(guess.header):
        words = f"{PLACEHOLDER} in English"
    return f"{words} ({chinese})."


def _term_of(concept: str | None) -> str | None:
    """The Chinese term of a concept."""
    return next(iter(TERM.findall(CONCEPTS[concept])), None) if concept else None


def scalar(value: Any) -> str:
    """A value as YAML on one line: plain where that is the same text, else quoted."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = PLAIN.fullmatch(value) and not value.endswith(" ") and yaml.safe_load(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)


def _line(indent: int, text: str, evidence: str | None = None) -> str:
    """A line, with the comment that marks a guess."""
    # What a header holds must not end the comment.
    comment = " ".join((evidence or "").split())
    return " " * indent + text + (f"  {REVIEW} {comment}" if comment else "")


def _property(indent: int, name: str, value: Any, evidence: str | None = None) -> str:
    return _line(indent, f"- {{property: {name}, value: {scalar(value)}}}", evidence)


def _head(draft: Draft) -> Iterator[str]:
    words, layout, delivery = draft.extract.replace("_", " ").capitalize(), draft.layout, draft.delivery
    yield f"# Drafted by `make contract` from {draft.rows:,} rows of a sample. Hold each guess against its evidence,"
    yield f"# fill in every {PLACEHOLDER}, remove the marks, and set `status: active`: docs/onboarding.md."
    yield from ("apiVersion: v3.1.0", "kind: DataContract", f"id: {draft.id}")
    yield _line(0, f"name: {words} ({PLACEHOLDER} 中文名称)")
    yield from ("version: 0.1.0", "status: draft", f"domain: {draft.department}", "description:")
    yield _line(2, f'purpose: "{PLACEHOLDER}: what the extract holds and for what (资源摘要)."')
    yield _line(2, f'usage: "{PLACEHOLDER}: what it is the authoritative source of, and evidence of what."')
    yield _line(2, f'limitations: "{PLACEHOLDER}: what it lacks, what grows old in it."')
    yield from ("team:", f"  name: {PLACEHOLDER} 部门名称", "servers:", "  - server: drop", "    type: local")
    yield f"    path: {draft.department}/{draft.extract}/{draft.extract}_{{date}}{draft.suffix}"
    yield f"    format: {layout.format}"
    yield from _transport(draft)
    yield from _live(draft)
    value, unit = FREQUENCY[delivery.cadence]
    yield from (
        "slaProperties:",
        f"  - {{property: frequency, value: {value}, unit: {unit}, element: {draft.extract}}}",
    )
    yield "customProperties:"
    yield _property(2, "deliveryKind", delivery.kind, delivery.reviews["deliveryKind"])
    yield _property(2, "cadence", delivery.cadence, delivery.reviews["cadence"])
    yield _property(2, "badRowShare", 0.05)
    if delivery.kind == "full":
        yield _property(2, "minimumRowShare", 0.8)
    if delivery.evidence_date:
        yield _property(2, "evidenceDate", delivery.evidence_date, delivery.reviews["evidenceDate"])
    if delivery.operation_column:
        yield _property(2, "operationColumn", delivery.operation_column, delivery.reviews["operationColumn"])
    yield _property(2, "resourceClass", f"{PLACEHOLDER} 主题信息资源/主题")
    yield _property(2, "sharingCondition", f"{PLACEHOLDER}: for whom and for what (共享条件).")
    yield _property(2, "openness", "closed", "closed until somebody decides otherwise")
    yield _property(2, "publishedOn", f"{PLACEHOLDER} 发布日期")


def _transport(draft: Draft) -> Iterator[str]:
    layout = draft.layout
    if layout.format in ("csv", "jsonl", "geojson"):
        yield "    customProperties:"
        yield _property(6, "encoding", layout.encoding)
    if layout.format == "csv":
        yield f"      - {{property: delimiter, value: {json.dumps(layout.delimiter)}}}"
    if layout.footer_marks:
        yield "    customProperties:"
        marks = ", ".join(scalar(mark) for mark in layout.footer_marks)
        yield _line(6, f"- {{property: footerMarks, value: [{marks}]}}", "what the rows below the table begin with")


def _live(draft: Draft) -> Iterator[str]:
    """Where the live environment pulls a table: names of environment variables alone."""
    table = draft.table
    if table is None:
        return
    yield from (f"  - server: {draft.department}_database", f"    type: {table.kind}", "    environment: live")
    for setting, variable in (("host", "HOST"), ("port", "PORT"), ("database", "NAME")):
        yield f"    {setting}: ${{{table.credentials}_{variable}}}"
    if table.schema:
        yield f"    schema: {scalar(table.schema)}"
    yield "    customProperties:"
    yield _property(6, "credentials", table.credentials)
    yield _property(6, "table", table.table)
    if draft.delivery.kind == "change" and not draft.delivery.evidence_date:
        yield _property(6, "watermark", PLACEHOLDER, "which column says when a row last changed")


def _table(draft: Draft) -> Iterator[str]:
    key = sorted((g for g in draft.columns if g.key_position), key=lambda g: g.key_position or 0)
    record = ", ".join(f"{g.name} ({plain_term(g.header)})" if CHINESE.search(g.header) else g.name for g in key)
    chinese = "" if CHINESE.search(record) else f" ({PLACEHOLDER} 中文名称)"
    yield from ("schema:", f"  - name: {draft.extract}", f"    physicalName: {draft.extract}", "    physicalType: file")
    yield f"    businessName: {PLACEHOLDER} 中文名称"
    yield _line(4, f"description: {scalar(f'One row per {record}{chinese}.')}", "say what a row stands for")
    yield "    properties:"
    for guess in draft.columns:
        yield from _column(guess, draft.names_people)


def _column(guess: Guess, names_people: bool) -> Iterator[str]:
    reviews = guess.reviews
    classification, sharing, evidence = classify(guess, names_people)
    yield _line(6, f"- name: {guess.name}", reviews["name"])
    yield _line(8, f"physicalName: {scalar(guess.header)}")
    yield _line(8, f"physicalType: {guess.physical_type}")
    yield _line(8, f"logicalType: {guess.logical_type}", reviews.get("logicalType"))
    if guess.date_format:
        zone = ", timezone: true" if "XXX" in guess.date_format else ""
        yield _line(8, f"logicalTypeOptions: {{format: {json.dumps(guess.date_format, ensure_ascii=False)}{zone}}}")
    yield _line(8, f"description: {scalar(description_of(guess))}")
    if guess.key_position:
        yield _line(8, "primaryKey: true", reviews["primaryKey"])
        yield _line(8, f"primaryKeyPosition: {guess.key_position}")
    yield _line(8, f"required: {scalar(guess.required)}", reviews["required"])
    yield _line(8, f"classification: {classification}", evidence)
    yield from _quality(guess)
    yield _line(8, "customProperties:")
    if guess.concept:
        yield _property(10, "concept", guess.concept, reviews.get("concept"))
        if guess.concept_column:
            yield _property(10, "conceptColumn", guess.concept_column)
        if guess.role != "subject":
            yield _property(10, "role", guess.role, "by the header")
        if guess.address_meaning:
            yield _property(10, "addressMeaning", guess.address_meaning, reviews["addressMeaning"])
    elif "concept" in reviews:
        yield _line(10, f"{REVIEW} concept: {' '.join(reviews['concept'].split())}")
    if guess.code_set:
        yield _property(10, "codeSet", guess.code_set, reviews["codeSet"])
    yield _property(10, "sharingClass", sharing, "likewise")
    yield _property(10, "legalBasis", f"{PLACEHOLDER} 法律依据")


def _quality(guess: Guess) -> Iterator[str]:
    if not guess.rules:
        return
    yield _line(8, "quality:", guess.reviews.get("quality"))
    for rule in guess.rules:
        name, arguments = rule["name"], rule_arguments(rule)
        written = ", ".join(f"{key}: {_argument(value)}" for key, value in arguments.items())
        runs = f"{{rule: {name}, arguments: {{{written}}}}}" if arguments else name
        dimension = DIMENSIONS.get(name, "conformity")
        yield _line(
            10, f"- {{name: {name}, type: custom, engine: wangge, implementation: {runs}, dimension: {dimension}}}"
        )


def _argument(value: Any) -> str:
    """A regular expression in single quotes, in which YAML leaves backslashes alone; numbers as they are."""
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else json.dumps(value)
