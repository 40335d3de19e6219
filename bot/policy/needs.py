"""What a customer tells of their need, be it in words that name no intent."""

from __future__ import annotations

import re

from bot.order_desk.state import DeskState
from bot.policy.doubts import CERTAINLY_ANSWERED, LEAVES_SHOPPING, unless_told
from bot.policy.intents import ORDER_WISHES
from bot.policy.patterns import ASKS, ASKS_WHICH, BESIDE_IT, BETWEEN_KINDS, FIRST_TIME, WHOLE_SET
from bot.shop.ages import age_in
from bot.shop.asked_attribute import asked_attributes
from bot.shop.ranking import asked_ranking, without_ranking
from bot.text.enumerated import enumerated
from bot.text.phrases import tokenise
from bot.text.terms import terms
from bot.types import Action, DialogueState, Intent, Understanding
from bot.understanding.refining import revises_set
from bot.understanding.totals import asks_in_all

_CHOOSING = frozenset({"recommendation", "purchase_guide", "out_of_scope"})
_FEWEST_WORDS = 3
_HARDLY = 0.5
_OF_NOTHING = frozenset({"out_of_scope", "small_talk", "greeting", "goodbye", "praise"})
_MOST = re.compile(r"(?:the |your )?(?:[a-z]{3,12}est|most [a-z]{3,16})\b", re.IGNORECASE)
"""What a customer who looks for goods wants most of: "loudest speaker"."""
_FOR = re.compile(r"\W*(?:(?:it'?s|they'?re|something|one) )?for (?:an? |the |my )?[\w' -]{3,30}\W*", re.IGNORECASE)
"""What goods that were shown are to be for, and nothing else."""
_HAS_IN_IT = re.compile(
    r"(?=.*(?:有没有|[吗么嘛?？]\W*$))"
    r"(?P<goods>[^有含，。？?]{2,14}?)(?:(?P<inside>里面?(?:有没有|含有?|有)|含有?)|(?:有没有|有)(?=..))"
    r"(?!没|货|现货|卖|什么|啥|哪|几|多少|推荐|优惠|活动|折|别的|其他|新|大|小)(?P<thing>[\u3400-\u9fffA-Za-z]{1,8}?)(?<!的)[吗么嘛]?[?？]*$"
)
BRAND = "brand"
_WANTS = re.compile(
    r"\bi(?:'d| would)? (?:(?:rather|actually|really) )?(?:want|like|need|prefer|have|take)\b|\bi'll (?:have|take)\b"
    r"|还是(?:想?要|来|买)|我?想?要|来[个把只]",
    re.IGNORECASE,
)
_FOND_OF = re.compile(
    r"\W*(?:(?:well|so|ok)\W+)?(?:s?he|they|my \w+) (?:(?:really|mostly|also) )?(?:likes?|loves?|enjoys?|(?:is|are) into)\b"
    r"|\W*[他她]们?(?:平时|比较|很|最|也|特别)?(?:喜欢|爱)",
    re.IGNORECASE,
)
"""What the person is fond of to whom something is to be given."""
_POINTING = frozenset({"one", "option", "model"})


def first_of_its_kind(understanding: Understanding) -> Action | None:
    """Guides whoever has none of the kind of goods yet that they name."""
    first = FIRST_TIME.search(understanding.text[:200]) and understanding.entities.categories
    chooses_one = understanding.intent.name in _CHOOSING and not understanding.entities.skus
    return Action("guide", unless_answered=unless_told(understanding)) if first and chooses_one else None


def whole_set(understanding: Understanding) -> Action | None:
    """Puts a set together for whoever wants all that something needs, in words that name no goods: 露营的全套装备.

    Or for whoever asks what goods of several kinds come to.
    """
    said = understanding.entities
    listed = len(said.categories) > 1 or (said.categories and enumerated(understanding.text, understanding.language.code))
    if listed and not said.order_ids and asks_in_all(understanding.text[:300]):
        return Action("guide")
    parts = said.skus or said.categories or said.order_ids
    wanted = understanding.intent.name in _CHOOSING and not parts and WHOLE_SET.search(understanding.text[:500])
    return Action("guide", unless_answered=CERTAINLY_ANSWERED) if wanted else None


def names_brand(understanding: Understanding) -> bool:
    """Whether a message names a brand of the shop's, rather than a product of it: "anything by Yamaha"."""
    return any(one.attribute == BRAND and not one.negated for one in understanding.entities.constraints)


