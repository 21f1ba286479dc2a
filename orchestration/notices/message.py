"""The words of a notice: what failed, since when, what it means for the marts, what to do.

Here belongs: composing one message out of news, for people (subject and text) and for machines (fields).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestration.contracts.contract import Contract
from orchestration.deliveries.pull import CHINA
from orchestration.notices.memory import News, Over
from orchestration.notices.problems import LATE, RUN, STRAY, Problem


@dataclass(frozen=True)
class Message:
    """One notice. `fields` says the same as `text` in parts: lists new, continuing and over."""

    subject: str
    text: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Words:
    """What a message needs besides the news: of an extract its contract (None: no extract's), what it means for the
    marts that nothing new comes of it, and what came last; what readers have; and where all this is."""

    contract: Callable[[str], Contract | None]
    meaning: Callable[[str], str]
    last_delivery: Callable[[str], str]
    readers_have: str
    place: str


def compose(news: News, words: Words, now: datetime) -> Message:
    """The message for news of which there is some; `now` with zone."""
    counts = {"new": len(news.began), "continuing": len(news.continuing), "over": len(news.over)}
    heading = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    parts = [f"Wangge at {words.place}: {heading}."]
    if news.began:
        parts += ["NEW", *_blocks(news.began, words, now)]
    if news.continuing:
        parts += ["CONTINUING", *_blocks(news.continuing, words, now)]
    if news.over:
        parts += ["OVER", *(_ended(each, words) for each in news.over)]
    if not news.began and not news.continuing:
        parts.append("Nothing else is wrong.")
    first = (news.began or news.continuing or [each.problem for each in news.over])[0]
    subject = f"Wangge: {heading} ({_named(first, words, short=True)})"
    fields = {
        "new": [_fields(problem, words) for problem in news.began],
        "continuing": [_fields(problem, words) for problem in news.continuing],
        "over": [{**_fields(each.problem, words), "over_at": each.at} for each in news.over],
    }
    return Message(subject, "\n\n".join(parts) + "\n", fields)


def moment(text: str) -> str:
    """A moment (ISO 8601 with zone) by China's clock: 2026-09-03 05:30."""
    return f"{datetime.fromisoformat(text).astimezone(CHINA):%Y-%m-%d %H:%M}"


def _blocks(problems: Iterable[Problem], words: Words, now: datetime) -> Iterator[str]:
    """One block for each way in which extracts are wrong, which those of one system share: what it is, since when,
    what it means for each, and what to do."""
    by_extract: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda each: (each.extract, each.since)):
        by_extract.setdefault(problem.extract, []).append(problem)
    alike: dict[tuple[tuple[str, str, str], ...], list[list[Problem]]] = {}
    for of_extract in by_extract.values():
        seen = tuple((moment(each.since), each.what, each.remedy) for each in of_extract)
        alike.setdefault(seen, []).append(of_extract)
    for group in alike.values():
        lines = [_named(of_extract[0], words) for of_extract in group]
        for problem in group[0]:
            lasting = "" if problem.kind == LATE else _lasting(problem.since, now)
            lines.append(f"  Since {moment(problem.since)}{lasting}: {problem.what}")
        means = (_means(problem, words) for of_extract in group for problem in of_extract)
        lines += [f"  What it means: {text}" for text in dict.fromkeys(means) if text]
        lines += [f"  What to do: {text}" for text in dict.fromkeys(problem.remedy for problem in group[0])]
        yield "\n".join(lines)


def _lasting(since: str, now: datetime) -> str:
    hours = (now - datetime.fromisoformat(since)).total_seconds() / 3600
    if hours < 2:
        return ""
    return f", for {hours / 24:.0f} days" if hours >= 48 else f", for {hours:.0f} hours"


def _ended(over: Over, words: Words) -> str:
    since, until = moment(over.problem.since), moment(over.at)
    now = words.readers_have if over.problem.kind == RUN else words.last_delivery(over.problem.extract)
    lines = [_named(over.problem, words), f"  From {since} to {until}: {over.problem.what}"]
    return "\n".join([*lines, *([f"  Now: {now}"] if now else [])])


def _named(problem: Problem, words: Words, short: bool = False) -> str:
    if problem.kind == RUN:
        return "the run" if short else "The run failed: nothing was published"
    contract = words.contract(problem.extract)
    if contract is None:
        return "the sources" if short else "What lies in the sources"
    return contract.id if short else f"{contract.id} {contract.business_name}, {contract.provider}"


def _means(problem: Problem, words: Words) -> str:
    if problem.kind == RUN:
        return f"{words.readers_have} What was delivered since then stands in no figure yet."
    return "" if problem.kind == STRAY else words.meaning(problem.extract)


def _fields(problem: Problem, words: Words) -> dict[str, str]:
    return {
        "kind": problem.kind,
        "extract": problem.extract,
        "since": problem.since,
        "what": problem.what,
        "means": _means(problem, words),
        "remedy": problem.remedy,
    }
