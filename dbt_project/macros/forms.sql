{#- The forms that were filled: the record below <WANGGE_DATA>/state/forms. -#}

{#- Columns and types of the record; orchestration/forms/fillings.py writes them. -#}
{% macro filling_columns() -%}
    {{ return({
        'filling': 'bigint', 'form': 'varchar', 'area_level': 'varchar', 'area_code': 'varchar', 'month': 'date',
        'as_of_date': 'date', 'cells': 'bigint', 'filled_cells': 'bigint', 'carried_cells': 'bigint',
    }) }}
{%- endmacro %}

{% macro fills_file() -%}
    {{ return(env_var('WANGGE_DATA', '../data') ~ '/state/forms/fills.csv') }}
{%- endmacro %}

{#- Every filling ever recorded in this data folder, no row where none was. -#}
{% macro recorded_fillings() -%}
    {%- set recorded = execute and file_exists(fills_file()) -%}
    select
        {%- for name, type in filling_columns().items() %}
        cast({{ name if recorded else 'null' }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if recorded %}
    from {{ read_text_columns(fills_file()) }}
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}

{#- Which extracts' rows state the value of each cell of a roster, as bits (macro extract_bits): of a person's attribute those
    that state the value that holds, of a column of one extract that one, of what the warehouse counts or derives none. A valid
    number states sex and birth date too. `people`: the persons of a row, as alias → their key. Keys and grids are no values. -#}
{% macro roster_sources() -%}
    {%- set of_person = {
        'name': 'person.name_holding',
        'sex': 'person.sex_holding | person.identity_number_holding',
        'age': 'person.birth_date_holding | person.identity_number_holding',
        'standard_address': 'person.residence_address_holding',
        'phone': 'person.phone_holding',
    } -%}
    {%- set bits = extract_bits() -%}
    {%- set contract, unit, recipient, incident, visit, register = (
        bits.get('housing.rental_contracts', 0), bits.get('housing.housing_units', 0),
        bits.get('civil_affairs.assistance_recipients', 0), bits.get('grid_office.incidents', 0),
        bits.get('community.household_visits', 0), bits.get('public_security.household_register', 0),
    ) -%}
    {%- set of_recipient = {} -%}
    {%- for column in ['assistance_category', 'household_size', 'monthly_amount', 'start_month'] -%}
        {%- do of_recipient.update({column: recipient}) -%}
    {%- endfor -%}
    {%- set of_incident = {} -%}
    {%- for column in ['event_id', 'incident_type', 'reported_at', 'address', 'description', 'deadline', 'is_closed',
        'closed_at', 'is_overdue'] -%}
        {%- do of_incident.update({column: incident}) -%}
    {%- endfor -%}
    {{ return({
        'roster_living_alone': {
            'people': {'person': 'person_key'},
            'columns': dict(
                of_person, visited_on=visit, is_registered='case when roster.is_registered then ' ~ register ~ ' else 0 end'
            ),
        },
        'roster_let_dwelling': {
            'people': {'landlord': 'landlord_person_key', 'tenant': 'tenant_person_key'},
            'columns': {
                'standard_address': contract, 'start_date': contract, 'end_date': contract, 'contract_occupants': contract,
                'floor_area': unit, 'landlord_name': 'landlord.name_holding', 'landlord_phone': 'landlord.phone_holding',
                'tenant_name': 'tenant.name_holding', 'residents': 0, 'is_suspected_group_letting': 0,
            },
        },
        'roster_assistance': {'people': {'person': 'person_key'}, 'columns': dict(of_person, **of_recipient)},
        'roster_incident': {'people': {}, 'columns': of_incident},
    }) }}
{%- endmacro %}
