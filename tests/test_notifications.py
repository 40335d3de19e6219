"""The owner is told of a handover: by every channel, in its own format, once; and no failure reaches a customer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, delete, select, update

import bot
from bot.errors import SettingsError
from bot.shopdesk import Shopdesk
from bot.store.database import open_database
from bot.store.handover_log import notifications
from bot.takeover.attendant import MOST_TRIES, Attendant
from bot.takeover.delivery import Delivery
from tests.api_server import api_server
from tests.receivers import MailServer, Receiver, mail_server, webhook_receiver

SECRET = "a-secret-of-the-owner"
HOSTILE = "[free money](http://evil.example) <@all> <!channel> **now** <b>x</b> I want a real person please"
WISH = "Can I speak to a real person please?"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as started:
        yield started


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with mail_server() as started:
        yield started


@dataclass
class Owner:
    """A shop with every channel, and its attendant, who looks when the test says so."""

    shopdesk: Shopdesk
    attendant: Attendant
    engine: Engine

    def call(self, *channels: str, text: str = WISH) -> str:
        """A customer calls for a person, of which these channels are to tell."""
        reply = self.shopdesk.reply(text)
        self.shopdesk.handovers.request(reply.conversation, "requested")
        self.only(*channels)
        return reply.conversation

    def only(self, *channels: str) -> None:
        """Empties the outbox of the other channels."""
        with self.engine.begin() as connection:
            connection.execute(delete(notifications).where(notifications.c.channel.not_in(channels)))

    def link(self, conversation: str) -> str:
        return self.shopdesk.links.url(self.shopdesk.handovers.current(conversation))

    def states(self) -> list[tuple[str, str, int]]:
        with self.engine.connect() as connection:
            columns = (notifications.c.channel, notifications.c.state, notifications.c.tries)
            return [tuple(row) for row in connection.execute(select(*columns).order_by(notifications.c.id)).all()]

    def errors(self) -> str:
        with self.engine.connect() as connection:
            return " ".join(filter(None, connection.execute(select(notifications.c.last_error)).scalars()))

    def let_time_pass(self) -> None:
        """Every waiting try is due now."""
        with self.engine.begin() as connection:
            connection.execute(update(notifications).values(next_try_at=datetime.now(UTC) - timedelta(hours=1)))


@pytest.fixture(scope="module")
def stocked(api_data, tmp_path_factory, receiver, mail) -> Iterator[Shopdesk]:
    """A shop whose owner is told by every channel."""
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("owner") / "data")
    urls = {
        f"{name}_url": receiver.url(f"{name}?key=hush-hush") for name in ("webhook", "wecom", "feishu", "dingtalk", "slack")
    }
    secrets = {f"{name}_secret": SECRET for name in ("webhook", "feishu", "dingtalk")}
    mailing = {
        "smtp_host": "127.0.0.1", "smtp_port": mail.port, "smtp_security": "none", "smtp_user": "shop",
        "smtp_password": "pass word", "smtp_from": "bot@norrvik.example", "smtp_to": "mia@norrvik.example, bo@norrvik.example",
    }  # fmt: skip
    with bot.open(data, **urls, **secrets, **mailing, public_url="https://chat.norrvik.example") as shopdesk:
        yield shopdesk


@pytest.fixture
def shop(stocked, receiver) -> Iterator[Owner]:
    """The same, with nothing in the outbox and receivers who take everything."""
    receiver.answer = lambda _: (200, b'{"errcode": 0, "code": 0}')
    engine = open_database(stocked.settings.sql_url)
    with engine.begin() as connection:
        connection.execute(delete(notifications))
    yield Owner(stocked, Attendant(stocked, stocked.outbox, Delivery.open(stocked.settings)), engine)
    engine.dispose()
    while not receiver.received.empty():
        receiver.next()


def test_a_try_that_was_put_off_before_the_clock_was_set_back_a_year_is_made_now(shop, receiver):
    shop.call("webhook")
    with shop.engine.begin() as connection:
        connection.execute(update(notifications).values(next_try_at=datetime.now(UTC) + timedelta(days=365)))
    shop.attendant.look()
    assert [state for _, state, _ in shop.states()] == ["sent"]


def test_a_webhook_gets_all_that_is_known_with_a_signature_over_it_and_the_time(shop, receiver):
    id = shop.shopdesk.reply("Hello").conversation
    shop.shopdesk.reply("Where is my order SD-1001?", conversation=id)
    shop.shopdesk.reply(WISH, conversation=id)
    shop.only("webhook")
    shop.attendant.look()
    got = receiver.next()
    head = {name: got.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")}
    signed = hmac.new(SECRET.encode(), f"{head['id']}.{head['timestamp']}.".encode() + got.body, hashlib.sha256)
    assert head["signature"] == "v1," + base64.b64encode(signed.digest()).decode()
    data = got.json["data"]
    assert (got.json["type"], data["conversation"], data["reason"]) == ("handover.requested", id, "requested")
    assert data["summary"]["orders"] == ["SD-1001"] and data["summary"]["intent"] == "order_status"
    address, _, token = data["takeover_url"].rpartition("/takeover/")
    assert address == "https://chat.norrvik.example"
    assert shop.shopdesk.links.read(token, shop.shopdesk.handovers).conversation == id
    assert shop.states() == [("webhook", "sent", 1)]
    shop.let_time_pass()
    shop.attendant.look()
    assert receiver.received.empty() and shop.states() == [("webhook", "sent", 1)]


def test_an_email_reaches_everybody_with_the_link_and_the_customers_words_are_no_header(shop, mail):
    conversation = shop.call("email", text="The kettle leaks!\r\nBcc: everybody@evil.example\r\nI want a real person")
    shop.attendant.look()
    got = mail.mails.get(timeout=20)
    assert (got["From"], got["To"]) == ("bot@norrvik.example", "mia@norrvik.example, bo@norrvik.example")
    assert got["Subject"].startswith("Norrvik Outdoor: ") and got["Bcc"] is None
    text = got.get_payload(decode=True).decode()
    assert shop.link(conversation) in text and "leaks!" in text
    assert got["X-RcptTo"] == "mia@norrvik.example, bo@norrvik.example" and shop.states() == [("email", "sent", 1)]


def test_a_customer_who_leaves_an_address_is_told_of_with_an_address_to_reply_to(shop, mail):
    conversation = shop.call(text="我要找人工客服")
    shop.shopdesk.handovers.leave_email(conversation, "lin@example.com")
    shop.only("email")
    shop.attendant.look()
    left = mail.mails.get(timeout=20)
    assert left["Reply-To"] == "lin@example.com"
    assert "顾客邮箱: lin@example.com" in left.get_payload(decode=True).decode()


def test_wecom_gets_markdown_that_fits_and_in_which_the_customer_cannot_link_or_mention(shop, receiver):
    conversation = shop.call("wecom", text=f"我要退货，水壶坏了 {HOSTILE}" + " 很急" * 700)
    shop.attendant.look()
    body = receiver.next().json
    content = body["markdown"]["content"]
    assert body["msgtype"] == "markdown" and len(content.encode()) <= 4096
    assert content.endswith(f"[打开对话]({shop.link(conversation)})") and content.count("](") == 1
    assert "<@" not in content and "http://evil" not in content and "free money" in content


def test_feishu_gets_a_card_of_plain_texts_signed_in_its_body(shop, receiver):
    shop.call("feishu", text=HOSTILE)
    shop.attendant.look()
    got = receiver.next()
    body = got.json
    key = f"{body['timestamp']}\n{SECRET}".encode()
    assert body["sign"] == base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
    assert body["msg_type"] == "interactive" and len(got.body) < 20_000
    tags = {element["text"]["tag"] for element in body["card"]["elements"] if "text" in element}
    assert tags == {"plain_text"} and "/takeover/" in body["card"]["elements"][1]["actions"][0]["url"]


def test_dingtalk_gets_an_action_card_signed_in_the_address(shop, receiver):
    shop.call("dingtalk", text=HOSTILE)
    shop.attendant.look()
    got = receiver.next()
    query = {name: values[0] for name, values in parse_qs(urlsplit(got.path).query).items()}
    signed = hmac.new(SECRET.encode(), f"{query['timestamp']}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query["key"] == "hush-hush" and base64.b64decode(query["sign"]) == signed and len(query["timestamp"]) == 13
    card = got.json["actionCard"]
    assert got.json["msgtype"] == "actionCard" and "/takeover/" in card["singleURL"]
    assert "](" not in card["text"] and "http://evil" not in card["text"]


def test_slack_gets_blocks_in_which_the_customers_words_are_plain(shop, receiver):
    receiver.answer = lambda _: (200, b"ok")
    shop.call("slack", text=HOSTILE + " x" * 1500)
    shop.attendant.look()
    body = receiver.next().json
    words = [block["text"] for block in body["blocks"] if "free money" in json.dumps(block)]
    assert [text["type"] for text in words] == ["plain_text"] and len(words[0]["text"]) <= 3000
    assert "<!channel>" not in body["text"] and "/takeover/" in body["blocks"][2]["text"]["text"]
    assert shop.states() == [("slack", "sent", 1)]


@pytest.mark.parametrize(
    ("channel", "answer", "reason"),
    [
        ("webhook", (500, b""), "status 500"),
        ("wecom", (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}'), "code 93000: invalid webhook url"),
        ("feishu", (200, b'{"code": 19021, "msg": "sign match fail"}'), "code 19021: sign match fail"),
        ("dingtalk", (200, b"<html>"), "not what this service gives"),
    ],
)
def test_what_is_not_taken_is_tried_again_later_and_sent_once_it_can_be(shop, receiver, channel, answer, reason):
    receiver.answer = lambda _: answer
    shop.call(channel)
    shop.attendant.look()
    shop.attendant.look()
    assert shop.states() == [(channel, "waiting", 1)] and reason in shop.errors()
    shop.let_time_pass()
    receiver.answer = lambda _: (200, b'{"errcode": 0, "code": 0}')
    shop.attendant.look()
    assert shop.states() == [(channel, "sent", 2)] and shop.errors() == ""
    assert [urlsplit(receiver.next().path).path for _ in range(2)] == [f"/{channel}"] * 2 and receiver.received.empty()


def test_a_channel_that_fails_keeps_no_other_one_and_no_customer_waiting(shop, receiver, mail):
    receiver.answer = lambda _: (503, b"")
    shop.call("email", "wecom")
    shop.attendant.look()
    assert mail.mails.get(timeout=20)["From"] == "bot@norrvik.example"
    assert sorted(shop.states()) == [("email", "sent", 1), ("wecom", "waiting", 1)]
    receiver.next()


def test_a_notification_is_given_up_after_many_tries_and_dropped_when_the_handover_is_over(shop, receiver):
    receiver.answer = lambda _: (500, b"")
    shop.call("webhook")
    with shop.engine.begin() as connection:
        connection.execute(update(notifications).values(tries=MOST_TRIES - 1))
    shop.attendant.look()
    assert shop.states() == [("webhook", "failed", MOST_TRIES)]
    conversation = shop.call("webhook")
    handover = shop.shopdesk.handovers.current(conversation).id
    shop.shopdesk.handovers.take(handover, "Mia", "a secret of Mia's browser")
    shop.shopdesk.handovers.release(handover, "a secret of Mia's browser")
    shop.attendant.look()
    assert shop.states()[1] == ("webhook", "dropped", 1)
    receiver.next()


def test_a_notification_survives_a_crash_in_the_middle_of_sending(shop, receiver):
    receiver.answer = lambda _: (200, b"{}")
    shop.call("webhook")
    (claimed,) = shop.shopdesk.outbox.claim()  # and then the process ended
    assert shop.shopdesk.outbox.claim() == []
    shop.let_time_pass()
    shop.attendant.look()
    assert shop.states() == [("webhook", "sent", 2)] and receiver.next().headers["webhook-id"] == f"handover-{claimed.id}"
    shop.shopdesk.outbox.try_again(claimed, timedelta(), "late news of the try before")
    assert shop.states() == [("webhook", "sent", 2)]


def test_a_mail_server_that_refuses_is_a_reason_without_the_password(shop, mail, caplog):
    wrong = shop.shopdesk.settings.model_copy(update={"smtp_password": SecretStr("wrong but secret")})
    shop.call("email")
    with caplog.at_level(logging.DEBUG):
        Attendant(shop.shopdesk, shop.shopdesk.outbox, Delivery.open(wrong)).look()
    assert shop.states() == [("email", "waiting", 1)] and "SMTPAuthenticationError" in shop.errors()
    assert "wrong but secret" not in caplog.text + shop.errors() and mail.mails.empty()


def test_no_secret_shows_in_the_settings_the_log_or_the_outbox(shop, receiver, caplog):
    receiver.answer = lambda request: (200, b'{"errcode": 1, "errmsg": "no %s"}' % receiver.url(request.path[1:]).encode())
    shop.call("wecom", "dingtalk", "feishu")
    with caplog.at_level(logging.DEBUG):
        shop.attendant.look()
    assert [state for _, state, _ in shop.states()] == ["waiting"] * 3 and "no …" in shop.errors()
    for secret in ("hush", SECRET):
        assert secret not in repr(shop.shopdesk.settings) + caplog.text + shop.errors()


def test_the_server_tells_the_owner_at_once_and_the_customer_when_nobody_comes(api_data, tmp_path, receiver):
    receiver.answer = lambda _: (200, b"")
    data = shutil.copytree(api_data, tmp_path / "data")
    with bot.open(data, webhook_url=receiver.url("own"), handover_wait_minutes=1 / 6000) as shopdesk:
        with api_server(shopdesk) as api:
            customer = api.customer()
            customer.ask("你好")
            customer.post("/handover", {})
            assert receiver.next().json["data"]["conversation"] == customer.id
            customer.post("/email", {"email": "lin@example.com"})
            assert receiver.next().json["type"] == "handover.email_left"
            until, told = monotonic() + 10, []
            while not told and monotonic() < until:  # nobody came in time, which the attendant looks after beside all else
                told = [m for m in customer.get("/messages").json()["messages"] if m.get("event") == "agent_unavailable"]
            assert "help@norrvik.example" in told[0]["data"]["text"] and "周一至周五" in told[0]["data"]["text"]
            assert told[0]["data"]["contact"]["email"] == "help@norrvik.example" and len(told) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"smtp_host": "mail.example"}, "'smtp_from' and 'smtp_to'"),
        ({"smtp_from": "nobody"}, "no e-mail address"),
        ({"slack_url": "hooks.slack.com/x?hush"}, "begins with 'https://'"),
        ({"takeover_secret": "hush"}, "at least 32"),
        ({"webhook_secret": "hush"}, "at least 16"),
        ({"smtp_security": "ssl"}, "'starttls', 'tls' or 'none'"),
    ],
)
def test_an_unusable_setting_is_told_in_one_sentence_without_its_secret(tmp_path, settings, words):
    with pytest.raises(SettingsError, match=words) as caught, bot.open(tmp_path, **settings) as shopdesk:
        Delivery.open(shopdesk.settings)
    assert "hush" not in str(caught.value) and "\n" not in str(caught.value)
