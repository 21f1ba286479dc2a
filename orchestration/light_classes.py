"""What dbt's library makes of its own classes whenever it is loaded: a third of the time that loading takes.

It has five hundred data classes, whose methods Python and mashumaro write as text and compile, and of some of them it
makes a JSON schema, by which it looks whether dbt_project.yml and profiles.yml have the form that they had yesterday.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.kept_code import Kept

_KEPT = Kept("classes.bin", ["dbt-core", "dbt-common", "dbt-adapters", "dbt-duckdb", "mashumaro", "jsonschema"])
_PLAIN = {str, int, float, bool, type(None)}


def target() -> Path:
    """The folder in which dbt keeps what it read."""
    return Path(os.environ.get("DBT_TARGET_PATH", "target"))


def make_classes_lightly() -> None:
    """Call before dbt is imported."""
    _KEPT.read(target())
    _compile_no_class_again()
    _write_methods_when_called()


def validate_once() -> None:
    """What once had the form that it must have has it still, as long as neither it nor the library is another."""
    from dbt_common.dataclass_schema import dbtClassMixin

    validate: Callable[[type, Any], None] = dbtClassMixin.validate.__func__  # type: ignore[attr-defined]

    def validate_what_is_new(of_class: type, data: Any) -> None:
        if not _is_plain(data):
            validate(of_class, data)
            return
        digest = hashlib.sha256(repr(data).encode()).hexdigest()
        # Raises where it is not valid: then nothing is kept.
        _KEPT.of((of_class.__module__, of_class.__qualname__, digest), lambda: validate(of_class, data))

    dbtClassMixin.validate = classmethod(validate_what_is_new)  # type: ignore[assignment]


def keep_classes() -> None:
    """Keep what was compiled and valid for the next process."""
    _KEPT.keep(target())


def _compile_no_class_again() -> None:
    """Python writes the methods of each data class as text."""
    import dataclasses

    def run(text: str, names: dict[str, Any], made: dict[str, Any]) -> None:
        exec(_KEPT.of(text, lambda: compile(text, "<string>", "exec", dont_inherit=True)), names, made)

    # As this module alone sees the name, which is else Python's own.
    dataclasses.exec = run  # type: ignore[attr-defined]


def _write_methods_when_called() -> None:
    """How a class is written and read mashumaro works out when it first is (see import_lightly); but even the methods
    that then do so it wrote as text for each."""
    from mashumaro.config import ADD_DIALECT_SUPPORT
    from mashumaro.core.meta.code.builder import CodeBuilder
    from mashumaro.mixins import dict as of_mashumaro

    pack, unpack = of_mashumaro.compile_mixin_packer, of_mashumaro.compile_mixin_unpacker

    def is_simple(of_class: type) -> bool:
        config = CodeBuilder(of_class).get_config()
        return config.lazy_compilation and ADD_DIALECT_SUPPORT not in config.code_generation_options

    @cache
    def packer(**how: Any) -> tuple[Any, Any]:
        name = CodeBuilder.get_pack_method_name(format_name=how["format_name"], encoder=how["encoder"])

        def write_and_pack(this: Any, *given: Any, **named: Any) -> Any:
            CodeBuilder(type(this), first_method=name, allow_postponed_evaluation=False, **how).add_pack_method()
            return getattr(this, name)(*given, **named)

        return name, write_and_pack

    @cache
    def unpacker(**how: Any) -> tuple[Any, Any]:
        name = CodeBuilder.get_unpack_method_name(format_name=how["format_name"], decoder=how["decoder"])

        def write_and_unpack(of_class: type, *given: Any, **named: Any) -> Any:
            CodeBuilder(of_class, first_method=name, allow_postponed_evaluation=False, **how).add_unpack_method()
            return getattr(of_class, name)(*given, **named)

        return name, classmethod(write_and_unpack)

    def add(of_class: type, method: tuple[Any, Any]) -> None:
        name, function = method
        setattr(of_class, name, function)
        setattr(of_class, name.public, function)

    def pack_when_called(
        cls: type, format_name: str = "dict", dialect: Any = None, encoder: Any = None, encoder_kwargs: Any = None
    ) -> None:
        if encoder_kwargs or not is_simple(cls):
            pack(cls, format_name, dialect, encoder, encoder_kwargs)
        else:
            add(cls, packer(format_name=format_name, default_dialect=dialect, encoder=encoder))

    def unpack_when_called(cls: type, format_name: str = "dict", dialect: Any = None, decoder: Any = None) -> None:
        if not is_simple(cls):
            unpack(cls, format_name, dialect, decoder)
        else:
            add(cls, unpacker(format_name=format_name, default_dialect=dialect, decoder=decoder))

    of_mashumaro.compile_mixin_packer = pack_when_called
    of_mashumaro.compile_mixin_unpacker = unpack_when_called


def _is_plain(value: Any) -> bool:
    """Whether what it is written as says all of it."""
    if type(value) is dict:
        return all(type(key) in _PLAIN and _is_plain(each) for key, each in value.items())
    return type(value) in _PLAIN or (type(value) is list and all(map(_is_plain, value)))
