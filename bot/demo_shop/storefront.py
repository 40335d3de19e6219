"""What the demo shop's own web pages show: its products with their pictures, and customers who may be tried out."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from bot.demo_shop import directory
from bot.shop.attributes import label
from bot.types import LanguageCode

ADDRESS = "/demo-store"
CUSTOMERS = ("C1001", "C1017")
"""Who may be signed in as: one customer in China, one abroad, both with orders under way."""
_SHOWN = ("color", "size", "capacity", "weight", "power", "material", "waterproof", "battery_life", "battery", "noise",
          "persons", "comfort_temperature", "voltage", "warranty")  # fmt: skip
_DARK, _LIGHT, _GROUND = "#2e3639", "#f7f6f2", "#efece4"


@cache
def products() -> list[dict[str, Any]]:
    """Every product of the catalogue, its words in both languages."""
    found: dict[str, dict[str, Any]] = {}
    for row in _rows("catalogue.csv"):
        language: LanguageCode = "zh" if row["language"] == "zh" else "en"
        product = found.setdefault(
            row["sku"],
            {
                "sku": row["sku"],
                "brand": row["brand"],
                "price": float(row["price"]),
                "currency": row["currency"],
                "stock": int(row["stock"]),
                "picture": picture_address(row["sku"]),
            },
        )
        facts = [(label(name, language), row[name]) for name in _SHOWN if row[name]]
        words = {"title": row["title"], "description": row["description"], "category": row["category"], "facts": facts}
        for name, value in words.items():
            product.setdefault(name, {})[language] = value
    return list(found.values())


def customers() -> list[dict[str, str]]:
    """``id``, ``name`` and ``email`` of the customers who may be tried out."""
    rows = {row["customer_id"]: row for row in _rows("customers.csv")}
    return [{"id": id, "name": rows[id]["name"], "email": rows[id]["email"]} for id in CUSTOMERS]


def picture_address(sku: str) -> str:
    """Where the picture of a product is served."""
    return f"{ADDRESS}/pictures/{sku}.svg"


@cache
def picture(sku: str) -> str | None:
    """The picture of a product as SVG, in its colour; None when there is no such product."""
    row = next((row for row in _rows("catalogue.csv") if row["sku"] == sku and row["language"] == "en"), None)
    if row is None:
        return None
    made = _pictures()
    kind = next(drawing for prefix, drawing in made["kinds"].items() if sku.startswith(prefix))
    color = made["colors"][row["color"] or "none"]
    tones = {"c": color, "d": _mixed(color, "#161c1f", 0.32), "l": _mixed(color, "#ffffff", 0.4), "k": _DARK, "w": _LIGHT}
    shapes = made["drawings"][kind]
    for name, tone in tones.items():
        shapes = shapes.replace(f"{{{name}}}", tone)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<rect width="200" height="200" fill="{_GROUND}"/><ellipse cx="100" cy="170" rx="66" ry="9" fill="#00000012"/>'
        f'<g stroke="{tones["d"]}" stroke-width="3" stroke-linejoin="round" stroke-linecap="round">{shapes}</g></svg>'
    )


def catalogue(path: Path, address: str) -> Path:
    """Writes the catalogue to ``path``, each product with its page and picture on the server at ``address``."""
    rows = [
        row | {"url": f"{address}{ADDRESS}/{row['sku']}", "image": picture_address(row["sku"])}
        for row in _rows("catalogue.csv")
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (directory() / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _pictures() -> dict[str, dict[str, str]]:
    return tomllib.loads((directory() / "store" / "pictures.toml").read_text("utf-8"))


def _mixed(color: str, other: str, share: float) -> str:
    """``color`` with ``share`` of ``other`` in it."""
    pairs = ((int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)
