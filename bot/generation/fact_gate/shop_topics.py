"""What a shop's sentences are about: a small bilingual lexicon of topics, conditions and negation."""

from __future__ import annotations

import re
from functools import lru_cache

_TOPICS = {
    "return": "return|returns|returned|returning|returnable|send it back|send them back|"
    "send back|sent back|sending back|bring back|give back|退货|退回|退换|寄回|"
    "退换货|退还商品|无理由退",
    "refund": "refund|refunds|refunded|refunding|refundable|money back|reimburse|reimbursed|"
    "reimbursement|退款|退钱|退还|返还|原路退",
    "exchange": "exchange|exchanges|exchanged|swap|swapped|换货|退换|退换货|调换|更换|换新|replacement|replace|replaced",
    "delivery": "deliver|delivers|delivered|delivery|deliveries|shipping|shipment|shipments|"
    "ship|ships|shipped|arrive|arrives|arrival|transit|courier|postage|reach "
    "you|reaches you|get to you|配送|送达|送货|派送|到货|快递|物流|运输|寄送|"
    "运费|邮费|包邮|免邮|收货|送到|寄到|到达|顺丰",
    "dispatch": "dispatch|dispatches|dispatched|ship|ships|shipped|ship out|handling|processing|"
    "processed|leave our warehouse|leaves our warehouse|发货|出库|发出|寄出|"
    "揽收",
    "warranty": "warranty|warranties|guarantee|guaranteed|guarantees|repair|repairs|repaired|保修|质保|三包|维修|保固|联保",
    "price": "price|prices|priced|pricing|cost|costs|costing|rrp|retail|sell for|sells "
    "for|sold for|售价|价格|价钱|单价|定价|卖|到手价|现价|原价|多少钱",
    "fee": "fee|fees|charge|charges|surcharge|手续费|服务费|费用|收费|运费|邮费|shipping fee|postage",
    "discount": "discount|discounts|discounted|off|coupon|coupons|promo|promotion|voucher|"
    "vouchers|sale|save|saves|savings|code|deal|优惠|优惠券|折扣|打折|折|满减|"
    "促销|立减|红包|活动|减",
    "stock": "stock|stocked|in stock|out of stock|restock|restocked|sold out|available|"
    "availability|inventory|库存|有货|缺货|现货|补货|断货|售罄|到货|余量",
    "weight": "weigh|weighs|weight|heavy|lighter|重量|净重|毛重|重|体重",
    "load": "load|holds up to|supports up to|max load|承重|载重",
    "capacity": "capacity|holds|hold|volume|litres|liters|容量|容积",
    "battery": "battery|batteries|runtime|battery life|playtime|standby|续航|电池|待机|播放时间|使用时间",
    "charging": "charging|charge time|recharge|recharges|fully charged|charges in|charging time|充电|充满|快充",
    "power": "power|wattage|watts|功率|瓦数",
    "size": "size|sizes|dimension|dimensions|measures|measure|length|width|height|wide|"
    "tall|long|deep|depth|diameter|尺寸|尺码|长度|宽度|高度|直径|厚度|大小|长宽高",
    "points": "point|points|loyalty|reward|rewards|积分|会员积分",
    "membership": "member|members|membership|vip|会员",
    "gift": "gift|gifts|gift card|gift cards|赠品|礼品卡|礼物|礼品|赠送|礼盒",
    "payment": "pay|pays|paid|payment|payments|instalment|instalments|installment|installments|"
    "card|paypal|支付|付款|分期|花呗|信用卡|付尾款",
    "invoice": "invoice|invoices|invoicing|vat|receipt|发票|开票",
    "cancel": "cancel|cancels|cancelled|canceled|cancellation|cancelling|取消|撤单",
    "hours": "open|opens|opening|closed|closes|hours|service hours|营业|上班|工作时间|服务时间|在线时间|营业时间|开门|关门",
    "contact": "call|hotline|phone|telephone|e-mail|email|reach us|contact|电话|热线|邮箱|联系|拨打|致电",
    "price_match": "price match|price matching|price protection|price adjustment|lower price|价保|保价|差价|降价",
    "reply_time": "reply|replies|respond|responds|response|get back to you|回复|答复|响应",
    "temperature": "temperature|degrees|温度|水温",
    "age": "age|ages|aged|years old|岁|年龄",
    "rating": "rating|rated|stars|review|reviews|好评|评分|评价",
    "expiry": "expire|expires|expired|expiry|valid|validity|shelf life|best before|有效期|过期|保质期|有效|到期",
    "deposit": "deposit|定金|押金",
    "full_charge": "fully charge|fully charged|full charge|charging time|charge time|充满|充电时间",
    "small_appliance": "small appliance|small appliances|小家电",
    "large_appliance": "large appliance|large appliances|大家电",
    "express": "express|next-day|next day|rush|加急|次日达|特快|极速达",
    "student": "student|students|学生",
    "remote": "remote|xinjiang|tibet|偏远|新疆|西藏",
    "below": "below|under|otherwise|不满|否则|低于",
    "trial": "trial|试用|试穿",
}
_CONDITIONS = {
    "threshold": r"orders? (?:over|above|of|totall?ing|worth)|(?:over|above|minimum|spend|"
    r"spending|purchase of) (?:[$¥€£]|US\$)?\s?\d|满\s?[¥￥]?\s?\d|消费满|起订|"
    r"minimum (?:order|spend|purchase)|qualifying|eligible|符合条件|满额",
    "unused": r"un(?:opened|used|worn|washed|damaged)|original (?:packaging|condition|box)|"
    r"tags? (?:attached|on)|not been (?:used|opened|worn)|resal[e]?able|未拆封|"
    r"未使用|未拆|未穿|未洗|全新|原包装|完好|不影响(?:二次|再次)销售|吊牌",
    "faulty": r"fault(?:y|s)?|defect(?:ive|s)?|damaged|broken|wrong item|manufacturing|"
    r"quality (?:issue|problem)s?|our (?:mistake|error)|质量问题|瑕疵|损坏|破损|"
    r"故障|错发|坏了|非人为|人为",
    "members": r"members?\b|membership|vip|subscribers?|会员|plus 会员",
    "first": r"first(?:-time)? (?:order|purchase|customers?|buyers?)|new customers?|首单|新用户|新人|首次",
    "selected": r"select(?:ed)? (?:items|products|styles|models|countries|cities|lines)|participating|"
    r"certain|some (?:items|products)|指定|部分|特定|参与活动|限定",
    "region": r"(?:mainland|domestic|within (?:the )?(?:us|uk|eu|china|country)|continental|"
    r"contiguous)|大陆|江浙沪|国内|内地|偏远|港澳台|除新疆|西藏",
    "only": r"\bonly\b|\bonce\b|仅限|只限|仅|只能|限一次|限购",
    "standard": r"\bstandard (?:shipping|delivery)|普通快递|标准配送",
    "except": r"except|exclud|other than|apart from|not (?:applicable|valid|include)|除外|除了|不含|不包括|不适用",
}
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|cannot|nor|neither|without|unable|non|except|exclud\w*|"
    r"unavailable|impossible|ineligible|refuse[sd]?)\b|n't\b|\bnon-?(?=[a-z])"
    r"|不|没|無|无|未|非|概不|禁止|谢绝|拒绝|暂停|勿",
    re.I,
)
_NOT_NEGATIVE = re.compile(
    r"\bno (?:questions|more than|later than|less than|fewer than|longer than|"
    r"problem|worries|matter|additional|extra|hidden|charge|cost|fee|minimum|"
    r"need|hassle|risk|limit)"
    r"|not only|not (?:more|less|fewer|later) than|non-?stick|why not|无理由|"
    r"不超过|不少于|不低于|不大于|不小于|不仅|不但|不限|不管|不论|无论|不用|不需要|"
    r"无需|不必|不粘|不锈|不过|不同|不错|不满意|不喜欢|不合适|非常|无线|无忧|"
    r"无条件|无异味"
    r"|无刷|无叶|无绳|未来|未满|不满|没关系|没问题|没错|不好意思|是不是|能不能|"
    r"可不可以|有没有|无人机|不到|不多|无缝|无门槛|非凡|不易|不影响|不会掉|未拆封|"
    r"未使用|未穿|未洗|未拆|非人为|unless|without (?:any )?(?:extra|additional|"
    r"charge|cost)|free of",
    re.I,
)
_EVENTS = re.compile(
    r"(?:from|of|after|since|upon|following|on|once|before|against)\s(?:(?:the|"
    r"you|your|it|we|date|day|of|receive|received?)\s){0,4}(?:delivery|receipt|"
    r"receiving|arrival|arrives?|shipping|shipment|purchase|delivered|shipped|"
    r"dispatch(?:ed)?|returned?|return|payment|price|card)"
    r"|(?:自|从)?(?:收到|签收|收货|到货|下单|付款|支付|购买|发货|寄出|退货|退回|"
    r"送达)(?:商品|货|包裹|日|仓库)?(?:之日)?(?:起|后|之后|前|时|当天|次日)|(?:自|"
    r"从)(?:购买|签收|收货)",
    re.I,
)


