"""Delimited text is read as it was written, and every line that cannot be is accounted for under its own number."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contracts.contract import Contract, read_contracts
from orchestration.deliveries import lines
from orchestration.deliveries.readers import read_delivery
from orchestration.deliveries.readers.reading import Reading
from orchestration.deliveries.records import BrokenQuote, UnclosedQuote, split_record
from orchestration.deliveries.refusal import Refused

DEATHS = read_contracts()["civil_affairs.deaths"]
NAMES = ("one", "two", "three")


def contract_of(headers: tuple[str, ...] = NAMES, delimiter: str = ",", encoding: str = "utf-8") -> Contract:
    columns = tuple(
        replace(DEATHS.columns[0], name=f"column_{place}", header=header) for place, header in enumerate(headers)
    )
    return replace(DEATHS, columns=columns, delimiter=delimiter, encoding=encoding)


def read(
    folder: Path, content: bytes, contract: Contract
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], Reading]:
    """Delivered rows, unreadable rows and the reading of a file with this content."""
    file = folder / "file.csv"
    file.write_bytes(content)
    with duckdb.connect() as connection:
        reading = read_delivery(file, contract, connection)
        delivered = connection.execute("select * from delivered order by 1").fetchall()
        unreadable = connection.execute("select * from unreadable order by 1").fetchall()
    return delivered, unreadable, reading


def any_text(encoding: str) -> st.SearchStrategy[str]:
    """Text with quotes, delimiters and line feeds in plenty; no zero bytes and no carriage returns."""
    characters = st.one_of(
        st.sampled_from('",;|\t\n 张三１\u3000'),
        st.characters(codec=encoding, exclude_characters="\0\r", exclude_categories=["Cs"]),
    )
    return st.text(characters, max_size=8)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "|", ";", "\t", "¦"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_text_comes_back_as_it_was_written(tmp_path: Path, encoding: str, delimiter: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(*[any_text(encoding)] * 3), max_size=8))
    ending = data.draw(st.sampled_from(["\n", "\r\n"]))
    quote_all = data.draw(st.booleans())
    always = "\n" + delimiter + '"'
    written = [delimiter.join(NAMES)]
    for row in rows:
        quoted = [
            '"' + value.replace('"', '""') + '"' if quote_all or any(c in value for c in always) else value
            for value in row
        ]
        # A line of spaces alone would be blank, which is no row.
        written.append(delimiter.join(quoted))
    content = "".join(line + ending for line in written).encode(encoding)
    delivered, unreadable, reading = read(tmp_path, content, contract_of(delimiter=delimiter, encoding=encoding))
    assert [row[1:] for row in delivered] == rows
    assert [row[0] for row in delivered] == list(range(1, len(rows) + 1))
    assert not unreadable
    assert reading.encoding == encoding


@settings(max_examples=200, deadline=None)
@given(fields=st.lists(st.text(max_size=6).filter(lambda text: "\r" not in text), min_size=1, max_size=5))
def test_a_record_splits_as_the_csv_module_splits_it(fields: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(fields)
    assert split_record(out.getvalue().removesuffix("\n"), ",") == fields


def test_quotes_that_do_not_fit_are_told_apart() -> None:
    assert split_record('5" pipe,b', ",") == ['5" pipe', "b"]
    with pytest.raises(UnclosedQuote):
        split_record('a,"b', ",")
    with pytest.raises(BrokenQuote):
        split_record('"a"b,c', ",")


def test_bad_rows_are_rejected_with_every_reason_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    rows = ["1,a,b", "2,a", "3,a,b,c", "", '5,"a"x,b', '6,"a,b', "7,a\0,b", "8,\0", '9,"a\nb",c', "10,a,b", ""]
    content = "\n".join(["one,two,three", *rows]).encode()
    content += b"11,\xff\xfe,c\n12,\xff\n13,a\rb,c\n14,x,y\n"
    delivered, unreadable, reading = read(tmp_path, content, contract_of())
    assert [row[:2] for row in delivered] == [(1, "1"), (9, "9"), (10, "10"), (13, "13"), (14, "14")]
    assert delivered[1][2] == "a\nb"
    assert delivered[3][2] == "a\rb"
    assert reading.blank_rows == 1
    assert {row[0]: row[1] for row in unreadable} == {
        2: ["wrong_number_of_fields: 2 instead of 3"],
        3: ["wrong_number_of_fields: 4 instead of 3"],
        5: ["broken_quotes"],
        6: ["broken_quotes"],
        7: ["nul_bytes"],
        8: ["nul_bytes", "wrong_number_of_fields: 2 instead of 3"],
        11: ["undecodable_bytes"],
        12: ["wrong_number_of_fields: 2 instead of 3", "undecodable_bytes"],
    }
    assert unreadable[0][2] == "2,a"


@pytest.mark.parametrize("block", [8, 17, 64, 1000])
def test_the_size_of_blocks_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    rows = [f'{number},"张{number}\n""三""",李四' if number % 3 else f"{number},x" for number in range(50)]
    content = "\n".join(["one,two,three", *rows, ""]).encode("gb18030")
    whole = read(tmp_path, content, contract_of(encoding="gb18030"))
    monkeypatch.setattr(lines, "BLOCK", block)
    assert read(tmp_path, content, contract_of(encoding="gb18030")) == whole
    assert len(whole[0]) + len(whole[1]) == 50


def test_headers_may_have_spaces_stand_in_any_order_and_be_more_than_agreed(tmp_path: Path) -> None:
    content = "\ufeff three ,extra,one,two\nc,x,a,b\n".encode()
    delivered, _, reading = read(tmp_path, content, contract_of())
    assert delivered == [(1, "a", "b", "c")]
    assert reading.unknown_columns == ["extra"]


def test_carriage_returns_alone_end_lines_too(tmp_path: Path) -> None:
    delivered, _, _ = read(tmp_path, b"one,two,three\r1,2,3\r4,5,6\r", contract_of())
    assert delivered == [(1, "1", "2", "3"), (2, "4", "5", "6")]


def test_a_stray_quote_costs_one_row(tmp_path: Path) -> None:
    rows = [f"{number},a,b" for number in range(2000)]
    rows[5] = '5,"a,b'
    delivered, unreadable, _ = read(tmp_path, "\n".join(["one,two,three", *rows, ""]).encode(), contract_of())
    assert len(delivered) == 1999
    assert [row[0] for row in unreadable] == [6]


def test_an_end_in_the_middle_of_a_record_is_told(tmp_path: Path) -> None:
    for cut in (b"one,two,three\n1,2,3\n4,5", b'one,two,three\n1,2,3\n4,5,"x', b"one,two,three\n1,2,3\n4,5,\xe5"):
        with pytest.raises(Refused, match="truncated"):
            read(tmp_path, cut, contract_of())
    delivered, _, reading = read(tmp_path, b"one,two,three\n1,2,3\n4,5,6", contract_of())
    assert len(delivered) == 2
    assert reading.open_end
