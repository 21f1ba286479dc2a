"""The systems of a simulated district's departments, filled from its extracts as the shipped contracts' `live` servers
describe them: folders, SFTP, PostgreSQL, MariaDB, a JSON interface."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.contracts.contract import Contract, read_contracts
from tests.servers.front import LIVE
from tests.servers.http import TOKEN, Interface, interface
from tests.servers.mariadb import MariaDB, mariadb
from tests.servers.postgres import Postgres, postgres
from tests.servers.ssh import SSH, ssh
from tests.unit.district_files import read

# As the departments' own tables have them; everything else is text.
TYPES = {"health.resident_records": {"birth_date": "date", "elderly_managed": "boolean", "updated_at": "timestamp"}}


@dataclass
class Departments:
    """Running systems; `variables` is the environment of a pull that reads them."""

    folders: Path
    ssh: SSH
    postgres: Postgres
    mariadb: MariaDB
    interface: Interface

    @property
    def variables(self) -> dict[str, str]:
        named = {f"{name}_FOLDER": str(self.folders / name) for name in ("GRID_OFFICE", "PARTY_BUILDING", "EDUCATION")}
        for name in ("PUBLIC_SECURITY", "CIVIL_AFFAIRS", "DISABLED_FEDERATION"):
            named[f"{name}_SFTP_HOST"] = f"127.0.0.1:{self.ssh.port}{self.ssh.root / name.lower()}"
            named[f"{name}_SFTP_USER"] = self.ssh.user
            named[f"{name}_SFTP_KEY_FILE"] = str(self.ssh.key)
            named[f"{name}_SFTP_KNOWN_HOSTS_FILE"] = str(self.ssh.known_hosts)
        for server, names in (
            (self.postgres, ("HEALTH", "MARKET_REGULATION")),
            (self.mariadb, ("HOUSING", "HUMAN_RESOURCES")),
        ):
            for name in names:
                place = {"HOST": "127.0.0.1", "PORT": str(server.port), "NAME": server.database}
                place |= {"USER": server.user, "PASSWORD": server.password}
                named |= {f"{name}_DATABASE_{each}": value for each, value in place.items()}
        for name in ("HOUSING", "COMMUNITY"):
            named |= {f"{name}_API_URL": self.interface.url, f"{name}_API_TOKEN": TOKEN}
        return named

    def prepare(self) -> None:
        """Empty folders, tables and paths for every extract."""
        for contract in _live_contracts():
            kind = contract.server(LIVE).kind
            if kind in ("folder", "sftp"):
                self._folder(contract).mkdir(parents=True, exist_ok=True)
            elif kind == "http":
                self.interface.rows[f"/{contract.extract}"] = []
            else:
                types = TYPES.get(contract.id, {})
                text = "text" if kind == "postgres" else "varchar(300)"
                columns = ", ".join(
                    f"{_quoted(kind, each.header)} {types.get(each.name, text)}" for each in contract.columns
                )
                self._run(kind, f"create table {_table(kind, contract)} ({columns})")

    def hand_over(self, extracts: Path, day: str) -> None:
        """What the departments have on a day (YYYYMMDD), as `extracts` has it in files: tables hold what is current."""
        for contract in _live_contracts():
            for file in sorted((extracts / contract.department / contract.extract).glob(f"*_{day}.*")):
                kind = contract.server(LIVE).kind
                if kind in ("folder", "sftp"):
                    target = self._folder(contract) / file.name
                    shutil.copyfile(file, target.with_name(f"{target.name}.part"))
                    target.with_name(f"{target.name}.part").rename(target)
                    continue
                _, rows = read(file, contract.id)
                if kind == "http":
                    key = [column.header for column in contract.key]
                    served = self.interface.rows[f"/{contract.extract}"]
                    new = {tuple(row[name] for name in key) for row in rows}
                    served[:] = [row for row in served if tuple(row[name] for name in key) not in new] + rows
                else:
                    self._load(kind, contract, rows)

    def file(self, extract: str, day: str) -> Path:
        """The file that a department has put there for a day."""
        (found,) = self._folder(read_contracts()[extract]).glob(f"*_{day}.*")
        return found

    def _folder(self, contract: Contract) -> Path:
        if contract.server(LIVE).kind == "folder":
            return self.folders / contract.department.upper()
        return self.ssh.root / contract.department / contract.extract

    def _load(self, kind: str, contract: Contract, rows: Sequence[Mapping[str, Any]]) -> None:
        """A full extract replaces the table; changes replace the rows of their keys."""
        table, key = _table(kind, contract), contract.key[0].header
        if contract.kind == "full":
            self._run(kind, f"delete from {table}")
        else:
            keys = ", ".join(_literal(row[key]) for row in rows)
            self._run(kind, f"delete from {table} where {_quoted(kind, key)} in ({keys})")
        headers = [column.header for column in contract.columns]
        if kind == "mysql":
            for start in range(0, len(rows), 1000):
                values = ", ".join(
                    f"({', '.join(_literal(row[name]) for name in headers)})" for row in rows[start : start + 1000]
                )
                self._run(kind, f"insert into {table} values {values}")
            return
        lines = "".join("\t".join(_copied(row[name]) for name in headers) + "\n" for row in rows)
        with closing(self.postgres.connect()) as opened, opened.cursor() as cursor:
            cursor.copy_expert(f"copy {table} from stdin", io.StringIO(lines))

    def _run(self, kind: str, statement: str) -> None:
        (self.postgres if kind == "postgres" else self.mariadb).run(statement)


def _live_contracts() -> list[Contract]:
    return [contract for contract in read_contracts().values() if contract.server(LIVE).environment == LIVE]


def _quoted(kind: str, name: str) -> str:
    return f'"{name}"' if kind == "postgres" else f"`{name}`"


def _table(kind: str, contract: Contract) -> str:
    return f"exchange.{contract.extract}" if kind == "postgres" else contract.extract


def _literal(value: Any) -> str:
    return "null" if value is None else "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


@contextmanager
def departments(folder: Path) -> Iterator[Departments]:
    """All systems, empty, until the block ends; `folder` is for those that are folders."""
    with ssh() as host, postgres() as first, mariadb() as second, interface() as served:
        started = Departments(folder, host, first, second, served)
        started.prepare()
        yield started
