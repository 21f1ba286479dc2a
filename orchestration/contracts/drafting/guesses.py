"""What each column of a sample is: kind, type, code set, name; and the whole draft of an extract.

Here belongs: the order of the guesses. Whose name or number a column holds is told in `concepts_of_columns`, what makes
a record in `keys`, which rules hold in `quality`. Every guess leaves its evidence in `reviews`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.contracts.contract import Contract
from orchestration.contracts.drafting.profile import TIME_FORMATS, Profile, profile_column
from orchestration.contracts.drafting.sample import Sample
from orchestration.contracts.drafting.vocabulary import (
    CodeSet,
    Meaning,
    Vocabulary,
    likeness,
    plain_term,
    read_code_sets,
)

IDENTIFYING = frozenset({"number", "code", "id", "no"})
SURE, LIKELY, HALF = 0.98, 0.9, 0.5
# Digits beyond which a number is a code: no quantity of a row has more.
LONGEST_QUANTITY = 12


@dataclass
class Guess:
    """A column as drafted; `kind` is what its values look like, `reviews` the evidence by what was guessed."""

    place: int
    header: str
    physical_type: str
    profile: Profile
    meaning: Meaning | None
    kind: str = "text"
    name: str = ""
    logical_type: str = "string"
    date_format: str | None = None
    decimals: int = 2
    required: bool = False
    key_position: int | None = None
    code_set: str | None = None
    concept: str | None = None
    concept_column: str | None = None
    role: str = "subject"
    address_meaning: str | None = None
    rules: list[dict[str, Any]] = field(default_factory=list)
    reviews: dict[str, str] = field(default_factory=dict)

    @property
    def identifying(self) -> bool:
        """Whether name or header (编号, 编码, 代码 …) say that the values are numbers or codes of something."""
        return self.name.rpartition("_")[2] in IDENTIFYING or plain_term(self.header).endswith(("号", "码"))


def kind_of(profile: Profile, physical_type: str) -> str:
    """What the values look like, whatever the header says: identity_number, identity_number_within, credit_code, phone,
    boolean, date, address, name, number, code, text; empty where there is none."""
    shares = profile.shares
    if not profile.filled:
        return "empty"
    if shares["identity_number"] >= HALF:
        return "identity_number"
    if shares["identity_number_within"] >= HALF:
        return "identity_number_within"
    if shares["credit_code"] >= HALF:
        return "credit_code"
    if shares["phone"] >= 0.8 and shares["mobile"] >= HALF:
        return "phone"
    if physical_type == "boolean" or (shares["boolean"] >= SURE and not set(profile.values) <= {"0", "1"}):
        return "boolean"
    if physical_type in ("date", "timestamp") or shares["day"] >= 0.95:
        return "date"
    if shares["address"] >= 0.6 and profile.distinct > 1:
        return "address"
    if shares["surname"] >= 0.6 and profile.distinct * 10 >= 3 * profile.filled:
        return "name"
    if shares["number"] >= SURE:
        return "number"
    return "code" if shares["code"] >= 0.95 else "text"


def guess_columns(sample: Sample, contracts: Mapping[str, Contract]) -> list[Guess]:
    """Every column with kind, type, code set and name; concepts, keys and rules come after."""
    vocabulary, sets = Vocabulary(contracts), read_code_sets(contracts, sample.day)
    guesses = []
    for place, (header, physical) in enumerate(zip(sample.layout.headers, sample.layout.physical_types, strict=True)):
        profile, meaning = profile_column(sample, place), vocabulary.meaning(header)
        guess = Guess(place, header, physical, profile, meaning, kind_of(profile, physical))
        guess.name = vocabulary.name(header, meaning)
        guess.reviews["name"] = meaning.evidence if meaning else f"no contract has {header}; choose a full English word"
        _code_set(guess, sets)
        _type(guess)
        guesses.append(guess)
    _tell_apart(guesses)
    return guesses


def _code_set(guess: Guess, sets: Sequence[CodeSet]) -> None:
    """The code table that holds nearly all of few values. Digits alone prove little: there the header must agree."""
    profile, meaning = guess.profile, guess.meaning
    if not profile.values or guess.kind in ("identity_number", "phone", "date", "address", "boolean"):
        return
    used = {column.code_set for column in meaning.columns} if meaning and meaning.exact else set()
    if meaning and meaning.concept:
        used.add(meaning.concept.partition(".")[2])
    digits = all(value.isdigit() for value in profile.values)
    fitting = []
    for each in sets:
        share = sum(count for value, count in profile.values.items() if value in each.codes) / profile.filled
        alike = 2.0 if each.name in used else likeness(guess.header, each.terms)
        # One word alone may be anything, but for 男 and 女.
        proved = alike > 0 or (not digits and (len(profile.values) > 1 or each.name == "sex_label"))
        if share >= LIKELY and proved:
            fitting.append((alike, share, -len(each.codes), each.name))
    if not fitting:
        return
    alike, share, _, guess.code_set = max(fitting)
    guess.kind = "code"
    others = len(fitting) - 1
    guess.reviews["codeSet"] = f"{share:.0%} of {profile.filled:,} values stand in it".replace("%", " %") + (
        f"; so do they in {others} other tables" if others and alike < 2 else ""
    )


def _type(guess: Guess) -> None:
    """Logical type and date format, by the values; an empty column has its known type."""
    profile, known = guess.profile, guess.meaning
    if guess.kind == "date":
        _date(guess)
    elif guess.kind == "boolean":
        guess.logical_type = "boolean"
        guess.reviews["logicalType"] = profile.percent("boolean") + " say yes or no"
    elif guess.kind == "number" and not _is_code(guess):
        whole = not profile.decimals
        guess.logical_type, guess.decimals = "integer" if whole else "number", max(2, profile.decimals)
        guess.reviews["logicalType"] = profile.percent("number") + " are numbers"
    elif guess.kind == "empty" and known and known.exact and known.columns:
        column = known.columns[0]
        guess.logical_type, guess.date_format = column.logical_type, column.options.get("format")
        guess.reviews["logicalType"] = "no value in the sample; as in the other contract"
    else:
        guess.kind = "code" if guess.kind == "number" else guess.kind
        guess.reviews["logicalType"] = "no value in the sample" if guess.kind == "empty" else ""


def _is_code(guess: Guess) -> bool:
    """Whether digits are a code and no quantity: leading zeros, a name that says so, or long and all alike long."""
    profile, meaning = guess.profile, guess.meaning
    if meaning and meaning.exact and meaning.columns:
        return all(column.logical_type == "string" for column in meaning.columns)
    longest = max(map(len, profile.shapes), default=0)
    return (
        guess.code_set is not None
        or profile.shares["leading_zero"] > 0
        or longest > LONGEST_QUANTITY
        or (guess.identifying and profile.shares["integer"] >= SURE and profile.shares["ordinal"] <= LIKELY)
        or (longest >= 6 and list(profile.shapes) == ["0" * longest] and profile.distinct >= LIKELY * profile.filled)
    )


def _date(guess: Guess) -> None:
    """The format in which most values are written; of formats that fit alike the strictest."""
    formats = guess.profile.formats
    best = max(formats, key=lambda name: formats[name]) if formats else None
    timed = guess.physical_type == "timestamp" or best in TIME_FORMATS
    # A day is …_on, a time …_at, whatever another department's column of this header holds.
    guess.name = re.sub("_on$", "_at", guess.name) if timed else re.sub("_at$", "_on", guess.name)
    guess.logical_type = "timestamp" if timed else "date"
    guess.date_format = best or ("yyyy-MM-dd HH:mm:ss" if timed else "yyyy-MM-dd")
    share = formats.get(best, 0) if best else 0
    written = f"{share:.0%} of {guess.profile.filled:,} values are so written".replace("%", " %")
    guess.reviews["logicalType"] = written + ("" if share > SURE else "; the others are read all the same")


def _tell_apart(guesses: Sequence[Guess]) -> None:
    """Two headers of one meaning get two names, and none a word that SQL keeps for itself."""
    with duckdb.connect() as connection:
        query = "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"
        reserved = {name for (name,) in connection.execute(query).fetchall()}
    endings = {"date": "on", "timestamp": "at"}
    taken: Counter[str] = Counter()
    for guess in guesses:
        if guess.name in reserved:
            guess.name = f"{guess.name}_{endings.get(guess.logical_type, 'value')}"
        taken[guess.name] += 1
        if taken[guess.name] > 1:
            guess.name = f"{guess.name}_{taken[guess.name]}"
            guess.reviews["name"] += "; the name was taken"
