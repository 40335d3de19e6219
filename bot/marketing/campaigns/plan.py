"""A campaign's plan, drafted from the shop's own data: for whom, with what, when, for how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Engine, select

from bot.shop.catalogue import Catalogue
from bot.shop.wording import format_price
from bot.store.shop import customers, interactions, orders
from bot.types import LanguageCode, Product

Goal = Literal["sell_stock", "win_back", "second_order", "recover_carts"]
Channel = Literal["email", "sms", "webhook", "chat"]
FOR_EVERYBODY: tuple[Goal, ...] = ("sell_stock",)
"""Goals whose offer any visitor of the shop may see; the plan's customers are then those who may be written to."""
LAPSED_DAYS = 90
DAYS = 14
MOST_PRODUCTS = 3
EVENT_DAYS = 180
"""Orders and interactions older than that tell nothing of the shop of today."""
_NOBODY = (
    "nobody has agreed to be written to yet: load customers with a column consent",
    "还没有顾客同意接收营销信息：请载入客户表，并带上“同意”这一列（consent）",
)
_NO_PRODUCT = (
    "no product to offer: load a catalogue with prices and stock",
    "没有可推荐的商品：请载入带有价格和库存的商品目录",
)
_NOTHING_LEFT = ("no product to offer: no cart holds anything that is in stock", "没有可推荐的商品：购物车里没有有货的商品")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is to do. ``customers`` have consented; ``because`` says in each language what in the data led to it."""

    goal: Goal
    language: LanguageCode
    segment: str
    customers: tuple[str, ...]
    products: tuple[str, ...]
    discount: int
    channel: Channel
    starts: str
    ends: str
    budget: float
    currency: str | None
    holdout: float
    because: Mapping[LanguageCode, tuple[str, ...]]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Plan:
        """The plan that was kept as plain JSON types."""
        given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
        told = kept["because"]  # a list, in the plan's language alone, where it was kept before there were both
        because = {given["language"]: told} if isinstance(told, list) else told
        return cls(**{**given, "because": {language: tuple(reasons) for language, reasons in because.items()}})

    def budget_told(self, language: LanguageCode) -> str:
        """The budget as sums are written to customers."""
        return format_price(self.budget, self.currency, language)

    def reasons(self, language: LanguageCode) -> tuple[str, ...]:
        """Why, in a language; in the plan's own where it was kept in that alone."""
        return self.because.get(language) or self.because[self.language]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Data:
    """Who may be written to, what each ordered and when, what lies in carts, how much of each product was sold."""

    reachable: frozenset[str]
    last_order: dict[str, datetime]
    number: Counter[str]
    in_cart: dict[str, set[str]]
    sold: Counter[str]


