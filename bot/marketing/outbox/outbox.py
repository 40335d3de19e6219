"""The outbox of messages to customers: prepared from the rules, sent at most once, compared with a holdout."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.errors import InputError
from bot.marketing.campaigns.experiment import place
from bot.marketing.outbox.adapters import NotTaken, Outgoing, PerhapsTaken, channel_of, send
from bot.marketing.outbox.rules import RULES, Occasion, RuleName, occasions
from bot.marketing.outbox.unsubscribing import Unsubscribing
from bot.marketing.outbox.wording import Wording
from bot.settings import Settings
from bot.shop.catalogue import Catalogue
from bot.shop.customers import reachable
from bot.store.conversation_tables import conversations, turns
from bot.store.database import aware
from bot.store.retention import messages, unsubscriptions
from bot.store.shop import customers, orders
from bot.types import LanguageCode

State = Literal["waiting", "sending", "sent", "held_out", "uncertain", "failed", "dropped"]
Fate = Literal["prepared", "held_out", "no_consent", "unsubscribed", "no_channel", "capped", "nothing_to_say", "known"]
LEASE = timedelta(minutes=5)
FIRST_PAUSE_S, LONGEST_PAUSE_S, MOST_TRIES = 60.0, 6 * 3600.0, 10
LONGEST_WAIT = timedelta(hours=8)
"""Longer than any wait between two tries: whatever is due later was written before the clock was set back."""
PREPARE_EVERY = timedelta(minutes=10)
TOO_OLD = timedelta(days=3)
"""A message that could not be sent for so long has lost its occasion."""
_COUNTED = ("sending", "sent", "uncertain")


@dataclass(frozen=True, slots=True)
class Prepared:
    """An occasion that was found, what became of it, and the message where there is one."""

    rule: RuleName
    customer: str
    fate: Fate
    channel: str = ""
    subject: str = ""
    body: str = ""


class RetentionOutbox:
    """Everything by the shop's database, so any number of processes may prepare and send at once."""

    def __init__(
        self,
        engine: Engine,
        catalogue: Catalogue,
        settings: Settings,
        wording: Wording,
        unsubscribing: Unsubscribing,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine, self._catalogue, self._settings = engine, catalogue, settings
        self._wording, self._clock = wording, clock
        self._prepared_at: datetime | None = None
        self.unsubscribing = unsubscribing

    def prepare(self, rules: Sequence[str] | None = None, dry: bool = False) -> list[Prepared]:
        """Writes the messages of all occasions that are new, to be sent later; a ``dry`` run changes nothing.

        Raises:
            InputError: one of ``rules`` is none.
        """
        if unknown := set(rules or ()).difference(RULES):
            wrong = min(unknown)[:40]
            raise InputError(
                f"There is no rule {wrong!r}; choose of {', '.join(RULES)}.",
                zh=f"没有 {wrong!r} 这条规则；可选：{'、'.join(RULES)}。",
            )
        now, found = self._clock(), list[Prepared]()
        with self._engine.connect() as connection:
            transaction = connection.begin()
            popular = _popular(connection)
            for rule in (rule for rule in RULES if rule in (rules or self._settings.occasions)):
                for occasion in list(occasions(connection, rule, self._stock(), now)):
                    found.append(self._prepared(connection, occasion, popular, now))
            if dry:
                transaction.rollback()
            else:
                transaction.commit()
        return found

    def send(self, most: int = 200) -> Counter[str]:
        """Sends what is due, unless it is a quiet hour; how many messages ended in which state."""
        now, done = self._clock(), Counter[str]()
        self._give_up_lost(now)
        if self.quiet(now):
            return done
        next_try = messages.c.next_try_at
        due = (messages.c.state == "waiting") & ((next_try <= now) | (next_try > now + LONGEST_WAIT))
        with self._engine.connect() as connection:
            rows = connection.execute(select(messages).where(due).order_by(messages.c.next_try_at).limit(most)).all()
        for row in rows:
            if self._claimed(row, now):
                done[self._sent(row, now)] += 1
        return done

    def work(self) -> None:
        """Sends what is due, and prepares new messages when the last time is a while ago: for whoever asks often."""
        now = self._clock()
        if self._prepared_at is None or abs(now - self._prepared_at) >= PREPARE_EVERY:
            self.prepare()
            self._prepared_at = now
        self.send()

    def quiet(self, now: datetime) -> bool:
        """Whether nobody is written to at this time."""
        first, _, last = self._settings.quiet_hours.partition("-")
        hour, begin, end = now.astimezone(self._settings.zone).hour, int(first), int(last)
        return begin <= hour < end if begin <= end else hour >= begin or hour < end

    def messages(self, state: State | None = None, limit: int = 200) -> list[dict[str, Any]]:
        """The messages, newest first, as plain JSON types."""
        query = select(messages).order_by(messages.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query if state is None else query.where(messages.c.state == state)).mappings()
            return [{name: _plain(value) for name, value in row.items() if name != "key"} for row in rows]

    def _stock(self) -> dict[str, int]:
        return {product.sku: product.stock for product in self._catalogue.all() if product.stock is not None}

    def _prepared(self, connection: Connection, occasion: Occasion, popular: Sequence[str], now: datetime) -> Prepared:
        key = f"{occasion.rule}:{occasion.key}"[:200]
        told: dict[str, Any] = {"rule": occasion.rule, "customer": occasion.customer}
        if connection.execute(select(messages.c.id).where(messages.c.key == key)).first():
            return Prepared(**told, fate="known")
        customer = _customer(connection, occasion.customer)
        reached = self._reached(customer)
        refused = _refused(connection, customer, occasion.customer)
        if refused is not None or customer is None or reached is None:
            elsewhere = customer and channel_of(self._settings, customer.email, customer.phone)
            return Prepared(**told, fate=refused or ("no_consent" if elsewhere else "no_channel"))
        if self._count(connection, occasion.customer, now, ("waiting", *_COUNTED)) >= self._settings.outbox_cap:
            return Prepared(**told, fate="capped")
        language = _language(connection, customer, self._catalogue)
        url = self.unsubscribing.url(occasion.customer)
        text = self._wording.write(occasion, customer.name, language, url, popular)
        if text is None:
            return Prepared(**told, fate="nothing_to_say")
        held = place(f"outbox:{occasion.rule}", occasion.customer) < self._settings.outbox_holdout
        row = {
            "key": key, "rule": occasion.rule, "customer_id": occasion.customer, "channel": reached[0], "language": language,
            "subject": text.subject, "body": text.body, "state": "held_out" if held else "waiting", "tries": 0,
            "next_try_at": now, "created_at": now,
        }  # fmt: skip
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(messages).values(**row).on_conflict_do_nothing())
        fate: Fate = "held_out" if held else "prepared"
        return Prepared(**told, fate=fate, channel=reached[0], subject=text.subject, body=text.body)

    def _reached(self, customer: Row[Any] | None) -> tuple[str, str] | None:
        """By which channel a customer is written to, and where: by none to which they did not agree."""
        if customer is None:
            return None
        return channel_of(self._settings, *reachable(customer.email, customer.phone, customer.consent_ways))

    def _count(self, connection: Connection, customer: str, now: datetime, states: Iterable[str]) -> int:
        since = now - timedelta(days=self._settings.outbox_cap_days)
        mine = (messages.c.customer_id == customer) & messages.c.state.in_(tuple(states)) & (messages.c.created_at > since)
        return int(connection.execute(select(func.count()).select_from(messages).where(mine)).scalar_one())

    def _claimed(self, row: Row[Any], now: datetime) -> bool:
        """Takes a message for this process; from now on no other one sends it, and neither does this one after a crash."""
        mine = (messages.c.id == row.id) & (messages.c.state == "waiting") & (messages.c.tries == row.tries)
        with self._engine.begin() as connection:
            taken = update(messages).where(mine).values(state="sending", tries=row.tries + 1, next_try_at=now + LEASE)
            return connection.execute(taken).rowcount == 1

    def _sent(self, row: Row[Any], now: datetime) -> str:
        with self._engine.connect() as connection:
            customer = _customer(connection, row.customer_id)
            refused = _refused(connection, customer, row.customer_id)
            sent = self._count(connection, row.customer_id, now, _COUNTED) - 1
        reached = self._reached(customer)
        if refused is not None or reached is None or reached[0] != row.channel:
            return self._end(row, "dropped", refused or "no_channel")
        if sent >= self._settings.outbox_cap or now - aware(row.created_at) > TOO_OLD:
            return self._end(row, "dropped", "capped" if sent >= self._settings.outbox_cap else "too_old")
        url = self.unsubscribing.url(row.customer_id)
        outgoing = Outgoing(
            f"shopdesk-message-{row.id}", row.channel, row.customer_id, reached[1], row.language, row.subject, row.body, url
        )
        try:
            send(outgoing, self._settings)
        except NotTaken as error:
            if error.final or row.tries + 1 >= MOST_TRIES:
                return self._end(row, "failed", str(error))
            pause = min(FIRST_PAUSE_S * 2**row.tries, LONGEST_PAUSE_S) * random.uniform(0.8, 1.2)
            return self._end(row, "waiting", str(error), next_try_at=now + timedelta(seconds=pause))
        except PerhapsTaken as error:
            return self._end(row, "uncertain", str(error))
        return self._end(row, "sent", None, sent_at=now)

    def _end(self, row: Row[Any], state: State, error: str | None, **values: object) -> str:
        mine = (messages.c.id == row.id) & (messages.c.state == "sending") & (messages.c.tries == row.tries + 1)
        with self._engine.begin() as connection:
            told = {"last_error": error and error[:300], **values}
            connection.execute(update(messages).where(mine).values(state=state, **told))
        return state

    def _give_up_lost(self, now: datetime) -> None:
        lease_end = messages.c.next_try_at
        lost = (messages.c.state == "sending") & ((lease_end <= now) | (lease_end > now + LONGEST_WAIT))
        with self._engine.begin() as connection:
            why = "The process ended while it was sending; it may have been sent, so it is not sent again."
            connection.execute(update(messages).where(lost).values(state="uncertain", last_error=why))


