"""Which column means what: header names in Chinese and English, and the kind of a table guessed from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.types import LanguageCode

TableKind = Literal["documents", "catalogue", "orders", "customers", "reviews", "interactions"]
TableRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a table takes where its rows are silent."""

    language: LanguageCode | None = None
    currency: str | None = None


_ALIASES: dict[str, dict[str, str]] = {
    "catalogue": {
        "sku": (
            "商品编号 商品编码 商品id 货号 编号 product_id item_id 商品sku 商品货号 商家编码 产品编号 产品编码 "
            "sku编码 item_no item_number product_code product_no article_no article_number part_number"
        ),
        "title": (
            "商品名称 名称 商品名 品名 标题 name product_name 商品标题 产品名称 产品名 宝贝名称 宝贝标题 product "
            "item_name product_title"
        ),
        "description": "描述 商品描述 简介 介绍 商品介绍 产品介绍 详情 产品描述 商品详情 说明 商品说明 产品说明",
        "brand": "品牌 vendor manufacturer maker make",
        "category": "类别 类目 分类 商品分类 品类 product_type 商品类别 商品类目",
        "price": "价格 售价 单价 现价 商品价格 销售价 零售价 retail_price selling_price unit_price our_price",
        "currency": "币种 货币",
        "sale_price": "促销价 活动价 特价 折扣价 优惠价 special_price discount_price promotion_price",
        "sale_starts": "促销开始 活动开始 促销开始时间 活动开始时间 sale_start sale_from special_from_date",
        "sale_ends": "促销结束 活动结束 促销结束时间 活动结束时间 sale_end sale_until special_to_date",
        "variant_group": "商品组 款号 spu item_group_id parent_sku group_id style_code",
        "margin": "毛利率 利润率 margin_rate profit_margin",
        "cost": "成本 成本价 进价 进货价 cost_price cost_per_item cost_of_goods_sold",
        "stock": (
            "库存 库存数量 库存量 quantity inventory 商品库存 可售库存 可用库存 剩余库存 qty in_stock stock_level "
            "quantity_in_stock stock_quantity"
        ),
        "url": "链接 网址 商品链接 link product_url page_url web_address",
        "image": "图片 图片链接 主图 image_url image_link 商品图片 picture photo",
        "language": "语言 lang",
    },
    "orders": {
        "order_id": "订单号 订单编号 order_number order_no 订单id 主订单编号 order_nr order_reference",
        "customer_id": (
            "客户编号 客户id 会员编号 会员号 会员id 会员卡号 用户id user_id 顾客编号 买家id 买家会员名 买家账号 会员名 "
            "customer_no customer_number client_id"
        ),
        "email": "邮箱 电子邮箱 邮件 e_mail 客户邮箱 email_address customer_email",
        "phone": (
            "电话 手机 手机号 联系电话 手机号码 收货人电话 收货人手机 联系手机 买家手机号 telephone mobile "
            "phone_number customer_phone mobile_number"
        ),
        "status": "状态 订单状态 order_status",
        "placed_at": (
            "下单时间 下单日期 订单创建时间 创建时间 created_at order_date ordered_at placed placed_on "
            "order_placed ordered ordered_on date_ordered purchase_date"
        ),
        "items": "商品 商品明细 明细 商品列表 line_items order_items products",
        "total": (
            "总价 总额 总金额 金额 应付金额 订单金额 订单总额 实付金额 实付 实付款 买家实际支付金额 合计 amount "
            "order_total grand_total total_paid"
        ),
        "currency": "币种 货币",
        "payment": "支付方式 付款方式 payment_method paid_by paid_with payment_type",
        "address": "地址 收货地址 shipping_address ship_to deliver_to delivery_address",
        "carrier": "快递 快递公司 物流公司 承运商 shipping_company courier shipped_by shipped_with delivery_company",
        "tracking": "快递单号 运单号 物流单号 tracking_number tracking_no tracking_id tracking_code tracking_nr",
        "delivered_at": "签收时间 送达时间 签收日期 delivered_on date_delivered",
        "transactions": "payment_history",
    },
    "order lines": {
        "sku": "商品编号 商品编码 商品id 货号 商家编码 产品编号 产品编码 商品sku sku编码 product_id item_id lineitem_sku",
        "title": "商品名称 商品名 品名 商品标题 宝贝名称 宝贝标题 产品名称 product_name lineitem_name 商品",
        "quantity": "数量 购买数量 商品数量 宝贝数量 件数 qty lineitem_quantity",
        "price": "单价 商品单价 成交单价 成交价 商品价格 unit_price lineitem_price",
        "options": "规格 商品规格 商品属性 颜色规格 颜色分类 variant",
    },
    "customers": {
        "customer_id": (
            "客户编号 客户id 会员编号 会员号 会员id 会员卡号 用户id user_id 顾客编号 record_key customer_no customer_number "
            "client_id"
        ),
        "name": "姓名 客户姓名 名字 客户名称 顾客姓名 full_name customer_name",
        "email": "邮箱 电子邮箱 邮件 e_mail email_address customer_email",
        "phone": "电话 手机 手机号 联系电话 手机号码 telephone mobile phone_number customer_phone mobile_number",
        "address": "地址 收货地址 postal_address delivery_address",
        "tags": "标签",
        "payment_methods": "支付方式 付款方式",
        "consent": (
            "同意 营销同意 同意营销 同意接收消息 接收消息 接收营销信息 订阅 marketing_consent accepts_marketing "
            "accepts_email_marketing"
        ),
        "birthday": "生日 出生日期 birth_date date_of_birth dob birthdate",
    },
    "reviews": {
        "id": "评价编号 评论编号 评论id review_id 编号 评价id",
        "sku": "商品编号 商品编码 商品id 货号 product_id",
        "rating": "评分 星级 打分 stars score star_rating",
        "text": "评价 评论 内容 评价内容 评论内容 review comment body review_text comments",
        "date": "日期 时间 评价时间 评论时间 评价日期 created_at time review_date reviewed_on",
        "language": "语言 lang",
        "customer_id": "客户编号 客户id 会员编号 会员号 会员id 会员卡号 用户id user_id 顾客编号",
    },
    "interactions": {
        "customer_id": "客户编号 客户id 会员编号 会员号 会员id 会员卡号 用户id user_id 顾客编号",
        "sku": "商品编号 商品编码 商品id 货号 product_id",
        "event": "事件 行为 行为类型 event_type",
        "time": "时间 发生时间 timestamp event_time date 日期",
    },
}
_FIELDS: dict[str, dict[str, str]] = {
    kind: {alias: field for field, names in fields.items() for alias in (field, *names.split())}
    for kind, fields in _ALIASES.items()
}
_REQUIRED: tuple[tuple[TableKind, frozenset[str]], ...] = (
    ("orders", frozenset({"order_id", "status"})),
    ("orders", frozenset({"order_id", "items"})),
    ("interactions", frozenset({"customer_id", "sku", "event"})),
    ("reviews", frozenset({"sku", "rating"})),
    ("catalogue", frozenset({"sku", "title"})),
    ("customers", frozenset({"customer_id", "name"})),
    ("customers", frozenset({"customer_id", "email"})),
    ("customers", frozenset({"customer_id", "phone"})),
)
FIELDS_OF: dict[str, tuple[str, ...]] = {
    "documents": ("question", "answer", "language", "category", "tags", "valid_until", "id"),
    **{kind: tuple(fields) for kind, fields in _ALIASES.items() if kind != "order lines"},
}
"""What the columns of a table of each kind may hold."""
_REMARK = re.compile(r"_?[(\[【]([^)\]】]*)[)\]】]$")
QUESTION_COLUMNS = frozenset({"question", "问题", "提问"})


