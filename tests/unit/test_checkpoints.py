"""Deliveries that have expired fold into a checkpoint, and nothing after it can tell."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from upkeep_districts import BOTH, CONTRACTS, HOUSES, RENTALS, District, killed

from orchestration.deliveries.__main__ import NotPossible, change
from orchestration.deliveries.checkpoint import read_checkpoint
from orchestration.deliveries.withdrawals import RESTORE, WITHDRAW
from orchestration.releases.release import commit, prune
from orchestration.upkeep import retention


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


delivery = st.tuples(st.sampled_from([HOUSES, RENTALS]), st.integers(1, 6), st.integers(0, 5))
# One folder holds one file a day of each extract.
pulls = st.lists(st.lists(delivery, min_size=1, max_size=4, unique_by=lambda each: each[:2]), min_size=1, max_size=4)


@given(pulls, st.integers(1, 4), pulls, st.integers(1, 3))
@settings(max_examples=4, deadline=None, phases=[Phase.generate])
def test_what_is_told_after_the_checkpoint_is_what_all_deliveries_tell(
    before: list[Any], keep_days: int, after: list[Any], keep_later: int
) -> None:
    """Deliveries come late, doubled and corrected, before the fold and after it; then everything is folded again."""
    with tempfile.TemporaryDirectory() as folder:
        folded, never = District(Path(folder) / "folded"), District(Path(folder) / "never")
        refused = set()
        for step, keep in ((before, keep_days), (after, keep_later)):
            for found in step:
                for each in found:
                    folded.put(*each)
                days = {(one.id, one.delivery_date) for one in folded.pull() if one.refusal == "day_folded"}
                refused |= {each for each in found if (each[0], f"2026-09-{each[1]:02d}") in days}
                for each in found:
                    if each not in refused:
                        never.put(*each)
                never.pull()
            folded.fold(keep)
            for id_ in BOTH:
                assert folded.state(id_) == never.state(id_)
                assert_clean(folded, id_)
            checkpoints = [read_checkpoint(folded.settings.data, contract) for contract in BOTH.values()]
            if day := max((each.day for each in checkpoints if each), default=""):
                assert [folded.told(id_, day) for id_ in BOTH] == [never.told(id_, day) for id_ in BOTH]


def assert_clean(district: District, id_: str) -> None:
    """Of a folded delivery only the receipt is left, and there is one checkpoint."""
    contract = CONTRACTS[id_]
    folder = district.settings.deliveries / contract.department / contract.extract
    checkpoint = read_checkpoint(district.settings.data, contract)
    assert len(list(folder.glob("checkpoint-*"))) == (checkpoint is not None)
    for delivery_id in checkpoint.folded if checkpoint else ():
        assert [file.name for file in (folder / delivery_id).iterdir()] == ["receipt.json"]


def test_every_kept_row_says_where_it_came_from_and_a_folded_day_takes_no_other(district: District) -> None:
    first = district.deliver(RENTALS, 1, 0)
    second = district.deliver(RENTALS, 2, 1)
    district.deliver(RENTALS, 9, 2)
    before = district.state(RENTALS)
    district.fold(3)
    checkpoint = read_checkpoint(district.settings.data, CONTRACTS[RENTALS])
    assert checkpoint
    # Three records, and all four rows without a key.
    assert (checkpoint.day, checkpoint.folded, checkpoint.rows) == ("2026-09-06", tuple(sorted(
        (first.delivery_id, second.delivery_id)
    )), 7)  # fmt: skip
    assert district.state(RENTALS) == before
    assert {each["folded_until"] for each in district.entry(RENTALS)["learnt"]} == {"2026-09-06", None}
    # The same bytes are known as taken, others for a folded day are refused, a late day that had none is taken.
    assert district.pull() == []
    corrected = district.deliver(RENTALS, 2, 4)
    assert (corrected.status, corrected.refusal) == ("refused", "day_folded")
    assert "of a later day" in corrected.remedy
    assert district.state(RENTALS) == before
    assert district.deliver(RENTALS, 3, 5).accepted


def test_what_was_folded_can_be_neither_withdrawn_nor_restored(district: District) -> None:
    wrong, folded, kept = (district.deliver(HOUSES, day, day) for day in (1, 2, 9))
    change(district.settings, WITHDRAW, wrong.delivery_id, "")
    district.fold(3)
    with pytest.raises(NotPossible, match=r"cannot be withdrawn: .* folded into a checkpoint.* of a later day"):
        change(district.settings, WITHDRAW, folded.delivery_id, "")
    with pytest.raises(NotPossible, match="cannot be restored"):
        change(district.settings, RESTORE, wrong.delivery_id, "")
    change(district.settings, WITHDRAW, kept.delivery_id, "")
    assert {each["delivery_id"] for each in district.entry(HOUSES)["learnt"]} == {folded.delivery_id}
    change(district.settings, RESTORE, kept.delivery_id, "")


def test_a_kill_at_any_moment_leaves_the_deliveries_or_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = District(tmp_path / "taken")
    for day in (1, 2, 9):
        taken.put(HOUSES, day, day)
        taken.put(RENTALS, day, day)
    taken.pull()
    rows = {id_: taken.state(id_) for id_ in BOTH}
    killed_at, finished = 0, False
    while not finished:
        shutil.copytree(tmp_path / "taken", tmp_path / str(killed_at))
        district = District(tmp_path / str(killed_at))
        district.index()
        finished = not killed(lambda each=district: each.fold(3), monkeypatch, killed_at)
        assert {id_: district.state(id_) for id_ in BOTH} == rows
        district.index()
        assert {id_: district.state(id_) for id_ in BOTH} == rows
        district.fold(3)
        assert {id_: district.state(id_) for id_ in BOTH} == rows
        for id_ in BOTH:
            assert_clean(district, id_)
        killed_at += 7
    assert killed_at > 20


def test_releases_that_tell_of_no_day_kept_go_but_never_the_current_one(tmp_path: Path) -> None:
    names = ["r00001-20260901", "r00002-20260908", "r00003-20260909", "r00004-20260902"]
    for name in names:
        draft = tmp_path / ".draft"
        draft.mkdir()
        (draft / "release.json").write_text(json.dumps({"created_at": "", "content": "", "marts": {}}))
        commit(tmp_path, draft, name, hashlib.sha256(name.encode()).hexdigest())
    assert prune(tmp_path, "2026-09-08") == names[:2]
    assert prune(tmp_path) == []


def test_the_command_keeps_everything_unless_told_for_how_long(
    district: District, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    district.deliver(HOUSES, 1, 1)
    district.deliver(HOUSES, 9, 2)

    def say(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["retention", f"--data={district.settings.data}", *arguments])
        code = retention.main()
        told = capsys.readouterr()
        return code, told.out + told.err

    assert say() == (0, "Nothing expires. Say for how many days figures are to be kept: make retention KEEP_DAYS=400\n")
    assert say("--keep-days=0")[0] == 1
    assert "Nothing has expired" in say("--keep-days=30")[1]
    code, told = say("--keep-days=3")
    assert (code, "checkpoint of 2026-09-06" in told, HOUSES in told) == (0, True, True)
    assert "Nothing has expired" in say("--keep-days=3")[1]
