"""The market on one page: each claim with its evidence and what to do, nothing beyond the feeds and the shop's own data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rapidfuzz import fuzz, process

from bot.marketing.insight.aspects import seeds
from bot.marketing.insight.offering import faq_command
from bot.marketing.insight.opinions import read_batch
from bot.marketing.market.changes import changed
from bot.marketing.market.claim import Claim, texts_of, told_to_look
from bot.marketing.market.funnel import STEPS, Funnel
from bot.marketing.market.history import Reading
from bot.marketing.market.offers import Offer
from bot.marketing.reports.charts import stacked_bars
from bot.marketing.reports.document import Report, listed
from bot.shop.product_search import in_category
from bot.shop.wording import format_price
from bot.types import LanguageCode, Product
from knowledge_base.terms import normalise

SAME_TITLE = 90
"""Similarity from 0 to 100 (RapidFuzz token sort ratio) from which two titles name one product."""
LEVEL, NEWS, SHOWN, EVIDENCE, LEAST_OPINIONS, CLEAR = 0.02, 0.05, 6, 5, 5, 0.15

TRY = {
    "conversion": "shopdesk campaigns plan recover_carts",
    "retention": "shopdesk outbox prepare --dry-run",
}
"""Commands that begin what is proposed where customers are lost."""


class MarketBrief:
    """Says of competitors' ``offers`` what they mean for a shop with ``products``, ``reviews`` (id, text) and a ``funnel``."""

    def __init__(
        self,
        offers: Sequence[Offer],
        products: Sequence[Product],
        reviews: Sequence[tuple[str, str]],
        funnel: Funnel,
        language: LanguageCode,
        readings: Sequence[Reading] = (),
    ) -> None:
        """``readings`` are the feeds that the offers are from, with what they held before.

        ``products`` may come in both languages: rivals are matched in either, and told of in ``language`` where they can be.
        """
        self._readings, self._both = readings, products
        self._offers, self._reviews, self.funnel = offers, reviews, funnel
        self._products = {product.sku: product for product in sorted(products, key=lambda one: one.language == language)}
        self._texts, self._language = texts_of(language), language
        self._own = self._matched()

    def _matched(self) -> dict[int, Product]:
        """Which offer answers to which product: by its SKU, else by a title that is all but the same."""
        titles = {place: normalise(product.title) for place, product in enumerate(self._both)}
        found = {}
        for place, offer in enumerate(self._offers):
            sku = offer.sku if offer.sku in self._products else None
            if sku is None and offer.title:
                best = process.extractOne(normalise(offer.title), titles, scorer=fuzz.token_sort_ratio, score_cutoff=SAME_TITLE)
                sku = self._both[best[2]].sku if best else None
            if sku is not None:
                found[place] = self._products[sku]
        return found

    def notes(self) -> list[str]:
        """What the brief rests on."""
        if not self._offers:
            return [self._texts["nothing"]]
        names = listed(sorted({offer.competitor for offer in self._offers}), self._language)
        reviews = sum(bool(offer.text) for offer in self._offers)
        offers = sum(offer.price is not None for offer in self._offers)
        return [self._texts["seen"].format(offers=offers, reviews=reviews, competitors=names, matched=len(self._own))]

    def price(self) -> list[Claim]:
        """Each product against its cheapest rival of the same currency, the dearest first."""
        rivals: dict[str, list[Offer]] = defaultdict(list)
        for place, product in self._own.items():
            offer = self._offers[place]
            if offer.price and product.price and (offer.currency or product.currency) == product.currency:
                rivals[product.sku].append(offer)
        found = []
        for sku, own_rivals in rivals.items():
            product, newest = self._products[sku], _newest(own_rivals)
            cheapest = min(newest, key=lambda offer: offer.price or 0)
            difference = (product.price or 0) / (cheapest.price or 1) - 1
            kind = "level" if abs(difference) < LEVEL else "above" if difference > 0 else "below"
            text = self._texts[kind].format(
                title=product.title, own=format_price(product.price, product.currency, self._language),
                rival=cheapest.competitor, theirs=format_price(cheapest.price, product.currency, self._language),
                percent=f"{abs(difference):.0%}",
            )  # fmt: skip
            action = "" if kind == "level" else self._texts[f"act_{kind}"].format(title=product.title)
            command = {"above": f"shopdesk copy write listing {sku}", "below": f"shopdesk copy write ad {sku}"}.get(kind, "")
            command += f" --language {self._language}" if command else ""
            found.append((-difference, Claim(text, (cheapest.where, sku), action, command)))
        return [claim for _, claim in sorted(found, key=lambda pair: pair[0])]

    def gaps(self) -> list[Claim]:
        """Categories and kinds of goods that rivals sell and the shop does not, the most offered first."""
        own = {normalise(product.category) for product in self._both}
        missing: dict[str, list[Offer]] = defaultdict(list)
        for place, offer in enumerate(self._offers):
            if offer.category and offer.title and place not in self._own and normalise(offer.category) not in own:
                missing[offer.category].append(offer)
        missing = {name: group for name, group in missing.items() if not any(in_category(one, name) for one in self._both)}
        return [
            Claim(
                self._texts["gap"].format(
                    competitors=listed(sorted({o.competitor for o in group}), self._language), category=category, n=len(group)
                ),
                tuple(offer.where for offer in group[:EVIDENCE]),
                self._texts["act_gap"].format(category=category, example=group[0].title),
                faq_command(self._texts["ask_gap"].format(category=category), self._language),
            )
            for category, group in sorted(missing.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ]

    def promotions(self) -> list[Claim]:
        """Promotions and reduced prices by day, the latest first."""
        found = []
        for offer in self._offers:
            reduced = offer.price and offer.list_price and offer.list_price > offer.price
            if not (offer.promotion or reduced):
                continue
            what = offer.promotion or self._texts["reduced"].format(theirs=offer.price, list=offer.list_price)
            day = str(offer.day) if offer.day else ""
            text = self._texts["promotion"].format(
                day=day or self._texts["undated"], rival=offer.competitor, title=offer.title, what=what
            )
            found.append((day, Claim(text, (offer.where,))))
        return [claim for _, claim in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def alerts(self) -> list[Claim]:
        """What is other than the last time that a feed was read, then prices that moved between two days of a feed."""
        again = changed(self._readings, self._language, self._answering)
        told = {claim.evidence[0] for claim in again}
        return [*again, *(claim for claim in self._by_day() if claim.evidence[-1] not in told)]

    def _by_day(self) -> list[Claim]:
        """Prices that changed by a twentieth or more between two days of the feeds, the latest first."""
        seen: dict[tuple[str, str], list[Offer]] = defaultdict(list)
        for offer in self._offers:
            if offer.day and offer.price:
                seen[offer.competitor, normalise(offer.title)].append(offer)
        found = []
        for own in seen.values():
            *_, before, after = [None, *sorted(own, key=lambda offer: str(offer.day))]
            if before is None or before.day == after.day or not (before.price and after.price):
                continue
            change = after.price / before.price - 1
            if abs(change) >= NEWS:
                text = self._texts["alert"].format(
                    rival=after.competitor, title=after.title, before=before.price, after=after.price,
                    percent=f"{change:+.0%}", day=after.day,
                )  # fmt: skip
                action, command = told_to_look(self._answering(after), self._language)
                found.append((str(after.day), Claim(text, (before.where, after.where), action, command)))
        return [claim for _, claim in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def _answering(self, offer: Offer) -> Product | None:
        """The shop's product that an offer answers to."""
        return self._own.get(self._offers.index(offer))

    def topics(self) -> list[Claim]:
        """Aspects blamed clearly more or less than the rivals' are, the largest difference first."""
        theirs = [(offer.where, offer.text) for offer in self._offers if offer.text]
        if not theirs or not self._reviews:
            return []
        blame = [_blame(voices) for voices in (theirs, self._reviews)]
        found = []
        for aspect in seeds():
            (their_n, their_bad), (own_n, own_bad) = (each.get(aspect.id, (0, ())) for each in blame)
            if min(their_n, own_n) < LEAST_OPINIONS:
                continue
            difference = len(own_bad) / own_n - len(their_bad) / their_n
            if abs(difference) >= CLEAR:
                name = aspect.names[self._language]
                text = self._texts["topic"].format(
                    aspect=name, theirs=len(their_bad), their_n=their_n, own=len(own_bad), own_n=own_n
                )
                action = self._texts["act_topic_bad" if difference > 0 else "act_topic_good"].format(aspect=name)
                found.append((-abs(difference), Claim(text, (*their_bad[:3], *own_bad[:3]), action)))
        return [claim for _, claim in sorted(found, key=lambda pair: pair[0])]

    def lost(self) -> list[Claim]:
        """Where customers are lost, and what to try."""
        step = self.funnel.lost_at
        if step is None:
            return [Claim(self._texts["no_funnel"], ())]
        place = STEPS.index(step)
        rate, counts = self.funnel.rates[place], self.funnel.reached
        text = self._texts["lost"].format(step=self._texts[step], rate=f"{rate:.0%}")
        return [Claim(text, (f"{counts[place]} / {counts[place - 1]}",), self._texts[f"try_{step}"], TRY.get(step, ""))]

    def sections(self) -> dict[str, list[Claim]]:
        """The claims by section."""
        return {
            "alerts": self.alerts(), "price": self.price(), "gaps": self.gaps(), "promotions": self.promotions(),
            "topics": self.topics(), "funnel": self.lost(),
        }  # fmt: skip

    def heading(self, section: str) -> str:
        """A section's name in words."""
        return self._texts[section]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON types."""
        steps = zip(STEPS, self.funnel.reached, self.funnel.rates, strict=True)
        return {
            "language": self._language,
            "notes": self.notes(),
            "sections": {name: [asdict(claim) for claim in claims] for name, claims in self.sections().items()},
            "funnel": [
                {"step": step, "customers": n, "rate": None if rate is None else round(rate, 4)} for step, n, rate in steps
            ],
        }

    def report(self) -> Report:
        """The page."""
        page = Report(self._texts["title"])
        for note in self.notes():
            page.add("p", note)
        for name, claims in self.sections().items():
            if claims:
                page.add("h2", self.heading(name))
            if name == "funnel":
                page.add(
                    "plot",
                    stacked_bars(
                        [(self._texts[step], (n,)) for step, n in zip(STEPS, self.funnel.reached, strict=True)], ("#0f766e",)
                    ),
                )
            for claim in claims[:SHOWN]:
                page.add("p", claim.text + (f" → {claim.action}" if claim.action else ""))
                if claim.evidence:
                    page.add("quote", self._texts["evidence"].format(where="; ".join(claim.evidence)))
        return page


def _newest(offers: Sequence[Offer]) -> list[Offer]:
    """The last offer of each competitor."""
    last = {offer.competitor: offer for offer in sorted(offers, key=lambda offer: str(offer.day or ""))}
    return list(last.values())


def _blame(voices: Sequence[tuple[str, str]]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Aspect → number of opinions and the evidence of those that blame it."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for opinion in read_batch((seeds(), [text for _, text in voices])):
        number, bad = found.get(opinion.aspect, (0, ()))
        found[opinion.aspect] = number + 1, (*bad, voices[opinion.voice][0]) if opinion.label == "negative" else bad
    return found
