"""Rows of a table as the shop's records. A bad row is reported with its number and reason and stops nothing else."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.shop import cells
from bot.shop.agreement import unclear
from bot.shop.cells import BadCell
from bot.shop.columns import FIELDS_OF, Defaults, TableKind, TableRow, by_field, export_of, fields_of, remark_of
from bot.shop.exports import plain_rows
from bot.shop.order_lines import gathered_lines
from bot.shop.order_tables import read_customer, read_order
from bot.shop.orders import order_key
from bot.shop.records import EVENTS, Customer, Interaction, Order, Record, Review
from bot.types import LanguageCode, Product
from knowledge_base.types import Skipped

NumberedRow = tuple[int, TableRow]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The records of a table in its order, the rows that were left out, and what became of its columns."""

    records: tuple[Record, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...] = ()


def parse_table(kind: TableKind, rows: Iterable[NumberedRow], source: str, defaults: Defaults = Defaults()) -> Parsed:  # noqa: B008
    """The records of ``rows``: the number that the owner sees, and header → cell."""
    numbered = list(rows)
    columns = list(dict.fromkeys(name for _, row in numbered for name in row))
    plain: Iterable[tuple[int, TableRow]] = numbered
    if kind == "catalogue" and (export := export_of(columns)):
        plain = list(plain_rows(numbered, export))
        columns = list(dict.fromkeys(name for _, row in plain for name in row))
    elif kind == "orders":
        plain, columns = _one_row_an_order(numbered, columns)
    fields, read = fields_of(columns, kind), _READERS[kind]
    defaults = _in_the_headers(fields, defaults)
    if numbered and (missing := [name for name in _REQUIRED[kind] if name not in fields.values()]):
        reason = f"has no column {' nor '.join(missing)}, which {kind} need; its columns are {', '.join(columns)[:200]}"
        return Parsed((), (Skipped(source, reason),))
    records: dict[tuple[object, ...], Record] = {}
    first_row: dict[tuple[object, ...], int] = {}
    skipped: list[Skipped] = []
    repeats: Counter[str] = Counter()
    for number, row in plain:
        known, further = by_field(row, fields)
        if not any(cells.text(value) for value in row.values()):
            continue
        try:
            record = read(known, further, defaults)
            key = _key(record, repeats)
            if key in records:
                named = f"{_KEY_NAME[kind]} {getattr(record, _KEY_NAME[kind])!r}"
                raise BadCell(f"{named} is already in row {first_row[key]}, which counts; give this row its own or delete it")
        except BadCell as reason:
            skipped.append(Skipped(source, _by_header(str(reason), fields), number))
            continue
        records[key], first_row[key] = record, number
    notes = (
        *_notes(kind, fields, columns, source),
        *_several_currencies(records.values(), source),
        *_no_currency(records.values(), source),
        *_unclear_consent(numbered, fields, source),
    )
    return Parsed(tuple(records.values()), tuple(skipped), notes)


def _one_row_an_order(rows: list[NumberedRow], columns: list[str]) -> tuple[list[NumberedRow], list[str]]:
    """The rows and their columns as they are, or gathered where each row is one thing bought."""
    by_order = next((name for name, field in fields_of(columns, "orders").items() if field == "order_id"), None)
    gathered = None if by_order is None else gathered_lines(rows, by_order)
    return (rows, columns) if gathered is None else (gathered, list(dict.fromkeys(name for _, row in gathered for name in row)))


def _in_the_headers(fields: Mapping[str, str], defaults: Defaults) -> Defaults:
    """The currency that stands in the header of the amounts: ``价格（元）``, ``price (USD)``."""
    for header, field in fields.items():
        if field in ("price", "total"):
            try:
                written = cells.currency_code(remark_of(header))
            except BadCell:
                continue
            return replace(defaults, currency=written or defaults.currency)
    return defaults


def _by_header(reason: str, fields: Mapping[str, str]) -> str:
    """Why a row was left out, with the owner's own name of the column where that is another one than ours."""
    named = reason.partition(" ")[0]
    header = next((name for name, field in fields.items() if field == named and name.strip().casefold() != named), None)
    return reason if header is None else f"{reason} (column {header!r})"


def _notes(kind: TableKind, fields: Mapping[str, str], columns: list[str], source: str) -> Iterator[str]:
    """What was made of columns that are no field, so that a price under another name is missed at once."""
    further = ", ".join(name for name in columns if name not in fields and name != "fulfillments")[:300]
    if kind == "catalogue" and "price" not in fields.values():
        yield f"{source} has no column that is known as the price; name it with --columns price=HEADER"
    if kind == "orders" and "customer_id" not in fields.values():
        yield (
            f"{source} has no column that is known as the customers' numbers, without which nothing is learned from what they "
            "bought; name it with --columns customer_id=HEADER"
        )
    if further and kind == "catalogue":
        yield f"{source}: kept as properties of the products: {further}"
    elif further:
        known = set(fields.values())
        lacking = ", ".join(field for field in FIELDS_OF[kind] if field not in known)
        yield f"{source}: not used: {further}" + (f"; --columns FIELD=HEADER names one that holds {lacking}" if lacking else "")


def _several_currencies(records: Iterable[Record], source: str) -> Iterator[str]:
    """That prices are in several currencies, which few shops mean."""
    used = Counter(one.currency for one in records if isinstance(one, Product) and one.price is not None and one.currency)
    if len(used) > 1:
        told = ", ".join(f"{code} ({count})" for code, count in used.most_common())
        yield f"{source}: prices are in several currencies: {told}; correct the rows if one is wrong"


