{#- How the imports of a model say what a change of the imported concerns (see by_change.sql): comments in the compiled SQL, which
    a whole build does not heed. -#}

{#- `column`: what holds the key, a column or an expression. -#}
{% macro by_key(relation, column) -%}
    {{ relation }} /* by key {{ column }} */
{%- endmacro %}

{#- Of a model whose rows are pairs (config `other_key`): `column` holds the key of the other of the two. -#}
{% macro by_other(relation, column) -%}
    {{ relation }} /* by other {{ column }} */
{%- endmacro %}

{#- `others`: one column or several, each of which can equal it; `key`: where y has another name for the key than the model;
    `only`: of x only the rows are read that the keys at work reach through y (one column); `but`: a model with the same other
    column, with whose rows those of y come and go, so that for what this one gained or lost y need not be searched. -#}
{% macro through(relation, column, others, other, key='', only=false, but='') -%}
    {%- set exception = 'but ' ~ but ~ ' ' if but -%}
    {{ relation }} /* through {{ column }} in {{ others }} of {{ other }} {{ exception }}{{ key }}{{ '!' if only }}*/
{%- endmacro %}

{% macro dictionary(relation) -%}
    {{ relation }} /* dictionary */
{%- endmacro %}

{#- How these are found again in compiled SQL. -#}
{% macro by_key_pattern() -%}
    {{ return('("[^ ]+") /[*] by key ([^*]+) [*]/') }}
{%- endmacro %}

{% macro by_other_pattern() -%}
    {{ return('("[^ ]+") /[*] by other ([^*]+) [*]/') }}
{%- endmacro %}

{% macro through_pattern() -%}
    {{ return('("[^ ]+") /[*] through ([^ ]+) in ([^*"]+) of ("[^ ]+") (?:but ("[^ ]+") )?([^*!]*)(!?)[*]/') }}
{%- endmacro %}
