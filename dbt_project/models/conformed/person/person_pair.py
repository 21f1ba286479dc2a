"""One row per pair of records worth comparing: its match weight in bits, and how each comparison came out (Splink)."""

from orchestration.linkage.comparisons import read_model
from orchestration.linkage.matching import score_pairs


def model(dbt, session):
    dbt.config(materialized="compared")
    records = dbt.ref("person_record").to_arrow_table()
    people = dbt.ref("number_owner").aggregate("count(*)").fetchall()[0][0]
    return score_pairs(records, read_model(), people)
