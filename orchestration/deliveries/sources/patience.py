"""Trying again what may pass in seconds: with growing waits, as long as a person would wait at a prompt.

Here belongs: how often and how long. What may pass says `troubles.PASSING`; what takes longer waits for a later pull.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from orchestration.deliveries.troubles import PASSING, SourceTrouble

TRIES = 4
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0

Answer = TypeVar("Answer")


def patiently(call: Callable[[], Answer]) -> Answer:
    """What `call` returns, tried up to four times with waits of 1, 2 and 4 s, or as long as the system asks for.

    Raises the last SourceTrouble. A system that asks for more than a minute, and a trouble that somebody further in
    has already been patient with, are not tried again.
    """
    retrying = Retrying(retry=retry_if_exception(_may_pass), wait=_wait, stop=stop_after_attempt(TRIES), reraise=True)
    try:
        return retrying(call)
    except SourceTrouble as problem:
        problem.settled = True
        raise


def _may_pass(problem: BaseException) -> bool:
    if not isinstance(problem, SourceTrouble) or problem.settled:
        return False
    return problem.kind in PASSING and problem.after <= LONGEST_WAIT


def _wait(state: RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    asked = problem.after if isinstance(problem, SourceTrouble) else 0.0
    return max(asked, FIRST_WAIT * 2.0 ** (state.attempt_number - 1))
