"""Examples from conversations: turns that customers rated good, where their sources still say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, or_, select

from bot.generation.fact_gate.gate import FactGate
from bot.generation.fact_gate.gated_text import rewrite
from bot.generation.injection import without_instructions
from bot.privacy.anonymising import Anonymiser
from bot.settings.profile import ShopProfile
from bot.shop.finder import ProductFinder
from bot.skills.evidence import evidence_of
from bot.skills.profile_evidence import shop_evidence
from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.database import aware
from bot.store.shop import customers, orders
from bot.training.examples import Example
from bot.types import PERSON, Evidence, LanguageCode, Message
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.types import SearchHit

WORDED = ("answer", "recommend", "guide")
"""Actions whose whole prompt can be made again from what is stored."""
TURNS_BEFORE = 6
_PRODUCT = "product:"


class RatedTurns:
    """Reads them newest first; ``left_out`` counts those that are unfit to learn from, by reason."""

    def __init__(self, engine: Engine, knowledge: KnowledgeBase, finder: ProductFinder, shop: ShopProfile) -> None:
        self._engine, self._knowledge, self._finder, self._shop = engine, knowledge, finder, shop
        self._gate = FactGate()
        self.left_out: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Example]:
        good = (feedback.c.rating == "up") & turns.c.action.in_(WORDED) & ~turns.c.abstained & (turns.c.writer != PERSON)
        query = (
            select(
                turns, feedback.c.created_at.label("rated_at"), conversations.c.customer_id, conversations.c.customer_name,
                conversations.c.customer_email,
            )
            .select_from(turns.join(feedback).join(conversations, conversations.c.id == turns.c.conversation_id))
            .where(good)
            .order_by(feedback.c.created_at.desc(), turns.c.conversation_id, turns.c.number)
        )  # fmt: skip
        with self._engine.connect() as connection:
            for row in connection.execute(query).all():
                example = self._example(connection, row)
                if isinstance(example, Example):
                    yield example
                else:
                    self.left_out[example] += 1

    def _example(self, connection: Connection, row: Row[Any]) -> Example | str:
        """The turn as an example, or why it is none."""
        reply, language = row.reply, row.language
        evidence = self._evidence(row.evidence_ids, language)
        places = {item.id: place for place, item in enumerate(evidence, 1)}
        cited = {citation["n"]: citation["id"] for citation in reply["citations"]}
        if not cited:
            return "rests on nothing"
        if not all(one in places for one in cited.values()):
            return "its source is gone"
        before = _before(connection, row)
        said = "\n".join([*(line.text for line in before if line.role == "user"), row.text])
        gated = rewrite(self._gate, _numbered(reply["text"], cited, places), evidence, said, language)
        if gated.removed or gated.rejected:
            return "its source says something else now"
        anonymiser = Anonymiser(_known(connection, row), "\n".join(f"{item.title}\n{item.text}" for item in evidence))
        for line in (*before, Message("user", row.text)):
            anonymiser.introduced(line.text)
        hidden = anonymiser.hide
        reasons = "\n".join(f"- {card['title']}: {card['why']}" for card in reply["products"] if card["why"]) or "-"
        source = {
            "conversation": row.conversation_id, "turn": row.number, "rated_at": aware(row.rated_at).isoformat(),
            "writer": row.writer, "prompt": row.prompt_hash,
        }  # fmt: skip
        return Example(
            "conversation", language, hidden(row.understanding["question"]), hidden(row.text), hidden(gated.text),
            frozenset({row.conversation_id, *cited.values()}), source, row.action, evidence,
            tuple(Message(line.role, hidden(line.text), language) for line in before), reasons, str(row.rated_at),
        )  # fmt: skip

    def _evidence(self, ids: Sequence[str], language: LanguageCode) -> tuple[Evidence, ...]:
        """What the reply rested on, as it is now; what is gone is left out."""
        found: list[Evidence] = []
        for name in ids:
            if name.startswith(_PRODUCT):
                product = self._finder.catalogue.get(name.removeprefix(_PRODUCT), language)
                found += self._finder.evidence([product], language) if product else ()
            elif name == "shop":
                told = shop_evidence(self._shop, language)
                found += [told] if told else []
            elif chunk := self._knowledge.chunk(name):
                found.append(evidence_of(SearchHit(chunk, 1.0, 1.0, 1.0)))
        return without_instructions(found)


def _numbered(text: str, cited: Mapping[int, str], places: Mapping[str, int]) -> str:
    """The reply with each citation as its passage's place among the evidence."""
    parts = text.split("[")
    for place, part in enumerate(parts[1:], 1):
        number, bracket, rest = part.partition("]")
        if bracket and number.isdigit() and int(number) in cited:
            parts[place] = f"{places[cited[int(number)]]}]{rest}"
    return "[".join(parts)


def _before(connection: Connection, row: Row[Any]) -> list[Message]:
    """The messages before a turn, oldest first, of the last turns in which the assistant answered."""
    mine = (turns.c.conversation_id == row.conversation_id) & (turns.c.number < row.number) & (turns.c.writer != PERSON)
    query = select(turns.c.text, turns.c.reply, turns.c.language).where(mine).order_by(turns.c.number.desc())
    found: list[Message] = []
    for text, reply, language in connection.execute(query.limit(TURNS_BEFORE)).all():
        found[:0] = [Message("user", text, language), Message("assistant", reply["text"], language)]
    return found


def _known(connection: Connection, row: Row[Any]) -> dict[str, str]:
    """What the shop's records say of the customer: word → what it is."""
    named = [(row.customer_name, "name"), (row.customer_email, "email")]
    mine = (turns.c.conversation_id == row.conversation_id) & (turns.c.number <= row.number)
    read = connection.execute(select(turns.c.understanding).where(mine)).scalars()
    spoken = {order for understanding in read for order in understanding["entities"]["order_ids"]}
    theirs: ColumnElement[bool] = orders.c.order_id.in_(spoken)
    if row.customer_id is not None:
        theirs = or_(theirs, orders.c.customer_id == row.customer_id)
        own = select(customers.c.name, customers.c.email, customers.c.phone, customers.c.address)
        for name, email, phone, address in connection.execute(own.where(customers.c.customer_id == row.customer_id)):
            named += [(name, "name"), (email, "email"), (phone, "phone"), (address, "address")]
    bought = select(orders.c.order_id, orders.c.email, orders.c.phone, orders.c.address, orders.c.tracking)
    for order, email, phone, address, tracking in connection.execute(bought.where(theirs)):
        named += [(order, "order"), (email, "email"), (phone, "phone"), (address, "address"), (tracking, "tracking")]
    return {word: kind for word, kind in named if word} | {str(order): "order" for order in spoken}
