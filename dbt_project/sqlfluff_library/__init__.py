"""What sqlfluff's Jinja templater needs of dbt beside its own built-ins.

That is `adapter`, the namespace `dbt`, and stand-ins for the macros that .sqlfluff excludes.

Only names that models or their macros call while they are rendered belong here; the SQL they give need not run, it is
only parsed for its style.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import md5
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


class Adapter:
    """The adapter of a dbt run, as far as rendering needs it."""

    @pass_context
    def dispatch(self, context: Context, name: str, macro_namespace: str | None = None) -> Callable[..., Any]:
        """The macro's DuckDB form, else its default one, as dbt would choose."""
        return context.resolve(f"duckdb__{name}") or context.resolve(f"default__{name}")

    def quote(self, identifier: str) -> str:
        return f'"{identifier}"'


def call_of(name: str) -> Callable[..., str]:
    """A macro's stand-in: the call of a function of its name."""
    return lambda *arguments, **_: f"{name}({', '.join(str(argument) for argument in arguments)})"


class BuiltInMacros:
    """dbt's cross-database macros."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return (lambda: name.removeprefix("type_")) if name.startswith("type_") else call_of(name)


def local_md5(value: str) -> str:
    """dbt's hash of a text."""
    return md5(value.encode(), usedforsecurity=False).hexdigest()


adapter = Adapter()
dbt = BuiltInMacros()
execute = False

# The files that .sqlfluff excludes.
for _file in ("dates.sql", "identity.sql", "text.sql", "values.sql", "history/changes.sql", "history/figures.sql"):
    _text = (Path(__file__).parent.parent / "macros" / _file).read_text("utf-8")
    globals().update({name: call_of(name) for name in re.findall(r"{% macro (\w+)\(", _text)})


def rows_of(relation: str, *_: object) -> str:
    """The stand-in of a macro that makes rows of a relation."""
    return f"select * from {relation}"


corners = figures_as_known = figures_by_day = rows_of


def padded(_: object, columns: Iterable[str]) -> str:
    return ", ".join(columns)


def changes_by_grid(corner: str, on_last_day: str, *_: object) -> str:
    return f"total_change as (select * from {corner})\n\nselect * from total_change cross join {on_last_day}"
