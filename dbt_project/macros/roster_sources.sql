{#- Which extracts' rows state the value of each cell of a roster, as bits (macro extract_bits), nothing for a cell without a
    value: of a person's attribute those that state the value that holds, of a column of one extract that one, of what the
    warehouse counts or derives none. A valid number states sex and birth date too. `rows`: the model that has the roster's rows
    without what names people, whom nobody need look up for this: they have a value where somebody states it. `people`: the
    persons of a row, as alias → their key. Keys and grids are no values. -#}
{% macro roster_sources() -%}
    {%- set of_person = {} -%}
    {%- for column, held in {
        'name': 'person.name_holding',
        'sex': 'person.sex_holding | person.identity_number_holding',
        'age': 'person.birth_date_holding | person.identity_number_holding',
        'standard_address': 'person.residence_address_holding',
        'phone': 'person.phone_holding',
    }.items() -%}
        {%- do of_person.update({column: 'nullif(' ~ held ~ ', 0)'}) -%}
    {%- endfor -%}
    {%- set bits = extract_bits() -%}
    {%- set contract, unit, recipient, incident, visit, register = (
        bits.get('housing.rental_contracts', 0), bits.get('housing.housing_units', 0),
        bits.get('civil_affairs.assistance_recipients', 0), bits.get('grid_office.incidents', 0),
        bits.get('community.household_visits', 0), bits.get('public_security.household_register', 0),
    ) -%}
    {{ return({
        'roster_living_alone': {
            'rows': 'person_living_alone',
            'people': {'person': 'person_key'},
            'columns': dict(
                of_person, visited_on=stated_in_row('visited_on', visit),
                is_registered='case when roster.is_registered then ' ~ register ~ ' when not roster.is_registered then 0 end'
            ),
        },
        'roster_let_dwelling': {
            'rows': 'let_dwelling',
            'people': {'landlord': 'landlord_person_key', 'tenant': 'tenant_person_key'},
            'columns': {
                'standard_address': stated_in_row('address_code', contract),
                'start_date': stated_in_row('start_date', contract),
                'end_date': stated_in_row('end_date', contract),
                'contract_occupants': stated_in_row('contract_occupants', contract),
                'floor_area': stated_in_row('floor_area', unit),
                'landlord_name': 'nullif(landlord.name_holding, 0)', 'landlord_phone': 'nullif(landlord.phone_holding, 0)',
                'tenant_name': 'nullif(tenant.name_holding, 0)',
                'residents': stated_in_row('residents', 0),
                'is_suspected_group_letting': stated_in_row('is_suspected_group_letting', 0),
            },
        },
        'roster_assistance': {
            'rows': 'person_assisted',
            'people': {'person': 'person_key'},
            'columns': dict(of_person, **all_stated_in_row(
                ['assistance_category', 'household_size', 'monthly_amount', 'start_month'], recipient
            )),
        },
        'roster_incident': {
            'rows': 'roster_incident',
            'people': {},
            'columns': all_stated_in_row(
                ['event_id', 'incident_type', 'reported_at', 'address', 'description', 'deadline', 'is_closed', 'closed_at',
                'is_overdue'], incident
            ),
        },
    }) }}
{%- endmacro %}

{#- The bits of a cell that has a value where a column of the roster's row has one. -#}
{% macro stated_in_row(column, bits) -%}
    {{ return('case when roster.' ~ column ~ ' is not null then ' ~ bits ~ ' end') }}
{%- endmacro %}

{#- The same for several columns, by their names. -#}
{% macro all_stated_in_row(columns, bits) -%}
    {%- set stated = {} -%}
    {%- for column in columns -%}
        {%- do stated.update({column: stated_in_row(column, bits)}) -%}
    {%- endfor -%}
    {{ return(stated) }}
{%- endmacro %}
