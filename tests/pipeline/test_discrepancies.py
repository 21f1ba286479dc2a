"""Discrepancies planted in the small district are found, each with references to the other side and no value of it."""

from __future__ import annotations

import pytest
from districts import District

PLANTED = """
    select planted.extract, strftime(planted.day, '%Y%m%d'), planted.row
    from read_parquet('{truth}') as planted
    join conformed.source_record as evidence
        on evidence.extract = planted.extract and evidence.source_row = planted.row
        and left(evidence.delivery_id, 8) = strftime(planted.day, '%Y%m%d')
    where planted.kind = '{kind}'
"""
CLAIMED = "select extract, left(delivery_id, 8), source_row from exchange.discrepancies where kind = '{kind}'"


@pytest.mark.parametrize("kind", ["id_of_another", "group_letting", "occupied_but_vacant", "let_without_contract"])
def test_what_was_planted_is_found_and_nothing_else_is_claimed(district: District, kind: str) -> None:
    truth = district.settings.data / "truth" / "planted.parquet"
    planted = set(district.warehouse(PLANTED.format(truth=truth, kind=kind)))
    extracts = {extract for extract, *_ in planted}
    claimed = {row for row in district.warehouse(CLAIMED.format(kind=kind)) if row[0] in extracts}
    assert planted
    assert len(planted & claimed) >= 0.9 * len(planted)
    assert len(planted & claimed) >= 0.9 * len(claimed)


def test_a_row_stands_once_for_each_kind_role_and_column(district: District) -> None:
    """A view that nothing of a day reads, so that no build proves its grain."""
    twice = district.warehouse(
        """
        select kind, extract, delivery_id, source_row, role, column_name from exchange.discrepancies
        group by all having count(*) > 1
        """
    )
    incomplete = district.warehouse(
        """
        select kind, record_key from exchange.discrepancies
        where extract is null or delivery_id is null or source_row is null or record_key is null or version is null
            or source_file is null or detected_on is null or likely_at_fault is null
        """
    )
    assert not twice
    assert not incomplete


def test_a_reference_leads_to_a_row(district: District) -> None:
    lost = district.warehouse(
        """
        with referred as (select kind, unnest(evidence) as reference from exchange.discrepancies)
        select kind, count(*) from referred
        left join conformed.source_record as evidence
            on evidence.extract = reference.extract and evidence.source_file = reference.source_file
            and evidence.source_row = reference.source_row
        where evidence.extract is null or reference.column_name is null
        group by kind
        """
    )
    assert lost == []


def test_the_guide_counts_in_each_grid_whom_an_open_discrepancy_names(district: District) -> None:
    """Against the discrepancies themselves: homes in doubt, and let dwellings that no tenancy names."""
    homes = """
        select residence.grid_code, 'residence_address', count(distinct person_key)
        from exchange.discrepancies join conformed.residence using (person_key)
        where kind in ('residence_conflict', 'occupied_but_vacant') and residence.grid_code is not null
        group by residence.grid_code
    """
    dwellings = """
        select dwelling.grid_code, 'occupancy', count(distinct address_code)
        from exchange.discrepancies join conformed.dwelling using (address_code)
        where kind in ('let_without_contract', 'group_letting') and dwelling.grid_code is not null
        group by dwelling.grid_code
    """
    found = set(district.warehouse(homes)) | set(district.warehouse(dwellings))
    guide = district.warehouse(
        "select grid_code, item, open_discrepancies from marts.collection_guide"
        " where item in ('residence_address', 'occupancy') and open_discrepancies > 0"
    )
    assert {item for _, item, _ in found} == {"residence_address", "occupancy"}
    assert set(guide) == found


def test_no_release_holds_them(district: District) -> None:
    names = {name for (name,) in district.released("select table_name from duckdb_tables()")}
    assert not {name for name in names if "discrepan" in name or "review" in name}
