{#- Counts of millions of rows, of which a day changes few: a model that is `compared` and that holds sums alone goes on from its
    own. DuckDB only. -#}

{#- Whether it does: what it stands at is right but for what each of these relations gained and lost since. -#}
{% macro counts_on(relations) -%}
    {%- if not (execute and builds_by_change() and load_cached_relation(this) is not none) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for relation in relations if outcome_of(relation.identifier) not in ('same', 'changed') -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}

{#- The rows of a relation that are to be counted, each set with the sign with which: all of them, or what it gained and lost. -#}
{% macro rows_to_count(relation, going_on) -%}
    {%- if not going_on -%}
        {{ return([(relation, '')]) }}
    {%- elif outcome_of(relation.identifier) == 'same' -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return([('change.added.' ~ relation.identifier, ''), ('change.removed.' ~ relation.identifier, '-')]) }}
{%- endmacro %}
