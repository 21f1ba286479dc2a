"""What a header means, as the contracts that exist use it: name, concept, role, code set.

Here belongs: the table of headers, which is not written down anywhere but made of the contracts' own headers and
descriptions and of the concepts' Chinese terms; and a name for a header that nobody knows, by its ending or its pinyin.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from pypinyin import lazy_pinyin

from orchestration.contracts import concepts as words
from orchestration.contracts.contract import CODES, Column, Contract
from orchestration.contracts.validation import CHINESE, STAGING_COLUMNS
from orchestration.deliveries.checks import codes_of
from orchestration.deliveries.refusal import plain_header

TERM = re.compile(r"[(（]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]")
UNIT = re.compile(r"[(（][^()（）]*[)）]")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Meaning:
    """What a header means: `exact` where a contract has this very header or term, else only its ending is known and
    `prefix` is what stands before it. `columns` are the contracts' columns that say so, `evidence` says which."""

    name: str
    concept: str | None
    role: str
    exact: bool
    prefix: str
    columns: tuple[Column, ...]
    evidence: str


@dataclass(frozen=True)
class CodeSet:
    """A code table: its codes on a day, and the Chinese and English terms under which columns use it."""

    name: str
    codes: frozenset[str]
    terms: frozenset[str]


def plain_term(text: str) -> str:
    """A header or term as compared: folded, without units in brackets, lower case, words joined by underscores."""
    bare = UNIT.sub("", plain_header(text))
    if CHINESE.search(bare):
        return re.sub(r"\s+", "", bare).lower()
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare).lower()).strip("_")


class Vocabulary:
    """The headers and terms of contracts."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._by_header: dict[str, list[tuple[str, Column]]] = defaultdict(list)
        self._by_term: dict[str, list[tuple[str, Column]]] = defaultdict(list)
        self._concepts: dict[str, str] = {}
        endings: dict[str, Counter[str]] = defaultdict(Counter)
        for contract in contracts.values():
            for column in contract.columns:
                self._by_header[plain_term(column.header)].append((contract.id, column))
                for term in {column.name, *TERM.findall(column.description)}:
                    self._by_term[plain_term(term)].append((contract.id, column))
                if CHINESE.search(column.header):
                    endings[plain_term(column.header)[-2:]][column.name.rpartition("_")[2]] += 1
        for concept, description in words.CONCEPTS.items():
            # In English the concept's own word, where it says enough by itself: birth_date, lives_here.
            english = [word for word in (concept.partition(".")[2],) if word not in ("number", "code")]
            for term in (*TERM.findall(description), *english):
                self._concepts.setdefault(plain_term(term), concept)
        self._names = self._names_of_concepts(contracts.values())
        # 日期 ends a name in `on`, 编号 in `number`: what at least two headers have in common.
        self._endings = {
            ending: word
            for ending, counted in endings.items()
            for word, count in counted.most_common(1)
            if count > 1 and count * 2 > counted.total()
        }

    @staticmethod
    def _names_of_concepts(contracts: Iterable[Contract]) -> dict[str, str]:
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for column in (column for contract in contracts for column in contract.columns):
            if column.concept and column.role == "subject":
                counted[column.concept][column.name] += 1
        return {
            concept: counted[concept].most_common(1)[0][0] if concept in counted else concept.partition(".")[2]
            for concept in words.CONCEPTS
        }

    def name_of(self, concept: str) -> str:
        """The usual name of a column that carries a concept."""
        return self._names[concept]

    def meaning(self, header: str) -> Meaning | None:
        """What the contracts say of a header, or of its longest ending that they know; None where they know neither."""
        term = plain_term(header)
        exact = self._known(term, exact=True, prefix="")
        if exact:
            return exact
        separator = "" if CHINESE.search(term) else "_"
        starts = range(1, len(term) - 1) if not separator else [m.end() for m in re.finditer("_", term)]
        for start in starts:
            known = self._known(term[start:], exact=False, prefix=term[: start - len(separator)])
            if known:
                return known
        return None

    def _known(self, term: str, exact: bool, prefix: str) -> Meaning | None:
        for table, what in ((self._by_header, "header"), (self._by_term, "term")):
            if term in table:
                votes = Counter((c.name, c.concept, c.role) for _, c in table[term])
                name, concept, role = votes.most_common(1)[0][0]
                agreeing = [(id_, c) for id_, c in table[term] if (c.name, c.concept, c.role) == (name, concept, role)]
                places = sorted({id_ for id_, _ in agreeing})
                shown = ", ".join(places) if len(places) < 3 else f"{len(places)} contracts"
                evidence = f"{what} {term} of {shown}" if exact else f"ends in {term}, {what} of {shown}"
                return Meaning(name, concept, role, exact, prefix, tuple(c for _, c in agreeing), evidence)
        if term in self._concepts:
            concept = self._concepts[term]
            evidence = f"{'' if exact else 'ends in '}{term}, the term of {concept}"
            return Meaning(self._names[concept], concept, "subject", exact, prefix, (), evidence)
        return None

    def name(self, header: str, meaning: Meaning | None) -> str:
        """An English name for a header: the contracts' own, or what is known of its ending behind pinyin."""
        if meaning and not meaning.prefix:
            return meaning.name
        if meaning:
            return _identifier(f"{_romanised(meaning.prefix)}_{meaning.name}")
        term = plain_term(header)
        ending = self._endings.get(term[-2:]) if CHINESE.search(term) and len(term) > 2 else None
        return _identifier(f"{_romanised(term[:-2])}_{ending}" if ending else _romanised(term))


