{#- Evidence models are unions over the contracts: whatever column carries a concept takes part, whoever delivers it. -#}

{#- The staging column that carries a concept for a role, or none. -#}
{% macro concept_column(contract, concept, role='subject') -%}
    {%- for entry in contract.concepts if entry.concept == concept and entry.role == role -%}
        {%- if loop.first %}{{ return(entry.column) }}{% endif -%}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}

{#- The same as an SQL expression: the column, or a typed null where the extract has none. -#}
{% macro concept_value(contract, concept, role='subject', type='varchar') -%}
    {%- set column = concept_column(contract, concept, role) -%}
    {{ column if column else 'cast(null as ' ~ type ~ ')' }}
{%- endmacro %}

{#- What the row's address means (residence, registration, property, premises, incident), as a text literal or null. -#}
{% macro address_meaning(contract) -%}
    {%- for entry in contract.concepts if entry.concept == 'dwelling.address' -%}
        {%- if loop.first %}{{ return("'" ~ entry.meaning ~ "'") }}{% endif -%}
    {%- endfor -%}
    {{ return('cast(null as varchar)') }}
{%- endmacro %}

{#- The roles in which an extract names people, in the order of its columns. -#}
{% macro person_roles(contract) -%}
    {%- set roles = [] -%}
    {%- for entry in contract.concepts if entry.concept == 'person.name' and entry.role not in roles -%}
        {%- do roles.append(entry.role) -%}
    {%- endfor -%}
    {{ return(roles) }}
{%- endmacro %}

{#- The day of which a row of an extract speaks, in the columns of its staging model: that of its evidence, at most that of its
    delivery. -#}
{% macro observed_on(contract) -%}
    {%- if contract.evidence_date -%}
        least(coalesce(cast({{ contract.evidence_date }} as date), delivery_date), delivery_date)
    {%- else -%}
        delivery_date
    {%- endif -%}
{%- endmacro %}

{#- Does the row say that the person lives at its address: true, false (named there, lives elsewhere; the stay has ended),
    or null where the row says nothing of the kind. -#}
{% macro lives_here(contract, role) -%}
    {%- set stated = concept_column(contract, 'residence.lives_here', role) -%}
    {%- set operation = concept_column(contract, 'residence.operation', role) -%}
    {%- if role != 'subject' or address_meaning(contract) != "'residence'" -%}
        cast(null as boolean)
    {%- elif stated -%}
        {{ stated }}
    {%- elif operation -%}
        coalesce({{ operation }}, '') <> 'D'
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- One number by which the places that a person's rows give compete, smallest first: one in a grid before others, then the
    standing of the row (days, below 2^22); what is equal goes by the place, a dwelling before a grid alone and the
    same one for a whole household, and then by the extract. Rows of one number say the same. -#}
{% macro place_standing(row) -%}
    {%- set place = 'coalesce(' ~ row ~ '.address_code, ' ~ row ~ '.grid_code)' -%}
    (
        (cast({{ row }}.standing as bigint) + case when {{ row }}.grid_code is null then {{ 2 ** 22 }} else 0 end) * {{ 2 ** 22 }}
        + case when {{ row }}.address_code is null then {{ 2 ** 21 }} else 0 end
        + cast({{ row_key([place]) }} % {{ 2 ** 21 }} as bigint)
    ) * {{ 2 ** 18 }} + cast({{ row_key([row ~ '.extract']) }} % {{ 2 ** 18 }} as bigint)
{%- endmacro %}
