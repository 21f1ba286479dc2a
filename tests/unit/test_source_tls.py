"""Databases over TLS, real: who must prove to be the one that is meant, and what is said where it does not."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from test_source_mysql import FILL as HOUSE_ROWS
from test_source_mysql import HOUSES
from test_source_mysql import TABLE as HOUSE_TABLE
from test_source_mysql import variables as mysql_variables
from test_source_postgres import FILL as HEALTH_ROWS
from test_source_postgres import HEALTH
from test_source_postgres import TABLE as HEALTH_TABLE
from test_source_postgres import variables as postgres_variables

from orchestration.deliveries.troubles import HOST_KEY_CHANGED, MISSING_SETTING
from tests.servers.authority import Authority
from tests.servers.front import Front
from tests.servers.mariadb import MariaDB, mariadb
from tests.servers.postgres import Postgres, postgres
from tests.servers.starting import private_folder

DAY = "2026-09-01"


class OverTLS:
    """A server with ten rows, that can speak TLS, and the pull of them."""

    def __init__(self, server: Postgres | MariaDB, certificates: Path) -> None:
        self.server = server
        self.authority = Authority(certificates, server.process.user)
        if isinstance(server, Postgres):
            server.run(HEALTH_TABLE, HEALTH_ROWS.format(day=DAY, first=1, last=10))
            self.extract, self.prefix, self.variables = HEALTH, "HEALTH_DATABASE", postgres_variables(server)
        else:
            table = HOUSE_TABLE.format(name="housing_units")
            server.run(table, HOUSE_ROWS.format(name="housing_units", rows=10))
            self.extract, self.prefix, self.variables = HOUSES, "HOUSING_DATABASE", mysql_variables(server)
        self.variables[f"{self.prefix}_AUTHORITY_FILE"] = str(self.authority.file)

    def speak(self, name: str | None) -> None:
        """Starts the server anew, with a certificate for a name or without TLS."""
        self.server.process.stop(signal.SIGTERM)
        options: list[str] = []
        if name:
            file, key = self.authority.certify(name)
            told = {"ssl_cert_file": file, "ssl_key_file": key, "ssl": "on"}
            options = [part for each, value in told.items() for part in ("-c", f"{each}={value}")]
            if isinstance(self.server, MariaDB):
                options = [f"--ssl-cert={file}", f"--ssl-key={key}"]
        self.server.process.options = options
        self.server.process.start()

    def front(self, folder: Path) -> Front:
        return Front(folder, self.extract, self.variables, tls=True)


@pytest.fixture(params=[postgres, mariadb], ids=["postgres", "mariadb"], scope="module")
def department(request: pytest.FixtureRequest) -> Iterator[OverTLS]:
    start: Callable[[], AbstractContextManager[Postgres | MariaDB]] = request.param
    with start() as server, private_folder(server.process.user) as certificates:
        yield OverTLS(server, certificates)


def refused(front: Front) -> tuple[str, str]:
    """Pulls in vain, at once; returns the kind and the reason."""
    assert front.pull(DAY) == [] and front.leftovers() == []
    (trouble,) = front.troubles
    return trouble.kind, trouble.reason


def test_a_server_that_proves_its_name_is_read(department: OverTLS, tmp_path: Path) -> None:
    department.speak("IP:127.0.0.1")
    front = department.front(tmp_path)
    (tmp_path / "empty.pem").touch()
    for file, kind in (("empty.pem", MISSING_SETTING), ("missing.pem", MISSING_SETTING), ("", HOST_KEY_CHANGED)):
        front.variables[f"{department.prefix}_AUTHORITY_FILE"] = str(tmp_path / file) if file else ""
        assert refused(front)[0] == kind
    (receipt,) = department.front(tmp_path).pull(DAY)
    assert receipt.rows_accepted == 10


def test_a_server_that_does_not_is_told_nothing(department: OverTLS, tmp_path: Path) -> None:
    """Neither the certificate of another host, nor a line that somebody has stripped of TLS, gets the password."""
    department.speak("DNS:another.example")
    kind, reason = refused(department.front(tmp_path))
    assert kind == HOST_KEY_CHANGED and "certificate is not accepted" in reason
    department.speak(None)
    kind, reason = refused(department.front(tmp_path))
    assert kind == HOST_KEY_CHANGED and "does not speak TLS" in reason
    (receipt,) = Front(tmp_path, department.extract, department.variables).pull(DAY)
    assert receipt.rows_accepted == 10
