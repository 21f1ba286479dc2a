{#- Seeds are loaded and tested again only when they or the project have changed: the warehouse itself says which project's
    seeds it holds, so that a new, lost or restored warehouse is never taken for another. -#}

{#- After a build that loaded every seed and found no fault in any: note the hash of what was parsed. -#}
{% macro note_seeds(results) %}
    {%- if execute -%}
        {%- set file = sql_text(env_var('WANGGE_DATA', '../data') ~ '/dbt/parsed.sha256') -%}
        {%- set seeds = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | list -%}
        {%- set loaded, faults = [], [] -%}
        {%- for result in results -%}
            {%- set of_seed = (result.node.attached_node or '').startswith('seed.') if result.node.resource_type == 'test' -%}
            {%- if result.node.resource_type == 'seed' and result.status == 'success' -%}
                {%- do loaded.append(result.node.unique_id) -%}
            {%- elif of_seed and result.status not in ('pass', 'warn') -%}
                {%- do faults.append(result.node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if loaded | length == seeds | length and not faults -%}
            {%- if run_query('select count(*) from glob(' ~ file ~ ')').rows[0][0] -%}
                {%- do run_query(
                    'create or replace table main.seeds_loaded as select content as project from read_text(' ~ file ~ ')'
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
