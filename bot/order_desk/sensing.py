"""Gives sentences that name no operation the one that they mean, as far as the model and the customer's own goods tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.order_desk.details import address_in, without_address
from bot.order_desk.filling import WITH_ITEMS
from bot.order_desk.items import is_name, mentions
from bot.order_desk.known import OTHER_KIND, Known
from bot.order_desk.operation_words import of_default_address
from bot.order_desk.options import asked_options
from bot.order_desk.owning import pays
from bot.order_desk.policy import OperationKind
from bot.order_desk.reading import Clause, clauses
from bot.text.phrases import tokenise
from bot.types import Sensed

SURE, RATHER, ANSWERING, OF_OWN_GOODS, ONLY_ONE = 0.5, 0.8, 0.9, 0.1, 0.2
"""How likely a wish must be: by itself; against a word that speaks for another, or to part a sentence; in an answer to a
question; for other options of goods that the customer has; as the only one of a message."""
MOST_WORDS_OF_ANSWER, FEWEST_WORDS_OF_PART = 8, 4
_KINDS: dict[str, OperationKind] = {
    "cancel": "cancel", "return": "return", "other": "change_items", "address": "change_address", "payment": "change_payment"
}  # fmt: skip
_OF_WHOLE_ORDERS = frozenset({"cancel", "change_address", "change_payment"})
_BESIDE = frozenset({"change_items", "change_address", "change_payment"})
_KEEPS = re.compile(
    r"(?<!not )(?<!n't )(?<!be )\b(?:keep(?:ing)?|leave)\b"
    r"|\b(?:everything else|the rest|the others?|all else)\b[^.,;!?]{0,16}\bstays?\b|保留|留着|不要动|不用动",
    re.IGNORECASE,
)
_WHICH_ORDER = re.compile(
    r"^\W*(?:it|that|this|they|those|both|all)(?:'s| is|'re| are| was| were) (?:all |both )?(?:(?:in|from|part of|with) )?"
    r"(?:the|my|an|that) (?:[\w-]+ ){0,3}(?:order|parcel|package|delivery|one)\b[^,;!?]*$"
    r"|^(?:就?是|都?在).{0,16}(?:订单|单|里面?|那笔)[。！]?$",
    re.IGNORECASE,
)
"""Only tells which order is meant."""
_PARTS = re.compile(r"(\s*[,;，；]\s*(?:and |also |but )*|\s+and\s+)", re.IGNORECASE)
_OF_MONEY = re.compile(r"\bmoney\b|\bdifference\b|\bextra\b|\brefund|\brest\b|差价|退款|退到|退回|补", re.IGNORECASE)


def with_meaning(parts: Sequence[Clause], known: Known, asked: Collection[str] = ()) -> list[Clause]:
    """The clauses, with a kind for those that mean an operation without naming it; short answers to a question stay.

    Where a message has no other wish, a sentence that is hardly likelier than its neighbours is one. A complaint of goods is
    no wish for others where the message says what is to be done.
    """
    if known.sense is None or (asked and _is_short(parts)):
        return list(parts)
    surely = ANSWERING if asked else SURE
    told = [(clause, part) for clause in parts for part in _meant(clause, known, surely)]
    named = [clause.kind for clause in parts if clause.kind]
    found = _paid_anew(_gathered([_fitted(clause, part, named, told, known) for clause, part in told], known))
    return found if asked or any(clause.kind for clause in found) else _likeliest(found, known)


def _paid_anew(found: Sequence[Clause]) -> list[Clause]:
    """The clauses of a message about nothing but where an order goes, with how that is to be paid as a wish of its own."""
    if {clause.kind for clause in found if clause.kind} != {"change_address"}:
        return list(found)
    paying = [clause for clause in found if not clause.dropped and pays(clause.text)]
    return [*found, *(replace(clause, text=without_address(clause.text), kind="change_payment") for clause in paying)]


def wants_else(text: str, kind: OperationKind, known: Known) -> bool:
    """Whether ``text`` means an operation of another kind than ``kind``."""
    kinds = {clause.kind for clause in with_meaning(clauses(text), known)} - {None}
    return bool(kinds - {kind, OTHER_KIND.get(kind)})


def _is_short(parts: Sequence[Clause]) -> bool:
    return len(tokenise(" ".join(part.text for part in parts))) <= MOST_WORDS_OF_ANSWER


def _meant(clause: Clause, known: Known, surely: float) -> list[Clause]:
    """The clause with what it means, in two or more where its parts mean different things."""
    assert known.sense is not None
    pieces, kinds = _pieces(clause.text, known)
    if clause.kind == "change_items" and not clause.dropped and len(set(kinds) - {None}) < 2:
        sensed = known.sense(clause.text)
        kind = _kind(sensed)
        return [replace(clause, kind=kind) if kind and sensed.probability >= RATHER else clause]
    if clause.kind is not None:
        if clause.kind not in _OF_WHOLE_ORDERS or clause.dropped:
            return [clause]
        parts = _led(clause, pieces, kinds, known)
        return [*parts[:-1], *_with_variant(_with_other_parts(parts[-1], *_pieces(parts[-1].text, known)), known)]
    if len(set(kinds) - {None}) < 2:
        return [replace(clause, kind=_wish(clause.text, known, surely))]
    return _joined(clause, pieces, kinds, known)


def _pieces(text: str, known: Known) -> tuple[list[str], list[OperationKind | None]]:
    """The parts of a sentence with what stands between them, and what each part surely means."""
    pieces = _PARTS.split(text)
    return pieces, [_clear(piece, known) for piece in pieces[::2]]


def _led(clause: Clause, pieces: Sequence[str], kinds: Sequence[OperationKind | None], known: Known) -> list[Clause]:
    """A clause about a whole order after what is wished, without a word for it, before it is named."""
    at = next((place for place, piece in enumerate(pieces[::2]) if any(one.kind for one in clauses(piece))), 0)
    lead = "".join(pieces[: max(0, 2 * at - 1)])
    kind = next((one for one in kinds[:at] if one in _BESIDE and one != clause.kind), None)
    if kind is None and lead and _asks_for_another(without_address(lead), known, named=True):
        kind = "change_items"
    if kind is None:
        return [clause]
    return [replace(clause, text=lead, kind=kind), replace(clause, text="".join(pieces[2 * at :]))]


def _with_other_parts(clause: Clause, pieces: Sequence[str], kinds: Sequence[OperationKind | None]) -> list[Clause]:
    """A clause about a whole order, and what else is said of it in one breath."""
    first = next((place for place, kind in enumerate(kinds) if place and kind in _BESIDE and kind != clause.kind), None)
    rest = "" if first is None else "".join(pieces[2 * first :])
    if first is None or any(one.kind for one in clauses(rest)):
        return [clause]
    return [replace(clause, text="".join(pieces[: 2 * first - 1])), replace(clause, text=rest, kind=kinds[first])]


def _with_variant(parts: Sequence[Clause], known: Known) -> list[Clause]:
    """The clauses, before one about where an order goes or how it is paid another, if that says how an item of it should be."""
    found = []
    for part in parts:
        rest = without_address(part.text)
        if part.kind in ("change_address", "change_payment") and _asks_for_another(rest, known, named=True):
            found.append(replace(part, text=rest, kind="change_items"))
        found.append(part)
    return found


def _stands_alone(text: str, kind: OperationKind | None, known: Known) -> bool:
    """Whether a part of a sentence can be a wish of its own: one about goods names them."""
    return kind not in WITH_ITEMS or _names_own(text, known)


def _joined(clause: Clause, pieces: Sequence[str], kinds: Sequence[OperationKind | None], known: Known) -> list[Clause]:
    """Pieces that mean different operations as clauses; one that means none belongs to the one before it.

    Every other of ``pieces`` is what stands between the two beside it.
    """
    found = [replace(clause, text=pieces[0], kind=kinds[0])]
    for between, piece, kind in zip(pieces[1::2], pieces[2::2], kinds[1:], strict=True):
        last = found[-1]
        if kind in (None, last.kind) or last.kind is None or not _stands_alone(piece, kind, known):
            found[-1] = replace(last, text=f"{last.text}{between}{piece}", kind=last.kind or kind)
        else:
            found.append(replace(clause, text=piece, kind=kind))
    return found


def _clear(text: str, known: Known) -> OperationKind | None:
    assert known.sense is not None
    if len(tokenise(text)) < FEWEST_WORDS_OF_PART:
        return None
    sensed = known.sense(text)
    return _kind(sensed) if sensed.probability >= RATHER else None


def _wish(text: str, known: Known, surely: float) -> OperationKind | None:
    """The operation that one sentence means, if it means one surely enough."""
    assert known.sense is not None
    sensed = known.sense(text)
    kind = _kind(sensed)
    if address_in(text, structured=True):
        return "change_default_address" if of_default_address(text) else "change_address"
    if kind is None or _KEEPS.search(text) or _WHICH_ORDER.search(text):
        return None
    if sensed.probability >= surely:
        return kind
    pieces = [known.sense(piece) for piece in (text, *_PARTS.split(text)[::2]) if len(tokenise(piece)) >= FEWEST_WORDS_OF_PART]
    likely = max((one.probability for one in pieces if one.wish == "other"), default=0)
    return "change_items" if surely == SURE and likely >= OF_OWN_GOODS and _asks_for_another(text, known, named=True) else None


def _kind(sensed: Sensed) -> OperationKind | None:
    kind = _KINDS[sensed.wish]
    if kind == "change_payment" and _OF_MONEY.search(sensed.text):
        return None
    return "change_default_address" if kind == "change_address" and of_default_address(sensed.text) else kind


def _fitted(
    clause: Clause,
    part: Clause,
    named: Sequence[OperationKind | None],
    told: Sequence[tuple[Clause, Clause]],
    known: Known,
) -> Clause:
    """A sensed wish for another variant as the message's own words have it: an exchange where they speak of one."""
    if clause.kind is None and part.kind == "return" and _put_otherwise(part, told, known):
        return replace(part, kind=None)
    if clause.kind is not None or part.kind != "change_items":
        return part
    if any(other.kind == "return" and _skus(part.text, known) & _skus(other.text, known) for other, _ in told):
        return replace(part, kind=None)
    others = [other.kind for _, other in told if other.kind not in (None, "change_items", "exchange")]
    if (others or named) and not _asks_for_another(part.text, known):
        return replace(part, kind=None)
    return replace(part, kind="exchange") if "exchange" in named else part


