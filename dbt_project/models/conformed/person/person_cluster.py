"""One row per record compared or decided on: its cluster, what holds it there, how close the next person came."""

from orchestration.linkage.decisions import cluster_with_decisions


def model(dbt, session):
    dbt.config(materialized="compared")
    pairs = dbt.ref("person_pair").project("record_id, other_id, match_weight").to_arrow_table()
    anchors = dbt.ref("person_record").filter("owns_number").project("record_id").to_arrow_table()["record_id"]
    rules = dict(dbt.ref("link_rules").project("rule_name, cast(rule_value as double)").fetchall())
    decided = dbt.ref("decision_pair").to_arrow_table()
    return cluster_with_decisions(pairs, anchors.combine_chunks(), decided, rules["link_weight"], rules["link_margin"])
