"""Messages to customers: only to who wants them, when they may come, and never twice."""

from __future__ import annotations

import base64
import hmac
import json
import re
import smtplib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import SettingsError
from bot.generation.fact_gate.gate import FactGate
from bot.marketing.outbox import outbox as sending
from bot.marketing.outbox.adapters import NotTaken, PerhapsTaken
from bot.marketing.outbox.outbox import LEASE, RetentionOutbox
from bot.marketing.outbox.results import results
from bot.marketing.outbox.unsubscribing import Unsubscribing
from bot.marketing.outbox.wording import Wording
from bot.settings import load_settings
from bot.settings.profile import ShopProfile
from bot.shop.catalogue import Catalogue
from bot.shop.loading import load_table
from bot.store.conversation_tables import conversations, turns
from bot.store.retention import messages
from bot.store.shop import bump, products
from tests.receivers import MailServer, Receiver, mail_server, webhook_receiver
from tests.shop_data import numbered, stocked_shop

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SHOP = ShopProfile(name="Norrvik", name_zh="北境")
PEOPLE = [
    {"customer_id": "C1", "name": "林晓", "email": "lin@example.com", "consent": "yes", "birthday": "1990-06-01"},
    {"customer_id": "C2", "name": "Bob", "email": "bob@example.com", "consent": "yes"},
    {"customer_id": "C3", "name": "Mia", "email": "mia@example.com", "consent": "no", "birthday": "06-01"},
    {"customer_id": "C4", "name": "Ana", "phone": "0551 234 5678", "consent": "yes", "birthday": "6月1日"},
]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def mail():
    with mail_server() as started:
        yield started


@pytest.fixture(scope="module")
def receiver():
    with webhook_receiver() as started:
        yield started


@pytest.fixture
def shop(tmp_path, mail):
    engine = stocked_shop(tmp_path / "shop.db")
    load_table(engine, "customers", numbered(PEOPLE), "people.csv")
    yield Shop(engine, mail, tmp_path)
    engine.dispose()


class Shop:
    """A small shop with its mail server, and a clock that stands still."""

    def __init__(self, engine, mail: MailServer, path) -> None:
        self.engine, self.mail, self.path, self.clock = engine, mail, path, Clock()
        self.unsubscribing = Unsubscribing(engine, b"s" * 32, "https://chat.norrvik.example")

    def outbox(self, **changes: object) -> RetentionOutbox:
        mailing = {
            "smtp_host": "127.0.0.1", "smtp_port": self.mail.port, "smtp_security": "none", "smtp_user": "shop",
            "smtp_password": "pass word", "smtp_from": "bot@norrvik.example", "smtp_to": "mia@norrvik.example",
        }  # fmt: skip
        chosen = {"outbox_holdout": 0.0, "quiet_hours": "0-0", "time_zone": "UTC", **mailing, **changes}
        catalogue = Catalogue(self.engine)
        read = load_settings(data=self.path, **chosen)
        return RetentionOutbox(
            self.engine, catalogue, read, Wording(catalogue, SHOP, FactGate()), self.unsubscribing, self.clock
        )

    def event(self, customer: str, sku: str, event: str, ago: timedelta) -> None:
        row = {"customer_id": customer, "sku": sku, "event": event, "time": (NOW - ago).isoformat()}
        load_table(self.engine, "interactions", numbered([row]), f"{customer}{sku}{event}.csv")

    def order(self, customer: str, delivered_ago: int, placed_ago: int | None = None) -> None:
        row = {
            "order_id": f"O-{customer}", "customer_id": customer, "status": "delivered", "total": 159, "currency": "CNY",
            "placed_at": (NOW - timedelta(days=placed_ago or delivered_ago + 2)).isoformat(),
            "delivered_at": (NOW - timedelta(days=delivered_ago)).isoformat(), "items": [{"sku": "KT-1", "price": 159}],
        }  # fmt: skip
        load_table(self.engine, "orders", numbered([row]), f"{customer}.json")

    def states(self) -> Counter[str]:
        with self.engine.connect() as connection:
            return Counter(connection.execute(select(messages.c.state)).scalars())


def fates(found) -> dict[str, str]:
    return {one.customer: one.fate for one in found}


