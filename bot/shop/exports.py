"""Exports of shop systems, flattened to plain catalogue rows: one row per variant that can be bought."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from selectolax.lexbor import LexborHTMLParser

from bot.shop.cells import text
from bot.shop.columns import column_key

Row = dict[str, object]
ExportName = Literal["shopify", "woocommerce", "google"]


def plain_rows(rows: Iterable[tuple[int, Mapping[str, object]]], export: ExportName) -> Iterator[tuple[int, Row]]:
    """Catalogue rows (fields and attributes of the contract) with the row numbers they came from."""
    flatten = {"shopify": _shopify, "woocommerce": _woocommerce, "google": _google}[export]
    return flatten((number, {column_key(name): value for name, value in row.items()}) for number, row in rows)


def without_markup(html: str) -> str:
    """The words of an HTML description."""
    if "<" not in html:
        return html
    body = LexborHTMLParser(html).body
    return re.sub(r"\s*\n\s*", "\n", body.text(separator="\n")).strip() if body else ""


def _titled(title: str, options: Iterable[str]) -> str:
    named = " / ".join(option for option in options if option and option.lower() != "default title")
    return f"{title} – {named}" if named else title


def _shopify(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    product: Row = {}
    names: dict[int, str] = {}
    for number, row in rows:
        if text(row.get("title")) or text(row.get("handle")) != text(product.get("handle")):
            product = row
            names = {n: text(row.get(f"option{n}_name")) or f"option {n}" for n in (1, 2, 3)}
        options = {names[n]: value for n in (1, 2, 3) if (value := text(row.get(f"option{n}_value")))}
        if not (text(row.get("variant_sku")) or text(row.get("variant_price"))):
            continue
        yield (
            number,
            {
                "sku": text(row.get("variant_sku")) or "-".join([text(product.get("handle")), *options.values()]),
                "title": _titled(text(product.get("title")), options.values()),
                "description": without_markup(text(product.get("body_(html)"))),
                "brand": product.get("vendor"),
                "category": product.get("product_category") or product.get("type"),
                "price": row.get("variant_price"),
                "stock": row.get("variant_inventory_qty"),
                "image": text(row.get("variant_image")) or product.get("image_src"),
                "url": product.get("url"),
                **{name: value for name, value in options.items() if value.lower() != "default title"},
            },
        )


def _woocommerce(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    parents: dict[str, Row] = {}
    for number, row in rows:
        if text(row.get("type")) == "variable":
            parents |= {key: row for key in (text(row.get("sku")), f"id:{text(row.get('id'))}") if key}
            continue
        parent = parents.get(text(row.get("parent")), {})
        attributes = {
            name: value
            for n in range(1, 10)
            if (name := text(row.get(f"attribute_{n}_name"))) and (value := text(row.get(f"attribute_{n}_value(s)")))
        }
        description = text(row.get("description")) or text(row.get("short_description")) or text(parent.get("description"))
        stock = text(row.get("stock"))
        yield (
            number,
            {
                "sku": text(row.get("sku")) or text(row.get("id")),
                "title": text(row.get("name")),
                "description": without_markup(description),
                "brand": row.get("brands") or parent.get("brands"),
                "category": row.get("categories") or parent.get("categories"),
                "price": row.get("sale_price") or row.get("regular_price"),
                "stock": stock or ("out of stock" if text(row.get("in_stock?")) == "0" else ""),
                "image": (text(row.get("images")) or text(parent.get("images"))).split(",")[0].strip(),
                "url": row.get("external_url"),
                **attributes,
            },
        )


_GOOGLE_FIELDS = frozenset(
    {
        "id",
        "title",
        "description",
        "link",
        "image_link",
        "availability",
        "price",
        "sale_price",
        "brand",
        "product_type",
        "google_product_category",
        "additional_image_link",
        "quantity",
        "item_group_id",
        "shipping",
    }
)


def _google(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    for number, row in rows:
        availability = text(row.get("availability"))
        yield (
            number,
            {
                "sku": row.get("id"),
                "title": row.get("title"),
                "description": without_markup(text(row.get("description"))),
                "brand": row.get("brand"),
                "category": row.get("product_type") or row.get("google_product_category"),
                "price": row.get("sale_price") or row.get("price"),
                "stock": 0 if availability.replace("_", " ") == "out of stock" else row.get("quantity") or availability,
                "url": row.get("link"),
                "image": row.get("image_link"),
                **{name: value for name, value in row.items() if name not in _GOOGLE_FIELDS},
            },
        )
