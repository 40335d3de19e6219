"""Names of operations, ways of paying and items as customers read them, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.order_desk.policy import OperationKind
from bot.shop.names import called_in
from bot.shop.records import OrderItem, PaymentMethod
from bot.shop.wording import format_price
from bot.types import LanguageCode, Product

_KINDS: dict[OperationKind, tuple[str, str]] = {
    "cancel": ("cancelled", "取消"),
    "return": ("returned", "退货"),
    "exchange": ("exchanged", "换货"),
    "change_items": ("changed", "修改商品"),
    "change_address": ("sent to another address", "修改收货地址"),
    "change_payment": ("paid in another way", "更换支付方式"),
    "change_default_address": ("changed", "修改默认地址"),
    "invoice": ("invoiced", "开具发票"),
}
_METHODS = {
    "gift_card": ("your gift card", "您的礼品卡"),
    "paypal": ("your PayPal account", "您的 PayPal 账户"),
    "credit_card": ("your credit card", "您的信用卡"),
}


def kind_words(kind: OperationKind, language: LanguageCode) -> str:
    """What an operation does with an order: "cancelled", 取消."""
    return _KINDS[kind][0 if language == "en" else 1]


def method_words(method: PaymentMethod | None, language: LanguageCode) -> str:
    """A way of paying as its owner knows it: "your Visa card ending in 1234"."""
    place = 0 if language == "en" else 1
    if method is None:
        return ("the original payment method", "原支付方式")[place]
    if method.kind == "other":
        named = called_in(method.id, language)
        return f"your {named}" if named != method.id and named.islower() else named
    if method.kind == "credit_card" and method.last:
        brand = method.brand.capitalize()
        return (
            f"your {brand or 'card'} card ending in {method.last}" if place == 0 else f"您尾号 {method.last} 的 {brand} 信用卡"
        )
    said = _METHODS[method.kind][place]
    if method.kind == "gift_card" and method.balance is not None:
        return f"{said} (balance {method.balance:.2f})" if place == 0 else f"{said}（余额 {method.balance:.2f}）"
    return said


def options_words(options: Mapping[str, str], language: LanguageCode) -> str:
    """Options in brackets, with their names where the value alone says nothing: "(blue, waterproof: yes)"."""
    said = [
        f"{name}: {value}" if value.lower() in ("yes", "no") or value.isdigit() else value for name, value in options.items()
    ]
    if not said:
        return ""
    return f"（{'、'.join(said)}）" if language == "zh" else f" ({', '.join(said)})"


def item_words(item: OrderItem, title: str, quantity: int, language: LanguageCode) -> str:
    """An item as the customer knows it."""
    name = (title or item.title or item.sku) + (options_words(item.options, language) if item.options else "")
    return f"{name} × {quantity}" if quantity > 1 else name


def variant_words(product: Product, like: Mapping[str, str], title: str, language: LanguageCode) -> str:
    """A variant by the options that it shares with the present item, and its price."""
    options = {name: product.attributes[name] for name in like if name in product.attributes}
    price = "" if product.price is None else format_price(product.price, product.currency, language)
    name = title + options_words(options, language) if options else product.title
    return f"{name}{'，' if language == 'zh' else ', '}{price}" if price else name


def joined(parts: Sequence[str], language: LanguageCode) -> str:
    """Parts that may hold commas themselves, one after another."""
    return ("；" if language == "zh" else "; ").join(parts)