def _customer(connection: Connection, customer: str) -> Row[Any] | None:
    return connection.execute(select(customers).where(customers.c.customer_id == customer)).one_or_none()


def _refused(connection: Connection, known: Row[Any] | None, customer: str) -> Fate | None:
    if known is None or not known.consent:
        return "no_consent"
    left = select(unsubscriptions.c.at).where(unsubscriptions.c.customer_id == customer)
    return "unsubscribed" if connection.execute(left).first() else None


def _language(connection: Connection, customer: Row[Any], catalogue: Catalogue) -> LanguageCode:
    """The one that the customer last wrote in; else that of the name, where it tells; else that of the catalogue."""
    mine = conversations.c.customer_id == customer.customer_id
    last = select(turns.c.language).join(conversations).where(mine).order_by(turns.c.created_at.desc()).limit(1)
    spoken = connection.execute(last).scalar()
    if spoken in ("zh", "en"):
        return "zh" if spoken == "zh" else "en"
    if customer.name:
        return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in customer.name) else "en"
    first = next(iter(catalogue.rows()), None)
    return first.language if first else "en"


def _popular(connection: Connection) -> list[str]:
    sold: Counter[str] = Counter()
    for row in connection.execute(select(orders.c["items"])):
        sold.update({item["sku"]: int(item.get("quantity", 1)) for item in row[0]})
    return [sku for sku, _ in sold.most_common(10)]


def _plain(value: object) -> object:
    return aware(value).isoformat() if isinstance(value, datetime) else value