def test_a_forgotten_cart_is_told_of_in_the_customers_language_by_mail_with_a_link_that_ends_it(shop):
    shop.event("C1", "BP-1", "cart", timedelta(hours=6))
    shop.event("C2", "KT-1", "cart", timedelta(hours=6))
    outbox = shop.outbox()
    assert fates(outbox.prepare(["abandoned_cart"])) == {"C1": "prepared", "C2": "prepared"}
    assert outbox.send() == {"sent": 2}
    got = {mail["To"]: mail for mail in (shop.mail.mails.get(timeout=20) for _ in range(2))}
    chinese = got["lin@example.com"].get_payload(decode=True).decode()
    assert "林晓，您好" in chinese and "山径双肩包 30升：" in chinese and "299" in chinese
    english = got["bob@example.com"].get_payload(decode=True).decode()
    assert "Hello Bob" in english and "Quiet Kettle" in english and "159" in english
    link = shop.unsubscribing.url("C2")
    assert link in english and got["bob@example.com"]["List-Unsubscribe"] == f"<{link}>"
    assert fates(outbox.prepare(["abandoned_cart"])) == {"C1": "known", "C2": "known"}
    assert outbox.send() == {} and shop.mail.mails.empty()


def test_who_did_not_agree_or_unsubscribed_gets_nothing_even_when_it_was_written_before(shop):
    for customer in ("C2", "C3", "C9"):
        shop.event(customer, "KT-1", "cart", timedelta(hours=6))
    outbox = shop.outbox()
    assert fates(outbox.prepare(["abandoned_cart"])) == {"C2": "prepared", "C3": "no_consent", "C9": "no_consent"}
    token = shop.unsubscribing.url("C2").rpartition("/")[2]
    assert not shop.unsubscribing.unsubscribe(token[:-2] + "xx") and shop.unsubscribing.unsubscribe(token)
    assert outbox.send() == {"dropped": 1} and shop.mail.mails.empty()
    assert outbox.messages()[0]["last_error"] == "unsubscribed"
    [result] = results(shop.engine)
    assert result.messages == 1, "who was to be written to counts beside those who were held out"


def test_who_agreed_to_one_way_alone_is_written_to_by_that_one(shop):
    both = {"email": "x@example.com", "phone": "0551 234 5678"}
    told = {"E": "email", "S": "短信", "B": "email,sms", "N": "maybe"}
    rows = [{"customer_id": customer, "consent": consent, **both} for customer, consent in told.items()]
    load_table(shop.engine, "customers", numbered(rows), "more.csv")
    for customer in told:
        shop.event(customer, "KT-1", "cart", timedelta(hours=6))
    sms = {"sms_url": "http://127.0.0.1:9/sms"}

    def channels(**changes: object) -> dict[str, str]:
        found = shop.outbox(**changes).prepare(["abandoned_cart"], dry=True)
        return {one.customer: one.channel or one.fate for one in found}

    assert channels(**sms) == {"E": "email", "S": "sms", "B": "email", "N": "no_consent"}
    assert channels() == {"E": "email", "S": "no_consent", "B": "email", "N": "no_consent"}
    program = {"customer_webhook_url": "http://127.0.0.1:9/hook", "smtp_host": None}
    assert channels(**program) == {"E": "webhook", "S": "webhook", "B": "webhook", "N": "no_consent"}


def test_a_clock_that_is_set_back_by_a_year_keeps_no_message_waiting_and_no_rule_from_being_looked_at(shop):
    shop.clock.now = NOW + timedelta(days=365)
    outbox = shop.outbox(outbox_rules="after_purchase", quiet_hours="0-23")
    outbox.work()
    shop.order("C2", -363)
    assert fates(outbox.prepare(["after_purchase"])) == {"C2": "prepared"}
    shop.clock.now = NOW
    shop.order("C1", 3)
    shop.clock.now = NOW.replace(hour=23)
    outbox.work()
    assert shop.states() == {"sent": 2}
    assert {shop.mail.mails.get(timeout=20)["To"] for _ in range(2)} == {"lin@example.com", "bob@example.com"}


def test_each_rule_finds_its_occasion_and_no_other(shop):
    shop.order("C2", 3)
    outbox = shop.outbox(outbox_cap=9)
    assert fates(outbox.prepare(["after_purchase"])) == {"C2": "prepared"}
    assert outbox.prepare(["review_request"]) == []
    shop.clock.now = NOW + timedelta(days=6)
    assert fates(outbox.prepare(["review_request", "after_purchase"])) == {"C2": "prepared"}
    shop.clock.now = NOW + timedelta(days=120)
    found = fates(outbox.prepare(["win_back"]))
    assert found["C2"] == "prepared" and found["C1"] == "prepared"
    assert "Quiet Kettle" in outbox.prepare(["win_back"], dry=True)[0].body or outbox.messages("waiting")[0]["body"]


