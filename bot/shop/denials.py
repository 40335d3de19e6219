"""What the shop says that a product is not for: "not fine enough for espresso", 没有预约功能."""

from __future__ import annotations

import re

from bot.text.terms import terms
from bot.types import Product

_CLAUSES = re.compile(r"[.;!。；！，,](?!\d)")
DENIES = re.compile(r"\b(?:not|no|never|without|cannot|[a-z]+n['’]t)\b|不(?:能|可|支持|适|含|带|建议|宜)|没有|无法", re.I)


def denies(product: Product, need: str) -> bool:
    """Whether the description or a property denies something that ``need`` asks for beside what the product is called."""
    called = frozenset(terms(f"{product.title} {product.category} {product.brand}"))
    wanted = frozenset(terms(need)) - called
    return any(
        DENIES.search(clause) is not None and not wanted.isdisjoint(terms(clause))
        for written in (product.description, *product.attributes.values())
        for clause in _CLAUSES.split(written)
    )
