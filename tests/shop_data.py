"""A small bilingual shop for the tests: rows as a table has them, loaded through the real loader."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from bot.settings.profile import ShopProfile
from bot.shop.catalogue import Catalogue
from bot.shop.finder import ProductFinder
from bot.shop.loading import load_table
from bot.shop.recommender import Recommender
from bot.shop.reviews import OpinionReader
from bot.skills.outcome import TurnContext
from bot.store.database import metadata, open_database
from bot.types import DialogueState, Entities, Intent, LanguageGuess, Sentiment, Understanding
from knowledge_base.types import Chunk, SearchHit, SectionKind

PRODUCTS: list[dict[str, object]] = [
    {
        "sku": "BP-1",
        "title": "Trail Backpack 30L",
        "description": "Light pack for day hikes.",
        "brand": "Norrvik",
        "category": "Backpacks",
        "price": "299",
        "currency": "CNY",
        "stock": "12",
        "color": "blue",
        "capacity": "30 L",
        "weight_kg": "1.1",
        "language": "en",
    },
    {
        "sku": "BP-1",
        "title": "山径双肩包 30升",
        "description": "适合一日徒步的轻便背包。",
        "brand": "Norrvik",
        "category": "双肩包",
        "price": "299",
        "currency": "CNY",
        "stock": "12",
        "color": "蓝色",
        "capacity": "30升",
        "weight_kg": "1.1",
        "language": "zh",
    },
    {
        "sku": "BP-2",
        "title": "City Backpack 20L",
        "description": "Leather trim, laptop sleeve.",
        "brand": "Hako",
        "category": "Backpacks",
        "price": "199",
        "currency": "CNY",
        "stock": "3",
        "color": "black",
        "capacity": "20 L",
        "weight_kg": "0.8",
        "language": "en",
    },
    {
        "sku": "BP-3",
        "title": "Expedition Backpack 65L",
        "description": "For a week away.",
        "brand": "Norrvik",
        "category": "Backpacks",
        "price": "699",
        "currency": "CNY",
        "stock": "0",
        "color": "green",
        "capacity": "65 L",
        "weight_kg": "2.4",
        "language": "en",
    },
    {
        "sku": "BP-4",
        "title": "School Backpack 25L",
        "description": "Leather-free, wide straps.",
        "brand": "Hako",
        "category": "Backpacks",
        "price": "129",
        "currency": "CNY",
        "stock": "40",
        "color": "red",
        "capacity": "25000 ml",
        "weight_kg": "0.9",
        "language": "en",
    },
    {
        "sku": "KT-1",
        "title": "Quiet Kettle",
        "description": "Boils 1.5 litres.",
        "brand": "Hako",
        "category": "Kettles",
        "price": "159",
        "currency": "CNY",
        "stock": "9",
        "color": "white",
        "capacity": "1.5 L",
        "language": "en",
    },
]
ORDERS: list[dict[str, object]] = [
    {
        "order_id": "SD-1001",
        "customer_id": "C1",
        "email": "Lin@Example.com",
        "phone": "138 0013 8000",
        "status": "已发货",
        "placed_at": "2026-05-03T10:30",
        "total": "597",
        "currency": "CNY",
        "address": "浙江省杭州市西湖区文三路1号",
        "carrier": "SF Express",
        "tracking": "SF123456789",
        "items": json.dumps([{"sku": "BP-1", "quantity": 1, "price": 299}, {"sku": "BP-2", "quantity": 1, "price": 199}]),
    },
    {
        "order_id": "SD-1002",
        "customer_id": "C2",
        "email": "bob@example.com",
        "phone": "+44 7700 900123",
        "status": "delivered",
        "placed_at": "2026-04-20",
        "delivered_at": "2026-04-25",
        "total": "159.50",
        "currency": "CNY",
        "address": "12 Main Street, Leeds, LS1 4AP, UK",
        "items": [{"sku": "KT-1", "quantity": 2, "price": 79.75, "options": {"color": "white"}}],
    },
    {"order_id": "SD-1003", "customer_id": "C3", "status": "pending", "items": "[]"},
]
CUSTOMERS: list[dict[str, object]] = [
    {"customer_id": "C1", "name": "林晓", "email": "lin@example.com", "tags": "vip,徒步", "consent": "是"},
    {"customer_id": "C3", "name": "Mia", "email": "mia@example.com", "consent": "no"},
    {"customer_id": "C4", "name": "Ana", "phone": "0551 234 5678"},
]
REVIEWS: list[dict[str, object]] = [
    *({"id": f"r{n}", "sku": "BP-1", "rating": "5", "text": "great"} for n in range(9)),
    {"id": "r9", "sku": "BP-1", "rating": "4", "text": "很好"},
    {"id": "r10", "sku": "BP-2", "rating": "2", "text": "strap broke"},
]
INTERACTIONS: list[dict[str, object]] = [
    *(
        {"customer_id": f"C{n}", "sku": sku, "event": "purchase", "time": "2026-01-01"}
        for n in range(5, 9)
        for sku in ("BP-1", "KT-1")
    ),
    {"customer_id": "C9", "sku": "BP-4", "event": "view", "time": "2026-01-02"},
]


def numbered(rows: Sequence[Mapping[str, object]]) -> list[tuple[int, Mapping[str, object]]]:
    return list(enumerate(rows, start=2))


def empty_shop(path: str | Path) -> Engine:
    engine = open_database(f"sqlite:///{path}")
    metadata.create_all(engine)
    return engine


def stocked_shop(path: str | Path) -> Engine:
    Path(path).write_bytes(_stocked())
    return open_database(f"sqlite:///{path}")


@cache
def _stocked() -> bytes:
    with TemporaryDirectory() as directory:
        engine = empty_shop(Path(directory) / "shop.db")
        load_table(engine, "catalogue", numbered(PRODUCTS), "catalogue.csv")
        load_table(engine, "orders", numbered(ORDERS), "orders.csv")
        load_table(engine, "customers", numbered(CUSTOMERS), "customers.csv")
        load_table(engine, "reviews", numbered(REVIEWS), "reviews.csv")
        load_table(engine, "interactions", numbered(INTERACTIONS), "interactions.csv")
        engine.dispose()  # the last connection to close writes the log back into the file
        return (Path(directory) / "shop.db").read_bytes()


def finder_of(engine: Engine) -> ProductFinder:
    return ProductFinder(Catalogue(engine), OpinionReader(engine), Recommender())


def hit(location: str, score: float, text: str = "", kind: SectionKind = "product", title: str = "") -> SearchHit:
    chunk = Chunk(f"id-{location}", location, location, title or location, "en", kind, text, "", 0, 5)
    return SearchHit(chunk, score, score, score)


def message(text: str, intent: str = "recommendation", language: str = "en", **entities: object) -> Understanding:
    named = Entities(**entities)  # type: ignore[arg-type]
    code = LanguageGuess("zh" if language == "zh" else "en")
    return Understanding(text, text, code, Intent(intent, 0.9), Sentiment("neutral", 0.0), named)


CONTEXT = TurnContext(shop=ShopProfile(name="Norrvik Outdoor", currency="CNY"), conversation="talk-1")
START = DialogueState()
