"""Builds by change: what makes a build whole covers everything that tables are made with."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.settings import DBT_PROJECT, PROJECT

# Built in every build, whatever has changed: what they call need not make the others whole.
ALWAYS_BUILT = {"person_key_origin", "person_key_overlap", "person_redirect"}


def hashed() -> set[Path]:
    """The files whose change makes the next build whole."""
    macro = (DBT_PROJECT / "macros" / "changes" / "sources.sql").read_text("utf-8")
    (patterns,) = re.findall(r"from read_text\(\[(.*?)\]\)", macro, re.DOTALL)
    return {
        file
        for pattern in re.findall("'([^']+)'", patterns)
        for file in (PROJECT if pattern.startswith("../") else DBT_PROJECT).glob(pattern.removeprefix("../"))
    }


def test_what_models_in_python_call_makes_a_build_whole() -> None:
    called = {
        (PROJECT / module.replace(".", "/")).with_suffix(".py")
        for model in DBT_PROJECT.rglob("models/**/*.py")
        if model.stem not in ALWAYS_BUILT
        for module in re.findall(r"^from (orchestration\.\S+)", model.read_text("utf-8"), re.MULTILINE)
    }
    assert len(called) >= 4
    assert called - hashed() == set()


def test_models_that_are_always_built_go_by_no_change() -> None:
    for name in ALWAYS_BUILT:
        (model,) = DBT_PROJECT.rglob(f"{name}.py")
        assert 'materialized="table"' in model.read_text("utf-8")


def test_a_new_model_of_links_makes_a_build_whole() -> None:
    models = set((PROJECT / "orchestration" / "linkage" / "models").glob("*.json"))
    assert models and models <= hashed()
