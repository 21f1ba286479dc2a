"""A folder behind SFTP, by `paramiko`.

Here belongs: the connection. A host is known by its key in a known_hosts file and never accepted blindly; nothing but
the credentials named by the contract is tried.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import paramiko

from orchestration.contracts.servers import Server
from orchestration.deliveries.sources import faults
from orchestration.deliveries.sources.access import Credentials, resolve
from orchestration.deliveries.sources.files import Entry
from orchestration.deliveries.troubles import HOST_KEY_CHANGED, MISSING_SETTING, SERVER_ERROR, SourceTrouble

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 60
PIECE = 256 << 10


class SftpFiles:
    """A folder's host, connected to when it is first asked, and anew after a trouble."""

    def __init__(self, server: Server, credentials: Credentials) -> None:
        self._server, self._credentials = server, credentials
        self._silence = float(server.setting("silenceSeconds", SILENCE_SECONDS))
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def entries(self, folder: str) -> list[Entry]:
        with self._told() as sftp:
            found = sftp.listdir_attr(folder)
        return [
            Entry(each.filename, each.st_size or 0, float(each.st_mtime or 0), stat.S_ISLNK(each.st_mode or 0))
            for each in found
            if not stat.S_ISDIR(each.st_mode or 0)
        ]

    def entry(self, path: str) -> Entry:
        with self._told() as sftp:
            found = sftp.lstat(path)
        return Entry(PurePosixPath(path).name, found.st_size or 0, float(found.st_mtime or 0))

    def pieces(self, path: str) -> Iterator[bytes]:
        with self._told() as sftp, sftp.open(path, "rb") as file:
            file.prefetch(file.stat().st_size or 0)
            while piece := file.read(PIECE):
                yield piece

    def close(self) -> None:
        client, self._client, self._sftp = self._client, None, None
        if client:
            client.close()

    def _connected(self) -> paramiko.SFTPClient:
        if self._sftp is None:
            address = urlsplit(resolve(self._server.place, self._credentials.variables))
            self._client = paramiko.SSHClient()
            self._load_known_hosts(self._client)
            key = self._credentials.private_file("KEY_FILE")
            self._client.connect(
                address.hostname or "",
                port=address.port or 22,
                username=self._credentials.user,
                password=None if key else self._credentials.secret("PASSWORD"),
                key_filename=str(key) if key else None,
                timeout=CONNECT_SECONDS,
                banner_timeout=CONNECT_SECONDS,
                auth_timeout=CONNECT_SECONDS,
                allow_agent=False,
                look_for_keys=False,
            )
            self._sftp = self._client.open_sftp()
            channel = self._sftp.get_channel()
            assert channel
            channel.settimeout(self._silence)
        return self._sftp

    def _load_known_hosts(self, client: paramiko.SSHClient) -> None:
        """Without an entry in them a host is refused (paramiko's own rule)."""
        file = self._credentials.file("KNOWN_HOSTS_FILE")
        try:
            client.load_system_host_keys(str(file) if file else None)
        except OSError:
            raise SourceTrouble(
                MISSING_SETTING,
                f"{self._credentials.prefix}_KNOWN_HOSTS_FILE names no file that can be read",
                "Name the file with the host's key.",
            ) from None

    @contextmanager
    def _told(self) -> Iterator[paramiko.SFTPClient]:
        """The connection; what its library raises becomes a SourceTrouble, after which it is made anew."""
        connected = self._sftp is not None
        try:
            sftp = self._connected()
            connected = True
            yield sftp
        except (FileNotFoundError, SourceTrouble):
            raise
        except (paramiko.SSHException, OSError, EOFError) as problem:
            self.close()
            raise _told(problem, connected, self._silence) from None


def _told(problem: Exception, connected: bool, silence: float) -> SourceTrouble:
    """What an error of the library means."""
    if isinstance(problem, paramiko.BadHostKeyException) or "not found in known_hosts" in str(problem):
        return SourceTrouble(
            HOST_KEY_CHANGED,
            "the host shows another key than the one that is known, or none is known",
            "Ask the department by another way whether the key was changed, and only then put it into known_hosts.",
        )
    if isinstance(problem, paramiko.AuthenticationException):
        return faults.refused_login("SSH")
    if isinstance(problem, PermissionError):
        return faults.not_there("the folder or file")
    if isinstance(problem, TimeoutError) and connected:
        return faults.silent(silence)
    if connected:
        return faults.interrupted()
    if isinstance(problem, OSError) or "banner" in str(problem).lower():
        return faults.unreachable()
    return SourceTrouble(SERVER_ERROR, f"the host answers with an error ({type(problem).__name__})", faults.AGAIN)