def _compile(lexicon: dict[str, str]) -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
    topics: dict[str, set[str]] = {}
    for topic, terms in lexicon.items():
        for term in terms.split("|"):
            topics.setdefault(term, set()).add(topic)
    whole = {term: f" {term} " if term.isascii() else term for term in topics}
    for term, own in topics.items():
        own.update(*(topics[part] for part, text in whole.items() if text in whole[term]))
    terms_long_first = sorted(topics, key=len, reverse=True)
    latin = "|".join(re.escape(t) for t in terms_long_first if t.isascii())
    han = "|".join(t for t in terms_long_first if not t.isascii())
    return re.compile(rf"(?<![a-z])(?:{latin})(?![a-z])|{han}", re.I), {t: frozenset(v) for t, v in topics.items()}


_TERM, _TOPICS_OF = _compile(_TOPICS)
_CONDITION = {name: re.compile(pattern, re.I) for name, pattern in _CONDITIONS.items()}


@lru_cache(maxsize=4096)
def topics(text: str) -> frozenset[str]:
    """The shop topics that ``text`` names; an event that only dates another ("days from delivery", "签收后") is none."""
    plain = _EVENTS.sub(" ", text)
    found = frozenset(t for m in _TERM.finditer(plain) for t in _TOPICS_OF[m[0].lower()])
    return found or (frozenset(t for m in _TERM.finditer(text) for t in _TOPICS_OF[m[0].lower()]) if plain == text else found)


@lru_cache(maxsize=4096)
def conditions(text: str) -> frozenset[str]:
    """The kinds of condition that ``text`` states: a minimum order, unused goods, members only, and so on."""
    return frozenset(name for name, pattern in _CONDITION.items() if pattern.search(text))


@lru_cache(maxsize=4096)
def negative(text: str) -> bool:
    """Whether ``text`` denies something; "no questions asked", "不超过" and the like deny nothing."""
    return len(_NEGATIVE.findall(_NOT_NEGATIVE.sub(" ", text))) % 2 == 1
