"""Shared models run elsewhere: each compiled one reads as Spark SQL, without the idioms that only DuckDB has.

What DuckDB spells in its own way stands in dispatched macros; of their output this proves the grammar alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dbt_runs import DbtRun
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError


def idioms(tree: exp.Expr) -> Iterator[str]:
    """Names of the constructs that Spark's grammar lacks although sqlglot reads them in any dialect."""
    if tree.find(exp.Qualify):
        yield "QUALIFY"
    if tree.find(exp.Pivot):
        yield "PIVOT"
    if any(star.args.get("except_") or star.args.get("replace") for star in tree.find_all(exp.Star)):
        yield "EXCLUDE or REPLACE"
    if any(union.args.get("by_name") for union in tree.find_all(exp.Union)):
        yield "BY NAME"
    if tree.find(exp.Comprehension):
        yield "a list comprehension"


def test_every_compiled_model_reads_as_spark_sql(dbt_run: DbtRun) -> None:
    breaches: dict[str, str] = {}
    for unique_id, model in dbt_run.built_models.items():
        if model["language"] != "sql":
            continue
        try:
            compiled = dbt_run.results[unique_id]["compiled_code"] or ""
            found = ", ".join(idioms(parse_one(compiled, read="spark")))
        except SqlglotError as error:
            found = str(error)
        if found:
            breaches[model["name"]] = found
    assert not breaches, "\n".join(f"{name}: {found}" for name, found in breaches.items())


@pytest.mark.parametrize(
    ("sql", "idiom"),
    [
        ("select a from t qualify row_number() over (order by a) = 1", "QUALIFY"),
        ("select * exclude (a) from t", "EXCLUDE or REPLACE"),
        ("select 1 as a union all by name select 2 as a", "BY NAME"),
        ("select [x + 1 for x in l] from t", "a list comprehension"),
        ("pivot t on a using sum(b)", "PIVOT"),
    ],
)
def test_an_idiom_of_duckdb_is_found(sql: str, idiom: str) -> None:
    assert list(idioms(parse_one(sql, read="duckdb"))) == [idiom]
