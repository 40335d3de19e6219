"""The statuses of an order, and what each is called in both languages."""

from __future__ import annotations

import re

from bot.types import LanguageCode

_STATUSES: tuple[tuple[str, str, str, str], ...] = (
    ("pending", "received, not processed yet", "已下单，等待处理", "待处理 placed new open received"),
    ("pending_payment", "waiting for payment", "待付款", "unpaid awaiting_payment on_hold 未付款 等待付款 待支付 等待买家付款"),
    (
        "paid",
        "paid, waiting to be packed",
        "已付款，待发货",
        "待发货 confirmed 已确认 未发货 已付款 已支付 等待发货 买家已付款,等待卖家发货 待出库",
    ),
    ("processing", "being prepared", "处理中，正在备货", "处理中 preparing in_progress 备货中 配货中"),
    ("processed", "processed, ready to ship", "已处理，即将发货", "packed ready_to_ship 已处理 已打包"),
    ("shipped", "shipped", "已发货", "fulfilled dispatched 待收货 sent 等待收货 已出库 卖家已发货 卖家已发货,等待买家确认"),
    ("in_transit", "in transit", "运输中", "在途 transit 配送中 物流中"),
    ("out_for_delivery", "out for delivery", "派送中", "delivering 派件中"),
    ("partially_shipped", "partly shipped", "部分发货", "部分已发货 partially_fulfilled 卖家部分发货"),
    ("delivered", "delivered", "已签收", "已送达 received_by_customer 已收货 已妥投"),
    ("completed", "completed", "已完成", "complete done closed 交易成功 交易完成 完成 待评价 已评价"),
    ("cancelled", "cancelled", "已取消", "canceled 交易关闭 已关闭 取消"),
    ("return_requested", "return requested", "已申请退货", "退货申请中 退货中 returning 申请退货"),
    ("returned", "returned", "已退货", "退货完成 退货成功"),
    ("exchange_requested", "exchange requested", "已申请换货", "换货中 申请换货 exchanging"),
    ("exchanged", "exchanged", "已换货", "换货完成"),
    ("refunding", "refund in progress", "退款中", "refund_requested refund_pending"),
    ("refunded", "refunded", "已退款", "退款完成 退款成功"),
    ("failed", "payment failed", "付款失败", "支付失败 payment_failed"),
    ("delayed", "delayed", "已延迟", "延迟 delay"),
    (
        "pending_items_modified",
        "received, items changed",
        "已下单，商品已修改",
        "pending_(items_modified) pending_(item_modified)",
    ),
)

ON_ITS_WAY = frozenset({"processed", "shipped", "in_transit", "out_for_delivery", "partially_shipped", "delayed"})
"""Of an order that has left, or is about to, and has not come yet."""
AWAITED = ON_ITS_WAY | {"pending", "paid", "processing"}
"""Of an order that its customer waits for."""


def _key(written: str) -> str:
    """A status as it is compared: without case, spaces, commas, dashes and underscores."""
    return re.sub(r"[\s,，、_\-]+", "", written).lower()


_BY_NAME = {_key(name): code for code, _, zh, aliases in _STATUSES for name in (code, zh, *aliases.split())}
_WORDS = {code: (english, chinese) for code, english, chinese, _ in _STATUSES}


def status_code(written: str) -> str | None:
    """The status that a table's cell means, or None for an unknown one."""
    return _BY_NAME.get(_key(written))


def status_words(code: str, language: LanguageCode) -> str:
    """A status in words of ``language``."""
    english, chinese = _WORDS.get(code, (code, code))
    return english if language == "en" else chinese
