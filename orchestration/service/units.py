"""`make service`: the systemd units of this installation, rendered from the templates beside this file."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

from orchestration.deliveries.files import make_private_folder
from orchestration.process import keep_private
from orchestration.settings import PROJECT, settings_for

ROOM = Path(__file__).parent
UNITS = ("wangge-daemon.service", "wangge-webserver.service")
# In a unit these end a value, or stand for something else.
_MEANT_OTHERWISE = set("\"'\\\n\r")


class NotAValue(Exception):
    """Something that cannot stand in a unit."""


def render(values: Mapping[str, str]) -> dict[str, str]:
    """Every unit by its file name. `values`: data, extracts, environment, account, secrets, port.

    Raises NotAValue for one that a unit cannot say.
    """
    for name, value in values.items():
        if _MEANT_OTHERWISE & set(value):
            raise NotAValue(f"{name.upper()} may hold no quote, backslash or line break: {value!r}")
    told = {"project": str(PROJECT), "python": f"{sys.prefix}/bin/python", **values}
    # Systemd would take a % for the beginning of a name of its own.
    told = {name: value.replace("%", "%%") for name, value in told.items()}
    told["common"] = Template((ROOM / "common.conf").read_text("utf-8")).substitute(told)
    return {name: Template((ROOM / name).read_text("utf-8")).substitute(told) for name in UNITS}


def main() -> int:
    """Read the command line, write the units and say how they are installed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default="data")
    arguments.add_argument("--extracts", default="")
    arguments.add_argument("--environment", default="", help="which of a contract's servers are pulled from")
    arguments.add_argument("--account", default="", help="the account that it runs as; without it your own")
    arguments.add_argument("--secrets", default="/etc/wangge/environment", help="file of environment variables")
    arguments.add_argument("--port", default="3000")
    arguments.add_argument("--to", default="", help="folder for the units; without it service/ in the data folder")
    given = arguments.parse_args()
    settings = settings_for(given.data, given.extracts or None)
    values = {
        "data": str(settings.data),
        "extracts": str(settings.extracts),
        "environment": given.environment or "drop",
        "account": given.account or getpass.getuser(),
        "secrets": given.secrets,
        "port": given.port,
    }
    try:
        units = render(values)
    except NotAValue as problem:
        print(problem, file=sys.stderr)
        return 1
    to = Path(given.to).expanduser().absolute() if given.to else settings.data / "service"
    make_private_folder(to)
    for name, text in units.items():
        (to / name).write_text(text, "utf-8")
    print(f"Written for {settings.data} and the account {values['account']}:")
    print("\n".join(str(to / name) for name in units))
    print(
        f"\nInstall them:\n  sudo install -m 0644 {to}/wangge-*.service /etc/systemd/system/\n"
        "  sudo systemctl daemon-reload\n  sudo systemctl enable --now wangge-daemon wangge-webserver\n"
        "Then look: systemctl status wangge-daemon, journalctl -u wangge-daemon, and docs/operations.md."
    )
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
