"""A line between a source and its server that breaks, stalls or slows down after so many bytes."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress


class Line:
    """Hands bytes on between its own port and a server's.

    `break_after` bytes from the server the connection is reset, or nothing more comes (`stall`); as often as `times`
    says, later connections are whole. `pause` seconds lie between any two pieces.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self.break_after: int | None = None
        self.stall = False
        self.times = 1
        self.pause = 0.0
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        # Shut down, not only closed: a thread that waits for a socket would else keep it open, and the server with it.
        self._end(*self._open)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server), 5)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            self.connections += 1
            self._open |= {client, server}
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while piece := client.recv(1 << 16):
                server.sendall(piece)
        except OSError:
            pass
        self._end(client, server)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        passed = 0
        try:
            while piece := server.recv(1 << 16):
                passed += len(piece)
                if self.break_after is not None and passed > self.break_after and self.times > 0:
                    self.times -= 1
                    while self.stall and client in self._open:
                        time.sleep(0.05)
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                if self.pause:
                    time.sleep(self.pause)
                client.sendall(piece)
        except OSError:
            pass
        self._end(client, server)

    def _end(self, *sockets: socket.socket) -> None:
        for each in sockets:
            self._open.discard(each)
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
