"""Promise-like statements of a shop, in both languages: what they promise, whether they deny it, under which conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.generation.fact_gate import shop_topics
from bot.generation.fact_gate.statements import Statement

_PROMISES = {
    "free_shipping": r"free (?!returns? )(?:\w+ ){0,3}?(?:shipping|delivery|postage)|(?<!return "
    r")(?:shipping|delivery|postage) (?:\w+ ){0,2}(?:is|are|comes?) (?:\w+ )?free|"
    r"ships? (?:\w+ ){0,2}(?:for )?free|(?:ship|deliver)\w* (?:\w+ ){0,4}(?:free "
    r"of charge|for free|at no (?:extra )?(?:cost|charge))|包邮|免(?:费)?(?:运费|"
    r"邮费|邮|配送|送货|快递)|免费(?:配送|送货|邮寄|快递|寄送|送达|发货)|运费(?:全免|"
    r"为?0|由(?:我们|商家|本店)承担)",
    "free_return": r"free (?:\w+ ){0,2}?returns?|returns? (?:\w+ ){0,3}(?:is|are) (?:\w+ )?free|"
    r"return (?:it |them )?(?:for free|free of charge|at no (?:extra )?(?:cost|"
    r"charge))|(?:we|we'll) (?:pay|cover) (?:for )?(?:the )?return|prepaid (?:return "
    r")?label|免费退|退货(?:包运费|免运费|运费由(?:我们|商家|本店))|运费险|上门取件",
    "full_refund": r"full(?:y)? refund|refund(?:ed)? in full|100% refund|full (?:purchase )?(?:price|"
    r"amount) (?:back|refunded)|all your money back|money[- ]back|全额退|全款退|"
    r"全部退款|原价退",
    "no_questions": r"no[- ]questions[- ]asked|for any reason|any reason|no reason (?:needed|"
    r"required)|unconditional\w*|without (?:giving )?(?:a |any )?reason|无理由|"
    r"无条件|任何理由|任意理由|不问理由|任何原因",
    "lifetime": r"lifetime|life[- ]long|for life\b|forever|终身|终生|永久|一辈子",
    "guarantee": r"guarantee\w*|\bpromise[sd]?\b|we assure|assured|rest assured|commit(?:s|"
    r"ted)? to|pledge|保证|承诺|确保|担保|包您|放心保|一定(?:会|能)",
    "compensation": r"compensat\w+|假一(?:赔|罚)\w{1,2}|赔付|赔偿|补偿|先行赔付|包赔|破损包赔|晚到必赔|store credit|goodwill",
    "price_match": r"price[- ]match\w*|match (?:[\w']+ ){0,3}prices?|refund (?:you )?the difference|"
    r"lowest price|best price|price protection|价保|保价|买贵|最低价|退差价|补差价|"
    r"全网最低",
    "free": r"(?<!toll-)(?<!toll )\bfree\b(?! of\b)(?!-)(?! (?:to|time|from))|free of "
    r"charge|no (?:extra |additional )?(?:charge|cost|fee)s?|at no (?:extra |"
    r"additional )?(?:charge|cost)|complimentary|without (?:extra |additional "
    r")?charge|won't be charged|on us\b|免费|赠送|附赠|免(?=安装|手续|息|押金)|"
    r"不收(?:取)?(?:任何)?费|白送",
    "any_time": r"(?:at )?any ?time|whenever you|no time limit|without (?:any )?(?:time )?limit|"
    r"unlimited|随时|不限(?:时间|次数|时|次)|任何时候|无限(?:次|期|时)|永不",
    "absolute": r"\b(?:always|never|every (?:order|item|product|purchase)|all (?:orders|items|"
    r"products|purchases)|100%|any (?:order|item|product)|no exceptions|worldwide|"
    r"anywhere in the world)\b|所有(?:商品|订单|产品)|全部(?:商品|订单|产品)|"
    r"全场|任何(?:商品|订单|产品)|百分之?百|全球|一律|绝对|必定|永远",
    "refundable": r"refundable|(?:can|may|will|be|are|is|get|receive|issue|eligible for|entitled "
    r"to|qualify for|offer|provide|give|process|request)\w* (?:\w+ ){0,3}(?:refund(?:ed|"
    r"s)?)\b|we(?:'ll| will)? refund|(?:支持|可以?|能|会|给予?|予以?|提供|办理|"
    r"申请)(?:\w{0,4})(?:退款|退钱)|(?:不|未)\w{0,3}(?:退款|退钱)|退款",
    "returnable": r"returnable|(?:can|may|be|are|is|accept|eligible for|offer|allow)\w* (?:\w+ "
    r"){0,4}(?:return(?:ed|s)?)\b|return (?:it|them|your|the|any|this|items?|"
    r"unused|unopened)|send (?:it|them) back|(?:支持|可以?|能|接受|办理|申请|"
    r"享受)\w{0,6}(?:退货|退换)|(?:不|未)\w{0,3}(?:退货|退换|退还)|退货|可退|"
    r"不退",
    "exchangeable": r"exchangeable|(?:can|may|be|are|is|accept|eligible for|offer|free|allow)\w* "
    r"(?:\w+ ){0,4}(?:exchange[ds]?)\b|exchange (?:it|them|your|the)|(?:支持|"
    r"可以?|能|接受|办理|申请)\w{0,4}(?:换货|调换|更换)|(?:不|未)\w{0,3}(?:换货|"
    r"更换)|可换|不换|换货",
    "cancellable": r"(?:can|may|be|free to|able to|accept|allow)\w* (?:\w+ ){0,3}cancel\w*|cancel "
    r"(?:it|your|the|an|any|orders?)|(?:可以?|能|支持|申请|随时)\w{0,4}取消|(?:不|"
    r"无法)\w{0,3}取消|取消订单",
    "covered": r"(?:covers?|covered|covering|included|includes|including) (?:\w+ ){0,4}(?:damage|"
    r"water|accident\w*|warranty|drops?|wear|battery|batteries|screen|loss|theft|"
    r"parts|labou?r)|(?:is|are|not) covered|保修(?:范围)?(?:\w{0,6})(?:包括|涵盖|"
    r"覆盖)|在保|人为损坏|进水",
    "authentic": r"\b(?:authentic|genuine|original brand)\b|正品|原装正品|假货|专柜",
    "in_stock": r"in stock|out of stock|sold out|available now|back in stock|有货|现货|缺货|无货|售罄|断货|有库存|没货",
    "ships_to": r"ship(?:s|ping)? (?:to|inter|world|over|abroad)\w*|deliver(?:s|y)? (?:to|"
    r"inter|world|abroad)\w*|international (?:shipping|delivery|orders)|发(?:往|"
    r"到)?(?:海外|国外|港澳台|境外|全国|全球|新疆|西藏)|(?:支持|不)\w{0,3}(?:海外|"
    r"国际|境外)\w{0,3}(?:配送|发货|邮寄|购买)?",
    "gift_promise": r"(?:we|we'll|i'll|i|you'll|you) (?:will |can |also |get |have |receive ){0,3}(?:send|"
    r"give|offer|add|apply|get|receive|issue|provide) (?:you )?(?:an? |the |your "
    r")?(?:\w+ ){0,2}(?:coupon|voucher|discount|gift|credit|refund|replacement|"
    r"bonus)|送您|赠您|给您(?:\w{0,4})(?:优惠|券|红包|折扣|补偿|退款|换新)|额外赠",
    "waterproof": r"waterproof|water[- ](?:resistant|proof)|splash|防水|防泼溅",
    "dustproof": r"(?:dust|shock|drop)-?proof|防尘|防摔",
    "dishwasher": r"dishwasher|洗碗机",
    "machine_wash": r"machine[- ]wash\w*|机洗|水洗",
    "microwave": r"microwave\w*|微波炉",
    "material_claim": r"bpa[- ]free|hypoallergenic|organic|vegan|food[- ]grade|non-?toxic|不含双酚|食品级|有机|无毒|抗菌|低敏",
    "certified": r"certified|certification|认证",
    "supported": r"\bsupports?\b|\bsupported\b|compatible|works? with|支持|兼容|适用于|适配",
}
_PROMISE = {name: re.compile(pattern, re.I) for name, pattern in _PROMISES.items()}
_ANY_PROMISE = re.compile("|".join(_PROMISES.values()), re.I)
# What a stronger promise says too, so that "free shipping" is not also looked for as a bare "free".
_IMPLIES = {"free_shipping": {"free", "ships_to"}, "free_return": {"free", "returnable"}, "full_refund": {"refundable"}}
# Kinds that carry their conditions: leaving one out makes the promise stronger than the shop's.
_CONDITIONAL = frozenset(
    {
        "free_shipping",
        "free_return",
        "full_refund",
        "no_questions",
        "lifetime",
        "guarantee",
        "compensation",
        "price_match",
        "free",
        "refundable",
        "returnable",
        "exchangeable",
        "gift_promise",
    }
)
HARD_CONDITIONS = frozenset({"threshold", "unused", "faulty", "members", "first", "selected", "only"})
_HEDGE = re.compile(
    r"\b(?:not sure|don't (?:know|have (?:any )?(?:information|details))|can(?:no|"
    r"')t (?:confirm|promise|guarantee|find|verify|say|tell|see)|could(?:n't|"
    r" not) (?:find|confirm|verify)|no information|unable to (?:confirm|find|"
    r"verify))"
    r"|无法(?:确认|保证|承诺|查到|确定|核实)|不能(?:保证|承诺|确认)|没有(?:找到|"
    r"查到|相关信息|相关说明|提到)|未(?:找到|查到|提及|说明)|查不到|不清楚|不确定|"
    r"暂无(?:相关)?(?:信息|资料|说明)|建议(?:您)?(?:咨询|联系)(?:人工)?客服",
    re.I,
)
_QUESTION = re.compile(
    r"[?？]\s*$|吗[?？。]?\s*$|^(?:would|do|does|did|could|can|may|shall|should|"
    r"are|is|which|what|how|when|where) .*\?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One promise: its kind, the clause it stands in, whether it is denied, and the words that name it."""

    kind: str
    place: int
    negative: bool
    text: str


