"""dbt with less to do builds what dbt as it comes would build."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dbt_runs import DbtRun

from orchestration.dbt_command import DBT
from orchestration.settings import DBT_PROJECT, PROJECT


def test_its_sql_is_that_of_dbt_as_it_comes(dbt_run: DbtRun, tmp_path: Path) -> None:
    folder = dbt_run.warehouse.parent
    shutil.copy(folder / "target/partial_parse.msgpack", tmp_path)
    places = ["--profiles-dir", str(DBT_PROJECT), "--target-path", str(tmp_path), "--log-path", str(tmp_path)]
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "compile", *places],
        cwd=DBT_PROJECT,
        env={**os.environ, "WANGGE_DATA": str(folder)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    compiled = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["nodes"]
    assert len(dbt_run.built_models) > 200
    assert {name for name, model in dbt_run.built_models.items() if "__dbt__cte__" in model["compiled_code"]}
    for name, model in dbt_run.built_models.items():
        assert model["compiled_code"] == compiled[name]["compiled_code"], name


def test_it_reads_and_writes_the_project_as_dbt_as_it_comes(dbt_run: DbtRun, tmp_path: Path) -> None:
    folder = dbt_run.warehouse.parent
    manifests = []
    for dbt in (["-m", "dbt.cli.main"], DBT[1:]):
        (tmp_path / "target").mkdir(exist_ok=True)
        shutil.copy(folder / "target/partial_parse.msgpack", tmp_path / "target")
        subprocess.run(
            [sys.executable, *dbt, "--quiet", "parse", "--profiles-dir", str(DBT_PROJECT), "--log-path", str(tmp_path)],
            cwd=DBT_PROJECT,
            env={**os.environ, "WANGGE_DATA": str(folder), "DBT_TARGET_PATH": str(tmp_path / "target")},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        written = (tmp_path / "target/manifest.json").read_text("utf-8")
        manifests.append(json.loads(re.sub(r'"created_at": ?[0-9.]+', '"created_at": 0', written)))
    theirs, ours = manifests
    # When and by which process it was written.
    assert {**ours, "metadata": None} == {**theirs, "metadata": None}
    assert len(ours["nodes"]) > 400


def test_what_was_valid_is_not_looked_at_again(tmp_path: Path) -> None:
    code = """
import sys
from orchestration.light_dbt import import_lightly, lighten
import_lightly()
from dbt.contracts.project import ProjectFlags
lighten()
from dbt_common.dataclass_schema import ValidationError
from orchestration.light_classes import keep_classes
made = ProjectFlags.json_schema
ProjectFlags.json_schema = lambda: print("looked") or made()
for flags in ({"use_colors": True}, {"use_colors": 1}, {"use_colors": True}):
    try:
        ProjectFlags.validate(flags)
        print("valid")
    except ValidationError as error:
        print(error.message)
keep_classes()
"""
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=PROJECT,
            env={**os.environ, "DBT_TARGET_PATH": str(tmp_path)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        for _ in range(2)
    ]
    first, second = told
    assert first[:3] == ["looked", "valid", "looked"] and first[3].startswith("1 is not valid")
    assert first[4:] == ["valid"]
    assert second == first[1:]


def test_what_most_waits_for_comes_first() -> None:
    """Of `ready`, `last` and `long` nothing stands before: two models stand behind `long`, one behind `ready`."""
    code = """
import networkx
from dbt.graph.queue import GraphQueue
from orchestration.light_dbt import lighten
lighten()
graph = networkx.DiGraph([("ready", "second"), ("long", "next"), ("next", "second")])
graph.add_node("last")
scores = GraphQueue._get_scores(None, graph)
print(*sorted(scores, key=scores.get))
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True)
    order = told.stdout.split()
    assert order[0] == "long" and set(order[1:3]) == {"ready", "next"} and set(order[3:]) == {"second", "last"}


def test_a_file_that_says_the_same_is_not_written_again(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from dbt.contracts.graph import nodes
from orchestration.light_dbt import lighten
lighten()
file = Path({str(tmp_path)!r}) / "folder" / "model.sql"
for text in ("select '一'", "select '一'", "select '二'"):
    nodes.write_file(str(file), text)
    print(file.read_text("utf-8"), file.stat().st_mtime_ns, sep="|")
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True)
    (first, written), (second, kept), (third, again) = (line.split("|") for line in told.stdout.splitlines())
    assert [first, second, third] == ["select '一'", "select '一'", "select '二'"]
    assert written == kept < again


def test_a_relation_is_found_where_dbt_as_it_comes_finds_it() -> None:
    """As it is called; otherwise written, which is an error; not there; in a schema of which nothing was read."""
    code = """
import sys
from types import SimpleNamespace
from dbt.adapters.cache import RelationsCache
from dbt.adapters.duckdb.impl import DuckDBAdapter
if sys.argv[1] == "light":
    from orchestration.light_dbt import lighten
    lighten()
adapter = DuckDBAdapter.__new__(DuckDBAdapter)
adapter.cache = RelationsCache()
adapter.config = SimpleNamespace(quoting={"database": True, "schema": True, "identifier": True})
of_schema = lambda schema: [DuckDBAdapter.Relation.create("warehouse", schema, name) for name in ("person", "Dwelling")]
adapter.list_relations_without_caching = lambda schema: of_schema(schema.schema)
for relation in of_schema("marts"):
    adapter.cache.add(relation)
adapter.cache.update_schemas([("warehouse", "marts"), ("warehouse", "empty")])
for asked in ("marts.person", "marts.Person", "marts.Dwelling", "marts.dwelling", "marts.nobody", "Marts.person",
              "empty.person", "unread.person", "unread.nobody", "unread.person"):
    try:
        print(asked, adapter.get_relation("warehouse", *asked.split(".")))
    except Exception as error:
        print(asked, type(error).__name__)
"""
    as_it_comes, light = (
        subprocess.run(
            [sys.executable, "-c", code, how], cwd=PROJECT, check=True, capture_output=True, text=True
        ).stdout.splitlines()
        for how in ("as it comes", "light")
    )
    assert light == as_it_comes
    assert len(light) == 10 and light[1] == "marts.Person ApproximateMatchError"


def test_an_error_that_a_macro_raises_names_the_model() -> None:
    code = """
from dbt.context import exceptions_jinja, providers
from orchestration.light_dbt import lighten
as_it_comes = set(exceptions_jinja.wrapped_exports("the model"))
lighten()
raises = providers.wrapped_exports("the model")
print(set(raises) == as_it_comes)
try:
    providers.wrapped_exports("the model")["raise_compiler_error"]("no such column")
except Exception as error:
    print(type(error).__name__, error.node, error.msg, sep="|")
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True)
    assert told.stdout.splitlines() == ["True", "CompilationError|the model|no such column"]
