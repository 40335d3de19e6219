"""Pages to publish, with schema.org markup: frequent questions, a product, and guides to a category's products."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from sqlalchemy import Engine, func, select

from bot.errors import InputError
from bot.settings.profile import ShopProfile
from bot.shop.attributes import label
from bot.shop.catalogue import Catalogue, attribute_facts
from bot.shop.wording import format_price
from bot.store.copy_texts import copy_texts
from bot.store.knowledge_tables import chunks
from bot.store.shop import reviews
from bot.types import LanguageCode, Product
from knowledge_base.ledger import STAGED

_WORDS = {
    "en": {"faq": "Frequent questions", "guide": "{category}: a guide", "price": "Price"},
    "zh": {"faq": "常见问题", "guide": "{category}选购指南", "price": "价格"},
}

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}img{max-width:100%}"
    "table{border-collapse:collapse}th{text-align:start;font-weight:600}th,td{padding:.3rem 1.5rem .3rem 0}"
)
"""Enough to be read where the page stands alone; a shop's own style sheet comes after it."""


class Pages:
    """Makes pages from what is loaded; nothing in them is written anew, so nothing can be wrong that was right."""

    def __init__(self, engine: Engine, catalogue: Catalogue, shop: ShopProfile) -> None:
        self._engine, self._catalogue, self._shop = engine, catalogue, shop

    def faq(self, language: LanguageCode) -> str:
        """Every question with its answer, as an HTML page with ``FAQPage`` markup.

        Raises:
            InputError: no questions are loaded in this language.
        """
        mine = (chunks.c.kind == "qa") & (chunks.c.language == language) & chunks.c.question.is_not(None)
        live = (chunks.c.since != STAGED) & (chunks.c.until.is_(None) | (chunks.c.until == STAGED))
        query = select(chunks.c.question, chunks.c.text).where(mine, live).order_by(chunks.c.key)
        with self._engine.connect() as connection:
            found = {row.question: row.text for row in connection.execute(query)}
        if not found:
            raise InputError(
                "No questions are loaded in this language: load a table with the columns question and answer.",
                zh="还没有这种语言的问答：请导入带有“问题”“答案”两列的表格。",
            )
        entities = [
            {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for question, answer in found.items()
        ]
        body = "".join(f"<section><h2>{escape(q)}</h2><p>{_lines(a)}</p></section>" for q, a in found.items())
        return self._page(_WORDS[language]["faq"], body, [{"@type": "FAQPage", "mainEntity": entities}], language)

    def guide(self, category: str, language: LanguageCode) -> str:
        """The products of a category side by side, as an HTML page with ``Product`` markup.

        Raises:
            InputError: the category has no products.
        """
        found = [one for one in self._catalogue.all(language) if one.category.lower() == category.lower()]
        if not found:
            raise InputError(
                f"There is no category {category[:60]!r} in this language: see the catalogue.",
                zh=f"这种语言的目录里没有 {category[:60]!r} 这个分类：请查看目录。",
            )
        body = "".join(_section(product, language) for product in found)
        title = _WORDS[language]["guide"].replace("{category}", found[0].category)
        return self._page(title, body, [_markup(product) for product in found], language)

    def product(self, sku: str, language: LanguageCode) -> str:
        """One product with its approved introduction, facts and rating, as an HTML page with ``Product`` markup.

        Raises:
            InputError: there is no such product.
        """
        product = self._catalogue.get(sku, language)
        if product is None:
            raise InputError(f"There is no product {sku[:60]!r}: check the SKU.")
        text = self._introduction(sku, language) or product.description
        safe = product.image if product.image and product.image.startswith(("https://", "http://")) else None
        picture = f'<img src="{escape(safe)}" alt="{escape(product.title)}">' if safe else ""
        thing = _markup(product) | ({"image": safe} if safe else {}) | self._rating(sku)
        body = picture + _section(replace(product, description=text), language, titled=False)
        return self._page(product.title, body, [thing], language)

    def _introduction(self, sku: str, language: LanguageCode) -> str | None:
        """The newest approved text that introduces a product."""
        of = copy_texts.c
        mine = (of.sku == sku) & (of.language == language) & (of.state == "approved") & of.kind.in_(("introduction", "listing"))
        with self._engine.connect() as connection:
            return connection.execute(select(of.text).where(mine).order_by(of.id.desc()).limit(1)).scalar()

    def _rating(self, sku: str) -> dict[str, Any]:
        with self._engine.connect() as connection:
            query = select(func.avg(reviews.c.rating), func.count()).where(reviews.c.sku == sku)
            mean, number = connection.execute(query).one()
        if not number:
            return {}
        told = {"@type": "AggregateRating", "ratingValue": f"{mean:.1f}", "reviewCount": number}
        return {"aggregateRating": told}

    def _page(self, title: str, body: str, things: Sequence[dict[str, Any]], language: LanguageCode) -> str:
        shop = self._shop.named(language)
        data = json.dumps({"@context": "https://schema.org", "@graph": list(things)}, ensure_ascii=False)
        markup = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        return (
            f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head><meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)} · {escape(shop)}</title>\n<style>{_STYLE}</style>\n"
            f'<script type="application/ld+json">{markup}</script></head>\n'
            f"<body><main><h1>{escape(title)}</h1>\n{body}</main></body>\n</html>\n"
        )


def _section(product: Product, language: LanguageCode, titled: bool = True) -> str:
    """What is known of a product, below its title unless the page bears it."""
    facts: Iterable[tuple[str, str]] = ((label(name, language), value) for name, value in attribute_facts(product) if value)
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts)
    price = format_price(product.price, product.currency, language)
    told = f"<tr><th>{_WORDS[language]['price']}</th><td>{escape(price)}</td></tr>" if price else ""
    safe = product.url if product.url and product.url.startswith(("https://", "http://")) else None
    title = f'<a href="{escape(safe)}">{escape(product.title)}</a>' if safe else escape(product.title)
    head = f"<h2>{title}</h2>" if titled else ""
    return f"<section>{head}<p>{_lines(product.description)}</p><table>{told}{rows}</table></section>\n"


def _markup(product: Product) -> dict[str, Any]:
    thing: dict[str, Any] = {"@type": "Product", "name": product.title, "sku": product.sku}
    thing |= {name: value for name, value in (("description", product.description), ("url", product.url)) if value}
    if product.brand:
        thing["brand"] = {"@type": "Brand", "name": product.brand}
    if product.price is not None and product.currency:
        offer = {"@type": "Offer", "price": f"{product.price:.2f}", "priceCurrency": product.currency}
        if product.stock is not None:
            offer["availability"] = f"https://schema.org/{'InStock' if product.stock else 'OutOfStock'}"
        thing["offers"] = offer
    return thing


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())
