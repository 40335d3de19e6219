"""What carriers and ways of paying are called in English that shops write in Chinese."""

from __future__ import annotations

from bot.types import LanguageCode

_CALLED = {
    "Alipay": "支付宝", "WeChat Pay": "微信支付 微信", "Huabei": "花呗", "UnionPay": "银联 云闪付", "credit card": "信用卡",
    "bank card": "银行卡", "bank transfer": "对公转账 银行转账 转账", "SF Express": "顺丰速运 顺丰",
    "ZTO Express": "中通快递 中通", "YTO Express": "圆通速递 圆通", "STO Express": "申通快递 申通",
    "Yunda Express": "韵达快递 韵达", "J&T Express": "极兔速递 极兔", "JD Logistics": "京东物流 京东快递",
    "Deppon Express": "德邦快递 德邦", "China Post": "中国邮政 邮政快递", "Cainiao": "菜鸟裹裹",
}  # fmt: skip
_IN_ENGLISH = {chinese: english for english, names in _CALLED.items() for chinese in names.split()}


def called_in(name: str, language: LanguageCode) -> str:
    """``name`` as customers of the language know it; as it is where it has no other."""
    return _IN_ENGLISH.get(name.strip(), name) if language == "en" else name
