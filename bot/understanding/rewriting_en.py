"""English follow-ups: what about X, pronouns, the blue one, questions without a subject."""

from __future__ import annotations

import re

from bot.shop.asked_attribute import asked_attributes
from bot.shop.ranking import asked_ranking
from bot.text.phrases import term_index, tokenise
from bot.text.size_choice import ASKS_SIZE
from bot.types import Entities
from bot.understanding.focus import Focus, first_term

_FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|and|so|but|also|then|well|hmm+|oh|ah|great|thanks|thank you|cool|nice|alright|got it|i see"
    r"|perfect|sorry|actually|yes|no)\b[,.! ]+){1,3}",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"^(?:(?:and|ok|so)\W{1,3})?(?:what|how) (?:about|if it'?s)(?: the same)?(?: for| to| in| with| by)? "
    r"(?P<x>[^?]{1,60}?)(?: then| instead| though| please)?\??$|^same (?:for"
    r"|with|question for) (?P<y>[^?]{1,60})\??$",
    re.I,
)
_AND_X = re.compile(r"^and (?:for |to |in |with |by |from |on |at |if (?:it'?s )?)?(?P<x>(?:the |my )?[^?]{2,40}?)\??$", re.I)
_OWN_QUESTION = re.compile(
    r"\byour (?:\w+ ){0,2}(?:policy|policies|hours|address|number|store|shop|team)\b|^(?:i|my|we|you)\b", re.I
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|have|has|how|what|when|where|which|who|why|need"
    r"|want|i|you|we|tell|show)\b|'s\b",
    re.I,
)
_ORDINAL = re.compile(
    r"\b(?:the )?(first|second|third|fourth|fifth|(?<=the )last|last(?= one\b)|other|1st|2nd|3rd|4th|5th)"
    r"(?: (?:one|option|product|item"
    r"|model|choice)\b|(?=\?|$| (?:cost|come|in|have|fit|work|waterproof|available)))"
    r"|\b(?:number|option|no\.) ?([1-5])\b|\bthe (former|latter)\b",
    re.I,
)
_CHEAP = re.compile(
    r"\bthe (?:(cheap(?:er|est)|least expensive|less expensive)|(most expensive|more expensive|dearer|priciest"
    r"|pricier))(?: (?:one|option|model))?\b",
    re.I,
)
_ONE_OF_THEM = re.compile(r"\b(?:one|option|model|of)\b", re.I)
_SIZED = re.compile(
    r"\bthe (?:(big(?:ger|gest)?|larg(?:e|er|est))|(small(?:er|est)?|little|mini)) (?:ones?|model|version)\b", re.I
)
_MEANT = re.compile(
    r"^(?:sorry,? |no,? )?i (?:mean|meant|was (?:talking|asking) about) (?:the |your |a )?(?P<x>[^?]{2,50})$", re.I
)
_ONE = re.compile(
    r"\b(?:the |that |this |a )((?!first|second|third|last|other|same|right|wrong|next|only)[a-z-]{3,15}) ones?\b", re.I
)
_BOTH = re.compile(
    r"\b(?:(?:between )?(?:the|these|those) two(?: products| models| items)?|both(?: of (?:them|these))?|(?:between "
    r")?them|these|those|which(?: one)? (?:is|of (?:them|these)))\b",
    re.I,
)
_NAMED = re.compile(r"\b(?:this|that|these|those) ([a-z]{3,15}(?: [a-z]{3,15})?)\b", re.I)
_COMPARE = re.compile(
    r"^which\b|^which .*[a-z]er\??$|\b(?:better|best|difference|different|compare|cheaper|lighter|bigger|larger|quieter|both"
    r"|two|recommend|versus"
    r"|vs|longer|faster|safer|stronger|warmer|easier|cheapest|lightest|safest|strongest)\b",
    re.I,
)
_EXPLETIVE = re.compile(
    r"\bit(?:'s| is| was|'ll be) (?:possible|ok|okay|fine|true|safe to|worth|necessary|allowed|better to|been|time"
    r"|too late|my|your|an?|not fair|about|for a)\b"
    r"|\b(?:is|was|would|will|si) it (?:be )?(?:poss?i\w*|(?:ok|okay|fine)(?! (?:for|in|at) (?!(?:me|us|you)\b))"
    r"|true|safe to|worth|necessary|allowed|better "
    r"to|too late|free to|legal)\b"
    r"|\b(?:does|will|would|did|can) it (?:usually |normally |typically )?(?:take|cost) (?:me |us |you )?(?:\w+ "
    r"){0,3}?(?:to|for|before|until)\b"
    r"|\b(?:make|made|get|got|say|says|said) it\b|\bit (?:says|said|seems|takes?|looks like|depends|doesn't "
    r"matter)\b|\bdoes it matter\b|\bdoing it\b",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?:(?P<own>its|their)(?! (?:is|are|was|an?|any|no)\b)|(?P<item>(?:this|that|these|those) (?:ones?|products?"
    r"|items?|models?|things?))|(?P<it>it|they|them|(?:(?<=^are )|(?<=^do ))(?:these|those))"
    r"|(?P<this>(?:(?<=^is )|(?<=^are )|(?<=^was )|(?<=^does )|(?<=^do )|(?<= is )|(?<= does )|(?<= do )|(?<= of )"
    r"|(?<= for )|(?<= about )|(?<= return )|(?<= buy )"
    r"|(?<= use )|(?<= cancel )|(?<= like )|(?<= than )|(?<= with )|(?<= in )|(?<= wash )|(?<=^will )|(?<=^can )"
    r"|(?<= on )|(?<= will )|(?<= can )|(?<= should )|^)(?:this|that)))(?P<s>'s)?\b(?=$|[?.,! ])",
    re.I,
)
_AFTER_THIS = re.compile(
    r"$|[?.,!]| (?:is|was|are|come|comes|take|takes|cost|costs|work|works|include|includes|apply|applies|have|has"
    r"|fit|fits|mean|happen|support|need|last|for|in|to|"
    r"also|too|with|by|available|waterproof|suitable|good|made|safe|free|covered|possible|under|on|at|be|as|if|when"
    r"|after|before|and|or|any|really|still|machine|ship|include)\b",
    re.I,
)
_WHICH = re.compile(r"^which (?:(?:one|of them) )?(?:is|are|would|should|do|does)\b", re.I)
_WHAT_IF = re.compile(r"(?:and |but |so )*what (?:if|happens if|happens when|when)\b(?: \S+){3,}", re.I)
_STATEMENT = re.compile(r"(?:this|that)(?:'s| is| was| has| sounds| looks| seems)\b[^?]*$", re.I)
_EVENT = re.compile(r"\b(?:take|takes|happen|work|works|apply|cost|do(?:ing)? (?:that|this|it)|mean|why is|free)\b", re.I)
_ANTECEDENT = re.compile(
    r"\b(?:my|an?|the|your|our|this|some|any|new|\d+|two|three|several) (?!one\b|same\b)[a-z]{3,}.{0,80}?(?:[,.;!]"
    r"|\b(?:and|but|so|because|if|when|until|before|after|that|to|since|though)\b).{0,60}?$",
    re.I,
)
_OWN_STORY = re.compile(
    r"^(?:i\b(?!'d like to know| want to know| wonder| mean)|we\b|wanna|need\b|want\b)(?: \S+){4,}|\bmy\b(?: \S+){3,}", re.I
)
_OF_PRODUCT = re.compile(
    r"^(?:how much|(?:the )?prices?|(?:what|which)(?: other)? (?:colou?rs?|sizes?)(?: (?:do you have|are (?:there"
    r"|available)|available|can i (?:get|choose)))?"
    r"|(?:any |are there (?:any )?|do you have (?:any )?|in )?(?:other|more|different) (?:colou?rs?|sizes?)(?: "
    r"available)?|(?:still )?(?:in stock|available)(?: now)?"
    r"|what(?:'s| is) the (?:price|weight|size|warranty|material|capacity|battery life|difference)|how (?:big|heavy"
    r"|long is the warranty|tall|wide|loud|much)|"
    r"what(?:'s| is) (?:in the box|included)|any (?:discounts?|warranty|guarantee|reviews?)|(?:is|are) there (?:an?"
    r"|any) (?:discount|warranty|guarantee"
    r"|manual|reviews?)|waterproof|"
    r"(?:tell me|show me|give me)? ?more (?:details?|info(?:rmation)?)|tell me more|(?:the )?(?:weight|material"
    r"|warranty|dimensions|specs?|specifications|reviews?))\??$",
    re.I,
)
_IN_COLOUR = re.compile(r"^(?:(?:do you have |is there |any |also )?in|available in) (?P<x>[a-z -]{3,20})\??$", re.I)
_MORE = re.compile(
    r"^(?:(?:do you have|is there|are there|got|have you|show me|i want|i'd like|can you show me|can you "
    r"recommend)\s)?(?:anything|something|any|some|an?|one)?\s?"
    r"(?:(?P<than>cheaper|better|bigger|smaller|larger|lighter|quieter|less expensive|more affordable|more expensive"
    r"|stronger|faster)(?: ones?| options?)?|(?P<more>(?:others?|else|more|alternatives?|similar)(?: ones?| options?"
    r"| recommendations?)?))\??$",
    re.I,
)
_BARE = re.compile(
    r"^(?:why(?: not| is that| so)?|how(?: long| come| so| exactly)?|how long (?:exactly|would that be)|when(?: "
    r"exactly)?|where(?: exactly)?|which (?:ones?|country|countries)"
    r"|(?:what|any) (?:documents?|conditions?|exceptions?|fees?|limits?)(?: do i need| apply)?|(?:is it |for "
    r")?free(?: of charge)?|at (?:no|what) cost|who pays(?: for (?:that|shipping))?|really"
    r"|(?:is there|are there) (?:an?|any) (?:fee|charge|cost|time limit|deadline|limit|exceptions?)|any (?:fee"
    r"|charge|cost)s?|for how long|by when|what if not|what then|how do i do (?:that|it|this))\??$",
    re.I,
)

_APPLIES = re.compile(
    r"\b(?:does|do|would|will|is|are) (?:that|this|it|they|those)(?: discount| offer| rule)? (?:also |still )?"
    r"(?:count|apply|go|hold|valid|good|the same|true) (?:for|to|on|with)\b",
    re.I,
)
"""Whether what was told of before holds for goods that are named now: "does that count for the keyboard"."""
_BARE_QUESTION = 4
"""Words up to which a question for an attribute names no thing: "how loud is that"."""


def rewrite_en(text: str, entities: Entities, focus: Focus) -> str | None:
    """The follow-up ``text`` as a question of its own, or None. ``text`` is plain and not long."""
    if (about := _WHAT_ABOUT.match(text)) is not None:
        return _about((about["x"] or about["y"]).strip(), entities, focus)
    if (about := _AND_X.match(text)) is not None and len(about["x"].split()) <= 5 and not _VERB.search(about["x"]):
        return _about(about["x"].strip(), entities, focus)
    bare = _FILLER.sub("", text)
    if (meant := _MEANT.match(bare.rstrip("?!. "))) is not None and focus.question:
        return f"{focus.question.rstrip('?!. ')} - {meant['x']}?"
    if (entities.skus or entities.categories) and _APPLIES.search(bare) and focus.question:
        return f"{focus.topic('en')}: {text}"
    if entities.skus:
        return None
    ranked = entities.categories and _CHEAP.search(bare) and not _ONE_OF_THEM.search(bare)  # "the cheapest road bike"
    return (None if ranked else _pointing(bare, focus)) or _pronoun(bare, entities, focus) or _elliptic(bare, entities, focus)


def _about(phrase: str, entities: Entities, focus: Focus) -> str | None:
    """``what about X``: the last question with X in the place of what is like it."""
    if _OWN_QUESTION.search(phrase) or (len(phrase.split()) > 7):
        return None
    pointed = _pointing(phrase, focus) or (
        focus.thing("en") if re.fullmatch(r"it|this|that(?: one)?|this one", phrase, re.I) else None
    )
    if pointed is not None and pointed not in focus.titles and pointed != focus.thing("en"):
        return f"{pointed}?"
    if _MORE.match(phrase):
        return _elliptic(phrase, entities, focus)
    if pointed is not None or entities.skus:
        return focus.with_product(pointed or phrase, "en") if focus.question else f"{pointed or phrase}?"
    if (swapped := focus.with_term(phrase)) is not None:
        return swapped
    term = first_term(phrase)
    if term is not None and term.kind == "topic" and focus.thing("en"):
        return f"{phrase} for {focus.thing('en')}"
    if not focus.question:
        return None
    stem = focus.question.rstrip("?!. ")
    if term is not None and term.kind in ("color", "material"):
        return f"{stem} in {phrase.removeprefix('in ')}?"
    if focus.product and focus.product.lower() in stem.lower() and asked_attributes(stem):
        return f"{focus.product}: {phrase}?"
    return f"{stem} - {phrase}?"


def _pointing(text: str, focus: Focus) -> str | None:
    """Replaces an ordinal, a price rank, ``the blue one`` or ``the two`` by the products' titles."""
    if (match := _CHEAP.search(text)) is not None and focus.titles:
        fallback = f"the {(match[1] or match[2]).lower()} of {focus.together(' and ') or focus.product}"
        return _put(text, match, focus.by_price(cheapest=match[1] is not None) or fallback)
    if (match := _SIZED.search(text)) is not None and (title := focus.by_size(match[1] is not None)):
        return _put(text, match, title)
    if (match := _ORDINAL.search(text)) is not None:
        title = focus.numbered(next(group for group in match.groups() if group))
        return _put(text, match, title) if title else None
    if (match := _ONE.search(text)) is not None and focus.titles:
        term = first_term(match[1])
        title = focus.having(term.forms if term else (match[1],))
        further = asked_ranking(match[0]) if not title else None
        if further and not further.beyond and len(focus.titles) > 1:
            return None  # "the lightest one with 88 keys": of all such goods, and not one of these
        if further and further.beyond and len(focus.titles) == 1:
            return _put(text, match, f"a {match[1]} one than {focus.titles[0]}")  # "and the smaller one?" after a single one
        return _put(text, match, title or f"{focus.product} in {match[1]}")
    if (match := _NAMED.search(text)) is not None and (title := _shown_as(match[1], focus)) is not None:
        return _put(text, match, title)
    if (
        (match := _BOTH.search(text)) is not None
        and not _ANTECEDENT.search(text[: match.start()])
        and _COMPARE.search(text)
        and (joined := focus.together(" and "))
    ):
        if match[0].lower().startswith("which"):
            return f"{text.rstrip('?')}: {joined.replace(' and ', ' or ')}?"
        return _put(text, match, f"between {joined}" if match[0].lower().startswith("between") else joined)
    return None


def _shown_as(noun: str, focus: Focus) -> str | None:
    """The product in focus when it is a ``noun`` (``this kettle``)."""
    named = term_index(("category",)).find(tokenise(noun))
    if not named or named[0].start or focus.product is None:
        return None
    return focus.product + noun[named[0].end :] if focus.having(named[0].value.forms) else None


def _put(text: str, match: re.Match[str], replacement: str) -> str:
    return text[: match.start()] + replacement + text[match.end() :]


def _pronoun(text: str, entities: Entities, focus: Focus) -> str | None:
    masked = _EXPLETIVE.sub(lambda match: "_" * len(match[0]), text)
    for match in _PRONOUN.finditer(masked):
        if match["this"] and (not _AFTER_THIS.match(masked, match.end()) or _STATEMENT.match(masked)):
            continue
        several = match["it"] and match["it"].lower() not in ("it", "this", "that") and focus.several_lines
        if (match["it"] and focus.own_matter(text)) or (several and entities.constraints):
            return None  # what all of the goods shown are to have is a wish
        before = masked[: match.start()]
        if _WHAT_IF.match(text) and not (focus.titles or focus.order_id):
            return None
        if _OWN_STORY.search(before) or _ANTECEDENT.search(before) or (entities.categories and len(before.split()) > 3):
            return None
        if focus.is_matter(text):
            replacement = None
        elif match["item"] or focus.titles or focus.order_id or (focus.category and focus.of_goods(text)):
            about_event = _EVENT.search(text) is not None and match["this"] is not None and focus.question
            replacement = None if about_event else focus.thing("en")
        else:
            replacement = None
        if replacement is not None:
            return _put(text, match, replacement + ("'s" if match["own"] or match["s"] else ""))
        return f"{focus.topic('en')}: {text}" if focus.question else None
    event = re.search(r"\bdoes it (?:usually |normally )?(?:take|cost)\b", text, re.I)
    return f"{focus.topic('en')}: {text}" if event and re.search(r"(?:take|cost)\??$", text) and focus.question else None


def _elliptic(text: str, entities: Entities, focus: Focus) -> str | None:
    stem = text.rstrip("?!. ")
    if (match := _MORE.match(text)) is not None and not entities.categories:
        if match["than"]:
            return (
                f"{stem} than {focus.product}?" if focus.product else (f"{stem} {focus.category}?" if focus.category else None)
            )
        wanted = focus.category or focus.product
        return f"{stem} like {wanted}?" if wanted else None
    if focus.question and (_BARE.match(text) or (stem.lower() == "how much" and (focus.matter or not focus.product))):
        return f"{focus.topic('en')}: {text}"
    if focus.question and not focus.titles and _WHICH.match(text) and _COMPARE.search(text):
        return f"{focus.topic('en')}: {text}"
    if entities.categories or not (thing := focus.product or focus.category):
        return None
    asks_attribute = bool(asked_attributes(text)) and len(text.split()) <= _BARE_QUESTION and not _COMPARE.search(text)
    if ASKS_SIZE.search(text):
        return f"{focus.category or thing}: {text}"
    if _OF_PRODUCT.match(text) or asks_attribute:
        return (
            f"{stem} of {thing}?"
            if re.search(r"price|weight|material|size|colou?r|detail|info|spec|dimension", stem)
            else f"{stem}: {thing}?"
        )
    if (
        (match := _IN_COLOUR.match(text)) is not None
        and (term := first_term(match["x"])) is not None
        and term.kind in ("color", "material")
    ):
        coloured = focus.in_colour(match["x"]) or (None if focus.titles else thing)
        return f"{coloured} in {match['x']}?" if coloured else None
    return None
