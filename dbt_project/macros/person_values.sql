{#- Which value holds: what each extract says of a person, in which order it counts, and references to where it stands. -#}

{#- The attributes of conformed.person_attribute, and the concept whose column states each. -#}
{% macro person_attributes() -%}
    {{ return({
        'identity_number': 'person.identity_number',
        'name': 'person.name',
        'sex': 'person.sex',
        'birth_date': 'person.birth_date',
        'phone': 'person.phone',
        'ethnicity': 'person.ethnicity',
        'marital_status': 'person.marital_status',
        'education': 'person.education',
        'registered_area_code': 'person.registered_area_code',
        'address': 'dwelling.address',
    }) }}
{%- endmacro %}

{#- The column that says what a row stands for and whether it is in force; which values mean that it has ended stands in
    seeds/rules/value_status.csv. -#}
{% macro status_column(contract) -%}
    {{ return({
        'public_security.household_register': 'registration_status',
        'public_security.residence_permits': 'operation',
        'human_resources.social_insurance': 'insurance_status',
        'civil_affairs.assistance_recipients': 'assistance_category',
        'civil_affairs.deaths': 'died_on',
        'disabled_federation.disability_certificates': 'status',
        'housing.rental_contracts': 'status',
    }.get(contract.id)) }}
{%- endmacro %}

{#- One number by which statements of one value compete, smallest first: a row in force and a readable value before others
    (handicap 0 or 1), then the precedence of the extract (0 to 999), then the latest day; the key settles what is equal. -#}
{% macro value_standing(handicap, precedence, observed_on, evidence_key) -%}
    ((cast({{ handicap }} as bigint) * 1000 + {{ precedence }}) * 1000000 + {{ days_before(observed_on) }}) * 10000000
    + cast({{ evidence_key }} % 10000000 as bigint)
{%- endmacro %}

{#- The handicap and precedence in a standing: equal for two statements that only their days tell apart. -#}
{% macro rank_of_standing(standing) -%}
    cast(floor({{ standing }} / 10000000000000) as integer)
{%- endmacro %}

{#- References to values by where they stand, gathered into a list in order; never the values. -#}
{% macro reference_list(extract, source_file, source_row, column_name) -%}
    {{ return(adapter.dispatch('reference_list')(extract, source_file, source_row, column_name)) }}
{%- endmacro %}

{% macro default__reference_list(extract, source_file, source_row, column_name) -%}
    array_sort(collect_set(named_struct(
        'extract', {{ extract }}, 'source_file', {{ source_file }}, 'source_row', {{ source_row }}, 'column_name', {{ column_name }}
    )))
{%- endmacro %}

{#- Listed first and told apart in the list: a distinct aggregate would group all the rows twice. -#}
{% macro duckdb__reference_list(extract, source_file, source_row, column_name) -%}
    list_sort(list_distinct(list(struct_pack(
        extract := {{ extract }}, source_file := {{ source_file }}, source_row := {{ source_row }}, column_name := {{ column_name }}
    )) filter (where {{ source_file }} is not null)))
{%- endmacro %}

{#- Where a row says that somebody lives, as one text: the dwelling, or the grid where no more is known. -#}
{% macro place_of(row) -%}
    coalesce({{ row }}.address_code, 'grid ' || {{ row }}.grid_code, 'unknown')
{%- endmacro %}
