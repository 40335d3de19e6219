"""Wishes and complaints: clauses in which customers say what they miss, and what is blamed more than elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.marketing.insight.aspects import clauses
from bot.marketing.insight.opinions import Opinion
from bot.marketing.insight.voices import Voice
from bot.text.script import as_read

LEAST_BLAMED, CHANCE = 3, 0.05
_WISH = re.compile(
    r"\b(?:(?<!you )wish (?:i could|it|they|there|you|the|this|these)|would be (?:nice|great|better|perfect) if|"
    r"(?<!even )if only|"
    r"should have (?:a|an|more|been)|could (?:use|do with)|needs (?:a|an|more|better)|hope (?:they|you|there|the next)|"
    r"please (?:add|make|bring|offer)|(?<!was )(?<!were )(?:lacks|missing) (?:a|an|the)|only complaint|"
    r"no \w+ (?:included|option|button))\b"
    r"|希望(?!对|不要|不会|别|能帮|大家|我(?!能)|和我|给我|明天|有效|耐|后续不|以后不|越|一直|各位|看到|下次(?:还|也))"
    r"|要是.{0,12}(?:就好|更好)|如果.{0,14}(?:就好|更好|完美)|能不能(?:加|出|增加|改)|最好能|缺少|没有.{1,8}功能"
    r"|(?<![不的])建议(?!大家|各位|不|千万|别|买|购买|入手|慎|想|选|去|亲).{0,8}?(?:[加增出上换改配送多做点]|提供|优化|推出|设计|附)"
    r"|什么时候(?:能|会)?(?:补货|上新|有货)|求(?:出|补货|上)",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(?:refund\w*|money|compensat\w+|send (?:it|them) back|return (?:it|them)|(?:zero|no|0|negative|minus) stars?|justice|"
    r"never|(?:everyone|everybody|who|family) (?:doesn't )?needs)\b"
    r"|退[款货钱回掉换]|[赔偿]|零分|负分|负数|尽快|早日|没买|不买|解释|解决|处理|发货",
    re.IGNORECASE,
)
"""What is asked of the shop for this one order, and regret: no wish for something that the goods lack."""


@dataclass(frozen=True, slots=True)
class PainPoint:
    """An aspect of a product, category or the whole shop that is blamed more than the shop's other goods are.

    ``blamed`` of ``said`` opinions are negative, ``usual`` is the shop's share; ``members`` are the voices that blame, the
    clearest first.
    """

    aspect: str
    kind: str
    of: str
    blamed: int
    said: int
    usual: float
    members: tuple[int, ...]

    @property
    def excess(self) -> float:
        """How many more blame it than would at the usual share."""
        return self.blamed - self.usual * self.said


def wishes(voices: Sequence[Voice]) -> list[tuple[int, str]]:
    """The voices that wish for something, with the clause and the one after it, where the wish often stands."""
    found = []
    for number, voice in enumerate(voices):
        read = as_read(voice.text)
        if _WISH.search(read) is None:
            continue
        spans = clauses(voice.text)
        for place, (start, end) in enumerate(spans):
            if _wished(read[start:end]):
                until = spans[min(place + 1, len(spans) - 1)][1] if end - start < 12 else end
                found.append((number, voice.text[start:until].strip()))
                break
    return found


def _wished(clause: str) -> bool:
    return _WISH.search(clause) is not None and _SETTLED.search(clause) is None


def pain_points(voices: Sequence[Voice], opinions: Sequence[Opinion]) -> list[PainPoint]:
    """What is blamed clearly more than usual (exact binomial test, Bonferroni), the costliest first."""
    usual = sum(opinion.label == "negative" for opinion in opinions) / max(1, len(opinions))
    cells: dict[tuple[str, str, str], list[Opinion]] = defaultdict(list)
    for opinion in opinions:
        voice = voices[opinion.voice]
        cells[opinion.aspect, "shop", ""].append(opinion)
        for kind, of in (("product", voice.sku), ("category", voice.category)):
            if of:
                cells[opinion.aspect, kind, of].append(opinion)
    from scipy.special import bdtrc  # it takes a tenth of a second to import, scipy.stats a third

    found = []
    for (aspect, kind, of), own in cells.items():
        blaming = tuple(opinion.voice for opinion in sorted(own, key=lambda each: each.score) if opinion.label == "negative")
        if len(blaming) < LEAST_BLAMED or len(set(blaming)) * 1.0 / len(own) <= usual:
            continue
        if float(bdtrc(len(blaming) - 1, len(own), max(usual, 1e-9))) * len(cells) <= CHANCE:
            found.append(PainPoint(aspect, kind, of, len(blaming), len(own), usual, blaming))
    return sorted(found, key=lambda point: (-point.excess, point.aspect, point.of))
