"""History: late, doubled, missing and corrected deliveries give the figures that the same deliveries give in order."""

from __future__ import annotations

from pathlib import Path

from histories import THEMES, TinyDistrict, edited, handovers, written


def test_a_late_delivery_changes_the_days_it_concerns_and_when_they_were_known(tmp_path: Path) -> None:
    source = tmp_path / "written"
    written(source)
    # A register without dates of its own, said again with few changes: once in order, once the day between comes last.
    for day in (3, 4):
        edited(source / "extracts" / "education" / "students", ("小学", "中学"), day)
    files = written(source)
    late, in_order = TinyDistrict(source, tmp_path / "late"), TinyDistrict(source, tmp_path / "in_order")
    in_order.take(handovers(files, {1, 2, 3, 4, 5}))
    in_order.build(tested=False)

    late.take(handovers(files, {1, 2, 4}))
    late.build(tested=False)
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

    redraw(in_order)
    people = "select as_of_date, sum(resident_population) from marts.population_by_grid group by 1 order by 1"
    assert in_order.rows(people) == late.rows(people)
    assert in_order.rows(
        "select count(distinct grid_code) from marts.population_by_grid where resident_population > 0"
    ) == [(2,)]
    ((earlier, now, dwellings, told),) = in_order.rows("from marts.grid_crosswalk")
    assert (now, dwellings > 0, str(told)) == (f"{earlier[:12]}999", True, "2026-09-01")


def redraw(district: TinyDistrict) -> None:
    """A later address register puts every dwelling with an even code into a grid of its own."""
    (register,) = district.settings.extracts.glob("grid_office/standard_addresses/*.csv")
    header, *lines = register.read_text("utf-8").splitlines()
    names = header.split(",")
    code, grid = names.index("地址编码"), names.index("网格编码")
    redrawn = [header]
    for line in lines:
        values = line.split(",")
        if values[code][-1] in "02468":
            values[grid] = f"{values[grid][:12]}999"
        redrawn.append(",".join(values))
    later = register.with_name("standard_addresses_20260905.csv")
    later.write_text("\n".join(redrawn) + "\n", "utf-8")
    district.take([])
    district.build()
