{#- Which deliveries of full extracts register_statement reads, and what it says already. -#}

{#- The full extracts of which there are earlier deliveries, with those to read: all, or where the model goes on the last one
    that it has taken in and those that came since, if any did. -#}
{% macro registers_to_read() -%}
    {%- set registers = [] -%}
    {%- for contract in residence_contracts('full') -%}
        {%- set learnt = learnt_of(contract) -%}
        {%- if learnt | length > 1 -%}
            {%- set goes_on = goes_on(contract) -%}
            {%- set new = learnt | selectattr('is_new') | list -%}
            {%- set read = learnt if not goes_on else learnt[-(new | length) - 1:] if new else [] -%}
            {%- do registers.append({
                'contract': contract, 'goes_on': goes_on,
                'ids': read | map(attribute='id') | list, 'paths': read | map(attribute='path') | unique | list,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(registers) }}
{%- endmacro %}

{#- What register_statement says already of the extracts of which it goes on. -#}
{% macro stood_register_statements(kept) -%}
    {%- if kept -%}
        select * from {{ this }} where extract in ('{{ kept | join("', '") }}')
    {%- else -%}
        select
            {{ row_key(["''"]) }} as row_key,
            cast(null as varchar) as extract,
            cast(null as varchar) as record_key,
            {{ row_key(["''"]) }} as statement_key,
            cast(null as boolean) as is_renewed,
            cast(null as date) as first_delivered_on,
            cast(null as date) as last_delivered_on,
            cast(null as date) as known_from,
            cast(null as date) as known_to,
            cast(null as date) as observed_on,
            cast(null as varchar) as address_text,
            cast(null as varchar) as address_code,
            cast(null as varchar) as grid_code,
            cast(null as boolean) as lives_here
        where false
    {%- endif -%}
{%- endmacro %}
