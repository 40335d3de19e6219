"""What the shop's profile says of its hours and how it is reached, as evidence."""

from __future__ import annotations

from bot.settings.profile import ShopProfile
from bot.skills.outcome import TurnContext
from bot.types import Evidence, LanguageCode, Understanding


def profile_evidence(understanding: Understanding, context: TurnContext) -> tuple[Evidence, ...]:
    """What the profile says of hours and contact, where that is asked for."""
    if understanding.intent.name != "contact_hours":
        return ()
    evidence = shop_evidence(context.shop, understanding.language.code)
    return (evidence,) if evidence else ()


def shop_evidence(shop: ShopProfile, language: LanguageCode) -> Evidence | None:
    """What ``shop.toml`` says of opening hours and contact, one fact a line; None where it says nothing."""
    chinese = language == "zh"
    facts = {
        "营业时间" if chinese else "Opening hours": (shop.hours_zh if chinese else None) or shop.hours,
        "邮箱" if chinese else "E-mail": shop.email,
        "电话" if chinese else "Phone": shop.phone,
        "网址" if chinese else "Website": shop.url,
    }
    lines = [f"{name}{'：' if chinese else ': '}{value}" for name, value in facts.items() if value]
    if not lines:
        return None
    name = shop.named(language)
    return Evidence("shop", "shop", "shop.toml", name, "\n".join(lines), language)
