"""Files behind SFTP, a real server: what is taken, when a file is complete, and what remains when the line fails."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.deliveries.sources import files, patience, sftp
from tests.servers.front import Front
from tests.servers.line import Line
from tests.servers.ssh import SSH, ssh

DEATHS = "civil_affairs.deaths"
NUMBER = "11010519491231002X"


@pytest.fixture(scope="module")
def host() -> Iterator[SSH]:
    with ssh() as started:
        yield started


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(files, "SETTLE_SECONDS", 0.0)


@pytest.fixture
def folder(host: SSH) -> Iterator[Path]:
    """The department's folder, empty at first."""
    folder = host.root / "deaths"
    folder.mkdir()
    yield folder
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()


def variables(host: SSH, port: int | None = None) -> dict[str, str]:
    named = {"HOST": f"127.0.0.1:{port or host.port}{host.root}", "USER": host.user, "KEY_FILE": str(host.key)}
    named["KNOWN_HOSTS_FILE"] = str(host.known_hosts)
    return {f"CIVIL_AFFAIRS_SFTP_{name}": value for name, value in named.items()}


def deaths(front: Front, *names: str) -> bytes:
    header = ",".join(column.header for column in front.contract.columns)
    rows = [f"{name},男,{NUMBER},2026-08-01,2026-08-03,建设路1号" for name in names]
    return ("\n".join([header, *rows]) + "\n").encode("gb18030")


def broken(front: Front) -> str:
    """Pulls in vain; returns the kind of the trouble, and insists that nothing is left behind and no secret told."""
    assert front.pull("2026-09-09") == []
    (trouble,) = front.troubles
    assert front.leftovers() == []
    for secret in (NUMBER, "wrong-horse"):
        assert secret not in front.said()
    return trouble.kind


