"""What the assistant says where no document speaks: greetings, questions back, handovers, changes to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.generation.brief import Brief
from bot.generation.citations import cite
from bot.generation.phrases import Phrases, listed
from bot.profile import ShopProfile
from bot.types import LanguageCode, Operation

_SMALL_TALK = {"thanks": "thanks", "praise": "praise", "empty": "empty"}
_ORDER_SLOTS = frozenset({"order_id", "email", "name_zip", "phone"})
_REFUSALS = frozenset({"not_found", "not_in_account", "locked", "ask_proof"})
_CHANGES = (
    ("modify_user_address", "change_user_address"),
    ("cancel", "change_cancel"),
    ("return", "change_return"),
    ("exchange", "change_exchange"),
    ("address", "change_address"),
    ("payment", "change_payment"),
    ("items", "change_items"),
)
_DETAILS = {
    "reason": "detail_reason", "item_ids": "detail_items", "items": "detail_items", "new_item_ids": "detail_new_items",
    "payment_method_id": "detail_payment", "payment_method": "detail_payment", "payment": "detail_payment",
}  # fmt: skip
_BECAME = {"done": "change_done", "kept": "change_kept", "cancelled": "change_kept", "denied": "change_denied"}
_ADDRESS = ("address1", "address2", "address", "city", "state", "zip", "country")
_SILENT = frozenset({"order_id", "user_id", "customer_id"})


def shop_name(brief: Brief) -> str:
    """The shop's name in the reply's language."""
    return (brief.shop.name_zh if brief.language == "zh" else None) or brief.shop.name


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
    return [_small_talk(brief, phrases)]


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
    return phrases.say("small_talk", assistant=assistant, shop=shop_name(brief))


def decline(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """Says honestly that there is no answer here, and what can be done instead."""
    gap = "" if brief.language == "zh" else " "
    if brief.note == "not_found":
        yield phrases.say("recommend_none")
        return
    if brief.note == "out_of_scope":
        yield phrases.say("out_of_scope", shop=shop_name(brief))
        return
    if brief.understanding.sentiment.label == "negative":
        yield phrases.say("sorry") + gap
    yield phrases.say("no_answer")
    topics = [item.question or item.title for item in brief.evidence if item.language == brief.language][:3]
    topics = [f"“{topic}”" for topic in dict.fromkeys(topics) if topic]
    if topics:
        yield gap + phrases.say("can_help_with", topics=listed(topics, brief.language))
    yield gap + _person(brief, phrases)
    hours = _hours(brief)
    if hours:
        yield gap + phrases.say("hours_line", hours=hours)


def admission(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """Says which parts of the question stay unanswered; nothing where none does."""
    unknown = [f"“{part.text}”" for part in brief.parts if not part.answered]
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
    return [refusal(brief, phrases) or ask(brief.asks, phrases)]


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


def ask(slots: Sequence[str], phrases: Phrases, plain: bool = False) -> str:
    """The question for ``slots``, two at most; ``plain`` without a promise to look something up."""
    if "confirmation" in slots:
        return phrases.say("clarify_confirmation")
    named = [_slot(slot, phrases) for slot in slots[:2]]
    if not named:
        return phrases.say("clarify_open")
    name = "clarify_order" if slots[0] in _ORDER_SLOTS and not plain else "clarify"
    return phrases.say(name, asks=listed(named, phrases.language))


def _slot(slot: str, phrases: Phrases) -> str:
    name = f"ask_{slot}"
    return phrases.say(name) if phrases.has(name) and slot != "other" else phrases.say("ask_other", slot=slot.replace("_", " "))


def change(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """The change in words with a request for an explicit yes; or what became of it (note ``done``, ``kept``, ``denied``)."""
    gap = "" if brief.language == "zh" else " "
    if refused := refusal(brief, phrases):
        yield refused
        return
    noted = _BECAME.get(brief.note or "")
    if noted:
        yield phrases.say(noted)
    for place, item in enumerate(brief.evidence, 1):
        if item.kind in ("passage", "qa", "shop"):
            yield (gap if noted or place > 1 else "") + cite(" ".join(item.text.split()), [place], brief.language)
            noted = "told"
    if brief.proposed_change and brief.note not in ("done", "kept", "cancelled", "denied"):
        yield ("\n\n" if noted else "") + confirmation(brief.proposed_change, phrases)
    elif brief.asks:
        yield (gap if noted else "") + ask(brief.asks, phrases)
    elif not noted:
        yield phrases.say("clarify_open")


def confirmation(operations: Sequence[Operation], phrases: Phrases) -> str:
    """Every operation in words, and the question for an explicit yes."""
    told = [operation_words(operation, phrases) for operation in operations]
    if len(told) == 1:
        return phrases.say("confirm", change=told[0])
    would = "I would "
    lines = "\n".join(f"{count}. {line.removeprefix(would)}" for count, line in enumerate(told, 1))
    return phrases.say("confirm_many", changes=lines)


def operation_words(operation: Operation, phrases: Phrases) -> str:
    """One operation with its details: "I would cancel order W123 (reason: ordered by mistake)"."""
    kwargs = operation.kwargs
    name = next((phrase for part, phrase in _CHANGES if part in operation.name), "change_other")
    if name == "change_other":
        said = phrases.say(name, operation=operation.name.replace("_", " "))
    elif name == "change_user_address":
        said = phrases.say(name)
    else:
        said = phrases.say(name, order=str(kwargs.get("order_id", "")))
    details = _details(kwargs, phrases)
    if not details:
        return said
    zh = phrases.language == "zh"
    inside = ("；" if zh else "; ").join(details)
    return f"{said}（{inside}）" if zh else f"{said} ({inside})"


def _details(kwargs: Mapping[str, object], phrases: Phrases) -> list[str]:
    found = []
    for name, value in kwargs.items():
        if name in _SILENT or name in _ADDRESS or value in (None, "", []):
            continue
        shown = listed([str(part) for part in value], phrases.language) if isinstance(value, list | tuple) else str(value)
        if name in _DETAILS:
            found.append(phrases.say(_DETAILS[name], value=shown))
        else:
            found.append(phrases.say("detail_other", name=name.replace("_", " "), value=shown))
    address = [str(kwargs[part]) for part in _ADDRESS if kwargs.get(part)]
    if address:
        found.append(phrases.say("detail_address", value=", ".join(address)))
    return found
