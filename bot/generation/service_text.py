"""What the assistant says where no document speaks: greetings, questions back, refusals, handovers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.generation.brief import Brief
from bot.generation.citations import cite
from bot.generation.line_text import told_lines
from bot.generation.phrases import Phrases, listed
from bot.settings.profile import ShopProfile
from bot.text.question_type import question_parts, question_types
from bot.text.terms import terms
from bot.types import LanguageCode, Offer

_SMALL_TALK = {"thanks": "thanks", "praise": "praise", "empty": "empty", "given_up": "given_up"}
_CHAT = frozenset({"how_are_you", "identity", "languages", "joke"})
_ORDER_SLOTS = frozenset({"order_id", "email", "name_zip", "phone"})
_EITHER = {"email", "name_zip"}  # two ways to prove the same
_PLIGHT = re.compile(r"怎么[办赔]|咋[办整]|\bwhat (?:(?:should|can|do) i do|now)\b", re.I)
_NO_OFFER = frozenset({"not_found", "out_of_scope"})
_OFFERING: dict[str, Offer] = {"chase": "person", "ask_person": "person", "can_return": "return", "same_again": "same"}
"""Lines that ask whether something shall be done."""
_TOO_DEAR = re.compile(
    r"[太好真有]点?(?:小)?贵|贵了|\b(?:too|bit|quite|rather|so|very) (?:expensive|pric[ey]+|dear|steep)\b", re.IGNORECASE
)
"""What is said of a price, which is no misfortune."""
_TROUBLE = 0.5
"""How sure it must be that a message complains."""
_REFUSALS = frozenset({"not_found", "not_in_account", "locked", "ask_proof", "no_number"})


def shop_name(brief: Brief) -> str:
    """The shop's name in the reply's language."""
    return brief.shop.named(brief.language)


def _hours(brief: Brief) -> str | None:
    return brief.shop.hours_zh if brief.language == "zh" else brief.shop.hours


def _join(parts: Sequence[str], brief: Brief) -> str:
    return ("" if brief.language == "zh" else " ").join(part for part in parts if part)


def welcome(shop: ShopProfile, language: LanguageCode) -> str:
    """The first words of a conversation: the owner's own where the profile has them."""
    own = shop.greeting_zh if language == "zh" else shop.greeting
    chinese = language == "zh"
    assistant, name = (shop.assistant_zh, shop.name_zh) if chinese else (None, None)
    phrases = Phrases(language, shop.tone)
    return own or phrases.say("greeting", assistant=assistant or shop.assistant, shop=name or shop.name)


def small_talk(brief: Brief, phrases: Phrases) -> list[str]:
    """Greeting, thanks, goodbye, praise or chat, by the brief's note."""
    return [_join((_small_talk(brief, phrases), *told_lines(brief, phrases)), brief)]


def _small_talk(brief: Brief, phrases: Phrases) -> str:
    note = brief.note or "small_talk"
    assistant = (brief.shop.assistant_zh if brief.language == "zh" else None) or brief.shop.assistant
    if note == "greeting":
        if any(message.role == "assistant" for message in brief.history):
            return phrases.say("greeting_again")
        return welcome(brief.shop, brief.language)
    if note == "goodbye":
        return phrases.say("goodbye", shop=shop_name(brief))
    if note in _SMALL_TALK:
        return phrases.say(_SMALL_TALK[note])
    if note in _CHAT:
        return phrases.say(f"chat_{note}")
    return phrases.say("small_talk", assistant=assistant, shop=shop_name(brief))


def troubled(brief: Brief) -> bool:
    """Whether something went wrong for the customer: a plain question may sound bad without that."""
    understanding, text = brief.understanding, brief.understanding.text
    if understanding.sentiment.label != "negative":
        return False
    tells_of_goods = brief.action == "answer" and any(item.kind == "product" for item in brief.evidence[:1])
    if tells_of_goods and not understanding.sentiment.angry and understanding.intent.name != "complaint":
        return False  # "and the warranty?" of a drill that works
    if not understanding.sentiment.angry and understanding.intent.name != "complaint" and _only_adds(brief):
        return False
    complains = understanding.intent.name == "complaint" and understanding.intent.confidence >= _TROUBLE
    if _TOO_DEAR.search(text[:300]) and not (complains or understanding.sentiment.angry):
        return False
    asked = " ".join(question_parts(text))
    tells = not question_types(text) or _PLIGHT.search(text) is not None or set(terms(text)) > set(terms(asked))
    return understanding.sentiment.angry or complains or tells


def offer_of(brief: Brief) -> Offer | None:
    """What the reply ends with the offer of, so that a plain yes takes it up."""
    if (brief.action == "decline" and brief.note not in _NO_OFFER) or brief.note == "locked":
        return "person"
    return next((_OFFERING[line.phrase] for line in reversed(brief.lines) if line.phrase in _OFFERING), None)


def _only_adds(brief: Brief) -> bool:
    """Whether a message only names goods, or asks more of what was spoken of: "even if I opened it?" tells of no trouble."""
    understanding = brief.understanding
    goods = terms(" ".join(understanding.entities.categories))
    named = bool(goods) and set(terms(understanding.text)) <= set(goods)
    return named or (understanding.rewritten and understanding.text.rstrip().endswith(("?", "？")))


