"""An authority of the tests' own, which certifies servers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.servers.starting import program


class Authority:
    """`file` is its own certificate; `owner` the account that reads a server's key."""

    def __init__(self, folder: Path, owner: str | None = None) -> None:
        self._folder, self._owner = folder, owner
        self._openssl = program("openssl", "openssl")
        self.file, self._key = folder / "authority.pem", folder / "authority.key"
        self._run("req", "-x509", "-nodes", "-subj", "/CN=tests", "-keyout", self._key, "-out", self.file)

    def certify(self, name: str) -> tuple[Path, Path]:
        """A certificate for a name (`IP:127.0.0.1`, `DNS:…`) and its key."""
        file, key = self._folder / f"{name[:3]}.pem", self._folder / f"{name[:3]}.key"
        signed = ("-CA", self.file, "-CAkey", self._key, "-addext", f"subjectAltName={name}")
        self._run("req", "-x509", "-nodes", "-subj", "/CN=server", *signed, "-keyout", key, "-out", file)
        if self._owner:
            for each in (file, key):
                shutil.chown(each, self._owner)
        return file, key

    def _run(self, *words: str | Path) -> None:
        subprocess.run([self._openssl, *words, "-newkey", "rsa:2048", "-days", "1"], check=True, capture_output=True)
