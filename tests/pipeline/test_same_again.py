"""The same deliveries give the same marts: in a fresh folder, and after the warehouse has been lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from districts import District, run_district


def test_a_fresh_folder_gives_the_same_values_in_every_mart(district: District, tmp_path: Path) -> None:
    fresh = run_district(tmp_path / "data", district.settings.extracts)
    assert fresh.marts() == district.marts()


def test_a_lost_warehouse_is_rebuilt_from_the_kept_deliveries(district: District, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(district.settings.data, data, symlinks=True)
    (data / "warehouse.duckdb").unlink()
    shutil.rmtree(data / "extracts")
    (data / "extracts").mkdir()
    rebuilt = run_district(data, data / "extracts")
    assert "No new delivery." in rebuilt.output
    assert f"Nothing new: release {district.release_id} stays current." in rebuilt.output
    assert rebuilt.warehouse("select count(*) from conformed.person") == district.warehouse(
        "select count(*) from conformed.person"
    )
    assert rebuilt.marts() == district.marts()
    assert seeds_of_last_build(rebuilt)

    # A warehouse that holds the project's seeds keeps them, and all else is built and tested again.
    shutil.rmtree(data / "releases")
    again = run_district(data, data / "extracts")
    assert not seeds_of_last_build(again)
    assert again.marts() == district.marts()


def seeds_of_last_build(run: District) -> list[str]:
    results = json.loads((run.settings.dbt_target / "run_results.json").read_text("utf-8"))["results"]
    assert any(result["unique_id"].startswith("test.") for result in results)
    return [result["unique_id"] for result in results if result["unique_id"].startswith("seed.")]
