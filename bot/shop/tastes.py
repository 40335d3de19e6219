"""What customers of the shop are likely to want: learned when its data is loaded, asked at every recommendation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, delete, select

from bot.recommendation.archive import packed, unpacked
from bot.recommendation.histories import Histories, Step
from bot.recommendation.model import RecommendationModel
from bot.shop.catalogue import Catalogue
from bot.shop.profile.signs import moment
from bot.shop.reviews import EVENT_WEIGHTS
from bot.store.profile_choices import choice_of
from bot.store.shop import bump, interactions, learned_models, orders, reviews, revision, upsert
from bot.text.phrases import plain, tokenise
from bot.types import Product

_NAME = "tastes"
_ENOUGH_CUSTOMERS = 20
_LIKED, _DISLIKED = 4.0, 2.0
_LONGEST_TEXT = 400


class Tastes:
    """Learns from interactions, orders and reviews; keeps what it learned in the database, without a word on any customer."""

    def __init__(self, engine: Engine, catalogue: Catalogue) -> None:
        self._engine, self._catalogue = engine, catalogue
        self._kept: tuple[int, RecommendationModel | None] = (-1, None)

    def learn(self) -> bool:
        """Learns afresh; False, and nothing is kept, where fewer than 20 customers did something with two products."""
        families = self._catalogue.families()
        with self._engine.connect() as connection:
            steps = _steps(connection)
        histories = Histories.of(steps, tuple(families))
        enough = int((histories.lengths >= 2).sum()) >= _ENOUGH_CUSTOMERS
        with self._engine.begin() as connection:
            connection.execute(delete(learned_models).where(learned_models.c.name == _NAME))
            if enough:
                model = RecommendationModel.fit(histories, [_words(family) for family in families.values()])
                upsert(connection, learned_models, [{"name": _NAME, "payload": packed(model)}])
            bump(connection, learned_models.name)
        return enough

    def expected(self, customer: str | None, skus: Sequence[str] = ()) -> dict[str, float]:
        """SKU → how likely it is wanted next, the likeliest at 1; empty where nothing was learned or nothing is known.

        ``skus`` are what the customer looks at or named now, latest last. What ``customer`` did before counts where that is a
        customer who agreed to it.
        """
        model = self._model()
        if model is None or not (customer or skus):
            return {}
        steps = [*(self._before(customer) if customer else ()), *(Step(sku, EVENT_WEIGHTS["cart"]) for sku in skus)]
        if not any(step.item in model.signals.number for step in steps):
            return {}
        scores = model.scores(steps)
        top = float(scores.max(initial=0.0)) or 1.0
        return dict(zip(model.signals.items, (scores / top).tolist(), strict=True))

    def bought(self, customer: str) -> frozenset[str]:
        """The SKUs that a customer who agreed to its use has bought; none of anybody else."""
        return frozenset(step.item for step in self._before(customer) if step.weight >= EVENT_WEIGHTS["purchase"])

    def _model(self) -> RecommendationModel | None:
        current = revision(self._engine, learned_models)
        if self._kept[0] != current:
            with self._engine.connect() as connection:
                payload = connection.scalar(select(learned_models.c.payload).where(learned_models.c.name == _NAME))
            self._kept = (current, unpacked(payload) if payload else None)
        return self._kept[1]

    def _before(self, customer: str) -> list[Step]:
        with self._engine.connect() as connection:
            choice = choice_of(connection, customer)
            steps = _steps(connection, customer).get(customer, []) if choice.consent else []
        since = choice.since
        return [step for step in steps if since is None or ((when := moment(step.time)) is not None and when > since)]


def _steps(connection: Connection, customer: str | None = None) -> dict[str, list[Step]]:
    """Every customer's steps (or one's), oldest first. What a customer rated badly does not count."""
    told = select(interactions.c.customer_id, interactions.c.sku, interactions.c.event, interactions.c.time)
    bought = select(orders.c.customer_id, orders.c["items"], orders.c.placed_at).where(orders.c.customer_id.is_not(None))
    rated = select(reviews.c.customer_id, reviews.c.sku, reviews.c.rating, reviews.c.date).where(
        reviews.c.customer_id.is_not(None)
    )
    if customer is not None:
        told = told.where(interactions.c.customer_id == customer)
        bought = bought.where(orders.c.customer_id == customer)
        rated = rated.where(reviews.c.customer_id == customer)
    found: dict[str, list[Step]] = defaultdict(list)
    for who, sku, event, time in connection.execute(told):
        found[who].append(Step(sku, EVENT_WEIGHTS.get(event, 1.0), time))
    for who, items, time in connection.execute(bought):
        found[who] += [Step(item["sku"], EVENT_WEIGHTS["purchase"], time) for item in items]
    disliked: set[tuple[str, str]] = set()
    for who, sku, stars, time in connection.execute(rated):
        if stars >= _LIKED:
            found[who].append(Step(sku, EVENT_WEIGHTS["purchase"], time))
        elif stars <= _DISLIKED:
            disliked.add((who, sku))
    return {
        who: sorted((step for step in steps if (who, step.item) not in disliked), key=lambda step: step.time or "")
        for who, steps in sorted(found.items())
    }


def _words(family: Sequence[Product]) -> list[str]:
    """What tells a product apart, in every language that it has: its words, and each attribute with its value."""
    words: list[str] = []
    for product in family:
        text = plain(f"{product.title} {product.brand} {product.category} {product.description[:_LONGEST_TEXT]}", 1000)
        words += [token.text for token in tokenise(text)]
        words += [f"{name}={value}" for name, value in _traits(product).items()]
    return words


def _traits(product: Product) -> Mapping[str, str]:
    return {"brand": product.brand, "category": product.category, **product.attributes}