def _put_otherwise(part: Clause, told: Sequence[tuple[Clause, Clause]], known: Known) -> bool:
    """Whether a dislike of an item, which sounds like a return, is followed by how the item should be."""
    later = [other.text for _, other in told if other.kind in ("change_items", "exchange") and other is not part]
    return any(_skus(part.text, known) & _skus(text, known) for text in later)


def _skus(text: str, known: Known) -> set[str]:
    return {
        sku for order in known.able("change_items") for mention in mentions(text, known.named(order)) for sku in mention.skus
    }


def _gathered(found: Sequence[Clause], known: Known) -> list[Clause]:
    """The clauses, a sentence that names an item together with the next one that says how it should be: "It's dim. White?"."""
    kept: list[Clause] = []
    for clause in found:
        before = kept[-1] if kept else None
        if before is not None and before.kind is not None and clause.kind is None and _WHICH_ORDER.search(clause.text):
            kept[-1] = replace(before, text=f"{before.text} {clause.text}")
            continue
        if (
            before is not None
            and before.kind is None
            and clause.kind in (None, "change_items", "exchange")
            and not clause.dropped
        ):
            both = replace(clause, text=f"{before.text} {clause.text}", kind=clause.kind or "change_items")
            if _names_own(before.text, known) and not _called(clause.text, known) and _completes(clause, both, known):
                kept[-1] = both
                continue
        kept.append(clause)
    return kept