def test_a_birthday_is_kept_only_where_the_data_has_it(shop):
    found = fates(shop.outbox(sms_url="http://127.0.0.1:9/sms").prepare(["birthday"]))
    assert found == {"C1": "prepared", "C3": "no_consent", "C4": "prepared"}


def test_what_comes_back_into_stock_is_told_to_who_looked_at_it_and_did_not_buy(shop):
    shop.event("C2", "BP-3", "view", timedelta(days=3))
    outbox = shop.outbox()
    assert outbox.prepare(["back_in_stock"]) == []
    with shop.engine.begin() as connection:
        connection.execute(update(products).where(products.c.sku == "BP-3").values(stock=5))
        bump(connection, "products")
    outbox = shop.outbox()
    assert fates(outbox.prepare(["back_in_stock"], dry=True)) == {"C2": "prepared"}
    assert fates(outbox.prepare(["back_in_stock"])) == {"C2": "prepared"}


def test_what_comes_back_into_stock_is_told_once_to_who_asked_in_a_chat(shop):
    at, turn = NOW - timedelta(days=3), {"understanding": {}, "action": "answer", "reply": {}, "writer": "builtin"}
    with shop.engine.begin() as connection:
        for talk, customer, text in (("a", "C2", "Tell me when it is back"), ("b", "C1", "有货吗"), ("c", None, "有货通知我")):
            row = {"id": talk, "customer_id": customer, "created_at": at, "updated_at": at, "state": {}}
            connection.execute(insert(conversations).values(**row))
            told = {"conversation_id": talk, "number": 1, "text": text, "evidence_ids": ["product:BP-3"], "created_at": at}
            connection.execute(insert(turns).values(**told, **turn, timings_ms={}))
    assert shop.outbox().prepare(["back_in_stock"]) == []
    with shop.engine.begin() as connection:
        connection.execute(update(products).where(products.c.sku == "BP-3").values(stock=5))
        bump(connection, "products")
    assert fates(shop.outbox().prepare(["back_in_stock"])) == {"C2": "prepared"}
    assert fates(shop.outbox().prepare(["back_in_stock"])) == {"C2": "known"}


def test_a_complaint_that_was_left_open_is_asked_about_in_the_language_of_the_conversation(shop):
    at = NOW - timedelta(days=2)
    with shop.engine.begin() as connection:
        connection.execute(
            insert(conversations).values(id="talk", customer_id="C2", state={}, created_at=at, updated_at=at, hands=0)
        )
        turn = {
            "text": "水壶漏水",
            "understanding": {},
            "action": "answer",
            "reply": {},
            "evidence_ids": [],
            "writer": "builtin",
        }
        more = {"timings_ms": {}, "created_at": at, "language": "zh", "intent": "complaint", "sentiment": "negative"}
        connection.execute(insert(turns).values(conversation_id="talk", number=1, **turn, **more))
    [prepared] = shop.outbox().prepare(["unresolved_complaint"])
    assert prepared.fate == "prepared" and "问题解决了吗" in prepared.subject


def test_who_asked_in_a_chat_hears_once_that_their_order_came(shop):
    told = {"understanding": {}, "action": "order_status", "reply": {}, "writer": "builtin", "timings_ms": {}}
    said = [
        ("talk", 1, "Let me know when it arrives!", ["order:O-C1"], 4),
        ("chat", 1, "Where is my order?", ["order:O-C2"], 4),
    ]
    with shop.engine.begin() as connection:
        for name in ("talk", "chat"):
            connection.execute(insert(conversations).values(id=name, created_at=NOW, updated_at=NOW, state={}))
        for talk, number, text, shown, ago in said:
            at = NOW - timedelta(days=ago)
            row = {
                "conversation_id": talk,
                "number": number,
                "text": text,
                "evidence_ids": shown,
                "created_at": at,
                "language": "en",
            }
            connection.execute(insert(turns).values(**row, **told))
    assert shop.outbox().prepare(["delivery_news"]) == []
    shop.order("C1", 1)
    shop.order("C2", 1)
    [prepared] = shop.outbox().prepare(["delivery_news"])
    assert (prepared.customer, prepared.fate) == ("C1", "prepared") and "O-C1" in prepared.body
    assert [one.fate for one in shop.outbox().prepare(["delivery_news"])] == ["known"]


