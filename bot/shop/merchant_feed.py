"""The product feed of Google Merchant, as a table or from XML, flattened to plain catalogue rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.shop.cells import text, without_markup

Row = dict[str, object]
_FOR_GOOGLE = re.compile(
    r"(?:custom_label|ads_|tax|shipping(?!_weight)|installment|loyalty|promotion|excluded_|included_|pickup|canonical|lifestyle|pause"
    r"|unit_pricing|(?:min|max)_(?:handling|energy)|subscription|auto_pricing|external_seller|is_bundle|multipack)"
)
"""What a merchant tells Google alone."""
_FIELDS = frozenset(
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
        "sale_price_effective_date",
        "cost_of_goods_sold",
        "mobile_link",
        "identifier_exists",
        "gtin",
        "mpn",
        "availability_date",
        "product_highlight",
        "product_detail",
    }
)


def feed_rows(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """Catalogue rows of a feed, with the row numbers that they came from."""
    for number, row in rows:
        availability = text(row.get("availability"))
        starts, _, ends = text(row.get("sale_price_effective_date")).partition("/")
        yield (
            number,
            {
                "sku": row.get("id"),
                "title": row.get("title"),
                "description": _description(row),
                "brand": row.get("brand"),
                "category": row.get("product_type") or row.get("google_product_category"),
                "price": row.get("price") or row.get("sale_price"),
                "sale_price": row.get("sale_price"),
                "sale_starts": starts,
                "sale_ends": ends,
                "variant_group": row.get("item_group_id"),
                "cost": row.get("cost_of_goods_sold"),
                "stock": 0 if availability.replace("_", " ") == "out of stock" else row.get("quantity") or availability,
                "url": row.get("link"),
                "image": row.get("image_link"),
                **_details(row),
                **{name: row[name] for name in row if name not in _FIELDS and not _FOR_GOOGLE.match(name)},
            },
        )


def _description(row: Row) -> str:
    highlights = text(row.get("product_highlight"))
    return "\n".join(filter(None, (without_markup(text(row.get("description"))), highlights)))


def _details(row: Row) -> Row:
    """Attributes written ``Section:Name:Value``, parted by commas."""
    written = (part.split(":", 2) for part in re.split(r",(?=[^,:]*:[^,:]+:)", text(row.get("product_detail"))))
    return {parts[1].strip(): parts[2].strip() for parts in written if len(parts) == 3}
