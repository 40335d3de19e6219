"""One cell of a table read as a number, price, date or truth value. A cell that cannot be read raises :class:`BadCell`."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from bot.types import LanguageCode

SYMBOLS: dict[str, str] = {
    "hk$": "HKD",
    "nt$": "TWD",
    "us$": "USD",
    "au$": "AUD",
    "ca$": "CAD",
    "人民币": "CNY",
    "rmb": "CNY",
    "cny": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "港币": "HKD",
    "港元": "HKD",
    "元": "CNY",
    "¥": "CNY",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₩": "KRW",
    "₹": "INR",
}
_PRICE = re.compile(r"^(?P<before>[^\d+-]*)(?P<number>-?\d[\d.,' ]*)(?P<after>[^\d]*)$")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes these
_CJK = re.compile(r"[\u4e00-\u9fff]")
_MOST_PIECES = 2_000_000_000  # what a database integer holds
_KEY_LENGTH = 200
_PER_PIECE = re.compile(r"\s*(?:/|每|per\s)\s*[^\W\d_]{1,6}$")
_PIECES = re.compile(
    r"(?P<number>-?[\d,.]+)\s*(?:[件个只条袋包瓶盒箱罐台套双支张块把本卷片桶副份组册枚根顶]|pcs?\.?|pieces?|units?|ea)", re.I
)
_MOMENT = re.compile(
    r"(?P<year>\d{4})\s*[年/.-]\s*(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})分?(?P<rest>.*))?"
)
_IN_STOCK = frozenset({"in stock", "in_stock", "instock", "available", "有货", "现货", "yes", "true", "preorder", "backorder"})
_OUT_OF_STOCK = frozenset({"out of stock", "out_of_stock", "outofstock", "sold out", "无货", "缺货", "售罄", "no", "false"})


_WITHIN_A_LINE = "a abbr b bdi bdo cite code del em font i ins kbd mark q s small span strong sub sup u".split()


class BadCell(ValueError):
    """Raised where a cell cannot be read; the message is the reason given for the skipped row."""


def text(value: object) -> str:
    """A cell as text without surrounding space; empty for None and for a spreadsheet's not-a-number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep="T", timespec="seconds") if value.time() != datetime.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _UNSTORABLE.sub("", _as_json(value))
    return _UNSTORABLE.sub("", str(value)).strip()


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise BadCell("a cell is nested too deeply") from None


def without_markup(html: str) -> str:
    """The words of an HTML description; a line for each paragraph, item and cell, whatever is bold or linked in it."""
    if "<" not in html:
        return html
    parsed = LexborHTMLParser(html)
    parsed.unwrap_tags(_WITHIN_A_LINE)
    parsed.merge_text_nodes()
    body = parsed.body
    return re.sub(r"\s*\n\s*", "\n", body.text(separator="\n")).strip() if body else ""


def language_of(words: str) -> LanguageCode:
    """``zh`` where Han characters occur, else ``en``: enough for a title."""
    return "zh" if _CJK.search(words) else "en"


def price(value: object, name: str = "price") -> tuple[float | None, str | None]:
    """An amount and its currency: ``¥1,299.00`` and ``1,299元/件`` → ``(1299.0, "CNY")``; ``(None, None)`` for an empty one."""
    cell = unicodedata.normalize("NFKC", text(value))
    if not cell:
        return None, None
    match = _PRICE.match(cell)
    amount = _number(match["number"]) if match else None
    if match is None or amount is None:
        raise BadCell(f"{name} {cell[:40]!r} is not a number; write it as 12.50")
    if amount < 0 or not math.isfinite(amount):
        raise BadCell(f"{name} {cell[:40]!r} is not zero or more")
    beside = {mark for name in ("before", "after") if (mark := _PER_PIECE.sub("", match[name]).strip().lower())}
    try:
        currencies = {currency_code(mark) for mark in beside}
    except BadCell:
        raise BadCell(f"{name} {cell[:40]!r} is not a number with a known currency") from None
    if len(currencies) > 1:
        raise BadCell(f"{name} {cell[:40]!r} is not a number with a known currency")
    return amount, next(iter(currencies), None)


