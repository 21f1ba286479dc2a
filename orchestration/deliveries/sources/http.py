"""An HTTP JSON interface, page by page, by `requests`; what it gives becomes JSON Lines, one file a day.

Here belongs: walking the pages so that no row is lost or doubled, and the order of the lines. A page that says the same
as an earlier one, a sum that does not agree with what the interface says of itself, or half an answer is a trouble:
what was read until then is thrown away.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import requests
from requests.auth import AuthBase

from orchestration.contracts.contract import Contract
from orchestration.contracts.servers import Server
from orchestration.deliveries.sources import faults
from orchestration.deliveries.sources.access import Credentials, resolve, shown
from orchestration.deliveries.sources.interface import Known, Listing, Offer
from orchestration.deliveries.sources.patience import patiently
from orchestration.deliveries.sources.spooled import CONNECT_SECONDS, Spooled
from orchestration.deliveries.sources.windows import CHINA, Window, kept_since
from orchestration.deliveries.troubles import SERVER_ERROR, SourceTrouble

PAGE_SIZE = 1_000
LARGEST_PAGE = 256 << 20
PIECE = 1 << 20

Row = dict[str, Any]
Line = tuple[str, tuple[str, ...], str]


class Token(AuthBase):
    """A bearer token; being an `auth`, it goes to no other host and before what a .netrc says."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class InterfaceSource(Spooled):
    """One extract behind one address."""

    def __init__(self, contract: Contract, server: Server, variables: Mapping[str, str] = os.environ) -> None:
        super().__init__(contract, server, variables)
        self._session = requests.Session()
        self._until = 0.0
        self._walked: set[bytes] = set()

    @property
    def system(self) -> str:
        return "/".join(shown(self.server.place, self.variables).split("/")[:3])

    def listing(self, known: Known) -> Listing:
        if prefix := self.server.setting("credentials", ""):
            self._session.auth = Token(Credentials(prefix, self.variables).secret("TOKEN"))
        windows = self.windows(known)
        if not windows:
            return Listing([])
        self._until = time.monotonic() + self.limit
        lines = patiently(lambda: self._walk(windows))
        offers = []
        for window, found in lines.items():
            new = found - self._kept(known, window) if window else found
            if new or window is None:
                offers.append(self._write(known, window, new))
        return Listing(offers, swept=self.sweeps(known))

    def close(self) -> None:
        self._session.close()

    def _kept(self, known: Known, window: Window) -> set[Line]:
        """The rows before the window that were taken with an earlier one."""
        kept: set[Line] = set()
        watermark, _ = self.watermark()
        for file in kept_since(known, window):
            if file.suffix == ".jsonl":
                with file.open(encoding="utf-8", newline="\n") as opened:
                    items = ((line.rstrip("\n"), json.loads(line)) for line in opened)
                    kept |= {self._line(item, line) for line, item in items if _before(item.get(watermark), window)}
        return kept

    def _line(self, item: Row, line: str) -> Line:
        watermark, _ = self.watermark()
        return str(item.get(watermark)), tuple(str(item.get(each.header)) for each in self.contract.key), line

    def _write(self, known: Known, window: Window | None, lines: Iterable[Line]) -> Offer:
        """Lines in the order of watermark and key, so that the same rows give the same bytes."""
        day = window.day if window else known.day
        name = f"{self.contract.extract}_{day:%Y%m%d}.jsonl"
        file = known.spool / name
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
            opened.writelines(f"{line}\n" for *_, line in sorted(lines))
        return Offer(self.contract, day, name, str(file), file.stat().st_size, dated_by_pull=window is None)

    def _walk(self, windows: list[Window | None]) -> dict[Window | None, set[Line]]:
        """Every row of the open days, each once. Raises SourceTrouble where the pages do not make a whole.

        Where as many rows came as the interface has, but some of them twice, it may have them twice, or its pages may
        have shifted over others: when a second walk gives the very same rows, it is the former.
        """
        found: dict[Window | None, set[Line]] = {window: set() for window in windows}
        watermark, _ = self.watermark()
        said: list[int] = []
        rows: set[bytes] = set()
        came = 0
        for items, total in self._pages(windows):
            said += [] if total is None else [total]
            came += len(items)
            for item in items:
                line = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
                rows.add(hashlib.sha256(line.encode()).digest())
                moment = _moment(item.get(watermark))
                for window in windows:
                    if window is None or window.holds(moment):
                        found[window].add(self._line(item, line))
        walked, self._walked = self._walked, rows
        twice = bool(said) and said[0] == said[-1] == came and walked == rows
        if said and not twice and not said[0] <= said[-1] == len(rows):
            raise SourceTrouble(
                SERVER_ERROR,
                f"the interface gave {len(rows):,} rows and says that it has {said[-1]:,}, at first {said[0]:,}",
                "Rows may have changed while they were read; it is tried again.",
            )
        return found

    def _pages(self, windows: list[Window | None]) -> Iterator[tuple[list[Row], int | None]]:
        """Each page's rows, with the number of all rows where the interface says it."""
        paging, size = self.server.setting("paging", "none"), self.server.setting("pageSize", PAGE_SIZE)
        first = self.server.setting("firstPage", 0 if paging == "offset" else 1)
        named = self.server.setting("pageParameter", paging)
        fixed = self._bounds(windows)
        if paging != "none":
            fixed |= {self.server.setting("sizeParameter", "size"): str(size)}
        place: str | None = None if paging in ("none", "cursor") else str(first)
        seen: dict[bytes, int] = {}
        got = 0
        for page in range(1, 1_000_000):
            asked = fixed | ({named: place} if place is not None else {})
            answer, items, total = patiently(partial(self._page, asked, page, seen))
            yield items, total
            got += len(items)
            if paging == "cursor":
                following = _at(answer, self.server.settings["next"])
                if following in (None, "", False):
                    return
                if str(following) == place:
                    raise _repeats(page, page)
                place = str(following)
            elif paging == "none" or not items or (total is not None and got >= total):
                return
            else:
                place = str(first + (got if paging == "offset" else page))

    def _bounds(self, windows: list[Window | None]) -> dict[str, str]:
        """The span of the open days as parameters, where the interface takes them."""
        spans = [window for window in windows if window]
        starts = [window.start for window in spans if window.start]
        bounds = {}
        if spans and len(starts) == len(spans) and (name := self.server.setting("sinceParameter", "")):
            bounds[name] = min(starts).replace(tzinfo=CHINA).isoformat()
        if spans and not any(window.rest for window in spans) and (name := self.server.setting("untilParameter", "")):
            bounds[name] = max(window.end for window in spans).replace(tzinfo=CHINA).isoformat()
        return bounds

    def _page(self, asked: Mapping[str, str], page: int, seen: dict[bytes, int]) -> tuple[Any, list[Row], int | None]:
        """One page: the answer, its rows, and the number of all rows. Raises SourceTrouble."""
        body = self._get(asked)
        try:
            # The text of a fraction is kept, so that 6500.00 stays what it was.
            answer = json.loads(body, parse_float=str)
        except (ValueError, RecursionError):
            raise SourceTrouble(SERVER_ERROR, f"page {page} is no JSON", "It is tried again.") from None
        items = _at(answer, self.server.setting("items", ""))
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise SourceTrouble(
                SERVER_ERROR,
                f"page {page} holds no list of objects where the contract says",
                "See whether the interface has changed; customProperty items says where the rows stand.",
            )
        if items:
            digest = hashlib.sha256(json.dumps(items).encode()).digest()
            if seen.setdefault(digest, page) != page:
                raise _repeats(page, seen[digest])
        total = _at(answer, self.server.settings["total"]) if "total" in self.server.settings else None
        return answer, items, total if isinstance(total, int) else None

    def _get(self, asked: Mapping[str, str]) -> bytes:
        """The body of one answer. Raises SourceTrouble."""
        address = resolve(self.server.place, self.variables)
        body = bytearray()
        try:
            with self._session.get(
                address, params=asked, timeout=(CONNECT_SECONDS, self.silence), stream=True, allow_redirects=False
            ) as response:
                _judge(response)
                for piece in response.iter_content(PIECE):
                    body += piece
                    if time.monotonic() > self._until:
                        raise faults.too_long(self.limit)
                    if len(body) > LARGEST_PAGE:
                        raise SourceTrouble(
                            SERVER_ERROR, f"a page is larger than {LARGEST_PAGE >> 20} MiB", "Agree on smaller pages."
                        )
        except requests.RequestException as problem:
            raise _told(problem, self.silence) from None
        return bytes(body)


