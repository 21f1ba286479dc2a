"""What a figure must reach, for ordinary and for hard districts, and which figures of a district miss their goal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.evaluation.scores import ALL, DEATH_REGISTERED, Scores


@dataclass(frozen=True)
class Goal:
    """A figure, its goals, and whether it must reach them from below (`at_least`) or stay under them.

    `of_some`: it is about rows that a district may lack, small or with a truth made elsewhere.
    """

    name: str
    figure: Callable[[Scores], float | None]
    ordinary: float
    hard: float
    at_least: bool = True
    of_some: bool = False

    def bound(self, noise: float) -> float:
        """The goal for a district: hard from twice the ordinary noise on."""
        return self.hard if noise >= 2 else self.ordinary

    def wanted(self, noise: float) -> str:
        """The goal in words."""
        return f"{'≥' if self.at_least else '≤'} {self.bound(noise):.4g}"

    def missed(self, scores: Scores, noise: float) -> bool:
        """Whether the figure does not reach its goal; one that cannot be measured does not, but for those `of_some`."""
        value = self.figure(scores)
        if value is None:
            return not self.of_some
        return value < self.bound(noise) if self.at_least else value > self.bound(noise)


def _found(kind: str, ordinary: float, hard: float, of_some: bool = False) -> Goal:
    def figure(scores: Scores) -> float | None:
        return scores.planted[kind].found if kind in scores.planted else None

    return Goal(f"{kind}: found", figure, ordinary, hard, of_some=of_some)


def _true(kind: str, ordinary: float, hard: float, of_some: bool = False) -> Goal:
    def figure(scores: Scores) -> float | None:
        return scores.planted[kind].true if kind in scores.planted else None

    return Goal(f"{kind}: true of those claimed", figure, ordinary, hard, of_some=of_some)


GOALS = (
    Goal("pairs of rows about one person: precision", lambda s: s.people[ALL].precision, 0.9999, 0.9998),
    Goal("pairs of rows about one person: recall", lambda s: s.people[ALL].recall, 0.9992, 0.9950),
    Goal("people exactly right", lambda s: s.people[ALL].exact, 0.9980, 0.9900),
    Goal("address texts: right dwelling", lambda s: s.addresses[ALL].right, 0.992, 0.960),
    Goal("address texts: wrong dwelling", lambda s: s.addresses[ALL].wrong, 0.001, 0.003, at_least=False),
    Goal("resident population by grid: error", lambda s: s.population.error, 0.020, 0.035, at_least=False),
    _found("id_of_another", 0.92, 0.90),
    _true("id_of_another", 0.95, 0.90),
    # A few deaths never reach the register: what is found of those that did is the rule's own doing.
    _found("deceased_active", 0.93, 0.93),
    _found(DEATH_REGISTERED, 0.99, 0.97, of_some=True),
    _true("deceased_active", 0.95, 0.95),
    _found("assisted_twice", 0.95, 0.95),
    _true("assisted_twice", 0.95, 0.95),
    _found("group_letting", 0.95, 0.90, of_some=True),
    _true("group_letting", 0.95, 0.95, of_some=True),
    # Who lives elsewhere may stand at another dwelling's number, or be taken for somebody else.
    _found("occupied_but_vacant", 0.90, 0.80, of_some=True),
    _true("occupied_but_vacant", 0.95, 0.90, of_some=True),
    # A contract whose address gives no dwelling leaves its house without one.
    _found("let_without_contract", 0.95, 0.90, of_some=True),
    _true("let_without_contract", 0.95, 0.90, of_some=True),
)
