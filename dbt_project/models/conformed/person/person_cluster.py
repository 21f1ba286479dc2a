"""One row per record that was compared: the cluster it belongs to, what holds it there, and how close the next person came."""

from orchestration.linkage.clusters import cluster


def model(dbt, session):
    dbt.config(materialized="table")
    pairs = dbt.ref("person_pair").project("record_id, other_id, match_weight").to_arrow_table()
    anchors = dbt.ref("person_record").filter("owns_number").project("record_id").to_arrow_table()["record_id"]
    rules = dict(dbt.ref("link_rules").project("rule_name, cast(rule_value as double)").fetchall())
    return cluster(pairs, anchors.combine_chunks(), rules["link_weight"], rules["link_margin"])
