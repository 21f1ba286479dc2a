"""`make refit`: a new version of the linkage model from simulated districts, taken into use only where it is not worse.

A version is a file models/person_v<N>.json and is never changed; models/current.json names the one in use. Its weights
are counted on some districts and held against the version in use on others. A changed name there is a changed input, so
that the next run links everything again.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.evaluation.districts import BuildFailed, Simulation, simulated
from orchestration.evaluation.scores import PersonScore, score_people
from orchestration.evaluation.truth import District, compared
from orchestration.linkage.clusters import cluster
from orchestration.linkage.comparisons import CURRENT, MODELS, Model, current_model, read_model
from orchestration.linkage.fitting import Evidence, fit, gather
from orchestration.linkage.matching import score_pairs
from orchestration.linkage.regathering import ids_of
from orchestration.prepare import PreparationFailed
from orchestration.process import keep_private
from orchestration.progress import TerminalProgress, terminal_console
from orchestration.revision import git_revision

_DAYS = 3


@dataclass(frozen=True)
class Measured:
    """What one model reached on one district that it was not fitted on."""

    seed: int
    noise: float
    model: str
    score: PersonScore


@dataclass(frozen=True)
class Comparison:
    """A refit's verdict, and the figures behind it."""

    verdict: str
    measured: tuple[Measured, ...]


def comparisons_made(folder: Path = MODELS) -> list[Comparison]:
    """The verdict of every refit, oldest version first."""
    made = []
    for file in sorted(folder.glob("person_v*.json"), key=_number):
        document = json.loads(file.read_text("utf-8"))
        if "verdict" in document:
            held_out = (Measured(**{**entry, "score": PersonScore(**entry["score"])}) for entry in document["held_out"])
            made.append(Comparison(document["verdict"], tuple(held_out)))
    return made


def _number(file: Path) -> int:
    found = re.search(r"_v(\d+)\.json$", file.name)
    return int(found[1]) if found else 0


def not_worse(old: Sequence[PersonScore], new: Sequence[PersonScore]) -> bool:
    """Whether the new model, over all districts, claims no more false pairs and misses nothing that the old one had."""

    def counts(scores: Sequence[PersonScore]) -> tuple[int, int, int]:
        false = sum(score.claimed_pairs - score.right_pairs for score in scores)
        return -false, sum(score.right_pairs for score in scores), sum(score.exact_people for score in scores)

    return all(ours >= theirs for ours, theirs in zip(counts(new), counts(old), strict=True))


# The record of each true row: what a model decides is decided for records.
_RECORDS = """
create temp table row_record as
select
    link.extract, cast(strptime(left(link.delivery_id, 8), '%Y%m%d') as date) as day, link.source_row,
    any_value(statement.record_id) as record_id
from warehouse.conformed.person_link as link
join warehouse.conformed.person_statement as statement using (evidence_key)
where link.role <> 'landlord'
group by all
"""

# Records whose rows are all about one person.
_LABELLED = """
create temp table labelled as
select record.*, known.person
from warehouse.conformed.person_record as record
join (
    select record_id, any_value(person) as person
    from row_found join row_record using (extract, day, source_row)
    where person is not null
    group by record_id
    having count(distinct person) = 1
) as known using (record_id)
"""

_RELINKED = """
create or replace temp table row_found as
select
    found.* replace (
        coalesce(cast(coalesce(clustered.cluster_id, record_id) as varchar), found.person_key) as person_key
    )
from memory.row_found as found
left join row_record using (extract, day, source_row)
left join clustered using (record_id)
"""


def collect(districts: Sequence[District]) -> Evidence:
    """Labelled pairs of all districts, counted."""
    evidence = Evidence()
    for district in districts:
        with compared(district) as connection:
            connection.execute(_RECORDS)
            connection.execute(_LABELLED)
            gather(connection, _people(connection), evidence)
    return evidence


def relink(district: District, model: Model) -> PersonScore:
    """What the district's rows would score had this model linked them; the warehouse stays as it is."""
    with compared(district) as connection:
        connection.execute(_RECORDS)
        records = connection.sql("from warehouse.conformed.person_record")
        rules = dict(
            connection.execute(
                "select rule_name, cast(rule_value as double) from warehouse.rules.link_rules"
            ).fetchall()
        )
        pairs = score_pairs(connection, records, model, _people(connection))
        anchors = ids_of(records.filter("owns_number"))
        pairs = pairs.select(["record_id", "other_id", "match_weight"])
        connection.register("clustered", cluster(pairs, anchors, rules["link_weight"], rules["link_margin"]))
        connection.execute(_RELINKED)
        return score_people(connection)


def _people(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select count(*) from warehouse.conformed.number_owner").fetchone()
    assert row is not None
    return int(row[0])


def refit(
    fitted: Sequence[Simulation], held_out: Sequence[Simulation], folder: Path, progress: TerminalProgress
) -> str:
    """Fit on some districts, compare on others, write the new version; name it the current one where it is not worse.

    Returns the verdict. Raises BuildFailed or PreparationFailed where a district cannot be built.
    """
    evidence = collect([simulated(each, folder, progress) for each in fitted])
    version = str(1 + max(_number(file) for file in MODELS.glob("person_v*.json")))
    people = sum(evidence.people) // len(evidence.people)
    new, old = Model(version, people, fit(evidence)), read_model()
    measured = [
        Measured(each.seed, each.noise, f"version {model.version}", relink(simulated(each, folder, progress), model))
        for each in held_out
        for model in (old, new)
    ]
    better = not_worse([each.score for each in measured[::2]], [each.score for each in measured[1::2]])
    kept = f"version {version if better else old.version} is in use"
    verdict = f"Version {version} against version {old.version}: {'not worse' if better else 'worse'}; {kept}."
    document: dict[str, Any] = {
        "version": version,
        "people": people,
        "fitted_on": {"districts": [asdict(each) for each in fitted], "revision": git_revision()},
        "verdict": verdict,
        "held_out": [asdict(each) for each in measured],
        "parameters": new.parameters,
    }
    file = MODELS / f"person_v{version}.json"
    file.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    if better:
        CURRENT.write_text(json.dumps({"model": file.name}) + "\n", "utf-8")
    return verdict


def main() -> int:
    """Read the command line, fit and compare."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--residents", type=int, default=20_000)
    arguments.add_argument("--seeds", type=int, nargs="+", default=[101, 102], help="districts to fit on")
    arguments.add_argument("--held-out", type=int, nargs="+", default=[201, 202], help="districts to compare on")
    arguments.add_argument("--noise", type=float, nargs="+", default=[1, 2])
    given = arguments.parse_args()
    console = terminal_console()
    progress = TerminalProgress(console)
    fitted, held_out = (
        [Simulation(given.residents, _DAYS, seed, noise) for seed in seeds for noise in given.noise]
        for seeds in (given.seeds, given.held_out)
    )
    before = current_model()
    try:
        verdict = refit(fitted, held_out, Path(given.data).expanduser().absolute() / "evaluation", progress)
    except (BuildFailed, PreparationFailed) as problem:
        progress.close()
        console.print(f"\nNothing was fitted. {problem}", style="red", markup=False)
        return 1
    console.print(f"\n{verdict}", markup=False)
    if current_model() != before:
        console.print("The next run links everything again.", markup=False)
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
