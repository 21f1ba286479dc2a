"""Which rules a column's values keep, how sensitive it is, and who may have it.

Here belongs: quality rules from the contracts' vocabulary, what is required, classification and sharing class.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from orchestration.contracts.contract import Column
from orchestration.contracts.drafting.guesses import SURE, Guess
from orchestration.contracts.drafting.profile import SURNAMES

# Share of missing values up to which a column is drafted as required: the few are flagged, not rejected.
SELDOM = 0.01
# A value is repeated in a draft only where it stands in so many rows: nobody is told apart by it.
ROWS_OF_A_VALUE, LISTED_VALUES, LONGEST_VALUE = 3, 20, 20
PERSONAL = ("person.", "household.", "dwelling.address", "residence.")
PLACE = re.compile(r".*(省|市|区|县|街道|镇|乡|村|社区|小区|路|街|巷|道|园|苑|公司|学校|小学|中学|医院|支部|网格)")


def guess_quality(guesses: Sequence[Guess]) -> None:
    """Sets rules and what is required, with the evidence."""
    for guess in guesses:
        profile = guess.profile
        if guess.key_position is None:
            guess.required = bool(profile.filled) and profile.missing <= SELDOM * profile.rows and profile.rows > 1
        guess.reviews["required"] = f"{profile.missing:,} of {profile.rows:,} values are missing"
        _rules(guess)


def _rules(guess: Guess) -> None:
    profile = guess.profile
    known = guess.meaning.columns if guess.meaning and guess.meaning.exact else ()
    by_kind = {"identity_number": "identity_number", "credit_code": "credit_code", "phone": "phone"}
    if guess.kind in by_kind or guess.concept in ("person.identity_number", "person.phone"):
        rule = by_kind.get(guess.kind) or (guess.concept or "").rpartition(".")[2]
        if guess.kind != "identity_number_within":
            guess.rules.append({"name": rule})
            guess.reviews["quality"] = f"{profile.percent(rule)} keep it"
            return
    if guess.kind == "date" and profile.future <= 1 - SURE:
        guess.rules.append({"name": "not_in_future"})
        guess.reviews["quality"] = f"{1 - profile.future:.0%} of {profile.filled:,} days are past".replace("%", " %")
    elif guess.logical_type in ("integer", "number") and profile.filled:
        _range(guess, known)
    elif guess.kind in ("code", "identity_number_within") and guess.code_set is None:
        _pattern(guess, known)
    if not guess.rules and guess.kind in ("code", "text", "name") and guess.code_set is None and not guess.concept:
        _enumeration(guess)


def _range(guess: Guess, known: Sequence[Column]) -> None:
    """The known range where the values keep it; else from nothing to a power of ten well above the largest."""
    profile = guess.profile
    for rule in (rule for column in known for rule in column.rules if rule["name"] == "range"):
        if profile.largest <= float(rule.get("maximum", math.inf)):
            guess.rules.append(dict(rule))
            guess.reviews["quality"] = f"{_as_known(guess)}; all values keep it"
            return
    if profile.shares["negative"] == 0:
        highest = 10 ** (math.floor(math.log10(max(profile.largest, 1))) + 2)
        guess.rules.append({"name": "range", "minimum": 0, "maximum": highest})
        guess.reviews["quality"] = f"no value is negative, none above {highest // 10:,}"


def _pattern(guess: Guess, known: Sequence[Column]) -> None:
    """The known pattern where the values keep it; else how nearly all codes are built."""
    profile = guess.profile
    for rule in (rule for column in known for rule in column.rules if rule["name"] == "pattern"):
        fitting = sum(share for shape, share in profile.shapes.items() if re.fullmatch(str(rule["regex"]), shape))
        if fitting >= 0.8:
            guess.rules.append(dict(rule))
            guess.reviews["quality"] = _as_known(guess)
            return
    shape, share = max(profile.shapes.items(), key=lambda each: each[1], default=("", 0))
    if share >= 0.99 and len(shape) >= 4 and guess.kind == "code":
        guess.rules.append({"name": "pattern", "regex": _regex(shape, profile.head)})
        guess.reviews["quality"] = f"{share:.0%} of {profile.filled:,} values are built so".replace("%", " %")


def _regex(shape: str, head: str) -> str:
    """A regular expression for a shape of digits (0) and letters (A); those that begin all values stay."""
    written = re.escape(head)
    for run in re.findall(r"0+|A+|[^0A]+", shape[len(head) :]):
        count = f"{{{len(run)}}}" if len(run) > 1 else ""
        written += {"0": f"[0-9]{count}", "A": f"[A-Z]{count}"}.get(run[0], re.escape(run))
    return f"^{written}$"


def _enumeration(guess: Guess) -> None:
    """A list of the few values that stand again and again; none that may name a person or a place."""
    profile = guess.profile
    frequent = {value: count for value, count in profile.values.items() if count >= ROWS_OF_A_VALUE}
    few = 2 <= len(frequent) <= LISTED_VALUES and profile.distinct * 5 <= profile.filled
    if not few or sum(frequent.values()) < SURE * profile.filled or any(_telling(value) for value in frequent):
        return
    if sum(value[0] in SURNAMES for value in frequent) * 3 > len(frequent):
        return
    listed = "|".join(re.escape(value) for value in sorted(frequent))
    guess.rules.append({"name": "pattern", "regex": f"^({listed})$"})
    rare = len(profile.values) - len(frequent)
    guess.reviews["quality"] = f"{len(frequent)} values in {sum(frequent.values()):,} of {profile.filled:,} rows" + (
        f", {rare} rarer ones are not listed" if rare else ""
    ) + "; where the list is agreed, make it a table of seeds/codes and name it as codeSet"  # fmt: skip


def _telling(value: str) -> bool:
    """Whether a value may be somebody's, or is a place's name."""
    digits = sum(character.isdigit() for character in value)
    return len(value) > LONGEST_VALUE or digits > 4 or "\n" in value or bool(PLACE.fullmatch(value))


def _as_known(guess: Guess) -> str:
    return f"as {guess.meaning.evidence}" if guess.meaning else ""


def _agreed(columns: Sequence[Column], attribute: str) -> str | None:
    """What most of the known columns say."""
    counted = Counter(getattr(column, attribute) for column in columns)
    return counted.most_common(1)[0][0] if counted else None


def classify(guess: Guess, names_people: bool) -> tuple[str, str, str]:
    """Classification, sharing class and the evidence: as the known header has it, else by the concept; in an extract
    of people whatever else stands beside them is personal too. Nothing new is drafted as free to share."""
    known = guess.meaning.columns if guess.meaning and guess.meaning.exact else ()
    hidden = guess.concept == "person.identity_number" or guess.kind.startswith("identity_number")
    if known:
        classification = "sensitive" if hidden else str(_agreed(known, "classification"))
        return classification, str(_agreed(known, "sharing_class")), _as_known(guess)
    if hidden:
        return "sensitive", "conditional", "identity numbers are sensitive"
    concept = guess.concept or ""
    if concept.startswith(PERSONAL) and not concept.endswith(("_code", ".operation")):
        return "personal", "conditional", f"carries {concept}"
    if concept or guess.logical_type == "timestamp":
        return "internal", "conditional", "says nothing of a person by itself"
    if names_people:
        return (
            "personal",
            "conditional",
            "stands beside a person; sensitive where it tells of health or need",
        )
    return "internal", "conditional", "the extract names no person"


def rule_arguments(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule's arguments without its name."""
    return {name: value for name, value in rule.items() if name != "name"}
