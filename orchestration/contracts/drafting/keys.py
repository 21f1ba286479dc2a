"""What makes a record of an extract, what dates it, and how it is delivered.

Here belongs: the key (one column, else two), the evidence date, the column of operations, full or change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from orchestration.contracts.contract import Contract
from orchestration.contracts.drafting.guesses import SURE, Guess
from orchestration.contracts.drafting.sample import Sample
from orchestration.deliveries.rules import clean_code

# Share of rows in which a key may be missing: departments' keys are dirty too.
MISSING = 0.03
# Shares of rows that a pair tells apart (some rows are delivered twice), and a changed record's own number.
PAIRED, NAMED = 0.95, 0.8
# A date that dates the rows has its latest value shortly before the sample's day.
RECENT = timedelta(days=45)
RANKS = ("identity_number_within", "credit_code", "identity_number", "code", "text")


@dataclass
class Delivery:
    """How the extract is delivered, with the evidence of each guess."""

    kind: str = "full"
    cadence: str = "monthly"
    evidence_date: str | None = None
    operation_column: str | None = None
    reviews: dict[str, str] = field(default_factory=dict)


def guess_key(sample: Sample, guesses: Sequence[Guess]) -> None:
    """Marks the key columns: of those that are always there and nowhere repeated the one that identifies by its name,
    else two that are so together, else the one that is repeated least."""
    key, evidence = _key(sample, guesses)
    for position, guess in enumerate(key, 1):
        guess.key_position, guess.required = position, position == 1 or guess.profile.missing == 0
        guess.reviews["primaryKey"] = evidence


def _key(sample: Sample, guesses: Sequence[Guess]) -> tuple[tuple[Guess, ...], str]:
    present = [g for g in guesses if g.profile.missing <= MISSING * g.profile.rows and g.profile.filled]
    single = [g for g in present if _may_identify(g)]
    unique = [g for g in single if g.profile.distinct >= SURE * g.profile.filled]
    few = "; the sample is small" if sample.rows < 100 else ""
    if unique:
        best = min(unique, key=_rank)
        return (best,), f"{best.profile.distinct:,} different in {best.profile.filled:,} values{few}"
    # Of changes several may come in one file: what identifies by its name is then repeated.
    changes = any(guess.logical_type == "timestamp" for guess in guesses)
    named = [g for g in single if _by_name(g) and g.profile.distinct >= NAMED * g.profile.filled]
    if changes and named:
        best = min(named, key=_rank)
        return (best,), f"{best.profile.distinct:,} different in {best.profile.filled:,} changes{few}"
    pairs = [(first, second) for first in sorted(single, key=_rank) for second in _seconds(guesses, first)]
    for first, second in pairs:
        distinct = _distinct_pairs(sample, first, second)
        if distinct >= PAIRED * sample.rows and distinct > first.profile.distinct:
            return (first, second), f"{distinct:,} different pairs in {sample.rows:,} rows{few}"
    best = min(single or present or list(guesses), key=lambda g: (-g.profile.distinct, g.place))
    return (best,), f"no key found: {best.profile.distinct:,} different in {best.profile.filled:,} values is the most"


def _may_identify(guess: Guess) -> bool:
    return guess.kind in RANKS and guess.code_set is None and not _counts_rows(guess)


def _rank(guess: Guess) -> tuple[bool, bool, int, int]:
    """Numbers and codes by name before others; the subject's own number before that of an owner."""
    own = guess.concept is None or guess.role == "subject"
    return not own, not _by_name(guess), RANKS.index(guess.kind), guess.place


def _by_name(guess: Guess) -> bool:
    return guess.identifying and guess.kind != "identity_number"


def _seconds(guesses: Sequence[Guess], first: Guess) -> Iterator[Guess]:
    """What may tell records of one first part apart, likeliest first: a code set, another code, a day, a person."""
    ranks = {"code": 1, "identity_number": 2, "date": 3, "name": 4}
    fitting = [g for g in guesses if g.kind in ranks or (g.kind == "text" and g.profile.values)]
    # What belongs to a person, as the sex, tells no two records of one person apart.
    fitting = [
        g for g in fitting if g.concept in (None, "person.identity_number", "person.name") and not _counts_rows(g)
    ]
    others = [guess for guess in fitting if guess is not first]
    yield from sorted(others, key=lambda g: (0 if g.code_set else ranks.get(g.kind, 1), g.place))


def _counts_rows(guess: Guess) -> bool:
    """Whether a column numbers the rows of the file, or counts things: it tells nothing apart."""
    return guess.profile.shares.get("ordinal", 0) > 0.9 or guess.logical_type in ("integer", "number", "boolean")


def _distinct_pairs(sample: Sample, first: Guess, second: Guess) -> int:
    parts = ", ".join(f"coalesce({clean_code(sample.column(guess.place))}, '')" for guess in (first, second))
    query = f"select count(distinct concat_ws(chr(31), {parts})) from delivered"
    return int(sample.connection.execute(query).fetchall()[0][0])


def guess_delivery(sample: Sample, guesses: Sequence[Guess], contracts: Mapping[str, Contract]) -> Delivery:
    """Full or change, how often, and which columns date a row and say what it does."""
    delivery = Delivery()
    operation = next((guess for guess in guesses if guess.concept == "residence.operation"), None)
    dated = _evidence_date(sample, guesses, contracts)
    if operation:
        delivery.operation_column = operation.name
        delivery.reviews["operationColumn"] = operation.reviews.get("concept", "")
    if dated:
        delivery.evidence_date = dated.name
        delivery.reviews["evidenceDate"] = f"its latest value is {dated.profile.latest}"
    if operation or (dated and dated.logical_type == "timestamp"):
        delivery.kind, delivery.cadence = "change", "daily"
        why = "a column of operations" if operation else "rows carry the time of their change"
    else:
        why = "nothing says that rows are changes"
    delivery.reviews["deliveryKind"] = f"{why}; full: every current row each time, change: new and changed rows only"
    delivery.reviews["cadence"] = "a sample cannot tell"
    return delivery


def _evidence_date(sample: Sample, guesses: Sequence[Guess], contracts: Mapping[str, Contract]) -> Guess | None:
    """The column that other contracts use so, else the date with the latest value, not long before the sample's day and
    not after it, and no birth date."""
    used = {contract.evidence_date for contract in contracts.values()}
    fitting = []
    for guess in guesses:
        profile = guess.profile
        if guess.kind != "date" or guess.concept or not profile.latest or profile.future > 1 - SURE:
            continue
        latest = date.fromisoformat(profile.latest)
        known = guess.name in used
        if known or latest >= sample.day - RECENT:
            rank = (known, guess.logical_type == "timestamp", profile.missing <= MISSING * profile.rows, -guess.place)
            fitting.append((rank, guess))
    return max(fitting, key=lambda each: each[0])[1] if fitting else None
