"""What dbt does over and over and need not: most of its own processor time, which is the same for a village.

Here belongs whatever takes work out of dbt's library without changing what it builds; tests/dbt/test_light_dbt.py holds
its SQL against that of dbt as it comes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from orchestration.kept_code import Kept
from orchestration.light_classes import make_classes_lightly, validate_once
from orchestration.light_contexts import make_contexts_when_asked

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from jinja2 import Environment, Template

# Spaces and comments, and the `with` of a query's own tables.
_BEGINS_WITH = re.compile(r"(?:\s|--[^\n]*\n)*with(?!\s+recursive\b)\s+", re.IGNORECASE)


def import_lightly() -> None:
    """How each of some hundred classes is written and read is worked out when one is: most never are. Call before dbt
    is imported."""
    from mashumaro.config import BaseConfig

    BaseConfig.lazy_compilation = True
    make_classes_lightly()


def lighten() -> None:
    """Let dbt leave undone what nobody sees. Call once, before anything is built."""
    validate_once()
    _leave_out_unseen_messages()
    _read_results_alike()
    _find_relations_by_name()
    _make_templates_once()
    make_contexts_when_asked()
    _put_ephemeral_models_first()
    _draw_no_graph()
    _read_alike_for_any_data()
    _begin_with_the_longest_way()
    _write_what_differs()


def _leave_out_unseen_messages() -> None:
    """Messages of level debug, dozens a node, go nowhere: there is no log file, and the terminal's level is info."""
    from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
    from dbt_common.events.event_manager import EventManager

    fire, write = EventManager.fire_event, BaseEvent.__init__

    def fire_what_is_seen(manager: EventManager, e: BaseEvent, level: EventLevel | None = None, **others: Any) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG:
            fire(manager, e, level, **others)

    def write_later(event: DebugLevel, *given: Any, **named: Any) -> None:
        object.__setattr__(event, "given", (given, named))

    def read(event: DebugLevel, name: str) -> Any:
        if name == "pb_msg":
            given, named = object.__getattribute__(event, "given")
            write(event, *given, **named)
            return object.__getattribute__(event, name)
        return getattr(event.pb_msg, name)

    EventManager.fire_event = fire_what_is_seen  # type: ignore[assignment,method-assign]
    DebugLevel.__init__, DebugLevel.__getattr__ = write_later, read  # type: ignore[assignment,method-assign]


def _read_results_alike() -> None:
    """How a query's result is read hangs on its columns: it need not be made for each of hundreds of queries."""
    from dbt_common.clients import agate_helper

    of_columns = agate_helper.build_type_tester

    @cache
    def remembered(columns: frozenset[str], nulls: tuple[str, ...]) -> Any:
        return of_columns(columns, nulls)

    def of_columns_once(text_columns: Iterable[str], string_null_values: Iterable[str] = ("null", "")) -> Any:
        return remembered(frozenset(text_columns), tuple(string_null_values))

    agate_helper.build_type_tester = of_columns_once  # type: ignore[assignment]
    # What a statement without rows gives; nobody can change it.
    agate_helper.empty_table = cache(agate_helper.empty_table)


def _find_relations_by_name() -> None:
    """dbt compares the name of a relation with that of each in its schema, some times a node."""
    from dbt.adapters.base.impl import BaseAdapter
    from dbt.adapters.base.relation import BaseRelation
    from dbt.adapters.cache import _ReferenceKey

    look = BaseAdapter.get_relation

    def look_by_name(adapter: BaseAdapter, database: str, schema: str, identifier: str) -> BaseRelation | None:
        with adapter.cache.lock:
            known = adapter.cache.relations.get(_ReferenceKey(database.lower(), schema.lower(), identifier.lower()))
        if known is None and (database, schema) in adapter.cache:
            return None
        # One that is written otherwise, or whose schema was not read, dbt shall look for itself.
        inner: BaseRelation | None = known.inner if known else None
        if inner and (inner.database, inner.schema, inner.identifier) == (database, schema, identifier):
            return inner
        return look(adapter, database, schema, identifier)

    BaseAdapter.get_relation = look_by_name  # type: ignore[method-assign]


@cache
def _environment(native: bool) -> Environment:
    from dbt_common.clients.jinja import get_environment

    return get_environment(native=native)


TEMPLATES = Kept("templates.bin", ["jinja2", "dbt-common"])


