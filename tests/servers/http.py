"""A JSON interface of the tests' own: pages of rows behind a token, and whatever goes wrong with them."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "token-of-the-tests"


@dataclass
class Interface:
    """A running server: `rows` by path. `faults` are used up one a request: a status (with `retry_after`), or
    `break` (half an answer), `stall`, `repeat` (the page before again), `garbage`."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    faults: deque[int | str] = field(default_factory=deque)
    retry_after: str = ""
    after_page: Any = None
    asked: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    last: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        rows = self.rows[path]
        if "since" in asked or "updated_since" in asked:
            since = asked.get("since") or asked["updated_since"]
            rows = [row for row in rows if (row.get("visited_at") or row.get("updated_at") or since) >= since]
        size = int(asked.get("size", len(rows) or 1))
        if "cursor" in asked or path == "/household_visits":
            start = int(asked.get("cursor", 0))
            following = start + size
            return {"visits": rows[start:following], "next": following if following < len(rows) else None}
        page = int(asked.get("page", 1))
        return {"data": rows[(page - 1) * size : page * size], "total": len(rows)}


@contextmanager
def interface() -> Iterator[Interface]:
    """A server that ends with the block."""
    served = Interface()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = dict(parse_qsl(parts.query))
            served.asked.append(asked)
            fault = served.faults.popleft() if served.faults else None
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self.say(401, b"{}")
            if isinstance(fault, int) and fault:
                return self.say(fault, b"{}")
            if parts.path not in served.rows:
                return self.say(404, b"{}")
            answer = served.answer(parts.path, asked)
            if fault == "repeat":
                answer = served.last
            served.last = answer
            body = json.dumps(answer, ensure_ascii=False).encode()
            if fault == "garbage":
                body = body[: len(body) // 2]
            if fault == "stall":
                time.sleep(1.5)
            self.say(200, body, half=fault == "break")
            if served.after_page:
                served.after_page()

        def say(self, status: int, body: bytes, half: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 429 and served.retry_after:
                self.send_header("Retry-After", served.retry_after)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if half else body)
            if half:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that breaks off says so itself; any other error shows in its answer that does not come."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
