"""A kind of discrepancy is one row of the rule table and one model; the list between them is derived."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.exchange.kinds import MACRO, PROJECT, RULES, derive_kinds, render


def test_the_committed_macro_names_the_kinds_of_the_rule_table() -> None:
    assert not derive_kinds(write=False), "run `python -m orchestration.exchange.kinds` and commit what it writes"


def test_every_kind_has_its_model_and_every_model_its_kind() -> None:
    kinds = {row["kind"] for row in csv.DictReader(RULES.open(encoding="utf-8", newline=""))}
    models = (PROJECT / "dbt_project" / "models" / "exchange").glob("discrepancy_*.sql")
    assert {model.stem.removeprefix("discrepancy_") for model in models} == kinds


def test_what_a_kind_puts_in_doubt_is_an_item_that_can_be_asked() -> None:
    with (RULES.parent / "collected_attribute.csv").open(encoding="utf-8", newline="") as file:
        items = {row["attribute"] for row in csv.DictReader(file)}
    with RULES.open(encoding="utf-8", newline="") as file:
        assert {row["item"] for row in csv.DictReader(file)} <= items | {"attribute", "none"}


def test_a_row_added_to_the_rule_table_is_written_once(tmp_path: Path) -> None:
    rules, macro = tmp_path / "kinds.csv", tmp_path / MACRO.name
    rules.write_text("kind,severity\nfirst,1\nsecond,2\n", "utf-8")
    assert derive_kinds(rules, macro)
    assert not derive_kinds(rules, macro)
    assert "'first',\n  'second',\n" in macro.read_text("utf-8")


def test_a_table_without_kinds_is_refused(tmp_path: Path) -> None:
    rules = tmp_path / "kinds.csv"
    rules.write_text("name\nfirst\n", "utf-8")
    with pytest.raises(KeyError):
        render(rules)
