"""One row per pair of records worth comparing: its match weight in bits, and how each comparison came out (Splink)."""

from orchestration.linkage.comparisons import read_model
from orchestration.linkage.matching import score_pairs
from orchestration.linkage.rescoring import changed_records


def model(dbt, session):
    dbt.config(materialized="compared", key="record_id", other_key="other_id")
    records, owners = dbt.ref("person_record"), len(dbt.ref("number_owner"))
    changed = changed_records(session, records, owners)
    return score_pairs(session, records if changed is None else changed, read_model(), owners)
