{#- What can be said of each statement of a relation shaped as conformed.person_evidence: whose number it carries, and the
    record that it belongs to by itself (own_record_id). The models dwelling_of_row, dwelling_register,
    person_name, identity_number and claim_agreement are read. -#}
{% macro judged_statements(evidence) -%}
    select
        *,
        case
            when own_number then number_record_id
            else {{ text_key(['identity_number', 'spoilt_number', 'name', 'sex', 'birth_date', 'phone',
                'coalesce(address_code, cast(evidence_key as varchar))']) }}
        end as own_record_id
    from (
        select
            *,
            identity_number is not null and name_agrees
            and case
                when several_agree then not (sex_differs and coalesce(birth_relation, '') = 'differs')
                else not sex_differs and coalesce(birth_relation, '') <> 'differs'
            end as own_number
        from (
            select
                {{ evidence }}.evidence_key,
                {{ evidence }}.row_key,
                {{ evidence }}.extract,
                {{ evidence }}.extract_bit,
                {{ evidence }}.role,
                {{ evidence }}.base_member,
                {{ evidence }}.observed_on,
                {{ evidence }}.sex,
                {{ evidence }}.birth_date,
                {{ evidence }}.phone,
                {{ evidence }}.grid_code,
                {{ evidence }}.lives_here,
                {{ evidence }}.meaning,
                dwelling_register.address_code,
                coalesce(dwelling_register.building_key, dwelling_of_row.building_key) as building_key,
                person_name.name,
                person_name.reading_key,
                person_name.surname_key,
                person_name.characters_key,
                identity_number.identity_number,
                identity_number.record_id as number_record_id,
                identity_number.birth_date as number_birth_date,
                identity_number.sex as number_sex,
                case when identity_number.identity_number is null then {{ evidence }}.identity_number_text end as spoilt_number,
                coalesce(claim_agreement.name_agrees, {{ evidence }}.name_text is null) as name_agrees,
                claim_agreement.several_agree,
                coalesce({{ evidence }}.sex <> identity_number.sex, false) as sex_differs,
                {{ birth_relation(evidence ~ '.birth_date', 'identity_number.birth_date') }} as birth_relation
            from {{ evidence }}
            -- These rows are held in memory while the statements stream past them: as narrow as can be, a dwelling as a number.
            -- Without the condition, which drops few, DuckDB would hold the statements and stream these.
            left join (
                select
                    evidence_key,
                    case when address_code is not null then {{ row_key(['address_code']) }} end as dwelling,
                    case when address_code is null then building_key end as building_key
                from {{ through(ref('dwelling_of_row'), 'evidence_key', 'row_key', ref('person_evidence')) }}
                where address_code is not null or building_key is not null
            ) as dwelling_of_row
                on {{ evidence }}.row_key = dwelling_of_row.evidence_key
            left join (
                select {{ row_key(['address_code']) }} as dwelling, address_code, building_key
                from {{ dictionary(ref('dwelling_register')) }}
            ) as dwelling_register
                on dwelling_of_row.dwelling = dwelling_register.dwelling
            left join {{ dictionary(ref('identity_number')) }} as identity_number
                on {{ evidence }}.identity_number_text = identity_number.identity_number_text
            left join {{ through(ref('claim_agreement'), 'identity_number', 'identity_number', this) }} as claim_agreement
                on
                    identity_number.record_id = claim_agreement.record_id
                    and {{ evidence }}.name_text = claim_agreement.name_text
            left join {{ dictionary(ref('person_name')) }} as person_name on {{ evidence }}.name_text = person_name.name_text
        ) as compared
    ) as owned
{%- endmacro %}
