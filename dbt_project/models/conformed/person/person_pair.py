"""One row per pair of records worth comparing: its match weight in bits, and how each comparison came out (Splink)."""

from orchestration.linkage.comparisons import read_model
from orchestration.linkage.matching import score_in_parts, score_pairs
from orchestration.linkage.rescoring import changed_records


def model(dbt, session):
    dbt.config(materialized="compared", key="record_id", other_key="other_id")
    records, owners = dbt.ref("person_record"), len(dbt.ref("number_owner"))
    changed = changed_records(session, records, owners)
    if changed is None:
        return score_in_parts(records, read_model(), owners)
    return score_pairs(changed.to_arrow_table(), read_model(), owners)
