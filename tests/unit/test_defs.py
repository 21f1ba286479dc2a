"""The small helpers behind the Dagster definitions; the definitions themselves are tested on a parsed project."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.contracts.contract import read_contracts
from orchestration.defs.checks import check_result, extract_checks, extract_key
from orchestration.defs.translator import group_of, owners_of
from orchestration.deliveries.receipt import Receipt
from orchestration.masking import MaskedLog, mask, mask_values
from orchestration.settings import PROJECT, settings_for, settings_from

GRIDS = read_contracts()["grid_office.grids"]
RECEIPT = Receipt(
    delivery_id="20260901-0123456789ab",
    department="grid_office",
    extract="grids",
    delivery_date="2026-09-01",
    source_file="grids_20260901.geojson",
    sha256="00",
    bytes=1,
    received_at="2026-09-01T00:00:00+00:00",
    status="accepted",
    contract_version="1.0.0",
)


def test_an_extract_is_the_asset_that_dbts_source_names() -> None:
    assert extract_key(GRIDS).path == ["grid_office", "grids"]
    checks = extract_checks([GRIDS])
    assert {(check.name, check.asset_key) for check in checks} == {
        ("contract", extract_key(GRIDS)),
        ("freshness", extract_key(GRIDS)),
    }


def test_a_clean_delivery_passes_its_check() -> None:
    assert check_result(GRIDS, [RECEIPT]).passed
    assert check_result(GRIDS, []).passed


def test_flags_rejections_and_refusals_warn() -> None:
    for broken in (
        replace(RECEIPT, flags={"grid_code:pattern": 2}),
        replace(RECEIPT, reasons={"unreadable": 1}),
        replace(RECEIPT, status="refused", refusal="truncated"),
    ):
        result = check_result(GRIDS, [broken])
        assert not result.passed
        assert result.severity.value == "WARN"


def test_a_node_belongs_to_its_room_and_its_department() -> None:
    staging = {"resource_type": "model", "schema": "staging", "fqn": ["wangge", "staging", "education", "stg"]}
    mart = {"resource_type": "model", "schema": "marts", "fqn": ["wangge", "marts", "population", "population_by_grid"]}
    seed = {"resource_type": "seed", "schema": "codes", "fqn": ["wangge", "sex"]}
    assert [group_of(node) for node in (staging, mart, seed)] == ["staging", "marts", "reference"]
    assert owners_of(staging) == ["team:education"]
    assert owners_of(mart) == owners_of(seed) == ["team:data_centre"]


def test_numbers_and_telephones_are_masked_and_nothing_else() -> None:
    assert (
        mask("'11010519491231002X' of 440106491231002, 13812345678")
        == "'110105********' of 440106********, 138********"
    )
    harmless = "20260901-0123456789ab 53010300100100000699 r00001-20260903 2026-11-23T17:15:43"
    assert mask(harmless) == harmless


def test_what_a_library_says_of_a_value_is_masked_with_every_name_in_it() -> None:
    said = "Could not convert '欧阳·小明' to INT32 at 138 1234 5678: where name = \"张三\""
    assert mask_values(said) == "Could not convert '**' to INT32 at 138********: where name = \"**\""
    # As dbt and Dagster write it: the JSON around it stays JSON.
    for text in (json.dumps({"msg": said, "seconds": 0.123456789012345}), json.dumps(json.dumps({"msg": said}))):
        masked = json.loads(mask_values(text))
        assert "u5f20" not in str(masked)
        assert "13812345678" not in str(masked).replace(" ", "")
    assert mask("列 民族 not found") == "列 民族 not found"


@pytest.mark.parametrize("name", ["Anna Petrova", "LI NA", "José de la Cruz", "Jean-Luc O'Brien", "Zoë M. Müller"])
def test_a_name_in_latin_letters_is_masked_where_a_library_quotes_it(name: str) -> None:
    said = f"Could not convert string '{name}' to INT32, not \"{name}\""
    masked = "Could not convert string '**' to INT32, not \"**\""
    assert mask_values(said) == masked
    written = json.dumps({"msg": said, "seconds": 0.12})
    assert json.loads(mask_values(written))["msg"] == masked
    assert json.loads(json.loads(mask_values(json.dumps(written))))["msg"] == masked


def test_a_librarys_own_words_stay() -> None:
    for said in (
        'Binder Error: Referenced column "full_name" not found in FROM clause! Candidate bindings: "name", "NAME"',
        "{'label': 'Started execution of step', \"type\": \"STEP_START\", 'Models': 'Deliveries'}",
        "It can't be read: No such file or directory: '/srv/wangge/Data Folder/x'; doesn't say more",
    ):
        assert mask_values(said) == said


def test_every_command_keeps_what_it_writes_private() -> None:
    """It calls keep_private before anything else, or writes nothing of a district but files of the project."""
    harmless = {
        "contracts/derive.py",
        "contracts/drafting/__main__.py",
        "exchange/kinds.py",
        "linkage/parse_addresses.py",
    }
    room = PROJECT / "orchestration"
    files = {str(file.relative_to(room)): file.read_text("utf-8") for file in room.rglob("*.py")}
    commands = {name for name, text in files.items() if 'if __name__ == "__main__"' in text}
    assert len(commands) > 10
    assert {name for name in commands if "    keep_private(" not in files[name]} == harmless


def test_a_log_is_written_masked(tmp_path: Path) -> None:
    with MaskedLog(tmp_path / "run.log") as log:
        print("could not read 11010519491231002X", file=log)
    assert (tmp_path / "run.log").read_text("utf-8") == "could not read 110105********\n"


def test_a_relative_data_folder_becomes_absolute(tmp_path: Path) -> None:
    assert settings_for("data").data == Path.cwd() / "data"
    assert settings_for(tmp_path).extracts == tmp_path / "extracts"
    environment = settings_for(tmp_path, tmp_path / "elsewhere").environment
    assert settings_from(environment) == settings_for(tmp_path, tmp_path / "elsewhere")


def _said(program: str) -> tuple[int, str]:
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout


def test_a_process_that_reads_what_dbt_did_does_not_load_dbt() -> None:
    loads = "import orchestration.defs.build, sys; print('dbt.version' in sys.modules, 'dbt.cli' in sys.modules)"
    assert _said(loads) == (0, "False False\n")
    assert _said(f"import dbt.version; {loads}") == (0, "True False\n")


def test_a_process_ends_with_all_said_and_closed() -> None:
    ends = (
        "from orchestration.process import end; import atexit; atexit.register(print, 'closed'); print('said'); end(3)"
    )
    assert _said(ends) == (3, "said\nclosed\n")
