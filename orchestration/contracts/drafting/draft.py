"""The whole draft of an extract: every guess in its order, held together.

Here belongs: what is drafted, before it is text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from orchestration.contracts.contract import Contract
from orchestration.contracts.drafting.concepts_of_columns import guess_concepts
from orchestration.contracts.drafting.guesses import Guess, guess_columns
from orchestration.contracts.drafting.keys import Delivery, guess_delivery, guess_key
from orchestration.contracts.drafting.layout import Layout
from orchestration.contracts.drafting.quality import guess_quality
from orchestration.contracts.drafting.sample import Sample
from orchestration.contracts.drafting.table import Table


@dataclass(frozen=True)
class Draft:
    """What a sample says of its extract; `table` where the sample is one of a database."""

    department: str
    extract: str
    layout: Layout
    suffix: str
    day: date
    rows: int
    columns: tuple[Guess, ...]
    delivery: Delivery
    table: Table | None = None

    @property
    def id(self) -> str:
        return f"{self.department}.{self.extract}"

    @property
    def names_people(self) -> bool:
        """Whether the rows name people."""
        return any(guess.concept in ("person.identity_number", "person.name") for guess in self.columns)


def draft_extract(
    sample: Sample, contracts: Mapping[str, Contract], department: str, extract: str, table: Table | None = None
) -> Draft:
    """Everything that can be guessed of an extract; the words of the `contracts` that exist are the vocabulary."""
    guesses = guess_columns(sample, contracts)
    guess_concepts(sample, guesses, contracts)
    guess_key(sample, guesses)
    guess_quality(guesses)
    delivery = guess_delivery(sample, guesses, contracts)
    return Draft(
        department, extract, sample.layout, sample.suffix, sample.day, sample.rows, tuple(guesses), delivery, table
    )
