"""A clock that goes faster, for a process that has this folder on its PYTHONPATH, and for its children.

The file that HURRIED_CLOCK names says: which moment it was (seconds since 1970), when (time.monotonic), and how many
times as fast the time goes since; it is read again five times a second. Only the time of day is told so: waits and time
limits stay as long as they are, also those that gRPC, by which Dagster's processes speak with each other, measures by
the time of day; and how often the daemon loads the definitions anew, which takes seconds.
"""

import os
import sys
import threading
import time
import types
from pathlib import Path

if told := os.environ.get("HURRIED_CLOCK", ""):
    import time_machine

    def _now() -> float:
        moment, when, pace = map(float, Path(told).read_text().split())
        return moment + pace * (time.monotonic() - when)

    clock = time_machine.travel(_now(), tick=True).start()

    def _hurry() -> None:
        while True:
            time.sleep(0.2)
            clock.move_to(_now())

    threading.Thread(target=_hurry, daemon=True).start()

    if any(word.startswith("dagster") for word in sys.orig_argv):
        import dagster._grpc.server
        import grpc._channel
        import grpc._common
        import grpc._cython.cygrpc
        import grpc._server

        true = types.ModuleType("time")
        vars(true).update(vars(time) | {"time": time_machine.escape_hatch.time.time})
        for module in (dagster._grpc.server, grpc._channel, grpc._common, grpc._cython.cygrpc, grpc._server):
            vars(module)["time"] = true
        if "dagster._daemon" in sys.orig_argv:
            import dagster._daemon.controller

            vars(dagster._daemon.controller)["get_current_timestamp"] = true.time
