"""The parser of addresses of any city: on texts labelled by hand, on listed forms of a dwelling, and how fast it is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.linkage.parse_addresses import PARTS, main, parse

LABELS = Path(__file__).with_name("address_labels.txt")
LETTERS = {
    "p": "province", "c": "city", "d": "district", "t": "town", "v": "community", "r": "road", "n": "road_number",
    "k": "compound", "b": "building", "u": "unit", "f": "floor", "o": "room",
}  # fmt: skip
MEASURED = ("road", "road_number", "building", "unit", "floor", "room")
NUMERALS = "零一二三四五六七八九"


def labelled(part: str) -> list[tuple[str, dict[str, str]]]:
    """Text and labels of one part of the file: 'Tuned on' or 'Held out'."""
    section = LABELS.read_text(encoding="utf-8").split(f"# {part}:\n")[1].split("\n#")[0]
    found = []
    for line in section.strip().splitlines():
        tokens = [(token[0], token[1:]) for token in line.split()]
        found.append(("".join(text for _, text in tokens), {LETTERS[k]: text for k, text in tokens if k in LETTERS}))
    return found


def f1(pairs: list[tuple[str, dict[str, str]]]) -> tuple[float, list[str]]:
    """F1 over the measured parts, equal as strings, and what differed."""
    count: Counter[str] = Counter()
    different = []
    for (text, labels), parts in zip(pairs, parse(text for text, _ in pairs), strict=True):
        for part in MEASURED:
            expected, answer = labels.get(part), parts[part]
            count["both"] += expected is not None and expected == answer
            count["expected"] += expected is not None
            count["answered"] += answer is not None
            if expected != answer:
                different.append(f"{text}: {part} is {expected}, read {answer}")
    return 2 * count["both"] / (count["expected"] + count["answered"]), different


@pytest.mark.parametrize(
    ("part", "least"),
    [("Tuned on", 0.95), ("Mechanisms learned on public corpora, each by invented addresses", 1.0), ("Held out", 0.90)],
)
def test_labelled_addresses_of_many_cities(part: str, least: float) -> None:
    score, different = f1(labelled(part))
    assert score >= least, "\n".join(different)


def test_answer_has_every_part_and_keeps_the_strings() -> None:
    [parts] = parse(["广东省广州市天河区天河路４９０号 壬丰大厦１９楼１９０５房"])
    assert tuple(parts) == PARTS
    assert (parts["road_number"], parts["floor"], parts["room"]) == ("４９０号", "１９楼", "１９０５房")
    assert parts["unit"] is None


@pytest.mark.parametrize(
    "text", ["", " ", "?", "（）", "'; drop table texts; --", "一" * 500, "1-1-1-1-1-1", "𠮷野家12号"]
)
def test_no_text_breaks_it(text: str) -> None:
    [parts] = parse([text])
    assert all(value is None or value in text for value in parts.values())


def test_file_of_texts_becomes_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("人民路88号\n\n人民小区2号楼1单元101室\n", encoding="utf-8")
    assert main([str(file)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["room"] for answer in answers] == [None, None, "101室"]
    assert answers[0]["road_number"] == "88号"


def chinese(number: int) -> str:
    """A number under 100 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if number < 10:
        return NUMERALS[number]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


@st.composite
def written_dwellings(draw: st.DrawFn) -> tuple[str, tuple[str, str, str]]:
    """A text of one dwelling in a listed form, and its building, unit and room as they stand in it."""
    building, unit, room = draw(st.integers(1, 40)), draw(st.integers(1, 9)), draw(st.integers(101, 3304))
    if draw(st.integers(0, 4)) == 0:
        return f"万科花园{building}-{unit}-{room}", (str(building), str(unit), str(room))
    write = chinese if draw(st.booleans()) else str
    parts = (
        write(building) + draw(st.sampled_from(["栋", "幢", "号楼", "座"])),
        write(unit) + "单元",
        str(room) + draw(st.sampled_from(["室", "房", "号", ""])),
    )
    text = "天河区天河路490号壬丰花园" + "".join(parts)
    if not draw(st.booleans()):
        return text, parts
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return text.translate(wide), (parts[0].translate(wide), parts[1].translate(wide), parts[2].translate(wide))


@settings(max_examples=10, deadline=None)
@given(dwellings=st.lists(written_dwellings(), min_size=30, max_size=60))
def test_dwelling_written_in_any_form_is_read_back(dwellings: list[tuple[str, tuple[str, str, str]]]) -> None:
    for (text, expected), answer in zip(dwellings, parse(text for text, _ in dwellings), strict=True):
        assert (answer["building"], answer["unit"], answer["room"]) == expected, text


any_text = st.text(alphabet="省市区县镇村路街号栋单元室层楼一二十0123456789０AB-（） 天河", max_size=40)


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(any_text, min_size=50, max_size=100))
def test_parts_are_always_strings_of_the_text(texts: list[str]) -> None:
    for text, answer in zip(texts, parse(texts), strict=True):
        assert all(value is None or value in text for value in answer.values()), text
