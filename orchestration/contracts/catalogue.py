"""The resource catalogue (政务信息资源目录) in the sense of GB/T 21063, as a Markdown page.

Here belongs: how a contract reads as an entry of the catalogue: class, name, code, provider, abstract, format, items,
sharing class, condition, openness, update cycle, publication date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from orchestration.contracts.concepts import CADENCES, CLASSIFICATIONS, OPENNESS, SHARING_CLASSES
from orchestration.contracts.contract import Column, Contract

KIND_WORDS = {"full": "全量 full", "change": "增量 changes"}


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _heading(*cells: str) -> list[str]:
    return [_row(*cells), _row(*("---" for _ in cells))]


def sharing_summary(contract: Contract) -> str:
    """How many items fall into each sharing class, least restrictive first: 无条件共享 8 · 有条件共享 1."""
    counts = Counter(column.sharing_class for column in contract.columns)
    return " · ".join(f"{label} {counts[name]}" for name, label in SHARING_CLASSES.items() if counts[name])


def _format(contract: Contract) -> str:
    if contract.format == "csv":
        delimiter = "" if contract.delimiter == "," else f", separated by `{contract.delimiter}`"
        return f"csv, {contract.encoding}{delimiter}"
    return f"{contract.format}, {contract.encoding}" if contract.format in ("jsonl", "geojson") else contract.format


def _rules(column: Column) -> str:
    written = [f"code set `{column.code_set}`"] if column.code_set else []
    for rule in column.rules:
        arguments = ", ".join(f"{name} {value}" for name, value in rule.items() if name != "name")
        written.append(f"{rule['name']}" + (f" (`{arguments}`)" if arguments else ""))
    if column.required:
        written.insert(0, "required")
    if column.may_be_absent:
        written.insert(0, "the column may be absent")
    return "; ".join(written)


def _type(column: Column) -> str:
    date_format = column.options.get("format")
    return f"{column.logical_type} `{date_format}`" if date_format else column.logical_type


def _concept(column: Column) -> str:
    details = [] if column.role == "subject" else [column.role]
    details += [column.address_meaning] if column.address_meaning else []
    return (column.concept or "") + (f" ({', '.join(details)})" if details else "")


def _service_level(contract: Contract) -> str:
    if contract.period_days is None:
        return "none: comes when there is something"
    return f"a delivery every {contract.period_days} days, {contract.grace_days} days after its day at the latest"


def _entry(contract: Contract) -> list[str]:
    draft = ", a draft that nobody has agreed to (草案)" if contract.status == "draft" else ""
    facts = [
        ("Class (资源分类)", contract.resource_class),
        ("Code (资源代码)", f"`{contract.id}`, version {contract.version}{draft}"),
        ("Provider (资源提供方)", contract.provider),
        ("Abstract (资源摘要)", f"{contract.purpose} {contract.usage} {contract.limitations} {contract.description}"),
        ("Format (资源格式)", f"{_format(contract)}; `{contract.path}`"),
        ("Sharing class (共享属性)", sharing_summary(contract)),
        ("Sharing condition (共享条件)", contract.sharing_condition),
        ("Openness (开放属性)", OPENNESS[contract.openness]),
        ("Update cycle (更新周期)", f"{CADENCES[contract.cadence]} {contract.cadence}, {KIND_WORDS[contract.kind]}"),
        ("Service level (服务水平)", _service_level(contract)),
        ("Key (主键)", " + ".join(f"`{column.name}`" for column in contract.key)),
        ("Publication date (发布日期)", contract.published_on),
    ]
    items = [
        _row(
            f"`{column.name}`",
            column.header,
            _type(column),
            column.description,
            _rules(column),
            _concept(column),
            CLASSIFICATIONS[column.classification].partition("(")[2].partition(")")[0],
            SHARING_CLASSES[column.sharing_class],
            column.legal_basis,
        )
        for column in contract.columns
    ]
    return [
        f"## {contract.name}",
        "",
        *_heading("Item", "Value"),
        *(_row(name, value) for name, value in facts),
        "",
        *_heading("Column", "Header", "Type", "Meaning", "Rules", "Concept", "Sensitivity", "Sharing", "Legal basis"),
        *items,
        "",
    ]


def render_catalogue(contracts: Mapping[str, Contract], notice: str) -> str:
    """The whole page: an overview of all extracts, then one entry each; `notice` says where the page comes from."""
    ordered = [contracts[name] for name in sorted(contracts)]
    overview = [
        _row(
            f"`{contract.id}`",
            contract.business_name,
            contract.provider,
            CADENCES[contract.cadence],
            str(len(contract.columns)),
            sharing_summary(contract),
        )
        for contract in ordered
    ]
    lines = [
        f"<!-- {notice} -->",
        "# Resource catalogue (政务信息资源目录)",
        "",
        "What each department hands over, after GB/T 21063. A *required* cell that is empty, a value that its code set "
        "lacks or that breaks a rule, or a sex or birth date that the row's own valid identity number gainsays, is "
        "flagged on the accepted row; a missing column refuses the file.",
        "",
        *_heading("Extract", "Name (名称)", "Provider (提供方)", "Cycle (周期)", "Items", "Sharing (共享属性)"),
        *overview,
        "",
    ]
    for contract in ordered:
        lines += _entry(contract)
    return "\n".join(lines)