def _completes(clause: Clause, both: Clause, known: Known) -> bool:
    """Whether a sentence says how the item of the one before it should be."""
    assert known.sense is not None
    if not _asks_for_another(both.text, known, named=True):
        return False
    likely = [one.probability for one in (known.sense(clause.text), known.sense(both.text)) if one.wish == "other"]
    return clause.kind is not None or _is_short([clause]) or max(likely, default=0) >= OF_OWN_GOODS


def _names_own(text: str, known: Known) -> bool:
    return bool(_skus(text, known))


def _called(text: str, known: Known) -> bool:
    """Whether ``text`` calls an item by its name; "the green one" does not."""
    orders = known.able("change_items")
    return any(
        is_name(text[one.start : one.end], known.named(order)) for order in orders for one in mentions(text, known.named(order))
    )


def _asks_for_another(text: str, known: Known, named: bool = False) -> bool:
    """Whether ``text`` asks for options that an item of the customer's has not, or for a new one; ``named``: that it names."""
    for order in known.able("change_items"):
        own = known.named(order)
        skus = [sku for mention in mentions(text, own) for sku in mention.skus] if named else [one.item.sku for one in own]
        for item in filter(None, (known.item(order, sku) for sku in skus)):
            asked = asked_options(text, item.options, known.family(item.sku))
            if asked.wanted or asked.prefer:
                return True
    return False


def _likeliest(found: Sequence[Clause], known: Known) -> list[Clause]:
    """The clauses of a message without any wish; the likeliest sentence as one.

    Else all together, where they tell how goods of the customer's should be.
    """
    assert known.sense is not None
    tells = [(one, place) for place, one in enumerate(found) if not (_KEEPS.search(one.text) or _WHICH_ORDER.search(one.text))]
    likely = [(known.sense(one.text), place) for one, place in tells]
    best = max(likely, key=lambda one: one[0].probability, default=None)
    if best is None or best[0].probability < ONLY_ONE:
        whole = " ".join(one.text for one, _ in tells)
        return [Clause(whole, "change_items")] if _asks_for_another(whole, known, named=True) else list(found)
    return [replace(one, kind=_kind(best[0])) if place == best[1] else one for place, one in enumerate(found)]
