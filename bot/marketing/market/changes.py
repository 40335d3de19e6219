"""What changed in competitors' feeds since they were something else: prices, products, promotions, what customers say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.marketing.insight.aspects import AspectFinder, seeds
from bot.marketing.market.claim import Claim, texts_of, told_to_look
from bot.marketing.market.history import Reading
from bot.marketing.market.offers import Offer
from bot.types import LanguageCode, Product
from knowledge_base.terms import normalise

MOVED, SHARE_MOVED, LEAST_TEXTS = 0.05, 0.15, 10
Key = tuple[str, str]


def changed(readings: Sequence[Reading], language: LanguageCode, own: Callable[[Offer], Product | None]) -> list[Claim]:
    """Alerts of all feeds that were read before; ``own`` names the shop's product that an offer answers to.

    A price that moved by a twentieth or more, products that are new or gone, promotions that began or ended, and aspects
    that a competitor's customers speak of clearly more or less often.
    """
    return [claim for reading in readings if reading.before is not None for claim in _of(reading, language, own)]


def _of(reading: Reading, language: LanguageCode, own: Callable[[Offer], Product | None]) -> Iterator[Claim]:
    texts, since = texts_of(language), str(reading.since)
    before, now = _newest(reading.before or ()), _newest(reading.offers)
    for key, offer in now.items():
        earlier, told_as = before.get(key), {"rival": offer.competitor, "title": offer.title, "since": since}
        if earlier is None:
            yield Claim(texts["new"].format(**told_as), (offer.where,))
            continue
        what_to_do = told_to_look(own(offer), language)
        if earlier.price and offer.price and abs(offer.price / earlier.price - 1) >= MOVED:
            told = {"before": earlier.price, "after": offer.price, "percent": f"{offer.price / earlier.price - 1:+.0%}"}
            yield Claim(texts["moved"].format(**told_as, **told), (offer.where,), *what_to_do)
        was, has = _promotion(earlier, texts), _promotion(offer, texts)
        if was != has:
            if has:
                yield Claim(texts["begun"].format(what=has, **told_as), (offer.where,), *what_to_do)
            else:
                yield Claim(texts["ended"].format(what=was, **told_as), (offer.where,))
    for key in before.keys() - now.keys():
        offer = before[key]
        yield Claim(texts["gone"].format(rival=offer.competitor, title=offer.title, since=since), (reading.feed,))
    yield from _spoken(reading, language)


def _newest(offers: Iterable[Offer]) -> dict[Key, Offer]:
    """The last offer of each product by competitor and title."""
    dated = sorted((offer for offer in offers if offer.title and not offer.text), key=lambda offer: str(offer.day or ""))
    return {(offer.competitor, normalise(offer.title)): offer for offer in dated}


def _promotion(offer: Offer, texts: Mapping[str, str]) -> str:
    reduced = offer.price and offer.list_price and offer.list_price > offer.price
    return offer.promotion or (texts["reduced"].format(theirs=offer.price, list=offer.list_price) if reduced else "")


def _spoken(reading: Reading, language: LanguageCode) -> Iterator[Claim]:
    """Aspects whose share of a competitor's reviews moved."""
    texts, finder = texts_of(language), AspectFinder(seeds())
    before, now = (_shares(offers, finder) for offers in (reading.before or (), reading.offers))
    for competitor in sorted(before.keys() & now.keys()):
        for aspect in seeds():
            was, has = before[competitor].get(aspect.id, 0.0), now[competitor].get(aspect.id, 0.0)
            if abs(has - was) >= SHARE_MOVED:
                told = {"was": f"{was:.0%}", "has": f"{has:.0%}", "since": str(reading.since)}
                name = aspect.names[language]
                yield Claim(texts["spoken"].format(rival=competitor, aspect=name, **told), (reading.feed,))


def _shares(offers: Iterable[Offer], finder: AspectFinder) -> dict[str, dict[str, float]]:
    """For each competitor with enough reviews, the share of them that speak of each aspect."""
    said: dict[str, list[str]] = defaultdict(list)
    for offer in offers:
        if offer.text:
            said[offer.competitor].append(offer.text)
    shares: dict[str, dict[str, float]] = {}
    for competitor, own in said.items():
        if len(own) >= LEAST_TEXTS:
            found: dict[str, float] = defaultdict(float)
            for text in own:
                for aspect, _ in finder.mentions(text):
                    found[aspect] += 1 / len(own)
            shares[competitor] = found
    return shares
