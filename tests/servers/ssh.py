"""An SSH server of the tests' own, that serves SFTP to whoever runs the tests, by key."""

from __future__ import annotations

import getpass
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.starting import Process, connectable, free_port, private_folder, program


class SSH:
    """A running server; `root` is the folder to put files into, `key` and `known_hosts` what a client needs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "outgoing"
        self.root.mkdir()
        self.user = getpass.getuser()
        self.port = free_port()
        self._sshd = program("sshd", "openssh-server", "usr/sbin/sshd")
        self._keygen = program("ssh-keygen", "openssh-client")
        self.key, self.host_key, self.known_hosts = folder / "key", folder / "host_key", folder / "known_hosts"
        self._make_key(self.key)
        self._make_key(self.host_key)
        self.trust()
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nHostKey {self.host_key}\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {self.key}.pub\nPasswordAuthentication yes\nPermitRootLogin yes\n"
            "Subsystem sftp internal-sftp\n"
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        command = [self._sshd, "-D", "-e", "-f", str(folder / "sshd_config"), "-p", str(self.port)]
        self.process = Process(command, folder, None, lambda: connectable(self.port))

    def _make_key(self, file: Path) -> None:
        for each in (file, file.with_suffix(".pub")):
            each.unlink(missing_ok=True)
        subprocess.run([self._keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)

    def trust(self, *ports: int) -> None:
        """Writes the host's present key into known_hosts, also for lines on other ports that lead to it."""
        key = self.host_key.with_suffix(".pub").read_text().split()[:2]
        lines = [f"[127.0.0.1]:{port} {' '.join(key)}\n" for port in (self.port, *ports)]
        self.known_hosts.write_text("".join(lines))

    def change_host_key(self) -> None:
        self.process.stop(signal.SIGTERM)
        self._make_key(self.host_key)
        self.process.start()


@contextmanager
def ssh() -> Iterator[SSH]:
    """A server that ends with the block."""
    with private_folder() as folder:
        server = SSH(folder)
        server.process.start()
        try:
            yield server
        finally:
            server.process.stop()
