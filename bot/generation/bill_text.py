"""What a cart comes to, in words: a line for each product, the sum, and delivery as the shop's own sentences have it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.generation.brief import Bill, Brief
from bot.generation.citations import cite
from bot.generation.phrases import Phrases, listed


def bill(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """The bill; where nothing is known of the customer's cart, how they may tell of it."""
    told = brief.bill
    if told is None or not (told.lines or told.left_out or told.unknown):
        yield phrases.say("cart_unseen")
        return
    gap = "" if brief.language == "zh" else " "
    if told.lines:
        yield phrases.say("cart_page" if told.from_page else "cart_chosen") + "\n\n"
        yield from _lines(told, brief, phrases)
        yield "\n" + cite(phrases.say("cart_total", total=told.total), [len(told.lines) + 1], brief.language)
    if told.left_out:
        yield (gap if told.lines else "") + phrases.say("cart_left_out", titles=listed(told.left_out, brief.language))
    if told.unknown:
        yield (gap if told.lines or told.left_out else "") + phrases.say("cart_unknown", count=str(told.unknown))
    if told.lines:
        yield from _delivery(told, brief, phrases)


def _lines(told: Bill, brief: Brief, phrases: Phrases) -> Iterator[str]:
    for place, line in enumerate(told.lines, 1):
        name = "cart_line" if line.quantity == "1" else "cart_line_many"
        values = {"title": line.title, "quantity": line.quantity, "total": line.total}
        said = phrases.say(name, **values) if line.quantity == "1" else phrases.say(name, each=line.each, **values)
        yield f"- {said}{'' if brief.language == 'zh' else ' '}[{place}]\n"
    if told.more:
        yield f"- {phrases.say('cart_more', count=str(told.more))}\n"


def _delivery(told: Bill, brief: Brief, phrases: Phrases) -> Iterator[str]:
    """The shop's sentences, each cited, what they come to for this cart, and that the checkout has the last word."""
    gap = "" if brief.language == "zh" else " "
    if told.delivery:
        yield "\n\n" + gap.join(cite(one, [len(told.lines) + 2], brief.language) for one in told.delivery)
        if told.in_all and not told.fee:
            yield gap + phrases.say("cart_free", free_from=told.free_from, total=told.in_all)
        elif told.in_all and told.short:
            said = {"short": told.short, "free_from": told.free_from, "fee": told.fee, "total": told.in_all}
            yield gap + phrases.say("cart_fee_short", **said)
        elif told.in_all:
            yield gap + phrases.say("cart_fee", fee=told.fee, total=told.in_all)
        elif told.short:
            yield gap + phrases.say("cart_short", short=told.short, free_from=told.free_from)
    yield ("\n\n" if not told.delivery else gap) + phrases.say("cart_checkout" if told.delivery else "cart_no_delivery")