def _no_currency(records: Iterable[Record], source: str) -> Iterator[str]:
    """That prices have no currency, which a customer is not told any more than the program."""
    count = sum(isinstance(one, Product) and one.price is not None and not one.currency for one in records)
    if count:
        yield (
            f"{source}: prices without a currency: {count}, told to customers as bare numbers; add a column currency, "
            "or set currency in shop.toml"
        )


def _unclear_consent(rows: list[NumberedRow], fields: Mapping[str, str], source: str) -> Iterator[str]:
    """What was not understood of whether customers may be written to."""
    header = next((name for name, field in fields.items() if field == "consent"), None)
    if header is not None and (told := unclear(row.get(header) for _, row in rows)):
        shown = ", ".join(repr(cell[:40]) for cell in told[:_SHOWN])
        yield f"{source}: taken for no consent: {shown}; write yes or no, or the ways that were agreed to, such as email,sms"


_SHOWN = 3
"""Cells that a note quotes."""
_REQUIRED = {
    "catalogue": ("sku", "title"),
    "orders": ("order_id", "status"),
    "customers": ("customer_id",),
    "reviews": ("sku", "rating"),
    "interactions": ("customer_id", "sku", "event"),
}
_KEY_NAME = {"catalogue": "sku", "orders": "order_id", "customers": "customer_id", "reviews": "id", "interactions": "row"}


def _key(record: Record, repeats: Counter[str]) -> tuple[object, ...]:
    match record:
        case Product():
            return record.sku, record.language
        case Order():
            return (order_key(record.order_id),)
        case Customer():
            return (record.customer_id,)
        case Review():
            return (record.id,)
        case Interaction():
            line = repr(record)
            repeats[line] += 1
            return line, repeats[line]


def _language(known: TableRow, words: str, defaults: Defaults) -> LanguageCode:
    written = cells.text(known.get("language")).lower()
    if written.startswith(("zh", "中", "cn")):
        return "zh"
    if written.startswith(("en", "英")):
        return "en"
    if written:
        raise BadCell(f"language {written[:20]!r} is neither zh nor en")
    return defaults.language or cells.language_of(words)


def _attributes(further: TableRow) -> Iterator[tuple[str, str]]:
    for name, value in further.items():
        if name.strip().lower() in ("attributes", "属性"):
            nested = cells.parsed_json(value, name)
            if isinstance(nested, Mapping):
                yield from ((cells.text(key), cell) for key, inner in nested.items() if (cell := cells.text(inner)))
        elif name and (cell := "、".join(cells.listing(value)) if isinstance(value, list) else cells.text(value)):
            yield cells.text(name), cell


def _product(known: TableRow, further: TableRow, defaults: Defaults) -> Product:
    sku, title = cells.required(known, "sku"), cells.required(known, "title")
    price, currency = cells.price(known.get("price"))
    sale, _ = cells.price(known.get("sale_price"), "sale_price")
    if price is None:
        price, sale = sale, None
    description = cells.text(known.get("description"))
    return Product(
        sku=sku,
        title=title,
        description=description,
        brand=cells.text(known.get("brand")),
        category=cells.text(known.get("category")),
        price=price,
        currency=cells.currency_code(known.get("currency")) or currency or defaults.currency,
        stock=cells.stock(known.get("stock")),
        url=cells.optional(known, "url"),
        image=cells.optional(known, "image"),
        language=_language(known, title + description, defaults),
        attributes=dict(_attributes(further)),
        sale_price=sale if sale is not None and price is not None and sale < price else None,
        sale_starts=cells.moment(known.get("sale_starts"), "sale_starts"),
        sale_ends=cells.moment(known.get("sale_ends"), "sale_ends"),
        variant_group=cells.optional(known, "variant_group"),
        margin=_margin(known, price),
    )


def _margin(known: TableRow, price: float | None) -> float | None:
    """The shop's share of the price: a percentage or share as written, else what the cost leaves."""
    if written := cells.text(known.get("margin")):
        number, _ = cells.price(written.removesuffix("%").strip(), "margin")
        share = None if number is None else number / 100 if "%" in written or number > 1 else number
    else:
        cost, _ = cells.price(known.get("cost"), "cost")
        share = (price - cost) / price if cost is not None and price else None
    return None if share is None else round(min(max(share, -1.0), 1.0), 4)


def _review(known: TableRow, _further: TableRow, defaults: Defaults) -> Review:
    sku, written = cells.required(known, "sku"), cells.required(known, "rating")
    try:
        rating = float(written)
    except ValueError as error:
        raise BadCell(f"rating {written[:40]!r} is not a number; write 1 to 5") from error
    if not 1 <= rating <= 5:
        raise BadCell(f"rating {written[:40]!r} is not between 1 and 5")
    words = cells.text(known.get("text"))
    customer, date = cells.optional(known, "customer_id"), cells.moment(known.get("date"), "date")
    made_of = "\x1f".join((sku, written, words, customer or "", date or ""))
    identity = cells.identity(known.get("id"), "id") or hashlib.sha256(made_of.encode()).hexdigest()[:24]
    return Review(identity, sku, rating, words, date, _language(known, words, defaults), customer)


def _interaction(known: TableRow, _further: TableRow, _defaults: Defaults) -> Interaction:
    event = cells.required(known, "event").lower()
    event = {"浏览": "view", "加购": "cart", "购买": "purchase", "点击": "click"}.get(event, event)
    if event not in EVENTS:
        raise BadCell(f"event {event[:40]!r} is none of {', '.join(sorted(EVENTS))}")
    customer, sku = cells.required(known, "customer_id"), cells.required(known, "sku")
    return Interaction(customer, sku, event, cells.moment(known.get("time"), "time"))


_READERS: dict[str, Callable[[TableRow, TableRow, Defaults], Record]] = {
    "catalogue": _product,
    "orders": read_order,
    "customers": read_customer,
    "reviews": _review,
    "interactions": _interaction,
}