def test_quiet_hours_the_cap_and_a_dry_run_hold(shop):
    shop.event("C2", "KT-1", "cart", timedelta(hours=6))
    shop.order("C2", 3)
    quiet = shop.outbox(quiet_hours="21-13")
    assert [one.fate for one in quiet.prepare(["after_purchase", "abandoned_cart"], dry=True)] == ["prepared", "capped"]
    assert shop.states() == {}
    quiet.prepare(["after_purchase", "abandoned_cart"])
    assert quiet.send() == {} and shop.states() == {"waiting": 1}
    assert shop.outbox(quiet_hours="21-12").send() == {"sent": 1}
    shop.mail.mails.get(timeout=20)
    assert quiet.quiet(datetime(2026, 6, 1, 22, tzinfo=UTC)) and not quiet.quiet(datetime(2026, 6, 1, 14, tzinfo=UTC))


def test_a_mail_server_that_is_down_is_tried_again_later_and_less_and_less_often(shop):
    shop.event("C2", "KT-1", "cart", timedelta(hours=6))
    down = shop.outbox(smtp_port=9)
    down.prepare(["abandoned_cart"])
    pauses = []
    for _ in range(3):
        assert down.send() == {"waiting": 1}
        [row] = down.messages()
        pauses.append((datetime.fromisoformat(row["next_try_at"]) - shop.clock.now).total_seconds())
        assert "refused" in row["last_error"].lower() and down.send() == {}
        shop.clock.now = datetime.fromisoformat(row["next_try_at"])
    assert pauses[0] < pauses[1] < pauses[2]
    assert shop.outbox().send() == {"sent": 1} and shop.mail.mails.get(timeout=20)["To"] == "bob@example.com"


@pytest.mark.parametrize(("status", "state"), [(200, "sent"), (500, "waiting"), (400, "failed"), (504, "uncertain")])
def test_sms_and_webhooks_are_signed_and_their_answer_decides(shop, receiver: Receiver, status, state):
    receiver.answer = lambda _: (status, b"{}")
    channel = {"sms_url": receiver.url("sms"), "sms_secret": "a-secret-of-the-owner"}
    shop.outbox(**channel).prepare(["birthday"])
    with shop.engine.begin() as connection:
        connection.execute(delete(messages).where(messages.c.channel != "sms"))
    assert shop.outbox(**channel).send() == {state: 1}
    got = receiver.next()
    assert got.json["to"] == "0551 234 5678" and "happy birthday" in got.json["text"]
    assert got.headers["webhook-signature"].startswith("v1,") and got.headers["webhook-id"].startswith("shopdesk-message-")


def test_the_shops_own_program_gets_each_message_whole_and_signed_and_once(shop, receiver: Receiver):
    secret = "a-secret-of-the-owner"
    given = {"smtp_host": None, "customer_webhook_url": receiver.url("customers"), "customer_webhook_secret": secret}
    receiver.answer = lambda _: (503, b"{}")
    shop.event("C2", "KT-1", "cart", timedelta(hours=6))
    outbox = shop.outbox(**given)
    outbox.prepare(["abandoned_cart"])
    assert outbox.send() == {"waiting": 1}
    refused = receiver.next()
    receiver.answer = lambda _: (204, b"")
    shop.clock.now += timedelta(hours=12)
    assert outbox.send() == {"sent": 1} and outbox.send() == {}
    got = receiver.next()
    told = got.json["data"]
    assert (got.json["type"], told["customer"], told["to"]) == ("customer.message", "C2", "bob@example.com")
    assert told["body"] and told["subject"] and "/unsubscribe" in told["unsubscribe"]
    assert got.headers["webhook-id"] == refused.headers["webhook-id"]
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mark = base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()
    assert got.headers["webhook-signature"] == f"v1,{mark}"


def test_the_holdout_gets_nothing_and_is_what_results_are_compared_with(shop):
    people = [{"customer_id": f"K{n}", "name": "Kim", "email": f"k{n}@example.com", "consent": "yes"} for n in range(60)]
    load_table(shop.engine, "customers", numbered(people), "more.csv")
    carts = [
        {"customer_id": f"K{n}", "sku": "KT-1", "event": "cart", "time": (NOW - timedelta(hours=6)).isoformat()}
        for n in range(60)
    ]
    load_table(shop.engine, "interactions", numbered(carts), "carts.csv")
    found = Counter(one.fate for one in shop.outbox(outbox_holdout=0.5).prepare(["abandoned_cart"]))
    assert 15 < found["held_out"] < 45 and found["prepared"] == 60 - found["held_out"]
    [result] = results(shop.engine)
    assert (result.held_out, result.messages, result.low) == (found["held_out"], found["prepared"], None)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(fate=st.lists(st.sampled_from(["taken", "refused", "lost", "crash"]), min_size=8, max_size=8), workers=st.integers(2, 4))
