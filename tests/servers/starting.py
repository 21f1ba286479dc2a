"""What all servers of the tests have in common: a free port, a private folder, a program, an end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

INSTALL = "apt-get install -y --no-install-recommends"


def program(name: str, package: str, *places: str) -> str:
    """The path of a program; skips the test, with the line that installs it, where it is missing."""
    found = [shutil.which(name), *(str(each) for place in places for each in sorted(Path("/").glob(place)))]
    for each in found:
        if each:
            return each
    pytest.skip(f"there is no {name} on this machine: {INSTALL} {package}")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def account(name: str) -> str | None:
    """The account that a server shall run as: its own where the tests are root's, else nobody else's."""
    return name if os.geteuid() == 0 else None


@contextmanager
def private_folder(owner: str | None = None) -> Iterator[Path]:
    """A folder that a server's account can reach (those of pytest belong to one user alone)."""
    folder = Path(tempfile.mkdtemp(prefix="wangge-test-"))
    if owner:
        shutil.chown(folder, owner)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Process:
    """A server's process: started, frozen, killed, started again, `options` added to its command."""

    def __init__(self, command: list[str], folder: Path, user: str | None, ready: Callable[[], object]) -> None:
        self.command, self.folder, self.user, self.ready = command, folder, user, ready
        self.options: list[str] = []
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self._running = subprocess.Popen(
            [*self.command, *self.options],
            cwd=self.folder,
            stdout=log,
            stderr=log,
            user=self.user,
            start_new_session=True,
        )
        until = time.monotonic() + 30
        while True:
            try:
                self.ready()
                return
            except Exception:
                if time.monotonic() > until or self._running.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text("utf-8", "replace")[-2000:]) from None
                time.sleep(0.05)

    def send(self, number: signal.Signals) -> None:
        """A signal to the server and all its children (SIGSTOP freezes it)."""
        if self._running and self._running.poll() is None:
            os.killpg(self._running.pid, number)

    def stop(self, number: signal.Signals = signal.SIGKILL) -> None:
        if self._running:
            self.send(signal.SIGCONT)
            self.send(number)
            self._running.wait(30)
            self._running = None


def connectable(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), 1).close()