def column_key(header: str) -> str:
    """A header as it is compared: NFKC, lower case, words joined by ``_``."""
    return re.sub(r"[\s\-]+", "_", unicodedata.normalize("NFKC", header).strip().strip("\ufeff").lower())


def fields_of(columns: Iterable[str], kind: TableKind | Literal["order lines"]) -> dict[str, str]:
    """Header → field for the columns that ``kind`` knows.

    A field's own name goes before another word for it, that before one with a remark in brackets (``价格（元）``); the first
    column wins where two mean the same field.
    """
    fields, columns = _FIELDS[kind], list(columns)
    found: dict[str, str] = {}
    for known in (_own_name, _alias, _alias_with_remark):
        for header in columns:
            field = known(column_key(header), fields)
            if field and header not in found and field not in found.values():
                found[header] = field
    return found


def _own_name(key: str, fields: Mapping[str, str]) -> str | None:
    return key if fields.get(key) == key else None


def _alias(key: str, fields: Mapping[str, str]) -> str | None:
    return fields.get(key) or fields.get(key.replace("_", ""))


def _alias_with_remark(key: str, fields: Mapping[str, str]) -> str | None:
    return _alias(without_remark(key), fields)


def without_remark(header: str) -> str:
    """The header as it is compared, without what stands in brackets at its end."""
    return _REMARK.sub("", column_key(header))


def remark_of(header: str) -> str:
    """What stands in brackets at the end of a header, such as a unit or a currency; empty where nothing does."""
    match = _REMARK.search(column_key(header))
    return match[1] if match else ""


def export_of(columns: Iterable[str]) -> Literal["shopify", "woocommerce", "google", "nested"] | None:
    """The shop system that wrote a table, told by columns that only its exports have."""
    keys = {column_key(column) for column in columns}
    if "handle" in keys and keys & {"variant_price", "variant_sku"}:
        return "shopify"
    if {"name", "product_id", "variants"} <= keys:
        return "nested"
    if {"name", "regular_price"} <= keys and keys & {"sku", "id"}:
        return "woocommerce"
    if {"id", "title"} <= keys and keys & {"availability", "image_link", "google_product_category"} and "price" in keys:
        return "google"
    return None


def guess_kind(columns: Iterable[str]) -> TableKind:
    """What a table with these headers holds; ``documents`` when nothing else fits (Q&A and free tables)."""
    columns = list(columns)
    if {column_key(column) for column in columns} & QUESTION_COLUMNS:
        return "documents"
    if export_of(columns):
        return "catalogue"
    for kind, required in _REQUIRED:
        if required <= set(fields_of(columns, kind).values()) and _convincing(columns, kind):
            return kind
    return "documents"


def _convincing(columns: list[str], kind: TableKind) -> bool:
    """A number and a name alone may be any list: a catalogue also has a price, stock or another column of its own."""
    extra = {"price", "stock", "brand", "category", "currency", "image"}
    return kind != "catalogue" or "sku" in map(column_key, columns) or bool(extra & set(fields_of(columns, kind).values()))


def by_field(row: Mapping[str, object], fields: Mapping[str, str]) -> tuple[dict[str, object], dict[str, object]]:
    """A row split into its known fields and its further columns."""
    known = {field: row[header] for header, field in fields.items() if header in row}
    return known, {header: value for header, value in row.items() if header not in fields}
