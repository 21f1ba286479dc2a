"""What a contract leaves to the machine: addresses behind `${NAME}`, and credentials behind a prefix.

Here belongs: reading them from environment variables and private files at the moment of the pull. No message repeats a
value.
"""

from __future__ import annotations

import os
import re
import ssl
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.deliveries.troubles import MISSING_SETTING, SourceTrouble
from orchestration.settings import PROJECT

REFERENCE = re.compile(r"\$\{(\w+)\}")


def resolve(text: str, variables: Mapping[str, str] = os.environ) -> str:
    """The text with `${NAME}` replaced by the environment variables. Raises SourceTrouble where one is not set."""

    def value(match: re.Match[str]) -> str:
        return _variable(match[1], variables)

    return REFERENCE.sub(value, text)


def shown(text: str, variables: Mapping[str, str] = os.environ) -> str:
    """The text with those references replaced that can be."""
    return REFERENCE.sub(lambda match: variables.get(match[1]) or match[0], text)


def _variable(name: str, variables: Mapping[str, str]) -> str:
    found = variables.get(name)
    if not found:
        raise SourceTrouble(
            MISSING_SETTING, f"the environment variable {name} is not set", f"Set {name} for the pull and try again."
        )
    return found


@dataclass(frozen=True)
class Credentials:
    """What the environment variables `<prefix>_USER`, `_PASSWORD` or `_PASSWORD_FILE` … hold."""

    prefix: str
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def user(self) -> str:
        return _variable(f"{self.prefix}_USER", self.variables)

    def secret(self, name: str) -> str:
        """The secret in `<prefix>_<name>`, or in the file that `<prefix>_<name>_FILE` names; without either a
        SourceTrouble."""
        if file := self.file(f"{name}_FILE"):
            return _private(file, f"{self.prefix}_{name}_FILE").read_text("utf-8").strip("\r\n")
        return _variable(f"{self.prefix}_{name}", self.variables)

    def file(self, name: str) -> Path | None:
        """The file that `<prefix>_<name>` names; None where the variable is not set."""
        named = self.variables.get(f"{self.prefix}_{name}")
        return Path(named).expanduser() if named else None

    def authorities(self) -> ssl.SSLContext:
        """TLS with a host that proves its name to the authorities in the file that `<prefix>_AUTHORITY_FILE` names, or
        to those of this machine. Raises SourceTrouble."""
        file = self.file("AUTHORITY_FILE")
        try:
            return ssl.create_default_context(cafile=file)
        except (OSError, ssl.SSLError):
            told = f"{self.prefix}_AUTHORITY_FILE names no file of certificates (PEM) that can be read"
            raise SourceTrouble(MISSING_SETTING, told, "Name the file with the authority's certificate.") from None

    def private_file(self, name: str) -> Path | None:
        """As `file`, held against what a file with a secret must be."""
        file = self.file(name)
        return _private(file, f"{self.prefix}_{name}") if file else None


def _private(file: Path, variable: str) -> Path:
    """The file, which only its owner may read and which lies outside the project. Raises SourceTrouble."""
    if not file.is_file() or not os.access(file, os.R_OK):
        raise SourceTrouble(
            MISSING_SETTING, f"{variable} names no file that can be read", "Name the file with the secret."
        )
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise SourceTrouble(
            MISSING_SETTING, f"the file that {variable} names can be read by others", "Give it the mode 0600."
        )
    if file.resolve().is_relative_to(PROJECT):
        raise SourceTrouble(
            MISSING_SETTING, f"the file that {variable} names lies in the project", "Keep secrets outside of it."
        )
    return file
