"""A PostgreSQL of the tests' own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

from tests.servers.starting import Process, account, free_port, private_folder, program

PLACES = "usr/lib/postgresql/*/bin/"


class Postgres:
    """A running server with the user `reader`, who may read the schema `exchange` of the database `front`."""

    user, password, database, schema = "reader", "correct-horse", "front", "exchange"

    def __init__(self, folder: Path, user: str | None) -> None:
        self.port = free_port()
        initdb = program("initdb", "postgresql", PLACES + "initdb")
        postgres = program("postgres", "postgresql", PLACES + "postgres")
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", str(data), "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=user, cwd=folder, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        rules = "local all all trust\nhost all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(rules)
        options = [
            "fsync=off",
            "lock_timeout=30s",
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={folder}",
        ]
        command = [postgres, "-D", str(data), *(part for each in options for part in ("-c", each))]
        self.process = Process(command, folder, user, lambda: self.connect("postgres").close())

    def connect(self, database: str = "front") -> Connection:
        """A connection of the owner."""
        opened = psycopg2.connect(host="127.0.0.1", port=self.port, user="owner", dbname=database, connect_timeout=5)
        opened.autocommit = True
        return opened

    def run(self, *statements: str) -> None:
        with closing(self.connect()) as opened, opened.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def end_sessions(self) -> None:
        """Nobody reads any more: a session that a test has left would keep its tables locked."""
        self.run(f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{self.user}'")

    def prepare(self) -> None:
        with closing(self.connect("postgres")) as opened, opened.cursor() as cursor:
            cursor.execute(f"create role {self.user} login password '{self.password}'")
            cursor.execute(f"create database {self.database}")
        self.run(
            f"create schema {self.schema}",
            f"grant usage on schema {self.schema} to {self.user}",
            f"alter default privileges in schema {self.schema} grant select on tables to {self.user}",
        )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that ends with the block."""
    user = account("postgres")
    with private_folder(user) as folder:
        server = Postgres(folder, user)
        server.process.start()
        try:
            server.prepare()
            yield server
        finally:
            server.process.stop()
