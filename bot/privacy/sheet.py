"""What is kept on a customer as a text that they, and whoever sends it to them, can read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from bot.types import LanguageCode

Row = Mapping[str, Any]
_INNER = frozenset(
    "id order_key customer_id customer conversation_id revision address_parts changes transactions state unit desk token_hash "
    "site_key identified_until customer_name customer_email hands message_key message_turn updated_at".split()
)
"""Fields that mean something to the program alone, or that say again whose rows they are; the JSON has them."""
_CODES = frozenset({"event", "status", "stage", "language"})
"""Fields of which the program knows every value."""
_TIMES = ("_at", "time", "at")


def sheet(customer: str, found: Mapping[str, Sequence[Row]], language: LanguageCode) -> str:
    """Every table that holds something on the customer, in words: orders with what was bought, conversations as said."""
    return "\n".join(_Sheet(language).lines(customer, found))


def titles(language: LanguageCode) -> dict[str, str]:
    """What each table is called."""
    return dict(_texts()[language]["titles"])


class _Sheet:
    def __init__(self, language: LanguageCode) -> None:
        texts = _texts()[language]
        self._titles: dict[str, str] = texts["titles"]
        self._words: dict[str, str] = texts["words"]
        self._names: dict[str, str] = texts["names"]
        self._values: dict[str, str] = texts["values"]

    def lines(self, customer: str, found: Mapping[str, Sequence[Row]]) -> Iterator[str]:
        yield self._words["head"].format(customer=customer)
        for name, rows in found.items():
            if not rows:
                continue
            title = self._titles.get(name, name)
            yield f"\n{self._words['title'].format(name=title[:1].upper() + title[1:], count=len(rows))}"
            for row in rows:
                yield from self._row(name, row)

    def _row(self, table: str, row: Row) -> Iterator[str]:
        if table == "orders":
            yield from self._order(row)
        elif table == "conversations":
            yield from self._conversation(row)
        elif table == "profile":
            yield from self._profile(row)
        else:
            pairs = list(self._pairs(row))
            whole = table == "customers"
            yield from (f"  {pair}" for pair in pairs) if whole else [f"  - {self._words['comma'].join(pairs)}"]

    def _order(self, row: Row) -> Iterator[str]:
        yield f"  - {row.get('order_id')}"
        for item in row.get("items") or ():
            told = {name: _plain(item.get(name)) for name in ("quantity", "sku", "price")}
            yield f"      {self._words['item'].format(**told)}"
        rest = {name: value for name, value in row.items() if name not in ("items", "order_id")}
        yield from (f"    {pair}" for pair in self._pairs(rest))

    def _conversation(self, row: Row) -> Iterator[str]:
        yield f"  - {_time(row.get('created_at'))}"
        for turn in row.get("turns") or ():
            yield f"    {self._pair('person', turn.get('text'))}"
            yield f"    {self._pair('assistant', (turn.get('reply') or {}).get('text'))}"
        for name in ("feedback", "csat"):
            for rated in row.get(name) or ():
                yield f"    {self._words['comma'].join(self._pairs(rated))}"

    def _profile(self, row: Row) -> Iterator[str]:
        yield from (f"  {pair}" for pair in self._pairs({**row, "traits": None, "denied": None}))
        for trait in row.get("traits") or ():
            sources = self._words["comma"].join(self._titles.get(name, name) for name in trait["sources"])
            named = {**trait, "name": self._named(trait["name"]), "sources": sources}
            yield f"  {self._words['trait'].format(**named)}"

    def _pairs(self, row: Row) -> Iterator[str]:
        for name, value in row.items():
            if name not in _INNER and value not in (None, "", [], {}):
                yield self._words["pair"].format(name=self._named(name), value=self._value(name, value))

    def _pair(self, word: str, value: object) -> str:
        said = " ".join(str(value or "").split())
        return self._words["pair"].format(name=self._words[word], value=said)

    def _named(self, field: str) -> str:
        return self._names.get(field, field.replace("_", " "))

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return self._words["yes" if value else "no"]
        if isinstance(value, str) and name.endswith(_TIMES):
            return _time(value)
        if isinstance(value, list | tuple):
            return self._words["comma"].join(self._value(name, each) for each in value)
        if isinstance(value, Mapping):
            return "; ".join(self._pairs(value))
        return self._values.get(value, _plain(value)) if name in _CODES else _plain(value)


def _plain(value: Any) -> str:
    """A value on one line, without a fraction that is nought."""
    return f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())


def _time(value: Any) -> str:
    """A stored time to the minute."""
    return str(value or "")[:16].replace("T", " ")


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(files("bot.privacy").joinpath("sheet.toml").read_text("utf-8"))
