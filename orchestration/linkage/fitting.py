"""Estimating the weights of the linkage model from pairs of records whose people are known. Counting, no decisions.

m: how often a level holds for two records of one person. u: how often it holds for two records of different people,
taken at random and not from the candidates, which were selected because they agree. Evidence that members of a
household share is counted among people who share a dwelling, so that it says what it is worth between them.
Splink's own estimators do not do so: they would take a telephone and a dwelling for two independent witnesses.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import duckdb

from orchestration.linkage.comparisons import COMPARISONS, TOGETHER

# Names that are alike but not equal are only ever compared within a dwelling or on a telephone, where siblings stand.
_ALIKE = ("masked", "homophone", "turned", "married")
# A district never knows all its people: a name that one of them bears may be that of another whom nobody has written
# down. However rarely that was counted, the name alone gives no more than this many bits above even odds.
_SOLE_ALONE = 6.0
# Records drawn as the other side of random pairs, of each district.
_DRAWN = 300
_TOGETHER, _APART, _ALL = "together", "apart", "all"

Tally = dict[str, dict[str, Counter[str]]]


def _empty() -> Tally:
    return {name: {_TOGETHER: Counter(), _APART: Counter()} for name in COMPARISONS}


@dataclass
class Evidence:
    """Levels counted over labelled pairs: of one person, of different people at random, and of different housemates.

    Each comparison → whether the pair shares a dwelling (together, apart) → level → pairs. `names`: pairs of different
    people with one name that only one person bears, and all pairs of different people.
    """

    same: Tally = field(default_factory=_empty)
    random: Tally = field(default_factory=_empty)
    housemates: Tally = field(default_factory=_empty)
    sole_names: int = 0
    pairs: int = 0
    people: list[int] = field(default_factory=list)


def gather(connection: duckdb.DuckDBPyConnection, people: int, evidence: Evidence) -> None:
    """Add one district's pairs.

    connection: has the table `labelled`, conformed.person_record with `person`, the true person of each record; people:
    how many people the district knows by their number.
    """
    housemates = """
        (
            select distinct a.record_id, b.record_id as other_id
            from (select record_id, unnest(address_codes) as address_code from labelled where not owns_number) as a
            join (select record_id, unnest(address_codes) as address_code from labelled) as b using (address_code)
        ) as pair
        join labelled as l using (record_id)
        join labelled as r on r.record_id = pair.other_id and r.person <> l.person
    """
    drawn = f"(from labelled order by hash(record_id) limit {_DRAWN})"
    one_person = (
        "labelled as l join labelled as r on l.person = r.person and (r.owns_number or l.record_id < r.record_id)"
    )
    _tally(connection, one_person, evidence.same)
    _tally(connection, f"labelled as l join {drawn} as r on l.person <> r.person", evidence.random)
    _tally(connection, housemates, evidence.housemates)
    row = connection.execute(
        """
        select
            (select count(*) from labelled as l join labelled as r on l.name = r.name and l.person <> r.person
                where not l.owns_number and r.owns_number and r.bearers = 1),
            (select count(*) from labelled where not owns_number) * (select count(*) from labelled where owns_number)
        """
    ).fetchone()
    assert row is not None
    evidence.sole_names += int(row[0])
    evidence.pairs += row[1]
    evidence.people.append(people)


def _tally(connection: duckdb.DuckDBPyConnection, pairs: str, into: Tally) -> None:
    """Count the levels of pairs (`l` a record that owns no number, `r` any other)."""
    columns = [row[0] for row in connection.execute("select column_name from (describe labelled)").fetchall()]
    sides = ", ".join(f'l."{name}" as "{name}_l", r."{name}" as "{name}_r"' for name in columns)
    connection.execute(
        f"create or replace temp table compared as select {_levels()} from ("
        f"select {sides} from {pairs} where not l.owns_number)"
    )
    for name in COMPARISONS:
        for together, level, count in connection.execute(
            f"select together, {name}, count(*) from compared where {name} is not null group by all"
        ).fetchall():
            into[name][_TOGETHER if together else _APART][level] += count


def _levels() -> str:
    """For each comparison the level of a pair, in SQL, and whether the pair shares a dwelling."""
    columns = ["coalesce(list_has_any(address_codes_l, address_codes_r), false) as together"]
    for name, (null, levels) in COMPARISONS.items():
        cases = " ".join(f"when {condition} then '{level}'" for level, condition in levels[:-1])
        columns.append(f"case when {null} then null {cases} else '{levels[-1][0]}' end as {name}")
    return ", ".join(columns)


def fit(evidence: Evidence) -> dict[str, dict[str, tuple[float, float]]]:
    """For each comparison and level m and u, smoothed by half a pair; six significant digits."""
    parameters: dict[str, dict[str, tuple[float, float]]] = {}
    for name, (_, levels) in COMPARISONS.items():
        named = [level for level, _ in levels]
        split = any(level.endswith(TOGETHER) for level in named)
        parameters[name] = {}
        for level in named:
            context = _ALL if not split else _TOGETHER if level.endswith(TOGETHER) else _APART
            others = evidence.housemates if context == _TOGETHER or level in _ALIKE else evidence.random
            parameters[name][level] = (
                _share(evidence.same[name], level, context, len(named)),
                _share(others[name], level, context, len(named)),
            )
    names = parameters["name"]
    # Equal names are weighed by how many people bear them (term frequency), so that m is the share of all equal names.
    equal = names["sole"][0] + names["same"][0]
    names["same"] = (equal, names["same"][1])
    people = sum(evidence.people) / len(evidence.people)
    bound = names["sole"][0] / 2 ** (math.log2(people) + _SOLE_ALONE)
    names["sole"] = (names["sole"][0], max((evidence.sole_names + 0.5) / evidence.pairs, bound))
    return {
        name: {level: (float(f"{m:.6g}"), float(f"{u:.6g}")) for level, (m, u) in levels.items()}
        for name, levels in parameters.items()
    }


def _share(counts: dict[str, Counter[str]], level: str, context: str, levels: int) -> float:
    tallies = list(counts.values()) if context == _ALL else [counts[context]]
    held, pairs = sum(tally[level] for tally in tallies), sum(sum(tally.values()) for tally in tallies)
    return (held + 0.5) / (pairs + 0.5 * levels)
