{#- What extracts of changes said before their current state, as far as it is not taken in yet. DuckDB only. -#}

{#- Of deliveries of an extract of changes those rows that are not its current state any more: the last one of its record in its
    delivery, where a later day has one of the record, or a corrected delivery has replaced its own. -#}
{% macro replaced_rows(deliveries) -%}
    {%- set paths = deliveries | map(attribute='path') | unique | list -%}
    {%- set replaced = deliveries | selectattr('replaced') | map(attribute='id') | list -%}
    {%- set is_held = "_delivery_id not in ('" ~ replaced | join("', '") ~ "')" -%}
    select delivered.*
    from ({{ read_accepted(paths) }}) as delivered
    inner join (
        select
            several._delivery_id,
            several._source_row,
            {{ is_held }} as is_held,
            max(case when {{ is_held }} then several._delivery_date end) over (partition by several._record_key) as last_date,
            row_number() over (
                partition by several._record_key, several._delivery_id order by several._source_row desc nulls last
            ) as place
        from ({{ read_accepted(paths) }}) as several
        inner join (
            select _record_key
            from ({{ read_accepted(paths) }}) as counted
            group by _record_key
            having count(*) > 1 or max(case when {{ is_held }} then 0 else 1 end) = 1
        ) as repeated on several._record_key = repeated._record_key
    ) as ranked
        on delivered._delivery_id = ranked._delivery_id and delivered._source_row = ranked._source_row
    where ranked.place = 1 and (not ranked.is_held or ranked.last_date > delivered._delivery_date)
{%- endmacro %}

{#- What an extract of changes said before its current state: whether the model goes on, and rows in staging's columns of what it
    has not taken in yet. What a later day replaces in staging was its current state until the last build. -#}
{% macro rows_to_take_in(contract) -%}
    {%- set learnt = learnt_of(contract) -%}
    {%- set new = learnt | selectattr('is_new') | list -%}
    {%- set goes_on = goes_on(contract) -%}
    {%- set rows = [] -%}
    {%- if not goes_on and learnt | length > 1 -%}
        {%- do rows.append(as_staged(contract, replaced_rows(learnt))) -%}
    {%- elif goes_on and new -%}
        {%- if outcome_of(contract.model) == 'changed' -%}
            {%- do rows.append('change.removed.' ~ contract.model) -%}
        {%- endif -%}
        {%- if new | length > 1 -%}
            {%- do rows.append(as_staged(contract, replaced_rows(new))) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return({'goes_on': goes_on, 'rows': rows}) }}
{%- endmacro %}
