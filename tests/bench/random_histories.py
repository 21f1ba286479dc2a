"""`python -m tests.bench.random_histories [EXAMPLES]`: random sequences of deliveries against a build from nothing.

Deliveries come in order or late, twice, corrected, or not at all, in up to four pulls, each of which is built (by
change after the first). Whatever the sequence, the marts of every theme, by grid, by area and as known, are those of
one build from nothing. Each example takes some minutes; `make test` plays one (tests/pipeline/test_history.py), and one
with withdrawals of the models that go by change (tests/pipeline/test_builds_by_change.py).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.pipeline.histories import DAYS, Handover, TinyDistrict, handovers, written

PULLS = 4
NEVER = PULLS


def prove(examples: int, folder: Path) -> None:
    """Plays so many sequences below `folder`. Raises AssertionError with the first that gives other marts."""
    source = folder / "written"
    files = written(source)
    first = handovers(files, {1})
    later = handovers(files, set(range(2, DAYS + 1)))
    lines = [each for each in later if each.file.suffix == ".jsonl"]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(st.integers(0, NEVER), min_size=len(later), max_size=len(later)),
        st.sets(st.sampled_from(lines)) if lines else st.just(set()),
        st.sets(st.sampled_from(later)),
    )
    def holds(pulls: list[int], corrected: set[Handover], doubled: set[Handover]) -> None:
        example = Path(tempfile.mkdtemp(dir=folder))
        district = TinyDistrict(source, example / "daily")
        for number in range(PULLS):
            handed = [each for each, pull in zip(later, pulls, strict=True) if pull == number]
            again = [each for each, pull in zip(later, pulls, strict=True) if pull < number]
            handed += [each for each in again if each in doubled]
            handed += [Handover(each.file, corrected=True) for each in again if each in corrected - doubled]
            district.take([*(first if number == 0 else []), *handed])
            district.build()
        rebuilt = district.rebuilt(example / "rebuilt")
        figures, expected = district.figures(), rebuilt.figures()
        different = [name for name in figures if figures[name] != expected[name]]
        assert not different, (pulls, corrected, doubled, different)
        shutil.rmtree(example)
        print(
            f"{sum(pull < NEVER for pull in pulls)} of {len(pulls)} later deliveries in {PULLS} pulls: the same marts"
        )

    holds()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="histories-") as place:
        prove(int(sys.argv[1]) if len(sys.argv) > 1 else 10, Path(place))
