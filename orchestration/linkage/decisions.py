"""What people have decided of two records, kept above all evidence. Pure functions on Arrow tables.

`same` makes two records one before anything is gathered, even where both own a number; `not_same` is a veto that no
chain of others undoes. Where the two contradict each other, `not_same` wins.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.linkage.clusters import DECIDED_APART, cluster

DECIDED = "decided"
Pair = tuple[int, int]


def cluster_with_decisions(
    pairs: pa.Table, anchors: pa.Array, decisions: pa.Table, least: float, margin: float
) -> pa.Table:
    """As clusters.cluster, with what people have decided.

    decisions: decision (same, not_same), record_id, owns_number, other_id, other_owns_number. A record that a decision
    holds together with another stands as `decided`, whatever the evidence.
    """
    if not len(decisions):
        return cluster(pairs, anchors, least, margin)
    rows = decisions.to_pylist()
    apart = {_ordered(row["record_id"], row["other_id"]) for row in rows if row["decision"] == "not_same"}
    same = {_ordered(row["record_id"], row["other_id"]) for row in rows if row["decision"] == "same"}
    owners = {row["record_id"] for row in rows if row["owns_number"]}
    owners |= {row["other_id"] for row in rows if row["other_owns_number"]}

    groups = join_decided(same, apart)
    leader = {record: min(group, key=lambda one: (one not in owners, one)) for record, group in groups.items()}
    apart = {_ordered(leader.get(left, left), leader.get(right, right)) for left, right in apart}
    named = pa.array(sorted({leader.get(owner, owner) for owner in owners}), anchors.type)
    contracted = contract_pairs(pairs, leader, apart)
    return _with_members(cluster(contracted, pa.concat_arrays([anchors, named]), least, margin), leader)


def join_decided(same: set[Pair], apart: set[Pair]) -> dict[int, frozenset[int]]:
    """For each record that a decision joins with another the whole group; a join against `apart` is left out."""
    groups: dict[int, frozenset[int]] = {}
    for left, right in sorted(same):
        ours, theirs = groups.get(left, frozenset([left])), groups.get(right, frozenset([right]))
        if not any(_ordered(one, other) in apart for one in ours for other in theirs):
            joined = ours | theirs
            groups.update(dict.fromkeys(joined, joined))
    return groups


def contract_pairs(pairs: pa.Table, leader: dict[int, int], apart: set[Pair]) -> pa.Table:
    """The pairs with each record under the name of its leader, each pair once with its best weight.

    Those decided to be two people have the weight DECIDED_APART, whether they were compared or not.
    """
    pairs = pairs.select(["record_id", "other_id", "match_weight"])
    touched = sorted({*leader, *leader.values(), *(record for pair in apart for record in pair)})
    ids = pa.array(touched, pairs.schema.field("record_id").type)
    hit = pc.or_(pc.is_in(pairs["record_id"], ids), pc.is_in(pairs["other_id"], ids))
    best: dict[Pair, float] = {}
    for row in pairs.filter(hit).to_pylist():
        pair = _ordered(*(leader.get(row[side], row[side]) for side in ("record_id", "other_id")))
        if pair[0] != pair[1]:
            best[pair] = max(row["match_weight"], best.get(pair, DECIDED_APART))
    best.update(dict.fromkeys(apart, DECIDED_APART))
    columns = [[pair[0] for pair in best], [pair[1] for pair in best], list(best.values())]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, pairs.schema, strict=True)]
    changed = pa.Table.from_arrays(arrays, schema=pairs.schema)
    return pa.concat_tables([pairs.filter(pc.invert(hit)), changed])


def _with_members(found: pa.Table, leader: dict[int, int]) -> pa.Table:
    """The clusters with a row for each record that a decision joined, in the cluster of its leader."""
    joined = pa.array(sorted(leader), found.schema.field("record_id").type)
    is_joined = pc.is_in(found["record_id"], joined)
    named = found.filter(is_joined)
    cluster_of = dict(zip(named["record_id"].to_pylist(), named["cluster_id"].to_pylist(), strict=True))
    members = pa.Table.from_pylist(
        [
            {"record_id": record, "cluster_id": cluster_of.get(leader[record], leader[record]), "standing": DECIDED}
            for record in sorted(leader)
        ],
        schema=found.schema,
    )
    return pa.concat_tables([found.filter(pc.invert(is_joined)), members])


def _ordered(one: int, other: int) -> Pair:
    return (min(one, other), max(one, other))