def test_nothing_is_sent_twice_whatever_crashes_and_however_many_send(shop, monkeypatch, fate, workers):
    """A message may reach its customer when it is taken, when the answer is lost, and when the process dies after it."""
    with shop.engine.begin() as connection:
        connection.execute(delete(messages))
        row = {"rule": "birthday", "channel": "email", "language": "en", "subject": "s", "body": "b", "state": "waiting"}
        rows = [
            {**row, "key": f"k{n}", "customer_id": "C2", "tries": 0, "next_try_at": NOW, "created_at": NOW} for n in range(8)
        ]
        connection.execute(insert(messages), rows)
        first = connection.execute(select(messages.c.id).order_by(messages.c.id)).scalars().first()
    reached: Counter[str] = Counter()
    tried: Counter[str] = Counter()

    class Crash(BaseException):
        pass

    def scripted(message, _settings) -> None:
        tried[message.id] += 1
        what = fate[(int(message.id.rpartition("-")[2]) - first) % 8]
        if what == "refused" and tried[message.id] == 1:
            raise NotTaken("busy")
        reached[message.id] += 1
        if what == "lost":
            raise PerhapsTaken("no answer")
        if what == "crash":
            raise Crash

    monkeypatch.setattr(sending, "send", scripted)

    def work(_: int) -> None:
        outbox = shop.outbox(outbox_cap=99)
        for _ in range(10):
            try:
                outbox.send()
                return
            except Crash:
                continue

    shop.clock.now = NOW
    for _ in range(3):
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, range(workers)))
        shop.clock.now += LEASE * 2
    assert len(reached) == 8 and set(reached.values()) == {1}
    states = shop.states()
    assert states["sent"] == sum(one in ("taken", "refused") for one in fate) and states["waiting"] == states["sending"] == 0


def test_a_link_unsubscribes_by_the_button_alone_and_by_the_mail_program(api):
    link = api.shopdesk.promotion.outbox.unsubscribing.url("客户 7").replace(api.shopdesk.settings.address, api.url)
    shown = httpx.get(link)
    assert "<button>" in shown.text and f">{api.shopdesk.shop.name}" in shown.text
    [sheet] = re.findall(r'href="/page/(\S+\.css)"', shown.text)  # which the server gives beside the console's pages
    assert files("bot.console").joinpath("assets", sheet).is_file()
    assert "style-src 'self'" in shown.headers["Content-Security-Policy"]
    with api.shopdesk.promotion._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM unsubscriptions").scalar() == 0
    assert httpx.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    done = httpx.post(link, headers={"Origin": api.url})
    assert done.status_code == 200 and "You will get no more" in done.text and "You will get no more" not in shown.text
    with api.shopdesk.promotion._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT customer_id FROM unsubscriptions").scalars().all() == ["客户 7"]
    assert httpx.post(f"{api.url}/unsubscribe/wrong.token").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"quiet_hours": "late"}, "two hours"),
        ({"outbox_rules": "spam"}, "no rule 'spam'"),
        ({"time_zone": "Mars"}, "time zone"),
    ],
)
def test_unusable_settings_are_told_in_one_sentence(given, words):
    with pytest.raises(SettingsError, match=words):
        load_settings(**given)


def test_the_command_prepares_shows_and_sends(tmp_path):
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["outbox", *arguments, "--data", str(tmp_path / "data"), "--json"])
        assert done.exit_code == 0, done.output
        return done.output

    assert json.loads(run("prepare", "--dry-run")) == [] and json.loads(run("send")) == {}
    assert json.loads(run("send", "--dry-run")) == {"waiting": 0, "prepared": 0}
    assert json.loads(run("list", "--state", "sent")) == [] and json.loads(run("results")) == []


def test_an_answer_that_gets_lost_after_the_mail_was_handed_over_is_no_reason_to_send_it_again(shop, monkeypatch):
    shop.event("C2", "KT-1", "cart", timedelta(hours=6))
    outbox = shop.outbox()
    outbox.prepare(["abandoned_cart"])
    handed = smtplib.SMTP.send_message

    def lost(*given: object, **named: object) -> None:
        handed(*given, **named)
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr(smtplib.SMTP, "send_message", lost)
    assert outbox.send() == {"uncertain": 1}
    shop.mail.mails.get(timeout=20)
    shop.clock.now += timedelta(days=1)
    assert outbox.send() == {} and shop.mail.mails.empty()
