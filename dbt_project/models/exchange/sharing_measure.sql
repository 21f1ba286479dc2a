-- Grain: one row per month, department, extract, dimension and check (评分度量): of deliveries, and of correction orders.
-- Figures only, which marts may read. Both have the same columns in the same order.
{{ config(materialized='ephemeral') }}

select * from {{ ref('quality_measure') }}
union all
select * from {{ ref('correction_measure') }}
