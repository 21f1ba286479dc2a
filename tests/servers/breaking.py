"""What can break at a district's departments, one after another or several at once, and mended without a trace."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from random import Random

from orchestration.contracts.contract import read_contracts
from tests.servers.departments import Departments
from tests.servers.front import LIVE

FAULTS_AT_ONCE = 3


@dataclass(frozen=True)
class Fault:
    """Something that can go wrong: what, whose extracts suffer, how it comes and how it goes."""

    name: str
    extracts: frozenset[str]
    come: Callable[[], object]
    go: Callable[[], object]


def _extracts(*kinds: str) -> frozenset[str]:
    return frozenset(id_ for id_, each in read_contracts().items() if each.server(LIVE).kind in kinds)


def faults(departments: Departments) -> list[Fault]:
    """Everything that can be broken."""
    postgres, mariadb, ssh = departments.postgres, departments.mariadb, departments.ssh
    reader, answers = postgres.user, departments.interface.faults

    def answering(kind: int | str) -> Callable[[], object]:
        return lambda: answers.extend(repeat(kind, 1_000))

    return [
        Fault("the PostgreSQL is killed", _extracts("postgres"), postgres.process.stop, postgres.process.start),
        Fault(
            "the password of the PostgreSQL is changed",
            _extracts("postgres"),
            lambda: postgres.run(f"alter role {reader} password 'another'"),
            lambda: postgres.run(f"alter role {reader} password '{postgres.password}'"),
        ),
        Fault(
            "the table of enterprises is renamed",
            frozenset({"market_regulation.enterprises"}),
            lambda: postgres.run("alter table exchange.enterprises rename to enterprises_2026"),
            lambda: postgres.run("alter table exchange.enterprises_2026 rename to enterprises"),
        ),
        Fault(
            "the MariaDB is shut down",
            _extracts("mysql"),
            lambda: mariadb.process.stop(signal.SIGTERM),
            mariadb.process.start,
        ),
        Fault(
            "a column of the houses is renamed",
            frozenset({"housing.housing_units"}),
            lambda: mariadb.run("alter table housing_units rename column `建筑面积` to `面积`"),
            lambda: mariadb.run("alter table housing_units rename column `面积` to `建筑面积`"),
        ),
        Fault("the SSH server is killed", _extracts("sftp"), ssh.process.stop, ssh.process.start),
        Fault("the SSH server's key is changed", _extracts("sftp"), ssh.change_host_key, ssh.trust),
        Fault("the interfaces answer with an error", _extracts("http"), answering(500), answers.clear),
        Fault("the interfaces give half an answer", _extracts("http"), answering("break"), answers.clear),
        Fault("the interfaces give a page again", _extracts("http"), answering("repeat"), answers.clear),
    ]


@dataclass
class Breaker:
    """Breaks systems and spoils files by chance, the same by the same seed, and tells what it does."""

    departments: Departments
    chance: Random
    tell: Callable[[str], object]
    away: list[Fault] = field(default_factory=list)
    withheld: dict[Path, bytes] = field(default_factory=dict)
    late: set[tuple[str, str]] = field(default_factory=set)
    """What nobody has been offered yet: extract and day (YYYYMMDD)."""

    def spoil_files(self, number: int, day: str) -> None:
        """On the first day one file is cut and one there twice, on the others one is late; the SSH server goes on the
        second and stays away."""
        if number == 1:
            self._withhold("party_building.party_members", day, half=True)
            self._hand_over_again("education.students", day)
        else:
            self._withhold("grid_office.incidents", day, half=False)
        if number == 2:
            self.away = [fault for fault in faults(self.departments) if fault.name == "the SSH server is killed"]
            self.break_all(self.away)

    def choose(self) -> list[Fault]:
        """Faults of different systems. A whole table that is away all day is not there for that day, so whoever breaks
        it mends it within the day."""
        suffering = {id_ for fault in self.away for id_ in fault.extracts}
        chosen: list[Fault] = []
        for fault in self.chance.sample(every := faults(self.departments), len(every)):
            if len(chosen) < FAULTS_AT_ONCE and not fault.extracts & suffering:
                chosen.append(fault)
                suffering |= fault.extracts
        return chosen

    def break_all(self, chosen: Sequence[Fault]) -> None:
        for fault in chosen:
            fault.come()
            self.tell(f"  {fault.name}")

    def mend_all(self, chosen: Sequence[Fault]) -> None:
        for fault in chosen:
            fault.go()

    def mend_everything(self) -> None:
        """Whoever was away is back, and what was late comes."""
        self.mend_all(self.away)
        for file, content in self.withheld.items():
            file.write_bytes(content)
        self.late.clear()
        self.tell("  everything is mended, and what was late comes")

    def _withhold(self, extract: str, day: str, half: bool) -> None:
        file = self.departments.file(extract, day)
        content = file.read_bytes()
        self.withheld[file] = content
        if half:
            file.write_bytes(content[: len(content) // 2])
        else:
            file.unlink()
            self.late.add((extract, day))
        self.tell(f"  {file.name} {'is cut in the middle' if half else 'does not come'}")

    def _hand_over_again(self, extract: str, day: str) -> None:
        file = self.departments.file(extract, day)
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content)
        self.tell(f"  {file.name} comes twice")
