"""History: late, doubled, missing and corrected deliveries give the figures that the same deliveries give in order."""

from __future__ import annotations

from pathlib import Path

from histories import THEMES, TinyDistrict, handovers, written


def test_a_late_delivery_changes_the_days_it_concerns_and_when_they_were_known(tmp_path: Path) -> None:
    source = tmp_path / "written"
    files = written(source)
    late, in_order = TinyDistrict(source, tmp_path / "late"), TinyDistrict(source, tmp_path / "in_order")
    in_order.take(handovers(files, {1, 2, 3, 4, 5}))
    in_order.build()

    late.take(handovers(files, {1, 2, 4}))
    late.build()
    before = {theme: late.told(theme) for theme in THEMES}
    late.take(handovers(files, {5}))
    late.take(handovers(files, {3}))
    late.build()

    figures, expected = late.figures(), in_order.figures()
    for theme in THEMES:
        assert figures[f"{theme}_by_grid"] == expected[f"{theme}_by_grid"], theme
        assert figures[f"{theme}_by_area"] == expected[f"{theme}_by_area"], theme
        # What was known on the fourth is what was told on the fourth, without the third.
        assert late.known(theme, "2026-09-04") == before[theme], theme
    # A figure may have been held to be right for longer where the third came late; all else differs only from then on.
    mine, in_turn = ({row[:3] + row[4:] for row in each["population_by_grid_history"]} for each in (figures, expected))
    assert mine != in_turn
    assert {str(row[2]) for row in mine ^ in_turn} <= {"2026-09-03", "2026-09-04", "2026-09-05"}
