"""Competitors' offers and reviews, from tables, feeds and product pages; bad rows are told and stop nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from selectolax.lexbor import LexborHTMLParser

from bot.errors import InputError, LoadError
from bot.marketing.insight.voices import day_of
from bot.shop.columns import without_remark
from bot.types import LanguageCode
from knowledge_base.loading.files import Source
from knowledge_base.loading.rows import read_tables
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.types import Skipped

_NAMES = {
    "competitor": "competitor 竞争对手 对手 竞品 竞品店铺 竞品名称 竞店 店铺 店名 shop store seller",
    "title": "title 商品名称 商品名 商品标题 名称 标题 name product 商品",
    "price": "price 价格 售价 现价 单价 到手价",
    "list_price": "list_price 原价 划线价 regular_price",
    "currency": "currency 币种 货币",
    "sku": "sku 对应商品 对应货号 our_sku 本店货号",
    "category": "category 类目 类别 分类 品类",
    "date": "date 日期 时间 day pubdate",
    "promotion": "promotion 促销 活动 优惠 offer deal",
    "text": "text review 评价 评论 内容",
    "url": "url link 链接 网址",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_PRICE = re.compile(r"(?:[¥￥$€£]|CNY|USD|EUR|GBP|RMB)\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?\s?(?:元|CNY|USD|EUR|GBP)")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a competitor showed on a day: a product with its price, or words of its customers (``text``).

    ``where`` is the evidence: file and row, or the address. ``sku`` is the shop's own product that it answers to, where told.
    """

    competitor: str
    where: str
    title: str = ""
    price: float | None = None
    list_price: float | None = None
    currency: str | None = None
    sku: str | None = None
    category: str = ""
    day: date | None = None
    promotion: str = ""
    text: str = ""