def asks_of_the_one_pointed_at(understanding: Understanding) -> bool:
    """Whether "the cheaper one" only says of which product something else is asked: "does the cheaper one have maps"."""
    said, text = understanding.entities, understanding.text[:300]
    ranking = asked_ranking(text)
    if ranking is None or not understanding.rewritten or len(said.skus) != 1 or asked_ranking(understanding.question):
        return False
    if set(asked_attributes(understanding.question)) - set(ranking.attributes):
        return True
    more = set(terms(without_ranking(text))) - _POINTING
    return ASKS.search(text) is not None and not ASKS_WHICH.search(text) and bool(more)


def those_instead(understanding: Understanding, state: DialogueState) -> Action | None:
    """Shows other goods than those just shown, in words that may as well change an order: "no, I want the fork"."""
    said, intent = understanding.entities, understanding.intent
    shown = state.last_action in ("recommend", "guide", "compare", "answer") and bool(state.skus)
    unsure = intent.name in ORDER_WISHES and intent.confidence < LEAVES_SHOPPING
    names = bool(said.skus or said.categories) and not (said.order_ids or said.emails)
    return Action("recommend") if shown and unsure and names and _WANTS.search(understanding.text[:200]) else None


def names_goods_alone(understanding: Understanding) -> bool:
    """Whether a message is a kind of goods with a wish, or a brand, and nothing else: "powerful blender" is no praise."""
    said = understanding.entities
    told = said.constraints or _MOST.match(understanding.text)
    goods = bool(said.categories and told) or names_brand(understanding)
    return goods and len(tokenise(understanding.text)) <= _FEWEST_WORDS


def names_product_alone(understanding: Understanding) -> bool:
    """Whether a message that is about nothing is the name of a product and nothing else, as far as its length tells."""
    said, text = understanding.entities, understanding.text
    short = len(tokenise(text)) <= _FEWEST_WORDS + 1
    asks = understanding.rewritten or ASKS.search(text) or asked_attributes(text)
    return bool(said.skus) and _unsure(understanding.intent) and short and not asks


def tells_of_need(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message that is about nothing else tells of its customer, who was shown goods of a kind: "we fly a lot"."""
    intent, text = understanding.intent, understanding.text
    if state.last_action == "recommend" and _FOND_OF.match(text[:200]) and not ASKS.search(text):
        return True
    if state.category and state.last_action in ("recommend", "guide") and _FOR.fullmatch(text[:60]) and _unsure(intent):
        return True  # "for running"
    if state.category and state.last_action in ("recommend", "guide") and age_in(text) is not None and not ASKS.search(text):
        return True  # "for my son, he's 8"
    of_nothing = intent.name == "out_of_scope" or (intent.name == "small_talk" and intent.confidence < _HARDLY)
    told = state.last_action == "answer" and state.last_intent in _CHOOSING  # by a document, what was wished for
    shown = state.category is not None and (told or state.last_action in ("recommend", "guide"))
    return shown and of_nothing and not ASKS.search(text) and len(tokenise(text)) >= _FEWEST_WORDS


def asked_to_be_in(understanding: Understanding) -> str | None:
    """What is asked to be in goods, which is no looking for such goods: 香精 of 洁面乳有香精吗; None for another question."""
    said, asked = understanding.entities, _HAS_IN_IT.match(understanding.text[:60])
    if asked is None or len(said.categories) != 1 or said.constraints or (said.skus and not asked["inside"]):
        return None
    return asked["thing"] if said.categories[0] in asked["goods"] else None


def _unsure(intent: Intent) -> bool:
    return intent.name in _OF_NOTHING or intent.confidence < _HARDLY


def changes_set(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message changes the set of products that was shown last, and tells of no order."""
    entities = understanding.entities
    if DeskState.of(state.desk).busy or entities.order_ids or entities.emails or ASKS_WHICH.search(understanding.text[:200]):
        return False
    return revises_set(understanding, state)


def between_kinds(understanding: Understanding, state: DialogueState) -> bool:
    """Whether two kinds of goods are compared: both named, or one beside what the conversation is about."""
    named = understanding.entities.categories
    beside = BESIDE_IT.search(understanding.text[:200]) is not None and bool(state.skus or state.category)
    return (len(named) > 1 and BETWEEN_KINDS.search(understanding.text[:200]) is not None) or (bool(named) and beside)
