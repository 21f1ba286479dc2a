"""What dbt puts together for each node and need not: a thousand macros, of which a node calls some dozens, and what it
says of itself.

Called by light_dbt.py, whose test holds the SQL that comes of it against that of dbt as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.clients.jinja import MacroGenerator
    from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
    from dbt.context.manifest import ManifestContext
    from dbt.contracts.graph.nodes import Macro


class _MadeWhenAsked(dict[str, Any]):
    """A dictionary that also has what `make` gives for `names`; who asks for all of it is given all."""

    def __init__(self, names: Collection[str], make: Callable[[str], Any]) -> None:
        super().__init__()
        self._names, self._make = names, make

    def __missing__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        made = self[name] = self._make(name)
        return made

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in self._names

    def __bool__(self) -> bool:
        # Jinja asks it of each context, and it would be told by all.
        return True

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401 (this is what it calls)

    def _with_all(self) -> dict[str, Any]:
        for name in self._names:
            self[name]
        return self

    # What `dict(this)` and `update(this)` go by, too.
    def __iter__(self) -> Iterator[str]:
        return dict.__iter__(self._with_all())

    def __len__(self) -> int:
        return dict.__len__(self._with_all())

    def keys(self) -> Any:
        return dict.keys(self._with_all())

    def values(self) -> Any:
        return dict.values(self._with_all())

    def items(self) -> Any:
        return dict.items(self._with_all())

    def copy(self) -> dict[str, Any]:
        return dict(self)


class _Macros:
    """The macros of a project, by package and name."""

    def __init__(self, by_package: Mapping[str, Mapping[str, Macro]]) -> None:
        self.read = by_package
        self.by_package = {of: {macro.name: macro for macro in macros.values()} for of, macros in by_package.items()}
        # In a package that has a name twice dbt itself shall say so.
        self.differ = all(len(self.by_package[of]) == len(macros) for of, macros in by_package.items())
        self._internal: dict[tuple[str, ...], dict[str, Macro]] = {}
        self._of_namespace: dict[tuple[str, str], frozenset[str]] = {}

    def namespace(self, builder: MacroNamespaceBuilder, context: dict[str, Any]) -> MacroNamespace:
        """What the builder would build, of macros made when asked for."""
        from dbt.clients.jinja import MacroGenerator
        from dbt.context.macros import MacroNamespace

        def made_of(macros: Mapping[str, Macro]) -> dict[str, Any]:
            return _MadeWhenAsked(
                macros, lambda name: MacroGenerator(macros[name], context, builder.node, builder.thread_ctx)
            )

        internal = builder.internal_package_names
        packages = {of: made_of(macros) for of, macros in self.by_package.items() if of not in internal}
        search, root = builder.search_package, builder.root_package
        return MacroNamespace(
            global_namespace=packages.get(root, {}) if root != search else {},
            local_namespace=packages.get(search, {}),
            global_project_namespace=made_of(self._of_internal(tuple(builder.internal_package_names_order))),
            packages=packages,
        )

    def names(self, builder: MacroNamespaceBuilder, namespace: MacroNamespace) -> frozenset[str]:
        """The names that a namespace of this builder has."""
        key = builder.search_package, builder.root_package
        if key not in self._of_namespace:
            self._of_namespace[key] = frozenset(namespace)
        return self._of_namespace[key]

    def _of_internal(self, packages: tuple[str, ...]) -> dict[str, Macro]:
        """Those of dbt and its adapter; the first package wins."""
        if packages not in self._internal:
            found: dict[str, Macro] = {}
            for package in reversed(packages):
                found.update(self.by_package.get(package, {}))
            self._internal[packages] = found
        return self._internal[packages]


@cache
def _all_names(of_macros: frozenset[str], context: type[ManifestContext]) -> frozenset[str]:
    return of_macros.union(context._context_members_)


def make_contexts_when_asked() -> None:
    """A node's context, of which there are two, is made as its templates ask for it, and each macro's template once."""
    from dbt.clients.jinja import MacroGenerator
    from dbt.context import exceptions_jinja, providers
    from dbt.context.manifest import ManifestContext
    from dbt_common.clients.jinja import MacroFuzzTemplate, NativeSandboxTemplate

    make, build, to_dict = MacroGenerator.get_macro, ManifestContext._build_namespace, ManifestContext.to_dict
    known: list[_Macros] = []

    def make_once(macro: MacroGenerator) -> Any:
        if "made" not in macro.__dict__:
            macro.__dict__["made"] = make(macro)
        return macro.__dict__["made"]

    def build_when_asked(context: ManifestContext) -> MacroNamespace:
        read = context.manifest.get_macros_by_package()
        if not known or known[-1].read is not read:
            known[:] = [_Macros(read)]
        macros = known[-1]
        if not macros.differ:
            return build(context)

        def member(name: str) -> Any:
            value = context._context_members_[name]
            return value.__get__(context) if hasattr(value, "__get__") else value

        def macro_or_member(name: str) -> Any:
            # A macro goes before what dbt gives under the same name.
            return namespace[name] if name in of_macros else members[name]

        members = _MadeWhenAsked(context._context_members_, member)
        builder = context._get_namespace_builder()
        asked = _MadeWhenAsked((), macro_or_member)
        namespace = macros.namespace(builder, asked)
        of_macros = macros.names(builder, namespace)
        asked._names = _all_names(of_macros, type(context))
        asked.update(context=asked, builtins=members)
        context._ctx = asked
        return namespace

    def as_it_is(context: ManifestContext) -> dict[str, Any]:
        if not isinstance(context._ctx, _MadeWhenAsked):
            return to_dict(context)
        # Who looks for a macro wants to know of packages, and making this one reads them.
        context._ctx["var"]
        return context._ctx

    def exports_when_asked(model: Any) -> dict[str, Any]:
        exports, wrap = exceptions_jinja.CONTEXT_EXPORTS, exceptions_jinja.wrapper(model)
        return _MadeWhenAsked(exports, lambda name: wrap(exports[name]))

    providers.wrapped_exports = exports_when_asked
    MacroGenerator.get_macro = make_once  # type: ignore[assignment,method-assign]
    ManifestContext._build_namespace = build_when_asked  # type: ignore[assignment,method-assign]
    # That of tests' arguments copies the whole of a context; that of all other templates looks into it.
    NativeSandboxTemplate.new_context = MacroFuzzTemplate.new_context  # type: ignore[assignment,method-assign]
    ManifestContext.to_dict = as_it_is  # type: ignore[method-assign]
