"""Exports of shop systems, flattened to plain catalogue rows: one row per variant that can be bought."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from bot.shop.cells import BadCell, price, text, without_markup
from bot.shop.columns import column_key
from bot.shop.merchant_feed import feed_rows

Row = dict[str, object]
ExportName = Literal["shopify", "woocommerce", "google", "nested"]


def plain_rows(rows: Iterable[tuple[int, Mapping[str, object]]], export: ExportName) -> Iterator[tuple[int, Row]]:
    """Catalogue rows (fields and attributes of the contract) with the row numbers they came from."""
    flatten = {"shopify": _shopify, "woocommerce": _woocommerce, "google": feed_rows, "nested": _nested}[export]
    return flatten((number, {column_key(name): value for name, value in row.items()}) for number, row in rows)


def _titled(title: str, options: Iterable[str]) -> str:
    named = " / ".join(option for option in options if option and option.lower() != "default title")
    return f"{title} – {named}" if named and title else title


def _shopify(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    listed = list(rows)
    variants: dict[str, list[str]] = {}
    for _, row in listed:
        if sku := text(row.get("variant_sku")):
            variants.setdefault(text(row.get("handle")), []).append(sku)
    product: Row = {}
    names: dict[int, str] = {}
    for number, row in listed:
        if text(row.get("title")) or text(row.get("handle")) != text(product.get("handle")):
            product = row
            names = {n: text(row.get(f"option{n}_name")) or f"option {n}" for n in (1, 2, 3)}
        options = {names[n]: value for n in (1, 2, 3) if (value := text(row.get(f"option{n}_value")))}
        if not (text(row.get("variant_sku")) or text(row.get("variant_price"))) or not _shopify_published(product):
            continue
        chosen = {name: value for name, value in options.items() if value.lower() != "default title"}
        yield (
            number,
            {
                **_metafields(product),
                **_shopify_links(product, variants),
                "sku": text(row.get("variant_sku")) or "-".join([text(product.get("handle")), *options.values()]),
                "title": _titled(text(product.get("title")), options.values()),
                "description": without_markup(text(product.get("body_(html)"))),
                "brand": product.get("vendor"),
                "category": _shopify_category(product),
                **_shopify_price(row),
                "stock": _shopify_stock(row),
                "image": text(row.get("variant_image")) or product.get("image_src"),
                "url": product.get("url"),
                "cost": row.get("cost_per_item"),
                "variant_group": product.get("handle") if chosen else "",
                "weight": _in_grams(text(row.get("variant_grams"))),
                **chosen,
            },
        )


def _shopify_category(product: Row) -> str:
    """The path of the standard taxonomy down to the merchant's own type of product."""
    path, own = text(product.get("product_category")), text(product.get("type"))
    return path if own.lower() in path.lower() else " > ".join(filter(None, (path, own)))


def _shopify_links(product: Row, variants: Mapping[str, list[str]]) -> Row:
    """The SKUs of products that the merchant recommends beside this one, and instead of it, by their handles."""
    handles = {
        name: [part.strip() for part in re.split(r"[,;\n]", text(product.get(column)))] for column, name in _RECOMMENDED.items()
    }
    return {
        name: ", ".join(skus)
        for name, named in handles.items()
        if (skus := [sku for handle in named for sku in variants.get(handle, ())])
    }


def _in_grams(written: str) -> str:
    """A weight with its unit: grams, where none is written; nothing for no weight."""
    return written if re.search(r"[^\d.,\s]", written) else f"{written} g" if written.strip("0.") else ""


def _shopify_published(product: Row) -> bool:
    """Whether the shop sells it: neither a draft, nor archived, nor hidden."""
    return text(product.get("status")).lower() in ("", "active") and text(product.get("published")).lower() != "false"


def _shopify_price(row: Row) -> Row:
    """The price to pay is the sale's where a greater one stands beside it for comparison."""
    try:
        before, _ = price(row.get("variant_compare_at_price"))
        now, _ = price(row.get("variant_price"))
    except BadCell:
        before = now = None
    if before is None or now is None or before <= now:
        return {"price": row.get("variant_price")}
    return {"price": before, "sale_price": now}


def _shopify_stock(row: Row) -> object:
    """Unknown where nobody counts or where it is sold beyond the last piece."""
    counted = "variant_inventory_tracker" not in row or text(row.get("variant_inventory_tracker"))
    beyond = text(row.get("variant_inventory_policy")).lower() == "continue"
    return row.get("variant_inventory_qty") if counted and not beyond else ""


_RECOMMENDATION = "_(product.metafields.shopify_discovery_product_recommendation."
_RECOMMENDED = {
    f"complementary_products{_RECOMMENDATION}complementary_products)": "goes_with",
    f"related_products{_RECOMMENDATION}related_products)": "alternatives",
}