class Planner:
    """Drafts plans over the shop's database; nothing is stored."""

    def __init__(self, engine: Engine, catalogue: Catalogue) -> None:
        self._engine, self._catalogue = engine, catalogue

    def draft(
        self, goal: Goal, language: LanguageCode, discount: int = 0, channel: Channel = "email", today: date | None = None
    ) -> Plan:
        """The plan for a goal, beginning next Monday and lasting two weeks.

        ``discount`` is in per cent of the price. The budget is what the discount costs if one customer in ten takes it, at the
        mean price of the products.
        """
        day = today or datetime.now(UTC).date()
        with self._engine.connect() as connection:
            data = _read(connection, datetime(day.year, day.month, day.day, tzinfo=UTC))
        chosen = self._products(goal, language, data)
        people = tuple(sorted(_segment(goal, data, day)))
        prices = [product.price for product in chosen if product.price]
        mean = sum(prices) / len(prices) if prices else 0.0
        starts = day + timedelta(days=7 - day.weekday())
        return Plan(
            goal, language, goal, people, tuple(product.sku for product in chosen), discount, channel, starts.isoformat(),
            (starts + timedelta(days=DAYS - 1)).isoformat(), round(mean * discount / 100 * len(people) * 0.1, 2),
            next((product.currency for product in chosen), None), 0.1,
            {each: tuple(self._because(goal, each, chosen, people, data)) for each in get_args(LanguageCode)},
        )  # fmt: skip

    def _because(
        self, goal: Goal, language: LanguageCode, chosen: Sequence[Product], people: Sequence[str], data: _Data
    ) -> Iterable[str]:
        zh = language == "zh"
        told = {
            "sell_stock": ("customers who agreed to be written to", "位同意接收营销信息的顾客"),
            "win_back": (f"of them without an order for {LAPSED_DAYS} days", f"位已有 {LAPSED_DAYS} 天没有下单"),
            "second_order": ("of them ordered exactly once", "位只下过一单"),
            "recover_carts": ("of them left something in the cart", "位把商品留在了购物车里"),
        }[goal]
        yield f"{len(people)} {told[1]}" if zh else f"{len(people)} {told[0]}"
        if not data.reachable:
            yield _NOBODY[zh]
        if not chosen:
            yield (_NOTHING_LEFT if goal == "recover_carts" else _NO_PRODUCT)[zh]
        for product in chosen:
            sold, title = data.sold[product.sku], self._catalogue.title_of(product.sku, language)
            yield (
                f"{title}：库存 {product.stock} 件，近 {EVENT_DAYS} 天售出 {sold} 件"
                if zh
                else f"{title}: {product.stock} in stock, {sold} sold in the last {EVENT_DAYS} days"
            )

    def _products(self, goal: Goal, language: LanguageCode, data: _Data) -> list[Product]:
        stocked = [one for one in self._catalogue.all(language) if one.price and (one.stock or 0) > 0]
        if goal == "sell_stock":
            stocked.sort(key=lambda one: (-(one.stock or 0) / (1 + data.sold[one.sku]), one.sku))
        elif goal == "recover_carts":
            left = Counter(sku for skus in data.in_cart.values() for sku in skus)
            stocked = sorted((one for one in stocked if left[one.sku]), key=lambda one: (-left[one.sku], one.sku))
        else:
            stocked.sort(key=lambda one: (-data.sold[one.sku], one.sku))
        groups: dict[str, Product] = {}
        for one in stocked:
            groups.setdefault(one.variant_group or one.title.rpartition(",")[0] or one.title, one)
        return list(groups.values())[:MOST_PRODUCTS]


def _read(connection: Connection, now: datetime) -> _Data:
    since = (now - timedelta(days=EVENT_DAYS)).isoformat()
    agreed = connection.execute(select(customers.c.customer_id).where(customers.c.consent)).scalars()
    last: dict[str, datetime] = {}
    number: Counter[str] = Counter()
    sold: Counter[str] = Counter()
    bought: dict[str, set[str]] = {}
    for row in connection.execute(select(orders).where(orders.c.status != "cancelled")).mappings():
        placed = _moment(row["placed_at"])
        skus = [item["sku"] for item in row["items"]]
        if placed is not None and placed.isoformat() >= since:
            sold.update({item["sku"]: item.get("quantity", 1) for item in row["items"]})
        if customer := row["customer_id"]:
            number[customer] += 1
            bought.setdefault(customer, set()).update(skus)
            if placed is not None:
                last[customer] = max(placed, last.get(customer, placed))
    carts: dict[str, set[str]] = {}
    put = select(interactions).where(interactions.c.event == "cart", interactions.c.time >= since)
    for row in connection.execute(put).mappings():
        if row["sku"] not in bought.get(row["customer_id"], ()):
            carts.setdefault(row["customer_id"], set()).add(row["sku"])
    return _Data(frozenset(agreed), last, number, carts, sold)


def _segment(goal: Goal, data: _Data, day: date) -> Iterable[str]:
    lapsed = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=LAPSED_DAYS)
    if goal == "win_back":
        return (one for one in data.reachable if one in data.last_order and data.last_order[one] < lapsed)
    if goal == "second_order":
        return (one for one in data.reachable if data.number[one] == 1)
    if goal == "recover_carts":
        return (one for one in data.reachable if data.in_cart.get(one))
    return data.reachable


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written).astimezone(UTC) if written else None
