"""Prices, dates and masked personal data as they are written in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.types import LanguageCode

_CURRENCIES_ZH = {
    "CNY": "元",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "HKD": "港元",
    "TWD": "新台币",
    "KRW": "韩元",
    "AUD": "澳元",
    "CAD": "加元",
    "SGD": "新加坡元",
    "INR": "卢比",
}
_SIGNS = {"CNY": "¥", "GBP": "£", "EUR": "€", "USD": "$"}
"""Currencies with a sign before the sum; every other one, whose sign may be another's too, has its code or name after it."""
_GROUPED_FROM = 10_000
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


GIVEN_UP: dict[str, tuple[str, str]] = {
    "budget": ("your budget", "您的预算"),
    "stock": ("having it in stock", "有现货"),
}
"""What a search can give up beside the customer's own words."""


def with_prices_told(reply: Mapping[str, Any]) -> dict[str, Any]:
    """A stored reply whose cards say their prices; those that were kept without get them from amount and currency."""
    language: LanguageCode = "zh" if reply["language"] == "zh" else "en"
    told = [
        {**card, "price_text": card.get("price_text") or format_price(card["price"], card["currency"], language)}
        for card in reply["products"]
    ]
    return {**reply, "products": told}


def format_price(amount: float | None, currency: str | None, language: LanguageCode) -> str:
    """``¥299``, ``£59.90``, ``¥12,500``, ``1200 JPY``, ``1200 日元``: cents only where there are any; of none, nothing."""
    if amount is None:
        return ""
    grouped = "," if abs(amount) >= _GROUPED_FROM else ""
    number = format(amount, f"{grouped}.{0 if float(amount).is_integer() else 2}f")
    if not currency:
        return number
    if sign := _SIGNS.get(currency):
        return f"-{sign}{number[1:]}" if amount < 0 else f"{sign}{number}"
    return f"{number} {currency_name(currency, language)}"


def currency_name(code: str, language: LanguageCode) -> str:
    """What a currency is called: ``CNY``, ``元``."""
    return _CURRENCIES_ZH.get(code, code) if language == "zh" else code


def format_date(moment: str, language: LanguageCode) -> str:
    """The day of an ISO 8601 time: ``3 May 2026``, ``2026年5月3日``; unreadable text as it is."""
    try:
        day: date = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def mask_phone(phone: str) -> str:
    """All digits but the last four become ``*``; what stands between digits goes."""
    digits = re.sub(r"\D", "", phone)
    return "*" * max(len(digits) - 4, 0) + digits[-4:] if len(digits) > 6 else "****"


def mask_address(address: str) -> str:
    """The town or region alone: the part before the street in Chinese, the last parts of a Western address without digits."""
    if re.search(r"[\u4e00-\u9fff]", address):
        region = re.match(r"^.{0,12}?[市州盟](?:.{1,4}?[区县市旗])?|^.{0,6}?省", address)
        return f"{region[0] if region else address[:2]}****"
    parts = [part.strip() for part in re.split(r"[,\n]", address) if part.strip()]
    region_parts = [part for part in parts[1:] if not re.search(r"\d", part)]
    return ", ".join(["****", *region_parts])
