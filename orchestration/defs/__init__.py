"""The Dagster definitions: wiring only. What the steps do lives in deliveries, releases and the dbt project."""