def _told(problem: requests.RequestException, silence: float) -> SourceTrouble:
    """What an error of the library means; some it only tells in the text of what lies behind it."""
    text = str(problem)
    if isinstance(problem, requests.ConnectTimeout) or "NewConnectionError" in text or "NameResolutionError" in text:
        return faults.unreachable()
    if isinstance(problem, requests.Timeout) or "timed out" in text:
        return faults.silent(silence)
    if isinstance(problem, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return faults.interrupted()
    kind = type(problem).__name__
    return SourceTrouble(SERVER_ERROR, f"the answer cannot be read ({kind})", "See the address in the contract.")


def _judge(response: requests.Response) -> None:
    """Raises SourceTrouble for a status that is no 200."""
    status = response.status_code
    if status in (401, 403):
        raise faults.refused_login(f"status {status}")
    if status in (404, 410):
        raise faults.not_there(f"the interface (status {status})")
    if status != 200:
        problem = SourceTrouble(
            SERVER_ERROR,
            f"the interface answers with status {status}",
            "It is tried again." if status == 429 or status >= 500 else "See the server's entry in the contract.",
            _asked_wait(response.headers.get("Retry-After", "")),
        )
        problem.settled = status < 500 and status != 429
        raise problem


def _asked_wait(header: str) -> float:
    """The seconds that Retry-After asks for: a number, or a moment."""
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return 0.0


def _at(answer: Any, path: str) -> Any:
    """What stands at a dotted path of an answer; None where nothing does."""
    for name in path.split(".") if path else []:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def _moment(value: Any) -> datetime | None:
    """A watermark as local time in China; None where it cannot be read."""
    try:
        moment = datetime.fromisoformat(value.strip().replace("/", "-"))
    except (AttributeError, ValueError):
        return None
    return moment.astimezone(CHINA).replace(tzinfo=None) if moment.tzinfo else moment


def _before(value: Any, window: Window) -> bool:
    moment = _moment(value)
    return moment is not None and window.fresh is not None and moment < window.fresh


def _repeats(page: int, earlier: int) -> SourceTrouble:
    return SourceTrouble(
        SERVER_ERROR,
        f"page {page} says the same as page {earlier}",
        "The interface's paging does not advance; it is tried again.",
    )