def currency_code(value: object) -> str | None:
    """An ISO 4217 code from a code, a symbol or a Chinese name; None for an empty cell."""
    cell = unicodedata.normalize("NFKC", text(value)).lower()
    if not cell:
        return None
    code = SYMBOLS.get(cell) or (cell.upper() if re.fullmatch(r"[a-z]{3}", cell) else None)
    if code is None:
        raise BadCell(f"currency {cell[:20]!r} is no ISO 4217 code such as CNY or USD")
    return code


def identity(value: object, name: str) -> str:
    """A number or code that identifies something; empty for an empty cell."""
    cell = text(value)
    if len(cell) > _KEY_LENGTH:
        raise BadCell(f"{name} {cell[:20]!r}… is longer than {_KEY_LENGTH} characters")
    return cell


def _number(digits: str) -> float | None:
    """Reads 1,299.00 and 1.299,00 alike: the last separator is the decimal one unless three digits follow a lone comma."""
    plain = digits.strip().replace(" ", "").replace("'", "")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point and (point >= 0 or len(plain) - comma - 1 != 3):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return None


def stock(value: object) -> int | None:
    """Pieces in stock (``160``, ``160件``). Words for "in stock" give None (number unknown), words for "sold out" give 0."""
    cell = unicodedata.normalize("NFKC", text(value))
    if not cell or cell.lower() in _IN_STOCK:
        return None
    if cell.lower() in _OUT_OF_STOCK:
        return 0
    counted = _PIECES.fullmatch(cell)
    try:
        pieces = float((counted["number"] if counted else cell).replace(",", ""))
    except ValueError as error:
        raise BadCell(f"stock {cell[:40]!r} is not a number; write the pieces that there are, such as 12") from error
    if not math.isfinite(pieces) or not pieces.is_integer():
        raise BadCell(f"stock {cell[:40]!r} is not a whole number; write the pieces that there are, such as 12")
    if pieces > _MOST_PIECES:
        raise BadCell(f"stock {cell[:40]!r} is more than {_MOST_PIECES}")
    return max(int(pieces), 0)


def moment(value: object, name: str) -> str | None:
    """A date or time as ISO 8601, also from ``2026/1/31 9:05`` or ``2026年1月31日 下午3:05``; a number: seconds since 1970."""
    cell = unicodedata.normalize("NFKC", text(value))
    if not cell:
        return None
    if re.fullmatch(r"\d{9,13}", cell):
        seconds = int(cell) / (1000 if len(cell) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    written = _MOMENT.fullmatch(cell)
    plain = _iso(written) if written else cell
    try:
        return (date if len(plain) == 10 else datetime).fromisoformat(plain).isoformat()
    except ValueError as error:
        raise BadCell(f"{name} {cell[:40]!r} is not a date; write it as 2026-01-31 or 2026-01-31T10:30") from error


def _iso(written: re.Match[str]) -> str:
    day = f"{written['year']}-{int(written['month']):02}-{int(written['day']):02}"
    if written["hour"] is None:
        return day
    hour = int(written["hour"]) + (12 if written["half"] == "下午" and int(written["hour"]) < 12 else 0)
    rest = written["rest"].strip().removesuffix("秒")
    return f"{day}T{hour:02}:{written['minute']:0>2}{':' + rest.zfill(2) if rest.isdecimal() else rest}"


def listing(value: object) -> tuple[str, ...]:
    """Tags written as a JSON list or separated by commas, semicolons or bars."""
    parts = value if isinstance(value, list) else re.split(r"[,;|，；、]", text(value))
    return tuple(cell for part in parts if (cell := text(part)))


def parsed_json(value: object, name: str) -> Any:
    """What a cell of JSON holds, or a JSON file already gave as a value; None for an empty one.

    Raises:
        BadCell: it is not JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else None
    except (ValueError, RecursionError) as error:
        raise BadCell(f"{name} is not valid JSON: {value[:40]!r}") from error


_IDENTITIES = frozenset({"sku", "order_id", "customer_id", "id", "variant_group"})


def required(known: Mapping[str, object], field: str) -> str:
    """The cell of a field that no row may lack."""
    value = optional(known, field)
    if not value:
        raise BadCell(f"{field} is missing; fill it in or delete the row")
    return value


def optional(known: Mapping[str, object], field: str) -> str | None:
    """The cell of a field as text, or None where there is none."""
    value = identity(known.get(field), field) if field in _IDENTITIES else text(known.get(field))
    return value or None
