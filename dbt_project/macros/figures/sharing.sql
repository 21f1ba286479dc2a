{#- What the scorecard's models share. -#}

{#- The dimensions of data quality (GB/T 36344-2018 clause 5) and of corrections, as in seeds/rules/quality_dimension.csv. -#}
{% macro quality_dimensions() %}
    {{ return(['timely', 'complete', 'standardised', 'accurate', 'consistent', 'accessible', 'corrected']) }}
{% endmacro %}
