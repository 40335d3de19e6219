"""What a writer is given: one frozen brief per turn, the same for the built-in writer and for language models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from bot.settings.profile import ShopProfile
from bot.shop.comparison import ComparisonTable
from bot.shop.questions import Question
from bot.shop.ranking import Leader
from bot.types import (
    ActionName,
    Evidence,
    Handover,
    LanguageCode,
    Message,
    Operation,
    Product,
    PromptStamp,
    Understanding,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions of a message: its ``text``, how it reads alone, and which evidence answers it how surely.

    ``answered`` maps places in the brief's evidence to probabilities; while it is empty, the reply has to say so.
    """

    text: str
    question: str
    answered: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class SetPrice:
    """What a set of products costs together, in words: ``left`` of the budget, or how far it is ``over``.

    Of a budget that names two sums, or about one, neither is told.
    """

    total: str
    budget: str | None = None
    left: str | None = None
    over: str | None = None


@dataclass(frozen=True, slots=True)
class BillLine:
    """One product of a bill, all in words: ``each`` is the price of one, ``total`` that of ``quantity``."""

    title: str
    quantity: str
    each: str
    total: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What a cart comes to, in words. ``more``: products beyond ``lines``, which ``total`` counts too.

    ``left_out`` are titles of what cannot be bought now, ``unknown`` counts what is in no catalogue; neither is counted.
    ``delivery`` are the shop's own sentences on what delivery costs. Where these state a fee, or from which sum on there is
    none, ``fee`` and ``free_from`` are that, ``short`` is what is lacking, and ``in_all`` the whole. ``from_page``: it is the
    cart of the customer's page, and not what they chose in the chat.
    """

    lines: tuple[BillLine, ...]
    total: str
    more: int = 0
    left_out: tuple[str, ...] = ()
    unknown: int = 0
    from_page: bool = False
    delivery: tuple[str, ...] = ()
    free_from: str = ""
    short: str = ""
    fee: str = ""
    in_all: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say that code decided on: a set phrase with the values of its variables.

    ``sources`` are the ids of the evidence that it rests on, where neither an order nor a title among the values tells.
    """

    phrase: str
    values: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()

    @classmethod
    def of(cls, phrase: str, /, **values: str) -> Self:
        """The line with its values by name."""
        return cls(phrase, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a reply may rest on.

    ``evidence`` is numbered from 1 in its order: a writer cites the n-th as ``[n]``. ``products`` are the catalogue rows to
    present; each of them also stands in ``evidence``. ``asks`` names the slots to ask the customer for. ``note`` picks a
    set phrase where the action alone does not (``not_found``, ``locked``, ``relaxed``, an intent's name for small talk …).
    ``settled``: the evidence is known to answer, only its sentences are still to be picked.
    ``related`` are passages near the question that the reply does not rest on, for next questions; None: not looked for.
    ``leader`` answers which of the products is first in something. ``relaxed`` names, in the reply's language, the
    wishes given up because nothing met them all (note ``relaxed``), ``change`` the smallest change that helps, in figures.
    For the notes ``fits`` and ``fit_unlisted`` that is what the record lists. ``questions`` say more of what ``asks`` names.
    ``set_price``: the products are a set (note ``bundle``; ``bundle_over`` where none stays within the budget,
    ``bundle_cheapest`` where a cheaper one was asked for in vain, ``bundle_no_cheaper`` and ``bundle_no_other`` where another
    of one part was).
    ``bill`` is what the customer's cart comes to; the products of its lines stand first in the evidence, then
    the bill, then the passage on delivery.
    ``parts`` are the questions of a message that asks several.
    ``lines`` are what code decided to say in full, in their order: the order desk, and what no model is to word.
    ``care`` are next questions that the customer's own orders and talks support; they go first among the suggestions.
    ``announcement`` is the shop's own text, such as a campaign's, that stands below the reply as it is.
    ``beside`` answers what a message that looks for goods asks of the shop as well, or how long an order on its way takes; its
    evidence stands last in this one, too.
    ``lacking`` are things that a message wishes for beside others, and that the shop has none of by that name.
    ``cited_only``: the products were found, not spoken of, and are shown only where the reply rests on them.
    ``choice`` are the sizes or colours to choose from (note ``variants``). ``facts`` are what alone is asked of an order
    (:func:`bot.understanding.order_aspects.order_aspects`); all that is known of it where there are none. ``below`` is what
    code adds to an answer.
    """

    action: ActionName
    question: str
    language: LanguageCode
    understanding: Understanding
    shop: ShopProfile
    history: tuple[Message, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    products: tuple[Product, ...] = ()
    reasons: tuple[str, ...] = ()
    table: ComparisonTable | None = None
    asks: tuple[str, ...] = ()
    note: str | None = None
    handover: Handover | None = None
    proposed_change: tuple[Operation, ...] | None = None
    abstained: bool = False
    related: tuple[Evidence, ...] | None = None
    settled: bool = False
    relaxed: tuple[str, ...] = ()
    leader: Leader | None = None
    parts: tuple[Part, ...] = ()
    change: str | None = None
    questions: tuple[Question, ...] = ()
    set_price: SetPrice | None = None
    bill: Bill | None = None
    lines: tuple[Line, ...] = ()
    announcement: str | None = None
    care: tuple[Line, ...] = ()
    beside: Brief | None = None
    choice: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    cited_only: bool = False
    facts: tuple[str, ...] = ()
    below: tuple[Line, ...] = ()


class Writer(Protocol):
    """Turns a brief into the reply's text, as a stream of pieces with ``[n]`` citations."""

    @property
    def name(self) -> str:
        """``builtin``, or the model's name: what the reply's ``writer`` says."""
        ...

    def write(self, brief: Brief) -> Iterator[str]:
        """Yields the text piece by piece. Raises :class:`bot.errors.ModelError` when a model fails or is too slow."""
        ...

    def prompt(self, brief: Brief) -> PromptStamp | None:
        """The prompt that ``write`` uses for this brief, or None."""
        ...