def _metafields(product: Row) -> Row:
    """Attributes of a newer export: ``Color (product.metafields.shopify.color-pattern)``."""
    own = ((name, value) for name, value in product.items() if _RECOMMENDATION[2:-1] not in name)
    found = ((re.fullmatch(r"(.+?)_\(product\.metafields\..+\)", name), value) for name, value in own)
    return {match[1]: value for match, value in found if match}


_WOO_MEASURES = re.compile(r"(weight|length|width|height)_\((\w+)\)")


def _woocommerce(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    listed = list(rows)
    parents: dict[str, Row] = {}
    for _, row in listed:
        if text(row.get("type")).startswith("variable"):
            parents |= {key: row for key in (text(row.get("sku")), f"id:{text(row.get('id'))}") if key}
    variants: dict[str, list[str]] = {}
    for _, row in listed:
        variants.setdefault(text(row.get("parent")), []).append(text(row.get("sku")) or text(row.get("id")))
    for number, row in listed:
        parent = parents.get(text(row.get("parent")), {})
        kinds = {kind.strip() for kind in text(row.get("type")).split(",")}
        if kinds & {"variable", "grouped"} or "0" in map(_woo_published, (row, parent)):
            continue
        attributes = _woo_attributes(parent) | _woo_attributes(row)
        description = text(row.get("description")) or text(row.get("short_description")) or text(parent.get("description"))
        yield (
            number,
            {
                **attributes,
                **_woo_measures(parent),
                **_woo_measures(row),
                "sku": text(row.get("sku")) or text(row.get("id")),
                "title": text(row.get("name")),
                "description": without_markup(description),
                "brand": row.get("brands") or parent.get("brands"),
                "category": _woo_category(row.get("categories") or parent.get("categories")),
                "goes_with": _woo_links("cross_sells", row, parent, variants),
                "alternatives": _woo_links("upsells", row, parent, variants),
                "price": row.get("regular_price") or row.get("sale_price"),
                "sale_price": row.get("sale_price"),
                "sale_starts": row.get("date_sale_price_starts"),
                "sale_ends": row.get("date_sale_price_ends"),
                "stock": _woo_stock(row),
                "image": (text(row.get("images")) or text(parent.get("images"))).split(",")[0].strip(),
                "url": row.get("external_url"),
                "variant_group": row.get("parent"),
            },
        )


def _woo_category(listed: object) -> str:
    """The one that says most: the deepest path, the first of several."""
    return max((one.strip() for one in text(listed).split(",")), key=lambda path: path.count(">"))


def _woo_links(column: str, row: Row, parent: Row, variants: Mapping[str, list[str]]) -> str:
    """The SKUs that the merchant offers beside this product, or instead of it, those of a product's variants for its own."""
    named = (part.strip() for part in text(row.get(column) or parent.get(column)).split(","))
    return ", ".join(sku for one in named if one for sku in variants.get(one, [one]))


def _woo_published(row: Row) -> str:
    """``0`` for what the shop does not sell: hidden (0) or a draft (-1)."""
    return "0" if text(row.get("published")) in ("0", "-1") else "1"


def _woo_attributes(row: Row) -> Row:
    return {
        name: value
        for n in range(1, 10)
        if (name := text(row.get(f"attribute_{n}_name"))) and (value := text(row.get(f"attribute_{n}_value(s)")))
    }


def _woo_measures(row: Row) -> Row:
    """Weight and size with the unit of the column's name."""
    found = ((_WOO_MEASURES.fullmatch(name), text(value)) for name, value in row.items())
    return {match[1]: f"{value} {match[2]}" for match, value in found if match and value}


def _woo_stock(row: Row) -> object:
    if text(row.get("in_stock?")) == "0":
        return 0
    return "" if text(row.get("backorders_allowed?")) in ("1", "notify") else text(row.get("stock"))


def _nested(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """Products that hold their variants: ``{"item": {"item_id", "options", "available", "price"}}``, or a list of such."""
    for number, row in rows:
        variants = row.get("variants")
        listed = variants.values() if isinstance(variants, Mapping) else variants if isinstance(variants, list) else ()
        for variant in listed:
            if not isinstance(variant, Mapping):
                continue
            options = variant.get("options")
            named = {str(name): text(value) for name, value in options.items()} if isinstance(options, Mapping) else {}
            yield (
                number,
                {
                    "sku": variant.get("item_id") or variant.get("sku"),
                    "title": _titled(text(row.get("name")), named.values()),
                    "category": row.get("category") or row.get("name"),
                    "description": row.get("description"),
                    "price": variant.get("price"),
                    "stock": variant.get("stock") if variant.get("available", True) else 0,
                    "variant_group": row.get("product_id"),
                    "attributes": named,
                },
            )
