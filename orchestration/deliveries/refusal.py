"""Why a whole delivery is refused, in words that its department can act on.

Here belongs: the exception that carries a refusal, and the texts. Where a refusal is decided lives in the readers, the
source and `take`.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Sequence

MOST_MISSING = 3


class Refused(Exception):
    """A delivery that cannot be taken: kind of fault, what is wrong and where, and what to do about it."""

    def __init__(self, kind: str, reason: str, remedy: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind, self.reason, self.remedy = kind, reason, remedy


def truncated(where: str) -> Refused:
    return Refused(
        "truncated",
        f"the file ends in the middle: {where}",
        "Write and send the file again, and check that the transfer was complete before it is put in place.",
    )


def wrong_encoding(agreed: str, found: str) -> Refused:
    return Refused(
        "wrong_encoding",
        f"the text is encoded as {found}, agreed is {agreed}",
        f"Export the file again as {agreed}, or have the contract changed to {found}.",
    )


def wrong_content(agreed: str, found: str) -> Refused:
    return Refused(
        "wrong_content",
        f"the content is not what the name says: agreed is {agreed}, found is {found}",
        f"Export the file again as {agreed}; renaming a file does not change its content.",
    )


def empty_file() -> Refused:
    return Refused(
        "empty",
        "the file holds nothing",
        "Send the file again; for a day without changes send no file.",
    )


def no_rows() -> Refused:
    return Refused(
        "empty",
        "the file has a header and no row, although a full delivery holds every current row",
        "Check the query or export that fills the file and send it again.",
    )


def too_few_rows(rows: int, before: int, day: str, share: float) -> Refused:
    return Refused(
        "too_few_rows",
        f"a full delivery of {rows:,} rows after one of {before:,} on {day}: less than the {share:.0%} that the "
        "contract asks for",
        "Check whether the file was cut or the export filtered; where the rows have really gone, say so to the "
        "data centre, which lowers the contract's share; where the last delivery was wrong, it can be withdrawn.",
    )


def day_folded(day: str) -> Refused:
    return Refused(
        "day_folded",
        f"the delivery of {day} that this one would replace has expired and is folded into a checkpoint",
        "Send the records that are to be corrected in a delivery of a later day.",
    )


def unreadable(what: str) -> Refused:
    return Refused("unreadable", what, "Open the file where it was made, export it anew and send it again.")


def plain_header(header: str) -> str:
    """A header as compared: without byte-order mark and surrounding spaces, full-width forms folded (NFKC)."""
    return unicodedata.normalize("NFKC", header).replace("\ufeff", "").strip()


def missing_columns(missing: Sequence[str], unknown: Sequence[str]) -> Refused:
    """Refuses for columns that the contract has and the file has not.

    Suggests for each the unknown header most like it (at least half of the characters alike), or the only one left.
    Where most columns are missing, the line is likely data without a header, and nothing of it is repeated.
    """
    if len(missing) > MOST_MISSING:
        unknown = []
    hints = []
    for header in missing:
        alike = difflib.get_close_matches(header, unknown, n=1, cutoff=0.5)
        if not alike and len(missing) == len(unknown) == 1:
            alike = list(unknown)
        hints.append(f"{header}" + (f" (renamed to {alike[0]}?)" if alike else ""))
    return Refused(
        "missing_column",
        f"columns missing from the header: {', '.join(hints)}",
        "Restore the headers as the contract has them, or announce the change so that the contract can follow.",
    )


def match_headers(
    found: Sequence[str], agreed: Sequence[str], may_be_absent: Collection[str] = ()
) -> tuple[list[int], list[str]]:
    """Where each agreed header stands in the file, and the headers that the contract does not know.

    One of `may_be_absent` that is not there stands at -1. Raises Refused where another is missing, or one stands twice.
    """
    plain = [plain_header(header) for header in found]
    wanted = [plain_header(header) for header in agreed]
    absent = [header for header, compared in zip(agreed, wanted, strict=True) if compared not in plain]
    missing = [header for header in absent if header not in may_be_absent]
    unknown = [header for header in plain if header and header not in wanted]
    if missing:
        raise missing_columns(missing, unknown)
    twice = [header for header in wanted if plain.count(header) > 1]
    if twice:
        raise Refused(
            "repeated_column",
            f"columns that stand twice in the header: {', '.join(twice)}",
            "Send each column once.",
        )
    return [plain.index(header) if header in plain else -1 for header in wanted], unknown
