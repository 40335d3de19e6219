"""Briefs and evidence of a small outdoor shop, as the skills hand them to a writer."""

from __future__ import annotations

from typing import Any

from bot.generation.brief import Brief
from bot.settings.profile import ShopProfile
from bot.types import Entities, Evidence, Intent, LanguageGuess, Sentiment, Understanding

SHOP = ShopProfile(
    name="Fernweh Outdoor", name_zh="远行户外", email="care@fernweh.example", phone="+49 30 1234567",
    hours="Monday to Friday, 9 am to 6 pm", hours_zh="周一至周五 9:00–18:00",
)  # fmt: skip


def evidence(text, title="Help", kind="passage", language="en", score=0.8, question=None, id=None):
    return Evidence(id or f"{kind}:{title}:{len(text)}", kind, "help.md", title, text, language, score, question)


def brief(action, question, language, items=(), sentiment="neutral", intent="delivery", shop=SHOP, **more: Any) -> Brief:
    understanding = Understanding(
        question, question, LanguageGuess(language), Intent(intent, 0.9), Sentiment(sentiment, 0.0), Entities()
    )
    return Brief(action, question, language, understanding, shop, evidence=tuple(items), **more)


DELIVERY = evidence(
    "We ship with DHL and UPS. Standard delivery within Germany takes 2–3 business days and costs €4.90. Orders above €50 ship "
    "free of charge. Express delivery arrives the next business day if you order before 2 pm and costs €9.90. We do not "
    "deliver "
    "to PO boxes.",
    title="Shipping and delivery",
)
RETURNS = evidence(
    "You can return unused items within 30 days of delivery. The item must be in its original packaging with all tags "
    "attached. "
    "However, underwear and personalised products cannot be returned for hygiene reasons. Once we receive your parcel, "
    "the refund "
    "is issued to your original payment method within 5 business days. Return shipping is free within Germany.",
    title="Returns and refunds",
)
STEPS = evidence(
    "To return an item, follow these steps:\n1. Log in to your account and open My Orders.\n2. Choose the item and click "
    "Return.\n"
    "3. Print the label and stick it on the parcel.\n4. Drop the parcel at any DHL shop.\nOur office is closed on public "
    "holidays.",
    title="How to return",
)
RATES = [
    evidence(f"Country: {country}\nStandard delivery: {days} business days\nCost: €{cost}", kind="row", title="Shipping rates")
    for country, days, cost in (("Germany", "2–3", "4.90"), ("France", "4–6", "9.90"), ("Spain", "5–7", "11.90"))
]
PAYMENT = evidence(
    "We accept the following payment methods:\n- Visa and Mastercard\n- PayPal\n- Bank transfer", title="Payment"
)
DELIVERY_ZH = evidence(
    "我们默认使用顺丰或京东快递发货。现货商品付款后48小时内发货，江浙沪一般1-2天送达，其他地区3-5天送达。满99元包邮，不满99元收取10元运费。"
    "新疆、西藏地区运费另计。",
    title="配送说明", language="zh",
)  # fmt: skip
RETURNS_ZH = evidence(
    "自签收之日起7天内，商品完好且不影响二次销售的，可以申请无理由退货。但定制商品、贴身衣物除外。退货审核通过后，请在3天内寄回。"
    "我们收到退货后，会在1-3个工作日内将款项原路退回。因质量问题退货的，运费由我们承担。",
    title="退换货政策", language="zh",
)  # fmt: skip
STEPS_ZH = evidence(
    "申请退货的步骤：\n1. 打开“我的订单”，找到要退的商品。\n2. 点击“申请售后”，选择退货原因。\n3. 把商品寄到页面显示的地址。",
    title="退货流程", language="zh",
)  # fmt: skip
INVOICE_ZH = evidence(
    "您好，亲！我们可以开具电子普通发票。电子发票在订单完成后24小时内发送到您的邮箱。感谢您的咨询！",
    kind="qa", title="发票", language="zh", score=0.93, question="可以开发票吗？",
)  # fmt: skip
TENT = evidence(
    "Product: Alpine Light Tent\nSKU: TENT-2\nPrice: 249 EUR\nStock: 12 in stock\nWeight: 1.9 kg\nWaterproof: yes, 3000 mm",
    kind="product", title="Alpine Light Tent", score=1.0, id="product:TENT-2",
)  # fmt: skip
JACKET_ZH = evidence(
    "商品：轻羽冲锋衣\n商品编号：JK-1\n价格：499 元\n库存：3 件\n防水指数：10000 mm\n面料：尼龙",
    kind="product", title="轻羽冲锋衣", language="zh", score=1.0, id="product:JK-1",
)  # fmt: skip
