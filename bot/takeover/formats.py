"""A notice in the formats of those who receive it, as their public documentation asks for.

WeCom group robots (developer.work.weixin.qq.com/document/path/91770): markdown of at most 4,096 bytes. Feishu custom bots: a
card of at most 20 kB, signed in the body. DingTalk custom robots: an action card, signed in the address. Slack incoming
webhooks: blocks, a text of at most 3,000 characters each. Our own webhook: signed as standardwebhooks.com describes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from bot.takeover.notice import Notice

WECOM_BYTES = 4096
SLACK_CHARACTERS = 3000
SLACK_TITLE = 150
_MARKS = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "＇", "#": "＃", "|": "｜", "\\": "＼"})


@dataclass(frozen=True, slots=True)
class Post:
    """A request to be sent: where, the body's bytes, the headers. The address may hold a secret."""

    url: str = field(repr=False)
    body: bytes
    headers: dict[str, str] = field(default_factory=dict, repr=False)


Format = Callable[[Notice, str, str | None, float], Post]
"""Makes a request of a notice, the channel's address, its secret and the time in seconds since 1970."""


def webhook(notice: Notice, url: str, secret: str | None, now: float) -> Post:
    """All that is known, as JSON. With a secret the headers ``webhook-id, webhook-timestamp, webhook-signature`` prove it."""
    handover, summary = notice.handover, notice.summary
    body = _json(
        {
            "type": "handover.requested" if notice.kind == "handover" else "handover.email_left",
            "timestamp": handover.requested_at.isoformat(),
            "data": {
                "conversation": handover.conversation,
                "reason": handover.reason,
                "email": handover.email,
                "takeover_url": notice.url,
                "expires_at": notice.expires_at.isoformat(),
                "title": notice.title,
                "summary": {
                    "wants": summary.wants,
                    "intent": summary.intent,
                    "language": summary.language,
                    "sentiment": {"label": summary.sentiment, "angry": summary.angry, "urgent": summary.urgent},
                    "orders": summary.orders,
                    "products": [{"sku": sku, "title": title} for sku, title in summary.products],
                    "said": summary.said,
                },
            },
        }
    )
    return signed(f"handover-{notice.id}", body, url, secret, now)


def signed(id: str, body: bytes, url: str, secret: str | None, now: float) -> Post:
    """JSON with the headers that prove, where there is a secret, what was sent and when."""
    at = str(int(now))
    headers = {"Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": at}
    if secret:
        signature = hmac.digest(_key(secret), f"{id}.{at}.".encode() + body, hashlib.sha256)
        headers["webhook-signature"] = f"v1,{base64.b64encode(signature).decode()}"
    return Post(url, body, headers)


def wecom(notice: Notice, url: str, secret: str | None, now: float) -> Post:
    """Markdown; the customer's words are shortened until all of it fits."""
    head, foot = f"**{_plain(notice.title)}**\n", f"\n[{notice.button}]({notice.url})"
    lines = [f"> {name}：{_plain(value)}\n" for name, value in notice.facts()]
    room = WECOM_BYTES - len((head + foot).encode())
    facts = "".join(lines).encode()[:room].decode("utf-8", "ignore")
    return _post(url, {"msgtype": "markdown", "markdown": {"content": head + facts + foot}})


def feishu(notice: Notice, url: str, secret: str | None, now: float) -> Post:
    """A card whose texts are plain, so that nothing in the customer's words is markup."""
    facts = "\n".join(f"{name}: {value}" for name, value in notice.facts())
    card = {
        "config": {"wide_screen_mode": True},
        "header": {"template": "orange", "title": {"tag": "plain_text", "content": notice.title}},
        "elements": [
            {"tag": "div", "text": {"tag": "plain_text", "content": facts}},
            {
                "tag": "action",
                "actions": [
                    {
                        "tag": "button",
                        "type": "primary",
                        "text": {"tag": "plain_text", "content": notice.button},
                        "url": notice.url,
                    }
                ],
            },
            {"tag": "note", "elements": [{"tag": "plain_text", "content": notice.valid}]},
        ],
    }
    signed: dict[str, Any] = {}
    if secret:
        at = str(int(now))
        signature = hmac.digest(f"{at}\n{secret}".encode(), b"", hashlib.sha256)  # the key holds it all, the message is empty
        signed = {"timestamp": at, "sign": base64.b64encode(signature).decode()}
    return _post(url, {**signed, "msg_type": "interactive", "card": card})


def dingtalk(notice: Notice, url: str, secret: str | None, now: float) -> Post:
    """An action card whose whole is the link."""
    facts = "\n\n".join(f"**{name}**: {_plain(value)}" for name, value in notice.facts())
    card = {
        "title": notice.title,
        "text": f"### {_plain(notice.title)}\n\n{facts}\n\n{notice.valid}",
        "btnOrientation": "0",
        "singleTitle": notice.button,
        "singleURL": notice.url,
    }
    if secret:
        at = str(int(now * 1000))
        signature = hmac.digest(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256)
        sign = quote_plus(base64.b64encode(signature))
        url += f"{'&' if '?' in url else '?'}timestamp={at}&sign={sign}"
    return _post(url, {"msgtype": "actionCard", "actionCard": card})


def slack(notice: Notice, url: str, secret: str | None, now: float) -> Post:
    """Blocks with a text beside them for what shows no blocks; the characters of Slack's markup are escaped."""
    facts = "\n".join(f"{name}: {value}" for name, value in notice.facts())[:SLACK_CHARACTERS]
    link = f"<{_escaped(notice.url)}|{_escaped(notice.button)}>\n{_escaped(notice.valid)}"
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": notice.title[:SLACK_TITLE]}},
        {"type": "section", "text": {"type": "plain_text", "text": facts, "emoji": False}},
        {"type": "section", "text": {"type": "mrkdwn", "text": link}},
    ]
    return _post(url, {"text": _escaped(notice.title), "blocks": blocks, "unfurl_links": False})


FORMATS: dict[str, Format] = {"webhook": webhook, "wecom": wecom, "feishu": feishu, "dingtalk": dingtalk, "slack": slack}


def refusal(channel: str, status: int, body: bytes) -> str | None:
    """Why the receiver did not take it, by what it answered; None when it did."""
    if not 200 <= status < 300:
        return f"The answer has the status {status}."
    if channel in ("webhook", "slack"):
        return None
    try:
        told = json.loads(body)
        code = told.get("errcode", told.get("code", told.get("StatusCode")))
    except (ValueError, AttributeError):
        return "The answer is not what this service gives."
    if code == 0:
        return None
    reason = str(told.get("errmsg") or told.get("msg") or "")
    return f"The answer has the code {code}: {reason[:100]}"


def _post(url: str, body: dict[str, Any]) -> Post:
    return Post(url, _json(body), {"Content-Type": "application/json; charset=utf-8"})


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _key(secret: str) -> bytes:
    """The bytes of a secret; of one that begins with ``whsec_`` those that its base64 stands for."""
    return base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()


def _plain(text: str) -> str:
    """Text in which nothing is Markdown, a mention or a link."""
    return re.sub(r"://", ": //", text.translate(_MARKS))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
