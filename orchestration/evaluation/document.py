"""docs/evaluation.md: the figures beside their goals, as last measured. Only words, no measuring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from orchestration.evaluation.goals import GOALS
from orchestration.evaluation.scores import Scores, together
from orchestration.linkage.refit import Comparison

# noise → seed → figures
Measured = Mapping[float, Mapping[int, Scores]]

_HEAD = """# How good the answers are

Written by `make evaluate`; do not edit. Simulated districts, built as `make run` builds them, are held against the
truth behind them. The rows to be found are those of the truth: a row that was rejected, lost or left without a key
counts as wrong. A pair of rows belongs to a stratum when one of its rows does. Districts of noise 1 have the dirt that
the exchange standard names; at noise 2 there is twice of it, and mechanisms that no page names: former and
married names, given name before surname, characters of alike shape, traditional characters, lunar birth dates, years
without a day, reissued telephones, dummy numbers, a letter O among digits, a number cut short, a digit left out or
typed twice, another county's code, the dwelling next door.
"""

_KINDS = {0.0: "clean", 1.0: "ordinary", 2.0: "hard"}


def share(value: float | None, digits: int = 5) -> str:
    """A share as text; a dash where there was nothing to measure."""
    return "–" if value is None else f"{value:.{digits}f}"


def document(measured: Measured, residents: int, days: int, revision: str, models: Sequence[Comparison]) -> str:
    """The whole document."""
    parts = [_HEAD, f"Code {revision}; {residents:,} residents, {days} days a district; seeds {_seeds(measured)}.\n"]
    missed = [line for noise, scores in measured.items() for line in not_reached(noise, scores)]
    parts += ["## Not reached\n", "\n".join(f"- {line}" for line in missed) if missed else "Every goal is reached.", ""]
    for noise, scores in measured.items():
        whole = together(list(scores.values()))
        parts += [
            f"## Noise {noise:g} ({_KINDS.get(noise, 'other')})\n",
            _against_goals(noise, scores),
            "### People, by stratum (all seeds together)\n",
            _people(whole),
            "### Address texts, by stratum (all seeds together)\n",
            _addresses(whole),
        ]
    if models:
        parts += ["## Models\n", _models(models)]
    return "\n".join(parts).rstrip() + "\n"


def _seeds(measured: Measured) -> str:
    return ", ".join(str(seed) for seed in dict.fromkeys(seed for scores in measured.values() for seed in scores))


def not_reached(noise: float, scores: Mapping[int, Scores]) -> list[str]:
    """A line for each figure of each district that misses its goal."""
    return [
        f"noise {noise:g}, seed {seed}: {goal.name} {share(goal.figure(figures))}, goal {goal.wanted(noise)}"
        + (" (not measured: none are planted or claimed)" if goal.figure(figures) is None else "")
        for seed, figures in scores.items()
        for goal in GOALS
        if goal.missed(figures, noise)
    ]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _against_goals(noise: float, scores: Mapping[int, Scores]) -> str:
    whole = together(list(scores.values()))
    columns = [*scores.values(), *([whole] if len(scores) > 1 else [])]
    names = [*(f"seed {seed}" for seed in scores), *(["together"] if len(scores) > 1 else [])]
    return _table(
        ["measure", "goal", *names],
        ([goal.name, goal.wanted(noise), *(share(goal.figure(figures)) for figures in columns)] for goal in GOALS),
    )


def _people(scores: Scores) -> str:
    return _table(
        ["rows", "number", "omitted", "precision", "recall", "people", "exactly right"],
        (
            [
                name,
                f"{s.rows:,}",
                f"{s.omitted:,}",
                share(s.precision),
                share(s.recall),
                f"{s.people:,}",
                share(s.exact),
            ]
            for name, s in scores.people.items()
        ),
    )


def _addresses(scores: Scores) -> str:
    return _table(
        ["texts", "number", "right", "wrong", "undecided"],
        (
            [name, f"{s.texts:,}", share(s.right), share(s.wrong), share(s.undecided)]
            for name, s in scores.addresses.items()
        ),
    )


def _models(models: Sequence[Comparison]) -> str:
    """Each refit's verdict, and what both models reached on districts that neither was fitted on."""
    parts = []
    for model in models:
        parts.append(f"{model.verdict}\n")
        parts.append(
            _table(
                ["held-out district", "model", "precision", "recall", "exactly right"],
                (
                    [
                        f"seed {m.seed}, noise {m.noise:g}",
                        m.model,
                        *map(share, (m.score.precision, m.score.recall, m.score.exact)),
                    ]
                    for m in model.measured
                ),
            )
        )
    return "\n".join(parts)