def _romanised(text: str) -> str:
    """Chinese characters by their pinyin without tones, joined."""
    return "".join(lazy_pinyin(text)) if CHINESE.search(text) else text


def _identifier(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.replace("ü", "v")).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", folded.lower()).strip("_")[:LONGEST_NAME].strip("_")
    name = name if name[:1].isalpha() else f"column_{name}".strip("_")
    return f"{name}_value" if name in STAGING_COLUMNS else name


def role_of(header: str) -> str | None:
    """The role whose word stands in a header: 产权人, 出租人, 法定代表人, or in English."""
    term = plain_term(header)
    for role, description in words.ROLES.items():
        if role != "subject" and (role in term or any(word in term for word in TERM.findall(description))):
            return role
    return None


def address_meaning_of(header: str) -> str | None:
    """The meaning of an address whose word stands in a header: its Chinese term's first word (户籍地址 → 户籍), or in
    English."""
    term = plain_term(header)
    for meaning, description in words.ADDRESS_MEANINGS.items():
        if meaning in term or any(word[:2] in term for word in TERM.findall(description)):
            return meaning
    return None


def read_code_sets(contracts: Mapping[str, Contract], day: date, folder: Path = CODES) -> list[CodeSet]:
    """Every code table with the terms of its description and of the columns that use it."""
    terms: dict[str, set[str]] = defaultdict(set)
    for seed in yaml.safe_load((folder / "_codes.yml").read_text("utf-8"))["seeds"]:
        terms[seed["name"]] |= {plain_term(term) for term in TERM.findall(seed["description"])}
    for column in (column for contract in contracts.values() for column in contract.columns):
        if column.code_set:
            terms[column.code_set] |= {plain_term(column.header), column.name}
    return [
        CodeSet(file.stem, frozenset(codes_of(file.stem, day, folder)), frozenset(terms[file.stem] | {file.stem}))
        for file in sorted(folder.glob("*.csv"))
        if _has_codes(file)
    ]


def _has_codes(file: Path) -> bool:
    with file.open(encoding="utf-8", newline="") as opened:
        return "code" in (csv.DictReader(opened).fieldnames or ())


def likeness(header: str, terms: Iterable[str]) -> float:
    """How much a header resembles one of some terms: two Chinese characters or a whole English word in common count,
    as a share of the shorter one (0 to 1)."""
    term = plain_term(header)
    return max((_alike(term, other) for other in terms), default=0)


def _alike(one: str, other: str) -> float:
    if CHINESE.search(one) and CHINESE.search(other):
        pairs = ({text[place : place + 2] for place in range(len(text) - 1)} for text in (one, other))
    else:
        pairs = (set(text.split("_")) for text in (one, other))
    first, second = pairs
    return len(first & second) / max(1, min(len(first), len(second)))
