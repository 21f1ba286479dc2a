"""What columns mean to the rest of the warehouse, and of whom they speak.

Here belongs: concept, role and address meaning of each column, by its header where the values do not gainsay it, else
by the values alone; and that each concept stands once for each role.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from orchestration.contracts import concepts as words
from orchestration.contracts.contract import Column, Contract
from orchestration.contracts.drafting.guesses import HALF, Guess
from orchestration.contracts.drafting.profile import agreement
from orchestration.contracts.drafting.sample import Sample
from orchestration.contracts.drafting.vocabulary import Vocabulary, address_meaning_of, role_of

NUMBER, NAME, PHONE, ADDRESS = "person.identity_number", "person.name", "person.phone", "dwelling.address"
SEX, BORN = "person.sex", "person.birth_date"
BY_KIND = {
    "identity_number": NUMBER,
    "identity_number_within": NUMBER,
    "name": NAME,
    "phone": PHONE,
    "address": ADDRESS,
}
SEXES = {"sex": {"0", "1", "2", "9"}, "sex_label": {"男", "女"}}
# The share of rows on which a sex or birth date must agree with the row's own identity number, and of how many.
OWN_NUMBER, OWN_ROWS = 0.8, 10


def guess_concepts(sample: Sample, guesses: Sequence[Guess], contracts: Mapping[str, Contract]) -> None:
    """Sets concept, role and address meaning of every guess that has them."""
    vocabulary = Vocabulary(contracts)
    by_code_set = _concepts_of_code_sets(contracts)
    for guess in guesses:
        _by_header(guess)
        _by_values(guess)
        _by_code_set(guess, by_code_set)
    _by_own_number(sample, guesses)
    _address_meanings(guesses)
    _once_each(guesses)
    for guess in guesses:
        if guess.concept and guess.meaning is None:
            _usual_name(guess, guesses, vocabulary)


def _concepts_of_code_sets(contracts: Mapping[str, Contract]) -> dict[str, str]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for column in (column for contract in contracts.values() for column in contract.columns):
        if column.code_set and column.concept:
            counted[column.code_set][column.concept] += 1
    usual = {concept.partition(".")[2]: concept for concept in words.CONCEPTS} | {"sex_label": SEX}
    return usual | {name: concepts.most_common(1)[0][0] for name, concepts in counted.items()}


def _by_header(guess: Guess) -> None:
    """The concept of a header that is known, or whose ending is, unless the values gainsay it."""
    meaning = guess.meaning
    if not meaning or not meaning.concept:
        return
    if not meaning.exact and not meaning.concept.startswith(("person.", ADDRESS)):
        return
    if not _supported(guess, meaning.concept, meaning.columns):
        guess.reviews["concept"] = (
            f"none, although {meaning.evidence} says {meaning.concept}: the values do not look so"
        )
        return
    guess.concept = meaning.concept
    # An ending tells nothing of whose: the role is that of the word before it.
    guess.role = meaning.role if meaning.exact else (role_of(guess.header) or "subject")
    guess.reviews["concept"] = f"{_seen(guess)}{meaning.evidence}"
    if meaning.concept == NUMBER and guess.kind == "identity_number_within":
        guess.concept_column = "identity_number"


def _seen(guess: Guess) -> str:
    """What the values say for the concept, as far as values can."""
    tests = {
        NUMBER: ("identity_number", "are valid identity numbers"),
        PHONE: ("phone", "are telephone numbers"),
        NAME: ("name", "look like names"),
        ADDRESS: ("address", "look like addresses"),
    }
    if guess.concept not in tests or not guess.profile.filled:
        return ""
    test, says = tests[guess.concept]
    if guess.kind == "identity_number_within":
        test, says = "identity_number_within", "hold a valid identity number"
    return f"{guess.profile.percent(test)} {says}; "


def _supported(guess: Guess, concept: str, columns: Sequence[Column]) -> bool:
    """Whether the values may be what the header says; an empty column may be anything."""
    shares = guess.profile.shares
    if not guess.profile.filled:
        return True
    if concept == NUMBER:
        return max(shares["identity_number"], shares["identity_number_within"], shares["masked"]) >= 0.3
    if concept in (PHONE, "person.guardian_phone"):
        return shares["phone"] >= HALF
    if concept == NAME:
        return shares["name"] >= HALF or guess.kind == "text"
    if concept == ADDRESS:
        return shares["address"] >= 0.3
    if concept == BORN:
        return guess.kind == "date"
    patterns = [str(rule["regex"]) for column in columns for rule in column.rules if rule["name"] == "pattern"]
    if (patterns and concept.endswith("_code")) or concept == "grid.code":
        fitting = sum(share for shape, share in guess.profile.shapes.items()
                      if any(re.fullmatch(pattern, shape) for pattern in patterns))  # fmt: skip
        return fitting >= HALF
    return True


def _by_values(guess: Guess) -> None:
    """The concept of a column of which the header says nothing."""
    known = guess.meaning and guess.meaning.exact
    if guess.concept or known or guess.kind not in BY_KIND:
        return
    guess.concept, guess.role = BY_KIND[guess.kind], role_of(guess.header) or "subject"
    guess.role = guess.role if guess.concept.startswith("person.") else "subject"
    guess.reviews["concept"] = f"{_seen(guess)}the header is unknown"
    if guess.kind == "identity_number_within":
        guess.concept_column = "identity_number"


def _by_code_set(guess: Guess, concepts: Mapping[str, str]) -> None:
    known = guess.meaning and guess.meaning.exact
    if guess.concept is None and not known and guess.code_set and guess.code_set in concepts:
        guess.concept = concepts[guess.code_set]
        guess.reviews["concept"] = f"what columns with code set {guess.code_set} carry"


def _word(guess: Guess) -> str:
    """Of whom a header speaks: what stands before the ending that is known."""
    return guess.meaning.prefix if guess.meaning else ""


def _by_own_number(sample: Sample, guesses: Sequence[Guess]) -> None:
    """Sex and birth date of the person whose identity number stands in the row agree with it."""
    for role in words.ROLES:
        numbers = [g for g in guesses if g.concept == NUMBER and g.role == role and g.kind == "identity_number"]
        for guess in guesses if numbers else []:
            if guess.role != role or guess.concept not in (None, SEX, BORN):
                continue
            concept = _told_by_number(guess)
            rows, share = agreement(sample, numbers[0].place, guess.place, concept) if concept else (0, 0.0)
            if not concept or rows < OWN_ROWS:
                continue
            agrees = f"{share:.0%} of {rows:,} rows agree with the identity number beside".replace("%", " %")
            if share >= OWN_NUMBER:
                if guess.concept is None and guess.meaning and guess.meaning.exact:
                    continue
                before = guess.reviews["concept"] if guess.concept else "the header is unknown"
                guess.concept, guess.reviews["concept"] = concept, f"{agrees}; {before}"
                if concept == SEX:
                    _sex_codes(guess)
            elif guess.concept:
                guess.reviews["concept"] += f"; but only {agrees}"


def _told_by_number(guess: Guess) -> str | None:
    values = set(guess.profile.values)
    if guess.kind == "date" and guess.logical_type == "date":
        return BORN
    return SEX if values and any(values <= codes for codes in SEXES.values()) else None


def _sex_codes(guess: Guess) -> None:
    values = set(guess.profile.values)
    guess.code_set = next(name for name, codes in SEXES.items() if values <= codes)
    guess.kind, guess.logical_type = "code", "string"
    guess.reviews["codeSet"] = f"100 % of {guess.profile.filled:,} values stand in it"
    guess.reviews["logicalType"] = ""


def _address_meanings(guesses: Sequence[Guess]) -> None:
    person = any(g.concept in (NUMBER, NAME) and g.role == "subject" for g in guesses)
    enterprise = any(g.kind == "credit_code" for g in guesses)
    usual = "residence" if person else "premises" if enterprise else "property" if _owned(guesses) else "incident"
    for guess in guesses:
        if guess.concept != ADDRESS:
            continue
        meaning, said = guess.meaning, address_meaning_of(guess.header)
        known = [c.address_meaning for c in meaning.columns if c.address_meaning] if meaning and meaning.exact else []
        known = [each for each in known if each != "residence" or person]
        guess.address_meaning = said or (usual if usual in known or not known else known[0])
        why = "the header says so" if said else "usual in such extracts"
        others = ", ".join(each for each in words.ADDRESS_MEANINGS if each != guess.address_meaning)
        guess.reviews["addressMeaning"] = f"{why}; other meanings: {others}"


def _owned(guesses: Sequence[Guess]) -> bool:
    return any(guess.role in ("owner", "landlord") for guess in guesses)


def _once_each(guesses: Sequence[Guess]) -> None:
    """Of several columns with one concept, role and address meaning the likeliest carries it.

    That is a number of its own before one within a longer number, then one whose very header is known, then one that
    speaks of the person whose identity number stands there (申请人姓名 beside 申请人身份证号).
    """
    subject = next((_word(guess) for guess in guesses if guess.concept == NUMBER and guess.role == "subject"), "")
    groups: dict[tuple[str, str, str | None], list[Guess]] = defaultdict(list)
    for guess in guesses:
        if guess.concept:
            groups[guess.concept, guess.role, guess.address_meaning].append(guess)
    for group in groups.values():
        best = max(group, key=lambda g: (g.kind != "identity_number_within", bool(g.meaning and g.meaning.exact),
                                         _word(g) == subject, -g.place))  # fmt: skip
        for guess in group:
            if guess is not best:
                guess.reviews["concept"] = f"none: {best.header} carries {guess.concept}; {guess.reviews['concept']}"
                guess.concept = guess.address_meaning = guess.concept_column = None


def _usual_name(guess: Guess, guesses: Sequence[Guess], vocabulary: Vocabulary) -> None:
    """A column with an unknown header is named after its concept, where no other is."""
    concept = guess.concept or ""
    name = vocabulary.name_of(concept) if guess.role == "subject" else f"{guess.role}_{concept.partition('.')[2]}"
    if guess.kind != "identity_number_within" and name not in {other.name for other in guesses}:
        guess.name = name
        guess.reviews["name"] = f"as other columns with {concept}"
