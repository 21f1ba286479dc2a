{#- The schema is the plain custom name: `staging`, not `main_staging`. Seeds go to the schema of their folder
    (seeds/codes, seeds/rules): both are seed *roots*, so dbt cannot tell them apart by configuration path. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name is not none -%}
        {{ custom_schema_name | trim }}
    {%- elif node.resource_type == 'seed' -%}
        {{ 'rules' if 'seeds/rules/' in node.original_file_path.replace('\\', '/') else 'codes' }}
    {%- else -%}
        {{ target.schema }}
    {%- endif -%}
{%- endmacro %}
