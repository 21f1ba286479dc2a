"""What tables and interfaces have in common: they have no files, so their rows are read when they are listed, one file
a day, and fetching moves that file into place.

Here belongs: which days are open, which column says when a row last changed, and the limits of a read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.contracts.contract import Contract
from orchestration.contracts.servers import Server
from orchestration.deliveries.sources.folder import hash_file
from orchestration.deliveries.sources.interface import Known, Offer
from orchestration.deliveries.sources.windows import CHINA, Window, open_windows, sweep

CONNECT_SECONDS = 10.0
SILENCE_SECONDS, LIMIT_MINUTES, CONNECTIONS, OVERLAP_HOURS, SWEEP_DAYS = 60, 30, 2, 24, 28
ISO = "yyyy-MM-dd HH:mm:ss"


class Spooled:
    """One extract of a system without files."""

    def __init__(self, contract: Contract, server: Server, variables: Mapping[str, str] = os.environ) -> None:
        self.contract, self.server, self.variables = contract.fetched_from(server), server, variables
        self.connections = int(server.setting("connections", CONNECTIONS))
        self.silence = float(server.setting("silenceSeconds", SILENCE_SECONDS))
        self.limit = 60.0 * server.setting("limitMinutes", LIMIT_MINUTES)

    def digest(self, offer: Offer) -> str | None:
        return hash_file(Path(offer.place))

    def fetch(self, offer: Offer, target: Path) -> tuple[str, int]:
        Path(offer.place).rename(target)
        return hash_file(target), offer.size

    def close(self) -> None:
        """Nothing stays open after the read."""

    def windows(self, known: Known) -> list[Window | None]:
        """The open days of a change extract; None, for everything as it is, of a full one."""
        if self.contract.kind != "change":
            return [None]
        overlap = timedelta(hours=self.server.setting("overlapHours", OVERLAP_HOURS))
        windows = open_windows(known.receipts, known.first_day, known.day, overlap, datetime.now(CHINA).date())
        return [*(sweep(windows, known, self.server.suffix) if self.sweeps(known) else windows)]

    def sweeps(self, known: Known) -> bool:
        """Whether it is time to look through all that the system has for what was written far into the past.

        Where the contract does not have the watermark, a row that is as it was before cannot be told from one that was
        taken.
        """
        every, watermark = self.server.setting("sweepDays", SWEEP_DAYS), self.watermark()[0]
        if (
            self.contract.kind != "change"
            or not every
            or watermark not in [each.header for each in self.contract.columns]
        ):
            return False
        return known.swept is None or (known.day - known.swept).days >= every

    def watermark(self) -> tuple[str, str]:
        """The header of what says when a row last changed (or a column that only the server has), and its form."""
        name = self.server.setting("watermark", self.contract.evidence_date or "")
        for column in self.contract.columns:
            if column.name == name:
                return column.header, column.options["format"]
        return name, ISO
