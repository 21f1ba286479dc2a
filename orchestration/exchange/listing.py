"""The rows of the correction workbooks: what disagrees, the evidence that a department may see, a suggested value.

Here belongs: reading them from the private warehouse. A department sees its own values; of another's evidence it always
sees where it stands, and the value as `may_see` allows. How a row looks in a workbook stands in workbooks.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from orchestration.contracts.contract import Column, Contract

EVIDENCE_SHOWN = 10
_BATCH = 10_000
_SUGGESTED_KINDS = ("attribute_conflict", "id_invalid", "id_of_another")


@dataclass(frozen=True)
class Line:
    """One row of a workbook. `other_side`: the order is another department's, which disputes it."""

    department: str
    order_id: str
    kind: str
    severity: int
    state: str
    other_side: bool
    deadline: date
    extract: str
    source_file: str
    source_row: int
    record_key: str
    version: str
    column_name: str
    value: str | None
    evidence: str
    suggested: str | None
    reason: str | None


def may_see(reader: Contract, owner: Contract, column: Column) -> bool:
    """Whether the department of `reader` may be shown a value of another extract's column, to correct its own row.

    Its own data always; what is not shared (不予共享) never; sensitive personal information (敏感个人信息) only where
    its own extract holds the same thing (least scope, 个人信息保护法 第六条); everything else to correct its records.
    """
    if reader.department == owner.department:
        return True
    if column.sharing_class == "not_shared":
        return False
    if column.classification != "sensitive":
        return True
    return column.concept is not None and any(own.concept == column.concept for own in reader.columns)


def lines(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], period: str, files: Sequence[str]
) -> Iterator[Line]:
    """Every row of a period's workbooks, by department, gravest first.

    `connection`: the warehouse, read-only, with the tables of reports.find; `files`: the reports of every period.
    """
    connection.execute(
        "create temp table of_period as select distinct order_id from read_parquet($files)"
        " where period = $period and side = 'own'",
        {"files": list(files), "period": period},
    )
    connection.register("contract_column", _columns(contracts))
    connection.register("visible", _visible(contracts))
    connection.execute(_LISTED)
    connection.execute(
        "create temp table cell"
        " (extract varchar, source_file varchar, source_row bigint, column_name varchar, value varchar)"
    )
    needed = (
        "select distinct extract, column_name, delivered from wanted join contract_column using (extract, column_name)"
    )
    for extract, name, column in connection.execute(f"{needed} order by all").fetchall():
        # The names of relation and column come from the contracts.
        connection.execute(
            f"""
            insert into cell
            select wanted.extract, wanted.source_file, wanted.source_row, wanted.column_name, delivered."{column}"
            from deliveries."{extract.replace(".", "__")}" as delivered
            join wanted
                on wanted.source_file = delivered._source_file and wanted.source_row = delivered._source_row
            where wanted.extract = $1 and wanted.column_name = $2
            """,
            [extract, name],
        )
    connection.execute(_SUGGESTION, {"kinds": list(_SUGGESTED_KINDS)})
    found = connection.execute(_LINES, {"shown": EVIDENCE_SHOWN, "files": list(files)})
    while batch := found.fetchmany(_BATCH):
        yield from (Line(*row) for row in batch)


def named_columns(contract: Contract) -> dict[str, Column]:
    """The columns by the names that discrepancies use: that of the contract, or of what staging takes out of it (the
    identity number in a student's number)."""
    derived = {column.concept_column: column for column in contract.columns if column.concept}
    return derived | {column.name: column for column in contract.columns}


def _columns(contracts: Mapping[str, Contract]) -> pa.Table:
    rows = [
        {
            "extract": contract.id,
            "column_name": name,
            "delivered": column.name,
            "header": column.header,
            "dataset": contract.business_name,
            "writes_words": column.code_set == "sex_label",
        }
        for contract in contracts.values()
        for name, column in named_columns(contract).items()
    ]
    return pa.Table.from_pylist(rows)


def _visible(contracts: Mapping[str, Contract]) -> pa.Table:
    """Which columns the holder of an extract may be shown: reader, extract, column_name."""
    rows = [
        {"reader": reader.id, "extract": owner.id, "column_name": name}
        for reader in contracts.values()
        for owner in contracts.values()
        for name, column in named_columns(owner).items()
        if may_see(reader, owner, column)
    ]
    return pa.Table.from_pylist(rows)


