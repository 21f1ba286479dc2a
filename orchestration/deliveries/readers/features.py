"""GeoJSON (RFC 7946): one feature a row, its properties as text and its geometry as JSON text.

Here belongs: telling a whole collection from a cut one, and a feature from something else. Geometry is not judged.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.contract import Contract
from orchestration.deliveries.lines import BYTE_ORDER_MARK, Lines, is_utf8
from orchestration.deliveries.readers.json_lines import NOT_AN_OBJECT
from orchestration.deliveries.readers.reading import Reading, append_records, append_unreadable, create_tables
from orchestration.deliveries.refusal import Refused, match_headers, truncated, unreadable, wrong_content

LARGEST = 512 << 20
GEOMETRY = "geometry"
NO_PROPERTIES = "no_properties"


def value_text(value: Any) -> str | None:
    """A JSON value as text: text as it is, null as None, anything else as its JSON text."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def read_features(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Reads a GeoJSON feature collection (see `reading` for what it leaves behind).

    A document has no line to stream by, so it is read whole, up to 512 MiB (a grid takes half a kilobyte).
    Raises Refused: empty, wrong content or encoding, an end in the middle, a property that no feature has.
    """
    lines = Lines(file, contract.encoding, "GeoJSON")
    create_tables(contract, connection)
    if file.stat().st_size > LARGEST:
        raise unreadable(f"the document is larger than {LARGEST >> 20} MiB")
    features = _features(file.read_bytes().removeprefix(BYTE_ORDER_MARK), lines)
    reading = Reading(encoding=lines.found)
    good = [(row, each) for row, each in enumerate(features, 1) if _fault(each) is None]
    broken = [(row, [fault], json.dumps(each, ensure_ascii=False))
              for row, each in enumerate(features, 1) if (fault := _fault(each)) is not None]  # fmt: skip
    append_unreadable(connection, broken)
    if not good:
        return reading
    keys = list(dict.fromkeys(key for _, each in good for key in each["properties"]))
    agreed = [column.header for column in contract.columns if column.header != GEOMETRY]
    places, reading.unknown_columns = match_headers(keys, agreed)
    actual = dict(zip(agreed, (keys[place] for place in places), strict=True))
    records = []
    for row, each in good:
        values = [
            each.get(GEOMETRY) if column.header == GEOMETRY else each["properties"].get(actual[column.header])
            for column in contract.columns
        ]
        records.append((row, [value_text(value) for value in values]))
    append_records(connection, contract, records)
    return reading


def _features(raw: bytes, lines: Lines) -> list[Any]:
    if not is_utf8(raw):
        lines.refuse_other_encoding()
        raise Refused("wrong_encoding", "the document holds bytes that are no UTF-8", "Export it again as UTF-8.")
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        if not raw.lstrip().startswith((b"{", b"[")):
            raise wrong_content("GeoJSON", "text that is no JSON") from None
        if raw.rstrip().endswith(b"}") and not _cut(raw):
            raise unreadable(f"the document is no valid JSON ({type(error).__name__})") from None
        raise truncated("the document's brackets do not close") from None
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise wrong_content("a GeoJSON FeatureCollection", "another JSON document")
    return list(document["features"])


def _cut(raw: bytes) -> bool:
    """Whether more brackets open than close: enough to tell a cut document from a miswritten one."""
    return raw.count(b"{") > raw.count(b"}") or raw.count(b"[") > raw.count(b"]")


def _fault(feature: Any) -> str | None:
    """Why a feature is no record, or None."""
    if not isinstance(feature, dict):
        return NOT_AN_OBJECT
    return None if isinstance(feature.get("properties"), dict) else NO_PROPERTIES
