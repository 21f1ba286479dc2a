"""One row per cluster and key of the committed registry that share rows: how many."""

from orchestration.settings import settings_from
from orchestration.state.reassigning import find_overlap
from orchestration.state.registry import Registry


def model(dbt, session):
    dbt.config(materialized="table")
    settings = settings_from()
    members = dbt.ref("person_member").project("member, cluster_id")
    return find_overlap(session, Registry(settings.state, settings.releases), members)