class Answered(Protocol):
    """An answer of :class:`knowledge_base.loading.web.fetch.Fetcher`."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def body(self) -> bytes:
        """What came."""
        ...


class Fetches(Protocol):
    """Fetches pages politely."""

    def get(self, url: str) -> Answered:
        """The answer to a GET."""
        ...


def read_table(file: Source, sandbox: Sandbox, language: LanguageCode = "en") -> tuple[list[Offer], list[str]]:
    """The offers of a csv, spreadsheet or JSON file, and what was left out and why, in ``language``.

    Raises:
        LoadError: the file is unreadable or has no column for the competitor and none for a title or a text.
    """
    tables = read_tables(file, sandbox)
    if isinstance(tables, Skipped) or not tables:
        reason = tables.reason if isinstance(tables, Skipped) else "holds no table"
        raise LoadError(
            f"{str(file.source)!r} cannot be read as a competitor feed ({reason}): give a csv, xlsx or jsonl file.",
            zh=f"{str(file.source)!r} 不是可读的竞品数据（{reason}）：请提供 csv、xlsx 或 jsonl 文件。",
        )
    found, skipped = [], []
    for table in tables:
        fields = {header: _FIELDS[key] for header in table.columns if (key := without_remark(header)) in _FIELDS}
        if "competitor" not in fields.values() or not {"title", "text"} & set(fields.values()):
            raise LoadError(
                f"{str(file.source)!r} has the columns {', '.join(table.columns)[:200]}: a competitor feed needs competitor,"
                " and title with price, or text.",
                zh=f"{str(file.source)!r} 的列是 {', '.join(table.columns)[:200]}：竞品数据"
                "要有竞品（competitor），以及商品名称和价格（title、price），或者评价（text）。",
            )
        for number, row in table.rows:
            where = f"{file.source} 第 {number} 行" if language == "zh" else f"{file.source}, row {number}"
            try:
                found.append(_offer({field: row.get(header) for header, field in fields.items()}, where))
            except InputError as error:
                skipped.append(f"{where}: {error.said(language)}")
    return found, skipped


def _offer(cells: Mapping[str, Any], where: str) -> Offer:
    told = {name: str(value).strip() for name, value in cells.items() if value is not None and str(value).strip()}
    if "competitor" not in told or not ("title" in told or "text" in told):
        raise InputError(
            "names no competitor, or neither a product nor a review", zh="没有写竞争对手，或者既没有商品也没有评价"
        )
    prices: dict[str, float | None] = {}
    for name in ("price", "list_price"):
        prices[name] = amount_of(told[name]) if name in told else None
        if name in told and prices[name] is None:
            raise InputError(
                f"has the {name} {told[name][:40]!r}, which is no amount", zh=f"{name} 是 {told[name][:40]!r}，不是金额"
            )
    return Offer(
        told["competitor"], where, told.get("title", ""), prices["price"], prices["list_price"], told.get("currency"),
        told.get("sku"), told.get("category", ""), day_of(told.get("date")), told.get("promotion", ""), told.get("text", ""),
    )  # fmt: skip


def amount_of(text: str) -> float | None:
    """A positive amount of money; None where the text is none."""
    plain = re.sub(r"[^\d.,-]", "", text).replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if 0 < value < 1e9 else None


def read_page(url: str, competitor: str, fetcher: AbstractContextManager[Fetches]) -> list[Offer]:
    """The offers of a product page (schema.org data) or the items of an RSS or Atom feed, fetched politely.

    Raises:
        LoadError: the page cannot be had, or shows no product.
    """
    from knowledge_base.loading.web.fetch import FetchError

    try:
        with fetcher as open_fetcher:
            answer = open_fetcher.get(url)
    except FetchError as error:
        raise LoadError(f"The page {url!r} {error}.", zh=f"取不到网页 {url!r}（{error}）。") from error
    if answer.status != 200:
        raise LoadError(
            f"The page {url!r} answers with status {answer.status}: check the address.",
            zh=f"网页 {url!r} 返回状态 {answer.status}：请核对地址。",
        )
    found = _feed(answer.body, url, competitor) or _products(answer.body, url, competitor)
    if not found:
        raise LoadError(
            f"The page {url!r} shows no product: give a feed, or a page with schema.org product data.",
            zh=f"网页 {url!r} 上没有商品：请提供数据源，或带有 schema.org 商品数据的网页。",
        )
    return found


def _feed(body: bytes, url: str, competitor: str) -> list[Offer]:
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return []
    found = []
    for item in root.iter():
        if _tag(item) in ("item", "entry"):
            told = {_tag(child): (child.text or "").strip() for child in item}
            words = f"{told.get('title', '')} {told.get('description', '') or told.get('summary', '')}"
            named = _PRICE.search(words)
            price = told.get("price") or (named[0] if named else "")
            where = told.get("link") or url
            published = day_of(told.get("updated") or told.get("published")) or _rss_day(told.get("pubDate", ""))
            found.append(
                Offer(
                    competitor, where, told.get("title", ""), amount_of(price), day=published, category=told.get("category", "")
                )
            )
    return [offer for offer in found if offer.title]


def _rss_day(text: str) -> date | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).date()
    except (TypeError, ValueError):
        return None


def _products(body: bytes, url: str, competitor: str) -> list[Offer]:
    found = []
    for script in LexborHTMLParser(body).css('script[type="application/ld+json"]'):
        try:
            data = json.loads(script.text())
        except ValueError:
            continue
        for product in _of_type(data, "Product"):
            offers: Sequence[Any] = _of_type(product.get("offers"), "Offer") or [{}]
            price = amount_of(str(offers[0].get("price", "")))
            found.append(
                Offer(competitor, url, str(product.get("name", ""))[:300], price, currency=offers[0].get("priceCurrency"))
            )
    return [offer for offer in found if offer.title]


def _of_type(data: Any, kind: str) -> list[dict[str, Any]]:
    if isinstance(data, list):
        return [found for each in data for found in _of_type(each, kind)]
    if not isinstance(data, dict):
        return []
    return (
        [data]
        if data.get("@type") == kind
        else [found for each in _listed(data.get("@graph")) for found in _of_type(each, kind)]
    )


def _listed(data: Any) -> Iterable[Any]:
    return data if isinstance(data, list) else ()


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
