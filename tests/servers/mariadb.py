"""A MariaDB of the tests' own."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncmy

from tests.servers.starting import Process, account, free_port, private_folder, program


class MariaDB:
    """A running server with the user `reader`, who may read the database `front`."""

    user, password, database = "reader", "correct-horse", "front"

    def __init__(self, folder: Path, user: str | None) -> None:
        self.port = free_port()
        install = program("mariadb-install-db", "mariadb-server")
        server = program("mariadbd", "mariadb-server", "usr/sbin/mariadbd")
        subprocess.run(
            [install, "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal",
             "--skip-test-db", *([f"--user={user}"] if user else [])],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        if user:
            subprocess.run(["chown", "-R", user, str(folder)], check=True)
        command = [
            server, "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/socket", f"--port={self.port}",
            "--bind-address=127.0.0.1", "--secure-file-priv=", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=256M", "--skip-log-bin", "--lock-wait-timeout=30", f"--pid-file={folder}/pid",
        ]  # fmt: skip
        self.process = Process(command, folder, user, lambda: self._run(["select 1"], None))

    def _run(self, statements: list[str], database: str | None) -> list[tuple[Any, ...]]:
        async def work() -> list[tuple[Any, ...]]:
            options = {"db": database} if database else {}
            opened = await asyncmy.connect(
                host="127.0.0.1",
                port=self.port,
                user="root",
                password="",
                autocommit=True,
                charset="utf8mb4",
                **options,
            )
            async with opened.cursor() as cursor:
                for statement in statements:
                    await cursor.execute(statement)
                rows = list(await cursor.fetchall()) if cursor.description else []
            await opened.ensure_closed()
            return rows

        return asyncio.run(work())

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Executes statements as the owner; returns the last one's rows."""
        return self._run(list(statements), self.database)

    def end_sessions(self) -> None:
        """Nobody reads any more: a session that a test has left would keep its tables locked."""
        self._run([f"kill user {self.user}@'127.0.0.1'"], None)

    def prepare(self) -> None:
        self._run(
            [
                f"create database {self.database} character set utf8mb4",
                f"create user {self.user}@'127.0.0.1' identified by '{self.password}'",
                f"grant select on {self.database}.* to {self.user}@'127.0.0.1'",
            ],
            None,
        )


@contextmanager
def mariadb() -> Iterator[MariaDB]:
    """A server that ends with the block."""
    user = account("mysql")
    with private_folder(user) as folder:
        server = MariaDB(folder, user)
        server.process.start()
        try:
            server.prepare()
            yield server
        finally:
            server.process.stop()
