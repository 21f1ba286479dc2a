"""Drafting from a table of a real database: the draft pulls the very table that it was drafted from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.contracts.drafting import CannotDraft
from orchestration.contracts.drafting.__main__ import draft_from, read_drafted
from orchestration.contracts.drafting.contract_text import contract_text
from orchestration.contracts.drafting.table import find_table
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import sources_for
from orchestration.settings import settings_for
from tests.servers.mariadb import MariaDB, mariadb
from tests.servers.postgres import Postgres, postgres

PREFIX = "WATER_SUPPLY_DATABASE"
ROWS = 300
TABLE = """
    create table {name} (
        account_no varchar(20) primary key, xm varchar(20), sfzh varchar(18), dz varchar(200), opened date,
        updated_at timestamp
    )
"""
# The seventeen digits and what GB 11643 makes of them.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(place: int) -> str:
    digits = f"4401061990{place % 12 + 1:02d}{place % 28 + 1:02d}{place:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def rows(name: str) -> str:
    values = ", ".join(
        f"('A{place:06d}', '王{chr(0x4E10 + place)}', '{identity_number(place)}', '建设路{place}号2栋301室', "
        f"'2026-08-{place % 28 + 1:02d}', '2026-09-01 10:{place % 60:02d}:00')"
        for place in range(ROWS)
    )
    return f"insert into {name} values {values}"


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Postgres | MariaDB]]:
    with postgres() as one, mariadb() as other:
        one.run(TABLE.format(name="exchange.accounts"), rows("exchange.accounts"))
        other.run(TABLE.format(name="accounts"), rows("accounts"))
        yield {"postgres": one, "mysql": other}


def variables(server: Postgres | MariaDB) -> dict[str, str]:
    return {
        f"{PREFIX}_{name}": value
        for name, value in {
            "HOST": "127.0.0.1",
            "PORT": str(server.port),
            "NAME": server.database,
            "USER": server.user,
            "PASSWORD": server.password,
        }.items()
    }


def reference(kind: str, server: Postgres | MariaDB, table: str = "accounts") -> str:
    schema = "exchange." if kind == "postgres" else ""
    return f"{kind}://127.0.0.1:{server.port}/{server.database}/{schema}{table}"


def drafted(source: str) -> Contract:
    draft = draft_from(source, "water_supply", "", read_contracts())
    return read_drafted(draft, contract_text(draft))


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_what_is_drafted_from_a_table_pulls_it(
    servers: dict[str, Postgres | MariaDB], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables(servers[kind]).items():
        monkeypatch.setenv(name, value)
    contract = drafted(reference(kind, servers[kind]))
    assert {column.header: column.concept for column in contract.columns if column.concept} == {
        "xm": "person.name", "sfzh": "person.identity_number", "dz": "dwelling.address"
    }  # fmt: skip
    assert (contract.key[0].header, contract.kind, contract.evidence_date) == ("account_no", "change", "updated_at")
    assert servers[kind].password not in str(contract.servers)

    (tmp_path / "extracts").mkdir()
    settings = settings_for(tmp_path / "data", tmp_path / "extracts", "live")
    contracts = {contract.id: contract}
    receipts = pull(sources_for(contracts, settings), contracts, settings.data)
    assert [(receipt.status, receipt.rows_accepted) for receipt in receipts] == [("accepted", ROWS)]


def test_a_table_that_cannot_be_read_is_said_with_what_to_do(
    servers: dict[str, Postgres | MariaDB], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = servers["postgres"]
    with pytest.raises(CannotDraft, match=f"{PREFIX}_USER is not set"):
        drafted(reference("postgres", server))
    for name, value in variables(server).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotDraft, match="missing is not there"):
        drafted(reference("postgres", server, "missing"))
    monkeypatch.setenv(f"{PREFIX}_PASSWORD", "wrong")
    with pytest.raises(CannotDraft, match="refuses the login") as refused:
        drafted(reference("postgres", server))
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize(
    "source",
    ["postgres://reader:secret@host/front/accounts", "oracle://host/front/accounts", "postgres://host/accounts"],
)
def test_a_reference_that_names_no_table_is_refused(source: str) -> None:
    with pytest.raises(CannotDraft, match="names no table") as refused:
        find_table(source, "water_supply")
    assert "secret" not in str(refused.value)
