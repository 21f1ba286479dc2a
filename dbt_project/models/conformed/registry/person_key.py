"""One row per cluster: the key of its person, held before or new."""

from orchestration.settings import settings_from
from orchestration.state.keys import assign_keys
from orchestration.state.registry import Registry


def model(dbt, session):
    dbt.config(materialized="table")
    settings = settings_from()
    clusters = dbt.ref("person_member").project("cluster_id").distinct().to_arrow_table()
    taken = Registry(settings.state, settings.releases).keys_given()
    return assign_keys(clusters, dbt.ref("person_key_overlap").to_arrow_table(), taken)
