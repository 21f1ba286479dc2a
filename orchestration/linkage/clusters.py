"""From scored pairs to people: which records are one person, and which stay open. Pure functions on Arrow tables.

A record that owns a valid identity number is an anchor: two anchors are never one person (the veto). A mention joins
the anchor that leads by a margin; where two anchors stand close it stays open. What remains gathers among itself,
best first.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

OPEN, ALONE, LINKED = "open", "alone", "linked"
# A pair of records scored below this is evidence that they are two people: no chain of others may join them.
VETO_WEIGHT = -8.0
# The weight of a pair that a person has decided to be two people: nothing exempts it from the veto.
DECIDED_APART = -1000.0


def open_mentions(
    mention: np.ndarray, weight: np.ndarray, size: int, least: float, margin: float
) -> tuple[np.ndarray, np.ndarray]:
    """For each record: is it open (its best anchor does not lead all others by the margin), and the runner-up's bits.

    mention, weight: for each pair of a mention and an anchor the mention's position and the match weight; size: the
    number of records.
    """
    best = np.full(size, -99.0)
    np.maximum.at(best, mention, weight)
    # All but the best, not all less the best: the difference would be noise, another in every order of the pairs.
    odds, is_best = np.exp2(np.clip(weight, -60, 60)), weight == best[mention]
    rest = np.maximum(np.bincount(mention[is_best], minlength=size) - 1, 0) * np.exp2(np.clip(best, -60, 60))
    np.add.at(rest, mention[~is_best], odds[~is_best])
    others = np.round(np.log2(np.maximum(rest, 1e-18)), 3)
    return (best >= least) & (best - others < margin), others


class _Gatherer:
    """Joins records best pair first; refuses a join that would put two anchors, or a vetoed pair, into one person."""

    def __init__(self, anchors: np.ndarray, vetoes: set[tuple[int, int]]):
        self.parent: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.anchors = anchors
        self.vetoes = vetoes

    def root(self, record: int) -> int:
        parent = self.parent.get(record, record)
        while parent != self.parent.get(parent, parent):
            parent = self.parent[parent]
        self.parent[record] = parent
        return parent

    def join(self, left: int, right: int) -> None:
        left, right = self.root(left), self.root(right)
        if left == right:
            return
        ours, theirs = self.members.get(left, [left]), self.members.get(right, [right])
        if sum(self.anchors[record] for record in ours + theirs) > 1:
            return
        if any((min(a, b), max(a, b)) in self.vetoes for a in ours for b in theirs):
            return
        self.parent[right] = left
        self.members[left] = ours + theirs
        self.members.pop(right, None)


def cluster(pairs: pa.Table, anchors: pa.Array, least: float, margin: float) -> pa.Table:
    """One row per record in a pair: record_id, cluster_id, standing (linked, alone, open), weight, runner_up.

    pairs: record_id, other_id (unsigned 64-bit), match_weight (bits); anchors: ids of the records that own a number;
    least: bits from which two records are taken for one person; margin: lead in bits that the best anchor needs.
    cluster_id is the anchor's id, or the smallest id among mentions. weight: the best pair that holds the record in its
    cluster (null when alone); runner_up: the summed odds of all other anchors, in bits (null where there is none).
    """
    left, right = pairs["record_id"].to_numpy(), pairs["other_id"].to_numpy()
    weight = pairs["match_weight"].to_numpy()
    ids, positions = np.unique(np.concatenate([left, right]), return_inverse=True)
    a, b = positions[: len(left)].astype(np.int64), positions[len(left) :].astype(np.int64)
    is_anchor = _among(ids, anchors.to_numpy())

    to_anchor = is_anchor[a] != is_anchor[b]
    mention = np.where(is_anchor[a], b, a)[to_anchor]
    is_open, others = open_mentions(mention, weight[to_anchor], len(ids), least, margin)

    usable = (weight >= least) & ~is_open[a] & ~is_open[b] & ~(is_anchor[a] & is_anchor[b])
    # of the anchors that reach the least weight only the best counts
    best = np.full(len(ids), -99.0)
    np.maximum.at(best, mention, weight[to_anchor])
    mention_of = np.where(is_anchor[a], b, a)
    usable &= ~to_anchor | (weight >= best[mention_of])
    # two mentions that one anchor holds, each by its own evidence, may differ from one another (a former name)
    holder = np.full(len(ids), -1)
    holding = usable & to_anchor
    holder[mention_of[holding]] = np.where(is_anchor[a], a, b)[holding]
    exempt = (holder[a] == holder[b]) & (holder[a] != -1) & (weight > DECIDED_APART)
    vetoed = (weight <= VETO_WEIGHT) & ~exempt
    label = _gather(a, b, weight, usable, vetoed, is_anchor)

    held = np.full(len(ids), np.nan)
    inside = usable & (label[a] == label[b])
    np.fmax.at(held, a[inside], weight[inside])
    np.fmax.at(held, b[inside], weight[inside])
    standing = np.where(is_open, OPEN, np.where(np.isnan(held), ALONE, LINKED))
    known = others > -59
    return pa.table(
        {
            "record_id": ids,
            "cluster_id": ids[label],
            "standing": standing,
            "weight": pa.array(held, mask=np.isnan(held)),
            "runner_up": pa.array(others, mask=~known),
        }
    )


def _among(ids: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Which of the ids, in order and each once, are among some, unordered: numpy's isin would sort both."""
    found = np.zeros(len(ids), dtype=bool)
    if len(ids):
        # In order, or each search would wander through all of the memory that the ids take.
        ordered = np.sort(some)
        places = np.searchsorted(ids, ordered).clip(max=len(ids) - 1)
        found[places[ids[places] == ordered]] = True
    return found


def _gather(
    a: np.ndarray, b: np.ndarray, weight: np.ndarray, usable: np.ndarray, vetoed: np.ndarray, is_anchor: np.ndarray
) -> np.ndarray:
    """For each record the position of the record that names its cluster."""
    size = len(is_anchor)
    graph = coo_matrix((np.ones(int(usable.sum()), dtype=np.int8), (a[usable], b[usable])), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    vetoed = vetoed & (component[a] == component[b])
    anchors_in = np.bincount(component[is_anchor], minlength=size)
    troubled = np.zeros(size, dtype=bool)
    troubled[np.flatnonzero(anchors_in[:size] > 1)] = True
    troubled[component[a[vetoed]]] = True

    # the whole component is one person, named by its anchor or its first record
    name = np.full(size, size, dtype=np.int64)
    order = np.arange(size) + np.where(is_anchor, 0, size)
    first = np.full(size, 2 * size, dtype=np.int64)
    np.minimum.at(first, component, order)
    name = np.where(first[component] >= size, first[component] - size, first[component])

    split = np.flatnonzero(usable & troubled[component[a]])
    if len(split):
        vetoes = {(min(x, y), max(x, y)) for x, y in zip(a[vetoed].tolist(), b[vetoed].tolist(), strict=True)}
        gatherer = _Gatherer(is_anchor, vetoes)
        for edge in split[np.lexsort((b[split], a[split], -weight[split]))]:
            gatherer.join(int(a[edge]), int(b[edge]))
        records = np.flatnonzero(troubled[component])
        roots = np.array([gatherer.root(int(record)) for record in records])
        leader = {
            root: min(gatherer.members.get(root, [root]), key=lambda record: (not is_anchor[record], record))
            for root in set(roots.tolist())
        }
        name[records] = [leader[root] for root in roots.tolist()]
    return name