def decline(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """Says honestly that there is no answer here, and what can be done instead."""
    gap = "" if brief.language == "zh" else " "
    if brief.note == "not_found":
        yield phrases.say("recommend_none")
        return
    if brief.note == "out_of_scope":
        yield phrases.say("out_of_scope", shop=shop_name(brief))
        return
    if brief.note == "danger":
        yield phrases.say("danger")
    else:
        if troubled(brief):
            yield phrases.say("sorry") + gap
        yield phrases.say("no_answer")
    for place, item in enumerate(brief.evidence, 1):
        told = " ".join(item.text.split())
        if item.language != brief.language:  # in quotation marks, as what is written in the other language
            told = phrases.say("quoted", text=told) + ("。" if brief.language == "zh" else ".")
        yield gap + phrases.say("known_nearby", topic=str(item.question)) + gap + cite(told, [place], brief.language)
    yield gap + _person(brief, phrases)
    hours = _hours(brief)
    if hours:
        yield gap + phrases.say("hours_line", hours=hours)


def admission(brief: Brief, untold: Sequence[str], phrases: Phrases) -> Iterator[str]:
    """Says which of the questions ``untold`` the customer asked in so many words; nothing where none did."""
    unknown = [f"“{part}”" for part in untold if part in brief.question]
    if unknown:
        gap = "" if brief.language == "zh" else " "
        yield gap + phrases.say("part_unknown", parts=listed(unknown, brief.language))


def _person(brief: Brief, phrases: Phrases) -> str:
    ways = _ways(brief.shop, phrases)
    if not ways:
        return phrases.say("offer_person")
    joined = listed(ways, brief.language, "或" if brief.language == "zh" else "or")
    return phrases.say("offer_person_reach", ways=joined)


def _ways(shop: ShopProfile, phrases: Phrases) -> list[str]:
    ways = []
    if shop.email:
        ways.append(phrases.say("by_email", email=shop.email))
    if shop.phone:
        ways.append(phrases.say("by_phone", phone=shop.phone))
    return ways


def handover(brief: Brief, phrases: Phrases) -> list[str]:
    """Understands, and says what happens next and when."""
    reason = brief.handover.reason if brief.handover else brief.note or ""
    name = f"handover_{reason}"
    parts = [phrases.say(name if phrases.has(name) and reason not in ("hours", "email") else "handover_other")]
    hours = _hours(brief)
    if hours:
        parts.append(phrases.say("handover_hours", hours=hours))
    if brief.shop.email:
        parts.append(phrases.say("handover_email", email=brief.shop.email))
    return [_join(parts, brief)]


def nobody_came(shop: ShopProfile, language: LanguageCode) -> str:
    """Says honestly that no person came in time, how else the shop is reached, and that an address can be left."""
    phrases = Phrases(language, shop.tone)
    parts = [phrases.say("nobody_came")]
    ways = _ways(shop, phrases)
    if ways:
        parts.append(phrases.say("nobody_came_reach", ways=listed(ways, language, "或" if language == "zh" else "or")))
    hours = shop.hours_zh if language == "zh" else shop.hours
    if hours:
        parts.append(phrases.say("hours_line", hours=hours))
    parts.append(phrases.say("nobody_came_email"))
    return ("" if language == "zh" else " ").join(parts)


def clarify(brief: Brief, phrases: Phrases) -> list[str]:
    """Asks for the missing slots, two at a time at most; an explanation from evidence goes before it."""
    if brief.note == "not_found" and not _ORDER_SLOTS & set(brief.asks):
        return [phrases.say("recommend_none")]
    if brief.lines:
        return list(told_lines(brief, phrases))
    return [refusal(brief, phrases) or ask(brief.asks, phrases, note=brief.note)]


def refusal(brief: Brief, phrases: Phrases) -> str:
    """Why no order can be shown and what the customer can do, by the brief's note; empty where it says nothing of that.

    ``not_found``, ``not_in_account`` and ``locked`` say nothing of whether there is such an order.
    """
    if brief.note not in _REFUSALS:
        return ""
    said = phrases.say(f"order_{brief.note}")
    if brief.note == "locked":
        return _join((said, _person(brief, phrases)), brief)
    if brief.note == "ask_proof" and brief.asks:
        return _join((said, ask(brief.asks, phrases, plain=True)), brief)
    return said


def ask(slots: Sequence[str], phrases: Phrases, plain: bool = False, note: str | None = None) -> str:
    """The question for ``slots``, two at most; ``plain`` without a promise to look something up.

    A slot may be asked for in other words where the brief has a ``note``: what a present is for, nobody would say.
    """
    if "confirmation" in slots:
        return phrases.say("clarify_confirmation")
    named = [_slot(slot, phrases, note) for slot in slots[:2]]
    if not named:
        return phrases.say("clarify_open")
    name = "clarify_order" if slots[0] in _ORDER_SLOTS and not plain else "clarify"
    either = _EITHER <= set(slots[:2])
    return phrases.say(
        name, asks=listed(named, phrases.language, ("或者" if phrases.language == "zh" else "or") if either else None)
    )


def _slot(slot: str, phrases: Phrases, note: str | None) -> str:
    name = f"ask_{slot}_{note}" if note and phrases.has(f"ask_{slot}_{note}") else f"ask_{slot}"
    return phrases.say(name) if phrases.has(name) and slot != "other" else phrases.say("ask_other", slot=slot.replace("_", " "))