@lru_cache(maxsize=4096)
def claims(statement: Statement) -> tuple[Claim, ...]:
    """The promise-like claims of a statement, clause by clause; implied weaker kinds are left out."""
    found: list[Claim] = []
    for place, clause in enumerate(statement.clauses):
        kinds: dict[str, str] = {}
        for kind, pattern in _PROMISE.items():
            match = pattern.search(clause.text)
            if match:
                kinds[kind] = match[0].strip()
        if "free" in kinds and not kinds.keys() & {"free_shipping", "free_return"}:
            about = statement.topics_at(place)
            stronger = "free_return" if "return" in about else "free_shipping" if "delivery" in about else "free"
            kinds[stronger] = kinds["free"]
        weaker = set().union(*(_IMPLIES.get(kind, set()) for kind in kinds)) if kinds else set()
        found += [Claim(kind, place, clause.negative, text) for kind, text in kinds.items() if kind not in weaker]
    return tuple(found)


def hedged(text: str) -> bool:
    """Whether the sentence says that the assistant cannot confirm something, which states no fact."""
    return _HEDGE.search(text) is not None


def asking(text: str) -> bool:
    """Whether the sentence is a question to the customer."""
    return _QUESTION.search(text.strip()) is not None


def has_promise(text: str) -> bool:
    """Whether any promise-like wording stands in ``text``."""
    return _ANY_PROMISE.search(text) is not None


def required_conditions(kind: str, evidence: Statement) -> frozenset[str]:
    """Conditions of the evidence that a reply making this promise must not leave out."""
    if kind not in _CONDITIONAL:
        return frozenset()
    found = shop_topics.conditions(evidence.plain) & HARD_CONDITIONS
    return found - {"only"} if len(found) > 1 else found
