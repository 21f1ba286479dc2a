"""One row per record compared or decided on: its cluster, what holds it there, how close the next person came."""

from orchestration.linkage.regathering import gather


def model(dbt, session):
    dbt.config(materialized="compared", key="record_id")
    pairs = dbt.ref("person_pair").project("record_id, other_id, match_weight")
    records, decided = dbt.ref("person_record"), dbt.ref("decision_pair")
    rules = dict(dbt.ref("link_rules").project("rule_name, cast(rule_value as double)").fetchall())
    return gather(session, pairs, records, decided, rules["link_weight"], rules["link_margin"])
