"""A whole small shop for tests through the public surface: files as an owner has them, loaded through ``bot.open``."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import bot
from bot.shopdesk import Shopdesk

DOCUMENTS = {
    "returns.en.md": """# Returns and refunds

## How long you have
You can return any unused item within 30 days of delivery. Items must be in their original packaging.

## Who pays for the return
Return shipping is free when the item is faulty. Otherwise the return label costs 12 yuan.

## When the money comes back
We refund to the original payment method within 5 working days after the parcel reaches us.
""",
    "returns.zh.md": """# 退货与退款

## 退货期限
签收后 30 天内，未使用的商品都可以退货，请保留原包装。

## 退货运费
商品有质量问题时，退货运费由我们承担；其他情况的退货运费为 12 元。

## 退款时间
我们收到退回的包裹后，会在 5 个工作日内把款项退回原支付方式。
""",
    "delivery.en.md": """# Delivery

We ship within China only. Standard delivery takes 2 to 4 days and costs 10 yuan. Orders of 199 yuan or more ship free.

Express delivery by SF takes 1 day in Shanghai and costs 25 yuan.
""",
    "delivery.zh.md": """# 配送说明

我们只在中国境内发货。标准配送需要 2 到 4 天，运费 10 元，订单满 199 元包邮。

顺丰快递上海市内 1 天送达，运费 25 元。
""",
}
QUESTIONS = [
    ("Do you issue invoices?", "Yes. We send an electronic invoice by e-mail within 24 hours after you confirm receipt.", "en"),
    ("可以开发票吗？", "可以。确认收货后 24 小时内，我们会把电子发票发到您的邮箱。", "zh"),
    ("Which payment methods do you accept?", "We accept Alipay, WeChat Pay and Visa cards.", "en"),
    ("支持哪些付款方式？", "我们支持支付宝、微信支付和 Visa 银行卡。", "zh"),
    ("How long is the warranty?", "All electric kettles have a warranty of 24 months from delivery.", "en"),
    ("保修期多长？", "所有电热水壶自签收之日起保修 24 个月。", "zh"),
    ("How do I descale the kettle?", "Boil water with two spoons of citric acid, wait 15 minutes and rinse twice.", "en"),
    ("水壶怎么除水垢？", "加两勺柠檬酸烧开水，静置 15 分钟，再冲洗两遍。", "zh"),
]
PRODUCTS = [
    ("TH-1", "Trail Backpack 30 L", "山径双肩包 30 升", "Backpacks", "双肩包", 299, 12, "blue", "蓝色", "30 L"),
    ("TH-2", "City Backpack 20 L", "城市双肩包 20 升", "Backpacks", "双肩包", 199, 3, "black", "黑色", "20 L"),
    ("TH-3", "School Backpack 25 L", "校园双肩包 25 升", "Backpacks", "双肩包", 129, 40, "red", "红色", "25 L"),
    ("TH-4", "Expedition Backpack 65 L", "远征登山包 65 升", "Backpacks", "双肩包", 699, 0, "green", "绿色", "65 L"),
    ("KT-1", "Quiet Kettle 1.5 L", "静音电热水壶 1.5 升", "Kettles", "电热水壶", 159, 9, "white", "白色", "1.5 L"),
    ("KT-2", "Travel Kettle 0.6 L", "便携电热水壶 0.6 升", "Kettles", "电热水壶", 119, 25, "grey", "灰色", "0.6 L"),
    ("TN-1", "Two-person Tent", "双人帐篷", "Tents", "帐篷", 459, 7, "green", "绿色", ""),
    ("TN-2", "Family Tent", "家庭帐篷", "Tents", "帐篷", 899, 2, "orange", "橙色", ""),
]
RECENTLY = (date.today() - timedelta(days=5)).isoformat()
ORDERS: list[dict[str, Any]] = [
    {
        "order_id": "SD-1001", "customer_id": "C1", "email": "lin@example.com", "phone": "138 0013 8000", "status": "shipped",
        "placed_at": "2026-05-03T10:30", "total": 498, "currency": "CNY", "carrier": "SF Express", "tracking": "SF123456789",
        "address": "浙江省杭州市西湖区文三路1号",
        "items": [{"sku": "TH-1", "quantity": 1, "price": 299}, {"sku": "TH-2", "quantity": 1, "price": 199}],
    },
    {
        "order_id": "SD-1002", "customer_id": "C2", "email": "bob@example.com", "phone": "13900139000", "status": "delivered",
        "placed_at": "2026-04-20", "delivered_at": "2026-04-25", "total": 159, "currency": "CNY",
        "address": "上海市静安区南京西路2号", "items": [{"sku": "KT-1", "quantity": 1, "price": 159}],
    },
    {
        "order_id": "SD-1003", "customer_id": "C3", "email": "mia@example.com", "status": "pending", "placed_at": "2026-05-10",
        "total": 459, "currency": "CNY", "items": [{"sku": "TN-1", "quantity": 1, "price": 459}],
    },
    {
        "order_id": "SD-1004", "customer_id": "C4", "email": "wang@example.com", "status": "pending", "placed_at": "2026-05-11",
        "total": 899, "currency": "CNY", "payment": "支付宝", "address": "上海市徐汇区淮海中路3号",
        "items": [{"sku": "TN-2", "quantity": 1, "price": 899}],
    },
    *(
        {
            "order_id": f"SD-100{n}", "customer_id": f"C{n}", "email": email, "status": "delivered", "placed_at": RECENTLY,
            "delivered_at": RECENTLY, "total": 457, "currency": "CNY", "payment": "Visa",
            "items": [{"sku": "KT-2", "quantity": 2, "price": 119}, {"sku": "TH-3", "quantity": 1, "price": 219}],
        }
        for n, email in ((5, "eve@example.com"), (6, "fang@example.com"))
    ),
]  # fmt: skip
PROFILE = """name = "Norrvik Outdoor"
name_zh = "北境户外"
hours = "Monday to Friday, 9:00 to 18:00"
hours_zh = "周一至周五 9:00–18:00"
email = "help@norrvik.example"
currency = "CNY"
"""


def write_files(directory: Path) -> Path:
    """The shop's files: documents and a Q&A table in both languages, a bilingual catalogue, orders."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in DOCUMENTS.items():
        (directory / name).write_text(text, "utf-8")
    _table(directory / "faq.csv", ("question", "answer", "language"), QUESTIONS)
    columns = ("sku", "title", "category", "price", "currency", "stock", "color", "capacity", "language")
    rows = []
    for sku, en, zh, category, zh_category, price, stock, color, zh_color, capacity in PRODUCTS:
        rows.append((sku, en, category, price, "CNY", stock, color, capacity, "en"))
        rows.append((sku, zh, zh_category, price, "CNY", stock, zh_color, capacity.replace(" L", " 升"), "zh"))
    _table(directory / "catalogue.csv", columns, rows)
    lines = (json.dumps(order, ensure_ascii=False) for order in ORDERS)
    (directory / "orders.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return directory


def open_shop(data: Path, **settings: Any) -> Shopdesk:
    """The shop's data directory, opened with its profile."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "shop.toml").write_text(PROFILE, "utf-8")
    return bot.open(data, **settings)


def stocked(directory: Path, **settings: Any) -> Shopdesk:
    """A shop under ``directory`` with everything loaded from its ``files``."""
    shopdesk = open_shop(directory / "data", **settings)
    shopdesk.load([write_files(directory / "files")])
    return shopdesk


def _table(path: Path, columns: tuple[str, ...], rows: list[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
