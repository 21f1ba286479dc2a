"""Telling: everything that is wrong now against what was told, to every channel, once a change.

Called at the end of `make run` and by Dagster's sensor. Whatever goes wrong here is returned as a sentence: a message
that does not arrive ends no run, and is told at the next occasion.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.files import locked, make_private_folder
from orchestration.deliveries.freshness import Freshness, freshness, judged_on
from orchestration.deliveries.receipt import Receipt
from orchestration.deliveries.standing import load_receipts
from orchestration.deliveries.troubles import read_troubles
from orchestration.masking import mask_values
from orchestration.notices.channels import Channel, NotDelivered, configured
from orchestration.notices.meaning import meaning, themes_by_extract
from orchestration.notices.memory import Memory, News
from orchestration.notices.message import Message, Words, compose
from orchestration.notices.problems import RUN, Problem, failed_run, in_trouble, late, refused, stray
from orchestration.releases.release import readers_have
from orchestration.settings import Settings

LOCK = ".notices.lock"


@dataclass(frozen=True)
class Outcome:
    """How the last run ended: when, and why it failed (an empty text: it did not)."""

    at: datetime
    failure: str = ""


def notify(
    settings: Settings,
    outcome: Outcome | None,
    environment: Mapping[str, str] = os.environ,
    now: datetime | None = None,
) -> list[str]:
    """Tells every configured channel what it does not know; returns what could not be told, and why.

    `outcome` of the last run (None: nobody knows, and what was told of it stands). Does nothing, and looks at nothing,
    where no channel is configured.
    """
    now = now or datetime.now(UTC)
    try:
        channels = configured(environment)
        if not channels or not settings.data.is_dir():
            return []
        make_private_folder(settings.state)
        with locked(settings.state / LOCK, wait=False):
            memory = Memory(settings.data)
            for channel in channels:
                memory.meet(channel.name, now)
            memory.note(_problems(settings, memory, outcome, now), now)
            return [told for channel in channels if (told := _tell(settings, memory, channel, now))]
    except BlockingIOError:
        return []  # Another is telling at this moment.
    except NotDelivered as problem:
        return [f"No notice was sent: {problem}."]
    except Exception as problem:
        return [f"No notice was sent: {type(problem).__name__}: {mask_values(str(problem))}"]


def _tell(settings: Settings, memory: Memory, channel: Channel, now: datetime) -> str:
    """Sends a channel its news; an empty text where there was none or it arrived."""
    news = memory.news(channel.name)
    if not news:
        return ""
    try:
        channel.send(_message(settings, news, now))
    except NotDelivered as problem:
        return f"A notice waits, and is told at the next occasion: {problem}."
    memory.told(channel.name, now)
    return ""


def _problems(settings: Settings, memory: Memory, outcome: Outcome | None, now: datetime) -> list[Problem]:
    contracts = read_contracts()
    receipts = load_receipts(settings.data, contracts.values())
    problems = [
        *in_trouble(read_troubles(settings.data), now),
        *refused(contracts, receipts),
        *stray(settings.data, contracts, now),
        *late(_ages(settings, receipts).values()),
    ]
    told = memory.open_problems().get(RUN)
    if told and (outcome is None or outcome.at < datetime.fromisoformat(told.since)):
        return [*problems, told]
    return [*problems, failed_run(outcome.failure, outcome.at)] if outcome and outcome.failure else problems


def _message(settings: Settings, news: News, now: datetime) -> Message:
    contracts = read_contracts()
    ages = _ages(settings, load_receipts(settings.data, contracts.values()))

    @cache
    def lineage() -> tuple[dict[str, list[str]], set[str]]:
        return themes_by_extract(settings.manifest, contracts)

    def means(extract: str) -> str:
        if extract not in ages:
            return ""
        themes, all_themes = lineage()
        return meaning(ages[extract], themes[extract], all_themes)

    def last_delivery(extract: str) -> str:
        age = ages.get(extract)
        return f"its last delivery is of {age.last_delivery}." if age and age.last_delivery else ""

    place = f"{platform.node()}:{settings.data}"
    words = Words(contracts.get, means, last_delivery, readers_have(settings.releases), place)
    return compose(news, words, now)


def _ages(settings: Settings, receipts: list[Receipt]) -> dict[str, Freshness]:
    return freshness(read_contracts().values(), receipts, judged_on(settings, receipts))