# `listed`: a row per workbook row, with where the other side stands. A disputed order is listed for both sides.
_LISTED = """
create temp table standing as
select of_period.order_id, coalesce(stands.state, 'issued') as state, stands.other_department
from of_period left join exchange.correction_order as stands using (order_id)
where coalesce(stands.state, 'issued') <> 'closed';
create temp table listed as
with reported as (
    select found.*, standing.state from found join standing using (order_id)
)
select order_id, kind, severity, state, false as other_side, extract, role, source_file, source_row, column_name,
    person_key, evidence
from reported
union all
select order_id, kind, severity, state, true, other.extract, role, other.source_file, other.source_row,
    other.column_name, person_key,
    [{'extract': extract, 'source_file': source_file, 'source_row': source_row, 'column_name': column_name}]
from (select *, unnest(evidence) as other from reported where state = 'disputed')
where split_part(other.extract, '.', 1) <> split_part(extract, '.', 1);
create temp table reference as
select distinct listed.order_id, listed.other_side, listed.extract as reader, listed.source_file as reader_file,
    listed.source_row as reader_row, other.extract, other.source_file, other.source_row, other.column_name,
    visible.reader is not null as is_visible
from (select *, unnest(evidence) as other from listed) as listed
left join visible on listed.extract = visible.reader and other.extract = visible.extract
    and other.column_name = visible.column_name;
create temp table wanted as
select distinct extract, source_file, source_row, column_name
from listed join contract_column using (extract, column_name)
union
select distinct extract, source_file, source_row, column_name
from reference join contract_column using (extract, column_name) where is_visible
"""

# The value that holds for the person, where the column that it is from may be seen; a sex as the department writes it.
_SUGGESTION = """
create temp table suggestion as
select distinct listed.order_id, listed.source_file, listed.source_row,
    case when attribute.attribute = 'sex' and own.writes_words
        then case holds.value_text when '1' then '男' when '2' then '女' end
        else holds.value_text end as value
from listed
join conformed.attribute_column as attribute using (extract, role, column_name)
join contract_column as own using (extract, column_name)
join conformed.person_attribute as holds
    on listed.person_key = holds.person_key and attribute.attribute = holds.attribute
join visible on listed.extract = visible.reader and holds.extract = visible.extract
    and holds.column_name = visible.column_name
where not listed.other_side and attribute.attribute in ('identity_number', 'name', 'sex', 'birth_date')
    and listed.kind in (select unnest($kinds))
    and (holds.extract, holds.source_file, holds.source_row)
        <> (listed.extract, listed.source_file, listed.source_row)
union all
select distinct listed.order_id, listed.source_file, listed.source_row, dwelling.standard_address
from listed
join conformed.residence as residence on listed.person_key = residence.person_key and residence.valid_to is null
join conformed.dwelling as dwelling on residence.address_code = dwelling.address_code
where listed.kind = 'residence_conflict' and not listed.other_side
"""

_LINES = """
with told as (
    select reference.order_id, reference.other_side, reference.reader_file, reference.reader_row,
        string_agg(
            concat(
                contract_column.dataset, ' ', reference.source_file, ' 第', reference.source_row, '行 ',
                contract_column.header,
                case when reference.is_visible then '：' || coalesce(cell.value, '（空）') else '（不予提供）' end
            ),
            chr(10) order by reference.extract, reference.source_file, reference.source_row, reference.column_name
        ) filter (place <= $shown) as evidence,
        max(place) as number
    from (
        select *, row_number() over (
            partition by order_id, other_side, reader_file, reader_row
            order by extract, source_file, source_row, column_name
        ) as place
        from reference
    ) as reference
    left join contract_column using (extract, column_name)
    left join cell on reference.is_visible and reference.extract = cell.extract
        and reference.source_file = cell.source_file and reference.source_row = cell.source_row
        and reference.column_name = cell.column_name
    group by all
),
deadline as (
    select order_id, max(deadline) as deadline from read_parquet($files) group by all
),
reason as (
    select stands.order_id, string_agg(distinct replies.reason, '；') as reason
    from exchange.correction_order as stands
    join staging.stg_data_centre__correction_replies as replies
        on stands.record_key = replies.replied_record_key and stands.column_name = replies.replied_column
        and coalesce(replies.order_id, stands.order_id) = stands.order_id
    where replies.answer = '不属实'
    group by all
)
select distinct
    split_part(listed.extract, '.', 1) as department, listed.order_id, listed.kind, listed.severity, listed.state,
    listed.other_side, deadline.deadline, listed.extract, listed.source_file, listed.source_row, located.record_key,
    located.version, listed.column_name, cell.value,
    concat(told.evidence, case when told.number > $shown then chr(10) || '等' || told.number || '条' end) as evidence,
    suggestion.value as suggested,
    reason.reason
from listed
join deadline using (order_id)
join located using (extract, source_file, source_row)
left join cell using (extract, source_file, source_row, column_name)
left join told
    on listed.order_id = told.order_id and listed.other_side = told.other_side
    and listed.source_file = told.reader_file and listed.source_row = told.reader_row
left join suggestion
    on listed.order_id = suggestion.order_id and listed.source_file = suggestion.source_file
    and listed.source_row = suggestion.source_row and not listed.other_side
left join reason on listed.order_id = reason.order_id
order by department, severity, kind, extract, source_file, source_row, column_name, order_id
"""