def test_files_are_taken_in_order_and_unchanged_ones_not_transferred_again(
    host: SSH, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = Front(tmp_path, DEATHS, variables(host))
    (folder / "deaths_20260902.csv").write_bytes(deaths(front, "王二"))
    (folder / "deaths_20260901.csv").write_bytes(deaths(front, "王一"))
    (folder / "deaths_2026-09-03.csv").write_bytes(b"x")
    (folder / "of_another_extract.csv").write_bytes(b"x")
    first, second, stray = sorted(front.pull("2026-09-03"), key=lambda each: each.delivery_date or "9")
    assert (first.delivery_date, second.delivery_date) == ("2026-09-01", "2026-09-02")
    assert (stray.status, stray.refusal, stray.source_file) == ("refused", "wrong_name", "deaths_2026-09-03.csv")
    with monkeypatch.context() as patched:
        patched.setattr(sftp.SftpFiles, "pieces", lambda *_: pytest.fail("nothing has changed"))
        assert front.pull("2026-09-03") == []
    (folder / "deaths_20260901.csv").write_bytes(deaths(front, "王一", "王三"))
    (corrected,) = front.pull("2026-09-03")
    assert (corrected.delivery_date, corrected.rows_accepted) == ("2026-09-01", 2)
    assert len(front.rows()) == 3


def test_a_half_written_file_waits_and_the_others_do_not(host: SSH, folder: Path, tmp_path: Path) -> None:
    front = Front(tmp_path, DEATHS, variables(host))
    whole = deaths(front, "王一", "王二")
    (folder / "deaths_20260901.csv.part").write_bytes(whole[:60])
    (folder / "deaths_20260902.csv").write_bytes(whole)
    (receipt,) = front.pull("2026-09-02")
    assert receipt.delivery_date == "2026-09-02"
    (trouble,) = front.troubles
    assert (trouble.kind, trouble.tries) == ("incomplete", 1)
    (folder / "deaths_20260901.csv.part").write_bytes(whole)
    (folder / "deaths_20260901.csv.part").rename(folder / "deaths_20260901.csv")
    (receipt,) = front.pull("2026-09-02")
    assert (receipt.delivery_date, receipt.rows_accepted) == ("2026-09-01", 2)
    assert front.troubles == []


def test_a_file_that_grows_is_not_taken(
    host: SSH, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is looked at twice, and while it is copied."""
    front = Front(tmp_path, DEATHS, variables(host))
    whole, file = deaths(front, "王一", "王二"), folder / "deaths_20260901.csv"
    file.write_bytes(whole[:60])
    with monkeypatch.context() as patched:
        patched.setattr(files.time, "sleep", lambda _: file.write_bytes(whole[:80]))
        assert broken(front) == "incomplete"
    original = sftp.SftpFiles.pieces

    def grow(*given: object) -> Iterator[bytes]:
        yield from original(*given)  # type: ignore[arg-type]
        file.write_bytes(whole)

    with monkeypatch.context() as patched:
        patched.setattr(sftp.SftpFiles, "pieces", grow)
        assert broken(front) == "incomplete"
    assert len(front.pull("2026-09-01")) == 1
    assert len(front.rows()) == 2


def test_a_mark_says_that_a_file_is_complete(host: SSH, folder: Path, tmp_path: Path) -> None:
    front = Front(tmp_path, DEATHS, variables(host), completeMark=".ok")
    (folder / "deaths_20260901.csv").write_bytes(deaths(front, "王一"))
    assert broken(front) == "incomplete"
    (folder / "deaths_20260901.csv.ok").touch()
    assert len(front.pull("2026-09-01")) == 1
    assert front.troubles == []


def test_faults_of_the_host(host: SSH, folder: Path, tmp_path: Path) -> None:
    front = Front(tmp_path, DEATHS, variables(host))
    (folder / "deaths_20260901.csv").write_bytes(deaths(front, "王一"))
    key = front.variables.pop("CIVIL_AFFAIRS_SFTP_KEY_FILE")
    front.variables["CIVIL_AFFAIRS_SFTP_PASSWORD"] = "wrong-horse"
    assert broken(front) == "refused_login"
    front.variables["CIVIL_AFFAIRS_SFTP_KEY_FILE"] = key

    host.change_host_key()
    assert broken(front) == "host_key_changed"
    host.known_hosts.write_text("")
    assert broken(front) == "host_key_changed"
    host.trust()

    folder.rename(host.root / "moved")
    assert broken(front) == "missing_table"
    (host.root / "moved").rename(folder)

    host.process.stop(signal.SIGTERM)
    try:
        assert broken(front) == "unreachable"
    finally:
        host.process.start()
    front.variables["CIVIL_AFFAIRS_SFTP_KNOWN_HOSTS_FILE"] = str(tmp_path / "nowhere")
    assert broken(front) == "missing_setting"
    front.variables["CIVIL_AFFAIRS_SFTP_KNOWN_HOSTS_FILE"] = str(host.known_hosts)
    assert front.troubles[0].tries == 6
    assert len(front.pull("2026-09-01")) == 1
    assert front.troubles == []


# paramiko asks ahead in a thread of its own, which says so when the line breaks under it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("stall", [False, True], ids=["drop", "silence"])
def test_a_transfer_that_breaks_is_made_again(
    host: SSH, folder: Path, tmp_path: Path, stall: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRIES", 2)
    with Line(host.port) as line:
        host.trust(line.port)
        front = Front(tmp_path, DEATHS, variables(host, line.port), silenceSeconds=1)
        (folder / "deaths_20260901.csv").write_bytes(deaths(front, *(f"王{n}" * 9 for n in range(8_000))))
        line.break_after, line.stall = 160_000, stall
        (receipt,) = front.pull("2026-09-01")
        assert (receipt.rows_accepted, line.times, line.connections) == (8_000, 0, 2)
        (folder / "deaths_20260902.csv").write_bytes(deaths(front, *(f"王{n}" * 9 for n in range(8_000))))
        line.times = 100
        assert broken(front) == ("timeout" if stall else "interrupted")
        line.times = 0
        assert len(front.pull("2026-09-02")) == 1
        assert len(front.rows()) == 16_000
