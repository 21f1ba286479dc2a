"""One row per key that was merged away, in this build or before: the key that it stands for now."""

from orchestration.settings import settings_from
from orchestration.state.keys import redirect_table
from orchestration.state.registry import Registry


def model(dbt, session):
    dbt.config(materialized="table")
    settings = settings_from()
    committed = Registry(settings.state, settings.releases).merges()
    proposed = dbt.ref("person_key_event").filter("event = 'merge'").project("person_key, other_key").fetchall()
    return redirect_table([*committed, *proposed])
