"""What libraries really say of a value that they cannot read: masked, whatever the value, and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.masking import mask_values

# Names as foreign residents have them, one word or several, in any writing; no digit, or it would be another rule's.
WORD = st.from_regex(r"[A-Za-zÀ-ÖØ-öø-ÿ]{2,12}(?:[-'’][A-Za-zÀ-ÖØ-öø-ÿ]{2,8})?", fullmatch=True)
# Some show an excerpt only of what is long, cut in the middle of a letter.
NAME = st.lists(WORD, min_size=1, max_size=3).map(" ".join).filter(lambda name: len(name.encode()) < 40)
COLUMN = st.from_regex(r"[a-z]{1,8}(?:_[a-z]{2,8}){0,3}", fullmatch=True)


class Sex(Enum):
    MALE = 1


def asked(query: str) -> Callable[[str], Any]:
    """DuckDB is asked with the value as `?`."""

    def ask(value: str) -> None:
        with duckdb.connect() as connection:
            connection.execute("create table person (name varchar unique, street varchar, unique (name, street))")
            connection.execute("insert into person values (?, 'x')", [value])
            connection.execute(query, [value]).fetchall()

    return ask


def csv(lines: str) -> Callable[[str], Any]:
    return lambda value: pa.csv.read_csv(io.BytesIO(lines.replace("?", value).encode()))


def as_numbers(value: str) -> Any:
    options = pa.csv.ConvertOptions(column_types={"a": pa.int32()})
    return pa.csv.read_csv(io.BytesIO(f"a,b\n{value},1\n".encode()), convert_options=options)


LIBRARIES: dict[str, Callable[[str], Any]] = {
    "an integer": asked("select cast(? as integer)"),
    "a decimal": asked("select cast(? as decimal(8, 2))"),
    "a date": asked("select cast(? as date)"),
    "a time": asked("select cast(? as time)"),
    "a list": asked("select ?::integer[]"),
    "a date in a form": asked("select strptime(?, '%Y-%m-%d')"),
    "a part of a date": asked("select date_part(?, current_date)"),
    "a code": asked("select cast(? as enum ('male', 'female'))"),
    "a key": asked("insert into person values (?, 'y')"),
    "Arrow: an integer": lambda value: pa.array([value]).cast(pa.int64()),
    "Arrow: a truth": lambda value: pa.array([value]).cast(pa.bool_()),
    "Arrow: a decimal": lambda value: pa.array([value]).cast(pa.decimal128(8, 2)),
    "Arrow: another type": lambda value: pa.array([value], pa.int32()),
    "Arrow: a row too long": csv("a,b\n?,1\n?,2,3\n"),
    "Arrow: a field": as_numbers,
    "Python: an integer": int,
    "Python: a number": float,
    "Python: a date": date.fromisoformat,
    "Python: a date in a form": lambda value: datetime.strptime(value, "%Y"),
    "Python: too much of a date": lambda value: datetime.strptime(f"2026 {value}", "%Y"),
    "Python: a code": Sex,
    "Python: a place": lambda value: ["x"].index(value),
}
# Where no server is at hand, or what is said hangs on the value: as they write it.
SERVERS = (
    'Malformed JSON at byte 0 of input: unexpected character.  Input: "?"',
    'invalid input syntax for type integer: "?"',
    'invalid input value for enum sex: "?"',
    'duplicate key value violates unique constraint "person_pkey"\nDETAIL:  Key (name)=(?) already exists.',
    'null value in column "street" violates not-null constraint\nDETAIL:  Failing row contains (1, ?, null).',
    "Incorrect integer value: '?' for column 'age' at row 1",
    "Duplicate entry '?' for key 'PRIMARY'",
    'CSV Error on Line: 4\nOriginal Line: 3,?,"half\n4,a,b\n\nPossible fixes:\n* Set quote',
)


def said(library: str, value: str) -> str:
    """What a library says of the value, in one kind of quotes."""
    with pytest.raises(Exception) as told:
        LIBRARIES[library](value)
    return str(told.value)


def one_kind(text: str) -> str:
    return text.replace('"', "'").replace("\\'", "'")


@pytest.mark.parametrize("library", LIBRARIES)
@settings(max_examples=25, deadline=None)
@given(name=NAME)
def test_whatever_the_value_the_message_is_the_same(library: str, name: str) -> None:
    telling = mask_values(said(library, "Mohammed"))
    assert "**" in telling and "Mohammed" not in telling
    assert one_kind(mask_values(said(library, name))) == one_kind(telling)


@pytest.mark.parametrize("wording", SERVERS)
@given(name=NAME)
def test_whatever_the_value_a_servers_message_is_the_same(wording: str, name: str) -> None:
    telling = mask_values(wording.replace("?", "Mohammed"))
    assert "**" in telling and "Mohammed" not in telling
    assert mask_values(wording.replace("?", name)) == telling


@pytest.mark.parametrize("wording", SERVERS)
@given(name=NAME)
def test_json_stays_json_and_holds_the_same(wording: str, name: str) -> None:
    once = json.dumps({"msg": wording.replace("?", name), "data": "value of", "seconds": 0.123456789012345})
    for text in (once, json.dumps({"line": once}), f"{once}\n{once}\n"):
        masked = mask_values(text)
        kept = [json.loads(line) for line in masked.splitlines()]
        inner = [json.loads(line["line"]) if "line" in line else line for line in kept]
        plain = mask_values(wording.replace("?", name))
        assert {line["msg"] for line in inner} == {plain}
        assert {(line["data"], line["seconds"]) for line in inner} == {("value of", 0.123456789012345)}


@given(column=COLUMN, other=COLUMN, table=COLUMN)
def test_names_of_columns_tables_and_files_stay(column: str, other: str, table: str) -> None:
    for text in (
        f'Binder Error: Referenced column "{column}" not found in FROM clause! Candidate bindings: "{other}", "NAME"',
        f'Catalog Error: Table with name "{table}" does not exist! Did you mean "{other}"?',
        f'column "{column}" of relation "{table}" does not exist',
        f"Unknown column '{column}' in 'field list'",
        f"Table 'front.{table}' doesn't exist",
        f'Error when converting column "{column}". Could not convert string "**" to \'BIGINT\'',
        f"Incorrect integer value: '**' for column '{column}' at row 1",
        f"Duplicate entry '**' for key '{column}'",
        f"KeyError: '{column}'",
        f"No such file or directory: '/srv/wangge/input/{table}.csv'",
        f'Could not parse string "**" according to format specifier "%Y-%m-%d" in model \'{table}\'',
        f'cast to "{column}", value of column \'{other}\', input file "{table}"',
        "{'label': 'Started execution of step', \"type\": \"STEP_START\", 'Models': 'Deliveries'}",
        "It can't be read: No such file or directory: '/srv/wangge/Data Folder/x'; doesn't say more",
    ):
        assert mask_values(text) == text


def test_of_a_key_the_columns_stay() -> None:
    assert said("a key", "Mohammed").count("name") == 1
    assert mask_values(said("a key", "Mohammed")) == (
        'Constraint Error: Duplicate key "name: **" violates unique constraint.'
    )


def test_a_missing_key_that_is_written_large_may_be_a_name() -> None:
    assert mask_values("KeyError: 'Mohammed'") == "KeyError: '**'"
