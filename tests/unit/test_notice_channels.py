"""Messages arrive at a real web server and a real mail server, or it is said why not, without a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from notice_servers import certificate, mail_server, web_hook

from orchestration.notices.channels import NotDelivered, configured
from orchestration.notices.message import Message

MESSAGE = Message("Wangge: 1 new (health)", "居民健康档案 cannot be reached.\n" * 100, {"new": [{"extract": "health"}]})
SMTP = {
    "WANGGE_NOTICE_SMTP_HOST": "127.0.0.1",
    "WANGGE_NOTICE_SMTP_FROM": "warehouse@example.org",
    "WANGGE_NOTICE_SMTP_TO": "one@example.org, two@example.org",
}


def test_nothing_is_sent_by_default() -> None:
    assert configured({}) == []


def test_a_web_hook_gets_the_fields_and_a_text_as_group_robots_take_it() -> None:
    with web_hook() as hook:
        (channel,) = configured({"WANGGE_NOTICE_WEBHOOK": hook.address})
        channel.send(MESSAGE)
        (content,) = hook.received
    assert content["subject"] == MESSAGE.subject
    assert content["message"] == MESSAGE.text
    assert content["new"] == [{"extract": "health"}]
    assert content["msgtype"] == "text"
    short = content["text"]["content"]
    assert len(short.encode()) <= 2048
    assert MESSAGE.text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [(500, b"", "answers 500"), (302, b"", "answers 302"), (200, b'{"errcode": 93000}', "error 93000")],
)
def test_a_web_hook_that_does_not_take_it_is_named(status: int, body: bytes, told: str) -> None:
    with web_hook() as hook:
        hook.status, hook.body, hook.location = status, body, hook.address
        (channel,) = configured({"WANGGE_NOTICE_WEBHOOK": hook.address})
        with pytest.raises(NotDelivered, match=told) as problem:
            channel.send(MESSAGE)
    assert "secret" not in str(problem.value) + repr(channel)


def test_a_web_hook_that_is_down_is_named_without_its_address() -> None:
    with web_hook() as hook:
        address = hook.address
    (channel,) = configured({"WANGGE_NOTICE_WEBHOOK": address})
    with pytest.raises(NotDelivered, match=r"cannot be reached \(ConnectionError\)") as problem:
        channel.send(MESSAGE)
    assert "secret" not in str(problem.value)


def test_the_address_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "hook"
    with web_hook() as hook:
        file.write_text(hook.address + "\n")
        # Whatever another test has made of this process's umask.
        file.chmod(0o644)
        with pytest.raises(NotDelivered, match="can be read by others"):
            configured({"WANGGE_NOTICE_WEBHOOK_FILE": str(file)})
        file.chmod(0o600)
        (channel,) = configured({"WANGGE_NOTICE_WEBHOOK_FILE": str(file)})
        channel.send(MESSAGE)
        assert len(hook.received) == 1


def test_a_mail_reaches_all_recipients() -> None:
    with mail_server() as box:
        settings = {**SMTP, "WANGGE_NOTICE_SMTP_PORT": str(box.port), "WANGGE_NOTICE_SMTP_SECURITY": "none"}
        (channel,) = configured(settings)
        channel.send(MESSAGE)
    (mail,) = box.received
    assert (mail["Subject"], mail["To"]) == (MESSAGE.subject, "one@example.org, two@example.org")
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.text  # type: ignore[attr-defined]


def test_a_mail_server_with_a_login_is_spoken_to_over_a_certificate_that_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path)
    password = tmp_path / "password"
    password.write_text("right-password\n")
    password.chmod(0o600)
    with mail_server(context, "warehouse", "right-password") as box:
        settings = {
            **SMTP,
            "WANGGE_NOTICE_SMTP_PORT": str(box.port),
            "WANGGE_NOTICE_SMTP_USER": "warehouse",
            "WANGGE_NOTICE_SMTP_PASSWORD_FILE": str(password),
        }
        (channel,) = configured(settings)
        with pytest.raises(NotDelivered, match="SSLCertVerificationError"):
            channel.send(MESSAGE)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        channel.send(MESSAGE)
        password.write_text("wrong-password")
        (wrong,) = configured(settings)
        with pytest.raises(NotDelivered, match="SMTPAuthenticationError 535") as problem:
            wrong.send(MESSAGE)
    assert "wrong-password" not in str(problem.value) + repr(wrong)
    assert len(box.received) == 1


def test_a_mail_server_that_refuses_is_named() -> None:
    with mail_server() as box:
        box.refuse = "552 too much"
        settings = {**SMTP, "WANGGE_NOTICE_SMTP_PORT": str(box.port), "WANGGE_NOTICE_SMTP_SECURITY": "none"}
        (channel,) = configured(settings)
        with pytest.raises(NotDelivered, match="SMTPDataError 552"):
            channel.send(MESSAGE)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"WANGGE_NOTICE_WEBHOOK": "ftp://somewhere"}, "begins with https"),
        ({"WANGGE_NOTICE_WEBHOOK_FILE": "/nowhere"}, "no file that can be read"),
        ({"WANGGE_NOTICE_SMTP_HOST": "mail"}, "SMTP_FROM is not"),
        ({**SMTP, "WANGGE_NOTICE_SMTP_SECURITY": "ssl"}, "starttls, tls, none"),
        ({**SMTP, "WANGGE_NOTICE_SMTP_SECURITY": "none", "WANGGE_NOTICE_SMTP_USER": "me"}, "in the clear"),
        ({**SMTP, "WANGGE_NOTICE_SMTP_PORT": "smtp"}, "no number"),
    ],
)
def test_a_channel_that_is_configured_by_half_is_named(settings: dict[str, str], told: str) -> None:
    with pytest.raises(NotDelivered, match=told):
        configured(settings)
