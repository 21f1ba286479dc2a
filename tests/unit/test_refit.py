"""What the weights are counted from, when a new version is taken into use, and that the one in use is whole."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pytest

from orchestration.evaluation.scores import PersonScore
from orchestration.linkage.comparisons import COMPARISONS, MODELS, current_model, read_model
from orchestration.linkage.fitting import Evidence, fit, gather
from orchestration.linkage.refit import Measured, comparisons_made, not_worse
from orchestration.revision import code_hash

SCORE = PersonScore(rows=9, omitted=0, right_pairs=10, claimed_pairs=10, true_pairs=12, people=5, exact_people=4)


@pytest.fixture
def labelled() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two people of one dwelling and telephone with a number each, one elsewhere, and a mention of each without number.

    The mention of the second is written with a homophone; the third is named at another dwelling.
    """
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table labelled as
            select
                record_id, person, owns_number, name, reading, name as sorted_characters, bearers, '1' as sex,
                cast(null as varchar) as number_text, cast(birth as date) as birth_date,
                [cast(birth as date)] as birth_dates,
                [dwelling] as address_codes, cast(null as varchar[]) as building_keys, [phone] as phones,
                cast(null as varchar[]) as mates, 1 as lives_at_address
            from (
                values
                (1, 1, true, '张伟', 'zhang wei', 1, '1980-01-05', 'D1', 'P1'),
                (2, 2, true, '张薇薇', 'zhang wei wei', 1, '2010-03-09', 'D1', 'P1'),
                (3, 3, true, '李强', 'li qiang', 1, '1975-06-30', 'D2', 'P3'),
                (4, 1, false, '张伟', 'zhang wei', 1, '1980-01-05', 'D1', 'P1'),
                (5, 2, false, '张微微', 'zhang wei wei', 0, '2010-03-09', 'D1', 'P1'),
                (6, 3, false, '李强', 'li qiang', 1, '1975-06-30', 'D9', 'P3')
            ) as v (record_id, person, owns_number, name, reading, bearers, birth, dwelling, phone)
            """
        )
        yield connection


def test_levels_are_counted_for_one_person_for_strangers_and_for_housemates(
    labelled: duckdb.DuckDBPyConnection,
) -> None:
    evidence = Evidence()
    gather(labelled, 3, evidence)
    assert evidence.same["name"]["together"] == {"sole": 1, "homophone": 1}
    assert evidence.same["name"]["apart"] == {"sole": 1}
    assert evidence.same["dwelling"] == {"together": {"same": 2}, "apart": {"other": 1}}
    assert evidence.same["phone"] == {"together": {"same_together": 2}, "apart": {"same": 1}}
    # each of two mentions beside the housemate's record and the housemate's mention
    assert evidence.housemates["phone"]["together"] == {"same_together": 4}
    assert evidence.housemates["birth_date"]["together"] == {"other": 4}
    # strangers and housemates alike, so that a shared dwelling is as rare as it is at random
    assert sum(evidence.random["name"]["together"].values()) == 4
    assert evidence.random["dwelling"]["apart"] == {"other": 8}
    assert (evidence.sole_names, evidence.pairs, evidence.people) == (0, 9, [3])


def test_evidence_that_housemates_share_weighs_little_between_them(labelled: duckdb.DuckDBPyConnection) -> None:
    evidence = Evidence()
    gather(labelled, 3, evidence)
    parameters = fit(evidence)
    assert parameters["phone"]["same_together"] == pytest.approx((2.5 / 4, 4.5 / 6), abs=1e-6)
    assert parameters["phone"]["same"] == pytest.approx((1.5 / 3, 0.5 / 10), abs=1e-6)
    assert parameters["name"]["homophone"] == pytest.approx((1.5 / 6.5, 0.5 / 7.5), abs=1e-6)


def test_a_unique_name_alone_never_gives_more_than_its_bound(labelled: duckdb.DuckDBPyConnection) -> None:
    evidence = Evidence(pairs=10**9)
    gather(labelled, 20_000, evidence)
    m, u = fit(evidence)["name"]["sole"]
    assert math.log2(m / u) - math.log2(20_000) == pytest.approx(6.0, abs=0.01)


@pytest.mark.parametrize(
    ("new", "taken"),
    [
        (SCORE, True),
        (replace(SCORE, right_pairs=11, claimed_pairs=11), True),
        (replace(SCORE, claimed_pairs=11), False),
        (replace(SCORE, right_pairs=9, claimed_pairs=9), False),
        (replace(SCORE, exact_people=3), False),
        (replace(SCORE, right_pairs=12, claimed_pairs=13, exact_people=5), False),
    ],
    ids=["as good", "finds more", "a false pair", "a pair lost", "a person lost", "more found, but a false pair"],
)
def test_a_version_is_taken_only_where_it_is_not_worse(new: PersonScore, taken: bool) -> None:
    assert not_worse([SCORE, SCORE], [SCORE, new]) is taken


def test_the_version_in_use_is_whole_and_part_of_the_code() -> None:
    model = read_model()
    assert current_model().parent == MODELS
    for name, (_, levels) in COMPARISONS.items():
        for level, _ in levels:
            m, u = model.parameters[name][level]
            assert 0 < m <= 1, (name, level)
            assert 0 < u <= 1, (name, level)


def test_another_version_makes_another_build(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_hash()
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda file: b"another" if file.name == "current.json" else read(file))
    assert code_hash() != before


def test_verdicts_are_read_back_in_order_of_version(tmp_path: Path) -> None:
    measured = Measured(201, 2.0, "version 9", SCORE)
    for number in (10, 9):
        document = {"version": str(number), "verdict": f"of {number}", "held_out": [asdict(measured)]}
        (tmp_path / f"person_v{number}.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "person_v1.json").write_text(json.dumps({"version": "1"}), "utf-8")
    assert [made.verdict for made in comparisons_made(tmp_path)] == ["of 9", "of 10"]
    assert comparisons_made(tmp_path)[0].measured == (measured,)
