"""Sources: one module a protocol behind one small interface (`interface`).

Here belongs: what others import, and the choice of a source by a contract's `servers` and the named environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from orchestration.contracts.contract import Contract
from orchestration.deliveries.sources.folder import FolderSource
from orchestration.deliveries.sources.interface import Known, Listing, Offer, Origin, Source, Stray
from orchestration.settings import DROP, Settings

__all__ = ["FolderSource", "Known", "Listing", "Offer", "Origin", "Source", "Stray", "sources_for"]


def sources_for(
    contracts: Mapping[str, Contract], settings: Settings, variables: Mapping[str, str] = os.environ
) -> dict[str, FolderSource | Source]:
    """Each extract's source in the environment that the settings name; without an entry for it the drop.

    Raises ValueError for an environment that no contract knows, and NotADirectoryError where the folder of the drop is
    missing, unless another environment may do without. What is missing for one extract alone (a variable, a password)
    shows when it is listed.
    """
    known = {server.environment for contract in contracts.values() for server in contract.servers}
    if settings.servers not in known:
        raise ValueError(
            f"No contract has a server for the environment {settings.servers!r}; there are: {', '.join(sorted(known))}."
        )
    if settings.may_lack_extracts:
        settings.extracts.mkdir(parents=True, exist_ok=True)
    drop = FolderSource(settings.extracts)
    return {
        id_: drop if contract.server(settings.servers).environment == DROP else _source(contract, settings, variables)
        for id_, contract in contracts.items()
    }


def _source(contract: Contract, settings: Settings, variables: Mapping[str, str]) -> Source:
    """The libraries are imported only where a contract needs them: together they take longer than the folder."""
    server = contract.server(settings.servers)
    if server.kind in ("folder", "sftp"):
        from orchestration.deliveries.sources.access import Credentials
        from orchestration.deliveries.sources.files import FilesSource, LocalFiles

        if server.kind == "folder":
            return FilesSource(contract, server, LocalFiles(), variables)
        from orchestration.deliveries.sources.sftp import SftpFiles

        files = SftpFiles(server, Credentials(server.settings["credentials"], variables))
        return FilesSource(contract, server, files, variables)
    if server.kind == "http":
        from orchestration.deliveries.sources.http import InterfaceSource

        return InterfaceSource(contract, server, variables)
    from orchestration.deliveries.sources.tables import TableSource

    if server.kind == "postgres":
        from orchestration.deliveries.sources.postgres import Postgres

        return TableSource(contract, server, Postgres, variables)
    from orchestration.deliveries.sources.mysql import MySQL

    return TableSource(contract, server, MySQL, variables)
