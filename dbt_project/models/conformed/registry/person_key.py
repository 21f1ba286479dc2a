"""One row per cluster: the key of its person, held before or new."""

from orchestration.state.keys import assign_keys


def model(dbt, session):
    dbt.config(materialized="table")
    clusters = dbt.ref("person_member").project("cluster_id").distinct().to_arrow_table()
    return assign_keys(clusters, dbt.ref("person_key_overlap").to_arrow_table())
