"""One row per cluster that this build decides on: the key of its person, held before or new, split from which."""

from orchestration.settings import settings_from
from orchestration.state.reassigning import decide
from orchestration.state.registry import Registry


def model(dbt, session):
    dbt.config(materialized="table")
    settings = settings_from()
    members, overlap = dbt.ref("person_member").project("cluster_id"), dbt.ref("person_key_overlap")
    return decide(session, Registry(settings.state, settings.releases), members, overlap)
