"""One row per pair of records worth comparing: its match weight in bits, and how each comparison came out (Splink)."""

from orchestration.linkage.comparisons import read_model
from orchestration.linkage.matching import score_in_parts, score_pairs
from orchestration.linkage.rescoring import scored_before


def model(dbt, session):
    dbt.config(materialized="compared")
    records, owners = dbt.ref("person_record"), len(dbt.ref("number_owner"))
    before = scored_before(session, str(dbt.this), records, owners)
    if before is None:
        return score_in_parts(records, read_model(), owners)
    stood, touched = before
    scored = score_pairs(touched.to_arrow_table(), read_model(), owners)
    return stood.union(session.from_arrow(scored))
