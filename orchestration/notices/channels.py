"""The ways in which a message leaves: a web hook (JSON by POST) and e-mail (SMTP), each off until it is configured.

Here belongs: reading their settings from environment variables, and sending. Settings: docs/unattended.md.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol

import requests

from orchestration.deliveries.sources.access import Credentials
from orchestration.deliveries.troubles import SourceTrouble
from orchestration.notices.message import Message

WEBHOOK, SMTP = "WANGGE_NOTICE_WEBHOOK", "WANGGE_NOTICE_SMTP"
_SECONDS = 10
# Group robots (企业微信) take texts of 2,048 bytes.
_SHORT = 2000
_SECURITY = ("starttls", "tls", "none")


class NotDelivered(Exception):
    """A message did not arrive, or a channel is wrongly configured; the text says what to do and holds no secret."""


class Channel(Protocol):
    """One way to send."""

    @property
    def name(self) -> str:
        """By which it is remembered what it was told."""

    def send(self, message: Message) -> None:
        """Raises NotDelivered."""


@dataclass(frozen=True)
class WebHook:
    """A POST of JSON: the fields of the message, `subject` and `message`, and the text as group robots take it."""

    address: str = field(repr=False)
    name: str = "webhook"

    def send(self, message: Message) -> None:
        content = {
            "msgtype": "text",
            "text": {"content": _shortened(message.text)},
            "subject": message.subject,
            "message": message.text,
            **message.fields,
        }
        try:
            # A redirect is not followed: the message goes to the address that was configured.
            answer = requests.post(self.address, json=content, timeout=_SECONDS, allow_redirects=False)
        except (requests.RequestException, ValueError) as error:
            # Its text holds the address, which for most robots is the password.
            raise NotDelivered(f"the web hook cannot be reached ({type(error).__name__}); check {WEBHOOK}") from None
        if not 200 <= answer.status_code < 300:
            raise NotDelivered(f"the web hook answers {answer.status_code}; check {WEBHOOK}")
        # Robots say yes to everything and then name an error.
        if code := _error_code(answer):
            raise NotDelivered(f"the web hook answers with error {code}; look it up with its maker")


@dataclass(frozen=True)
class Mail:
    """An e-mail by SMTP."""

    host: str
    port: int
    security: str
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "mail"

    def send(self, message: Message) -> None:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = message.subject, self.sender, ", ".join(self.recipients)
        mail.set_content(message.text)
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                # Raises where all recipients are refused; one of several is told by the others.
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            # The server's own words may repeat addresses; the kind and the code say enough.
            code = getattr(error, "smtp_code", "")
            told = f"{type(error).__name__} {code}".strip()
            raise NotDelivered(
                f"the mail server {self.host}:{self.port} does not take it ({told}); check {SMTP}_…"
            ) from None

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


def configured(environment: Mapping[str, str]) -> list[Channel]:
    """The channels that the environment names; none by default. Raises NotDelivered where one is named by half."""
    channels: list[Channel] = []
    if address := _secret(environment, WEBHOOK):
        if not address.startswith(("https://", "http://")):
            raise NotDelivered(f"{WEBHOOK} is no address; it begins with https://")
        channels.append(WebHook(address))
    if host := environment.get(f"{SMTP}_HOST", ""):
        channels.append(_mail(host, environment))
    return channels


def _mail(host: str, environment: Mapping[str, str]) -> Mail:
    given = {name: environment.get(f"{SMTP}_{name}", "") for name in ("FROM", "TO", "PORT", "SECURITY", "USER")}
    for name in ("FROM", "TO"):
        if not given[name]:
            raise NotDelivered(f"{SMTP}_HOST is set and {SMTP}_{name} is not")
    security = given["SECURITY"] or "starttls"
    if security not in _SECURITY:
        raise NotDelivered(f"{SMTP}_SECURITY is {security!r}; use one of {', '.join(_SECURITY)}")
    if given["USER"] and security == "none":
        raise NotDelivered(f"{SMTP}_USER with {SMTP}_SECURITY=none would send the password in the clear")
    port = given["PORT"] or {"starttls": "587", "tls": "465", "none": "25"}[security]
    if not port.isdecimal():
        raise NotDelivered(f"{SMTP}_PORT {port!r} is no number")
    return Mail(
        host=host,
        port=int(port),
        security=security,
        sender=given["FROM"],
        recipients=tuple(part.strip() for part in given["TO"].split(",") if part.strip()),
        user=given["USER"],
        password=_secret(environment, f"{SMTP}_PASSWORD"),
    )


def _secret(environment: Mapping[str, str], variable: str) -> str:
    """The value of a variable, or of the private file that `<variable>_FILE` names; empty where neither is set.

    Raises NotDelivered where the file cannot be read, or others can read it too.
    """
    prefix, _, name = variable.rpartition("_")
    if not environment.get(variable) and not environment.get(f"{variable}_FILE"):
        return ""
    try:
        return Credentials(prefix, environment).secret(name)
    except SourceTrouble as problem:
        raise NotDelivered(problem.reason) from None


def _shortened(text: str) -> str:
    """The beginning of a text, in whole lines, as far as a group robot takes it."""
    if len(text.encode()) <= _SHORT:
        return text
    kept = text.encode()[:_SHORT].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n…"


def _error_code(answer: requests.Response) -> object:
    try:
        told = answer.json()
    except ValueError:
        return 0
    return told.get("errcode", 0) if isinstance(told, dict) else 0
