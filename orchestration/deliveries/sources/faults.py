"""What the systems' faults are called, in the same words for every protocol.

Here belongs: the texts that several sources use. They name the kind of system and never a value, a user or an address:
which system it is stands beside them in the list of troubles.
"""

from __future__ import annotations

import ssl

from orchestration.deliveries.troubles import (
    HOST_KEY_CHANGED,
    INTERRUPTED,
    MISSING_TABLE,
    REFUSED_LOGIN,
    TIMEOUT,
    UNREACHABLE,
    SourceTrouble,
)

AGAIN = "It is tried again; see whether the system and the line are up."


def unreachable() -> SourceTrouble:
    return SourceTrouble(UNREACHABLE, "nothing answers at the system's address", AGAIN)


def refused_login(how: str) -> SourceTrouble:
    return SourceTrouble(
        REFUSED_LOGIN,
        f"the system refuses the login ({how})",
        "Ask the department for the new password, key or token and put it where the credentials are kept.",
    )


def not_proved(problem: ssl.SSLError | None = None) -> SourceTrouble:
    """TLS that was asked for did not come about; `problem` says why, unless the server offers none."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        why = f"the server's certificate is not accepted ({problem.verify_message.split(',')[0]})"
    else:
        why = "the server does not speak TLS, which the contract asks for"
    return SourceTrouble(
        HOST_KEY_CHANGED,
        why,
        "Ask the department whether its certificate or its authority was changed; put the authority's certificate into "
        "the file that the variable …_AUTHORITY_FILE names, and the name in the certificate into host.",
    )


def interrupted() -> SourceTrouble:
    return SourceTrouble(INTERRUPTED, "the connection broke in the middle", AGAIN)


def silent(seconds: float) -> SourceTrouble:
    return SourceTrouble(TIMEOUT, f"nothing came for {seconds:g} s", AGAIN)


def too_long(seconds: float) -> SourceTrouble:
    return SourceTrouble(
        TIMEOUT,
        f"it was not whole after {seconds / 60:g} minutes",
        "See what slows it down, or raise limitMinutes in the contract's server; it is tried again.",
    )


def not_there(what: str) -> SourceTrouble:
    return SourceTrouble(
        MISSING_TABLE,
        f"{what} is not there, or may not be read",
        "Ask the department whether it was renamed or moved, and put the name into the contract's server.",
    )
