"""One row per character that occurs in a name, with its reading (拼音): homophones share one."""

from orchestration.linkage.names import character_readings


def model(dbt, session):
    dbt.config(materialized="compared")
    names = dbt.ref("person_evidence")
    return character_readings(session, names)
