"""Compiled code is kept from process to process, and made anew where the file cannot be trusted."""

from __future__ import annotations

from pathlib import Path
from types import CodeType
from typing import cast

import pytest

from orchestration import kept_code
from orchestration.kept_code import Kept

TEXTS = {"one", "two"}


def compiled(folder: Path, texts: set[str] = TEXTS) -> list[str]:
    """What a new process compiles itself, when it needs these texts and keeps them."""
    made: list[str] = []

    def code(text: str, native: bool) -> CodeType:
        def compile_it() -> CodeType:
            made.append(text)
            return compile(f"{text!r}, {native}", "<template>", "eval")

        return cast(CodeType, kept.of((text, native), compile_it))

    kept = Kept("code.bin", ["jinja2"])
    kept.read(folder)
    for text in sorted(texts):
        for native in (False, True):
            assert eval(code(text, native)) == (text, native)
            code(text, native)
    kept.keep(folder)
    return made


def test_what_was_compiled_is_kept(tmp_path: Path) -> None:
    assert compiled(tmp_path) == ["one", "one", "two", "two"]
    assert compiled(tmp_path) == []
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_what_a_run_does_not_use_stays_until_it_is_the_most(tmp_path: Path) -> None:
    compiled(tmp_path)
    assert compiled(tmp_path, {"two", "three"}) == ["three", "three"]
    assert compiled(tmp_path, {"one"}) == []
    assert compiled(tmp_path, {"four"}) == ["four", "four"]
    assert compiled(tmp_path, {"one"}) == ["one", "one"]


def test_a_file_that_is_damaged_or_of_another_version_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1], whole[:80] + b"?" + whole[81:]):
        file.write_bytes(damaged)
        assert compiled(tmp_path) == ["one", "one", "two", "two"]
    monkeypatch.setattr(kept_code, "version", lambda name: "another")
    assert compiled(tmp_path) == ["one", "one", "two", "two"]


def test_where_nothing_can_be_kept_code_are_compiled(tmp_path: Path) -> None:
    assert compiled(tmp_path / "missing") == ["one", "one", "two", "two"]
