"""A department that improves sees its score rise for the right reason, and a month that is over keeps its score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from districts import run_dbt

from orchestration.contracts.contract import read_contracts
from orchestration.deliveries.pull import pull
from orchestration.deliveries.sources import FolderSource
from orchestration.settings import settings_for

CONTRACTS = read_contracts()
VALID, SPOILT = "11010519491231002X", "110105194912310021"
DIMENSIONS = ("timely", "complete", "standardised", "accurate", "consistent", "accessible")


def put(folder: Path, id_: str, day: str, rows: list[str]) -> None:
    contract = CONTRACTS[id_]
    file = folder / "extracts" / id_.replace(".", "/") / f"{contract.extract}_{day}{Path(contract.path).suffix}"
    file.parent.mkdir(parents=True, exist_ok=True)
    header = contract.delimiter.join(column.header for column in contract.columns)
    file.write_bytes(("\n".join([header, *rows]) + "\n").encode(contract.encoding))


def houses(folder: Path, day: str, spoilt: int) -> None:
    """Twenty houses, some with an owner's number that fails its check."""
    numbers = [SPOILT] * spoilt + [VALID] * (20 - spoilt)
    rows = [
        f"H{place}|建设路1号1栋{place}01|80.5|住宅|1999|王小明|{each}|商品房|2026/08/01"
        for place, each in enumerate(numbers)
    ]
    put(folder, "housing.housing_units", day, rows)


def deaths(folder: Path, day: str, header_only_half: bool = False) -> None:
    """Two deaths, one of somebody whose sex is not the number's; or a file that ends in the middle."""
    rows = [f"张一,女,{VALID},2026-08-01,2026-08-03,建设路1号", f"张二,男,{VALID},2026-08-02,2026-08-03,建设路1号"]
    put(folder, "civil_affairs.deaths", day, ["张一,女"] if header_only_half else rows)


def scorecard(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The scorecard by month and department after everything new is taken, from the models that it is made of."""
    settings = settings_for(folder / "data", folder / "extracts")
    pull(FolderSource(settings.extracts), CONTRACTS, settings.data)
    run_dbt(settings, "build", "--select", "+sharing_scorecard", "--exclude-resource-type", "test", "unit_test")
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        found = connection.execute("select * from marts.sharing_scorecard")
        names = [column[0] for column in found.description]
        cards = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        lost = connection.execute(
            "select max(abs(score + points_lost - 100)) from marts.sharing_scorecard join ("
            " select month, department, sum(points_lost) as points_lost"
            " from marts.sharing_scorecard_reasons group by all"
            ") using (month, department)"
        ).fetchall()
    assert lost[0][0] <= 0.02, "the reasons are what the score lacks to 100"
    return {(f"{card['month']:%Y-%m}", card["department"]): card for card in cards}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The scorecard after September (eight of twenty numbers spoilt, a file cut off) and after October."""
    folder = tmp_path_factory.mktemp("months")
    houses(folder, "20260901", spoilt=8)
    deaths(folder, "20260902")
    deaths(folder, "20260905", header_only_half=True)
    september = scorecard(folder)
    houses(folder, "20261001", spoilt=1)
    deaths(folder, "20261002")
    return september, scorecard(folder)


def test_the_score_rises_in_the_dimension_that_was_mended_and_only_there(months: Any) -> None:
    _, cards = months
    before, after = cards["2026-09", "housing"], cards["2026-10", "housing"]
    changed = {name for name in DIMENSIONS if before[f"{name}_score"] != after[f"{name}_score"]}
    assert changed == {"accurate"}
    assert after["accurate_score"] > before["accurate_score"]
    assert after["score"] > before["score"] == after["previous_score"]
    assert (before["trend"], after["trend"]) == ("first", "rising")
    assert before["reasons"].startswith(
        "accurate: housing.housing_units owner_identity_number:identity_number (8 of 20)"
    )


def test_a_refused_file_and_a_contradiction_inside_a_row_cost_their_own_dimensions(months: Any) -> None:
    _, cards = months
    before, after = cards["2026-09", "civil_affairs"], cards["2026-10", "civil_affairs"]
    assert (before["accessible_score"], after["accessible_score"]) == (50, 100)
    assert before["consistent_score"] == after["consistent_score"] < 100
    assert before["accurate_score"] == after["accurate_score"] == 100


def test_a_month_that_is_over_keeps_its_score(months: Any) -> None:
    september, cards = months
    assert september == {key: card for key, card in cards.items() if key[0] == "2026-09"}
