"""Faults that a passage or product shows by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import urlsplit

from bot.generation.validity import last_day
from bot.lint.findings import Entry, Finding
from bot.types import Product
from knowledge_base.types import Chunk

_ORDERS = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|preceding|all|any|your|these)\b"
    r"[^.!?\n]{0,30}\b(?:instructions?|rules?|prompts?|polic(?:y|ies)|guidelines?|directions?)"
    r"|\b(?:do not|don't|never) (?:follow|obey|apply)\b[^.!?\n]{0,40}\b(?:rules?|polic(?:y|ies)|instructions?|guidelines?)"
    r"|\b(?:reveal|print|show|repeat|output|leak)\b[^.!?\n]{0,30}\b(?:system |hidden |initial )?(?:prompt|system message)"
    r"|\b(?:you are now|act as|pretend to be|from now on,? you)\b[^.!?\n]{0,60}"
    r"\b(?:mode|assistant|dan|developer|admin|ai|bot)\b"
    r"|(?:^|[\s>])(?:system|assistant)\s*:\s*\S"
    r"|(?:忽略|无视|忘记|忘掉|跳过|绕过|不要?(?:再)?(?:遵守|理会|执行|遵循))[^。！？\n]{0,20}"
    r"(?:指令|指示|规则|规定|提示词?|设定|要求|政策)"
    r"|(?:输出|显示|泄露|透露|说出|打印|告诉\S{0,4})[^。！？\n]{0,12}(?:系统提示|提示词|系统消息|初始设定)"
    r"|(?:你现在是|从现在(?:起|开始),?，?你|进入)[^。！？\n]{0,15}(?:模式|助手|管理员|角色|机器人)"
    r"|系统(?:提示|消息|指令)\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_WEB = re.compile(r"https?://[^\s<>\"'，。；）)\]】]+")


def expired(chunks: Iterable[Chunk], today: date) -> Iterator[Finding]:
    """Passages that were to hold until a day that is past, by their column or by their words."""
    for chunk in chunks:
        until = chunk.metadata.get("valid_until")
        if until and until < today.isoformat():
            yield Finding("expired", (Entry.of(chunk),), f"was valid until {until}")
        elif (day := last_day(chunk.text)) is not None and day < today:
            yield Finding("expired", (Entry.of(chunk),), f"speaks of {day.isoformat()} as its last day")


def instructions(chunks: Iterable[Chunk]) -> Iterator[Finding]:
    """Passages that give orders to an assistant instead of telling customers something."""
    for chunk in chunks:
        if match := _ORDERS.search("\n".join(filter(None, (chunk.question, chunk.text)))):
            words = " ".join(match[0].split())[:80]
            yield Finding("instruction", (Entry.of(chunk),), f"gives orders to the assistant: {words!r}")


def catalogue_gaps(products: Iterable[Product]) -> Iterator[Finding]:
    """Products without price or stock, or with an image that no page can show; each once for all its languages."""
    told: set[str] = set()
    for product in products:
        wrong = [name for name, missing in (("price", product.price is None), ("stock", product.stock is None)) if missing]
        reasons = [f"has no {' and no '.join(wrong)}"] if wrong else []
        if product.image and not _can_be_shown(product.image):
            reasons.append(f"has an image that no page can show: {product.image[:80]!r}")
        if reasons and product.sku not in told:
            told.add(product.sku)
            entry = Entry(product.sku, product.sku, product.language, product.title, product.description)
            yield Finding("catalogue_gap", (entry,), "; ".join(reasons))


def _can_be_shown(image: str) -> bool:
    try:
        parts = urlsplit(image)
    except ValueError:
        return False
    return bool(parts.scheme in ("http", "https") and parts.netloc) or (image.startswith("/") and not image.startswith("//"))


def links_of(chunk: Chunk) -> list[str]:
    """The addresses in a passage, each once."""
    found = _WEB.findall(chunk.text) + _WEB.findall(chunk.metadata.get("url", ""))
    return list(dict.fromkeys(address.rstrip(".,;:!?") for address in found))