def _compiled(text: str, native: bool) -> CodeType:
    """The code of a template; whether it is to give a value of Python is `native`."""
    code: CodeType = TEMPLATES.of((text, native), lambda: _environment(native).compile(text))
    return code


def _make_templates_once() -> None:
    """One environment for all templates, and each text compiled once; only reading the project wants its own."""
    from dbt.clients import jinja as of_dbt
    from dbt_common.clients import jinja

    make = jinja.get_template

    def make_once(
        string: str, ctx: dict[str, Any], node: Any = None, capture_macros: bool = False, native: bool = False
    ) -> Template:
        if capture_macros:
            return make(string, ctx, node, capture_macros, native)
        with jinja.catch_jinja(node):
            environment, code = _environment(native), _compiled(str(string), native)
            return environment.template_class.from_code(environment, code, environment.make_globals(ctx))

    jinja.get_template = of_dbt.get_template = make_once


def _put_ephemeral_models_first() -> None:
    """dbt reads the whole of a model's SQL to find its first word."""
    from dbt import compilation

    put = compilation.inject_ctes_into_sql

    def put_after_with(sql: str, ctes: Sequence[Any]) -> str:
        begins = _BEGINS_WITH.match(sql)
        if not ctes or not begins:
            return put(sql, list(ctes))
        return sql[: begins.end()] + ", ".join(each.sql for each in ctes) + ", " + sql[begins.end() :]

    compilation.inject_ctes_into_sql = put_after_with


def _draw_no_graph() -> None:
    """dbt writes its graph into two files, which nobody reads."""
    from dbt.compilation import Compiler

    Compiler.write_graph_file = lambda *_: None  # type: ignore[method-assign]


def _read_alike_for_any_data() -> None:
    """What was read of the project holds for another data folder: no model is read otherwise because of it."""
    from dbt.contracts.files import FileHash
    from dbt.contracts.graph.manifest import ManifestStateCheck
    from dbt.parser.manifest import ManifestLoader

    check = ManifestLoader.build_manifest_state_check

    def check_without_the_folder(loader: ManifestLoader) -> ManifestStateCheck:
        state: ManifestStateCheck = check(loader)
        connection = repr(sorted(loader.root_project.credentials.connection_info()))
        state.profile_hash = FileHash.from_contents(connection.replace(os.environ.get("WANGGE_DATA", "../data"), ""))
        return state

    ManifestLoader.build_manifest_state_check = check_without_the_folder  # type: ignore[method-assign]


def _begin_with_the_longest_way() -> None:
    """What has the longest chain behind it is built first: dbt goes by the chain before it, and at the end one core
    waits while the other builds what everything else waited for."""
    import networkx  # type: ignore[import-untyped]
    from dbt.graph.queue import GraphQueue

    def chain_behind(queue: GraphQueue, graph: networkx.DiGraph) -> dict[str, int]:
        scores: dict[str, int] = {}
        for node in reversed(list(networkx.topological_sort(graph))):
            scores[node] = min((scores[after] for after in graph.successors(node)), default=0) - 1
        return scores

    GraphQueue._get_scores = chain_behind  # type: ignore[method-assign,assignment]


def _write_what_differs() -> None:
    """A file that is written over goes to the disk when it is closed; most of a thousand say what they said before."""
    from dbt.contracts.graph import nodes

    write = nodes.write_file

    def write_if_it_differs(path: str, contents: str = "") -> bool:
        try:
            if Path(path).read_text("utf-8") == contents:
                return True
        except (OSError, UnicodeDecodeError):
            # None is there yet, or not one that dbt wrote.
            pass
        return bool(write(path, contents))

    nodes.write_file = write_if_it_differs


def compile_ahead(project: Manifest) -> None:
    """Compile the templates of what is to be built, and of the macros that they call, while there is time."""
    from dbt.contracts.graph.nodes import GenericTestNode

    built = [node for node in project.nodes.values() if node.resource_type in ("model", "test")]
    macros = {name for node in built for name in node.depends_on.macros}
    for name in macros:
        _compiled(project.macros[name].macro_sql, False)
    for node in built:
        if getattr(node, "language", "sql") == "sql":
            _compiled(node.raw_code, False)
        arguments = node.test_metadata.kwargs.values() if isinstance(node, GenericTestNode) else ()
        for argument in arguments:
            if isinstance(argument, str):
                _compiled(argument, True)
