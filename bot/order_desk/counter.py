"""The counter of the order desk: proposes what the wishes come to, and carries out what the customer has confirmed."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.errors import OrderSystemError
from bot.generation.brief import Line
from bot.order_desk.details import corrects_address, gives_address, names_payment
from bot.order_desk.filling import WITH_OPTIONS, read_into
from bot.order_desk.goods import LiveGoods
from bot.order_desk.items import mentions
from bot.order_desk.known import Known
from bot.order_desk.operations import KINDS, UNDO, effect
from bot.order_desk.policy import OperationKind, PolicyFile
from bot.order_desk.reading import names_operation
from bot.order_desk.rulings import ruling
from bot.order_desk.sensing import wants_else
from bot.order_desk.settling import Settled, settle
from bot.order_desk.state import DeskState, Proposal, Wish
from bot.order_desk.system import Command, OrderSystem, Result
from bot.order_desk.targets import means_order, refers_back
from bot.order_desk.telling import done, plan, said_once
from bot.order_desk.wishing import updated
from bot.order_desk.wording import kind_words
from bot.shop.catalogue import Catalogue
from bot.shop.orders import order_key
from bot.shop.records import Customer, Order
from bot.types import LanguageCode, Operation
from bot.understanding.confirmation import only_agrees
from bot.understanding.faults import FaultOf
from bot.understanding.wishes import Sense

logger = logging.getLogger(__name__)
PARAGRAPH = Line("")
MOST_ASKED = 2
_FOR_FAULTS: tuple[OperationKind, ...] = ("return", "exchange")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says, asks and remembers. ``proposed`` waits for a yes; ``outcome`` names what became of a proposal."""

    desk: DeskState
    lines: tuple[Line, ...] = ()
    asks: tuple[str, ...] = ()
    proposed: tuple[Operation, ...] = ()
    person: bool = False
    outcome: str | None = None


class Counter:
    """Decides by the policy alone, and writes only what the customer's yes has confirmed, through the order system."""

    def __init__(
        self, system: OrderSystem, policy: PolicyFile, catalogue: Catalogue, clock: Clock | None = None,
        sense: Sense | None = None, fault_of: FaultOf | None = None,
    ) -> None:  # fmt: skip
        """``sense`` tells what sentences mean that name no operation, ``fault_of`` what is said to be wrong with goods."""
        self._system, self._policy, self._goods = system, policy, LiveGoods(catalogue)
        self._sense, self._fault_of = sense, fault_of
        self._clock = clock or (lambda: datetime.now(UTC))

    def known(
        self, orders: Sequence[Order], customer: Customer | None, language: LanguageCode, written: Sequence[str] = ()
    ) -> Known:
        """What may be looked at for a proved customer who wrote these messages."""
        goods = self._goods.current()
        return Known(
            orders, customer, self._policy.current(), goods, language, self._clock(), written, self._sense, self._fault_of
        )

    def listen(
        self,
        text: str,
        desk: DeskState,
        known: Known,
        asked: Collection[str],
        about: str | None = None,
        shown: bool = False,
    ) -> Answer:
        """Reads one more message into the wishes and answers with the proposal or the questions that follow.

        ``about`` is the order that was spoken of last: the one that is meant where none is named; ``shown``: it was just
        told of, and is meant even where the wish fits another order better.
        """
        wishes = desk.wishes
        if desk.refused and not wishes and gives_address(text, desk.refused.kind):
            wishes, asked = (replace(desk.refused, items=(), payment=None),), (*asked, "address")
        elif desk.refused and not wishes and not names_operation(text) and not wants_else(text, desk.refused.kind, known):
            wishes = (replace(desk.refused, items=(), payment=None),)
        for told in (*desk.pending, text):
            wishes = updated(wishes, told, known, asked if told == text else ())
        shown = shown or (desk.refused is not None and not desk.wishes and refers_back(text))
        if spoken_of := known.order(about):
            wishes = tuple(
                read_into(replace(wish, order_id=spoken_of.order_id), "", known)
                if means_order(wish, spoken_of, text, known, shown)
                else wish
                for wish in wishes
            )
        if not wishes and any(map(known.tells_of_fault, (*desk.pending, text))):
            return self._which_way(replace(desk, pending=()), known.order(about), known)
        answer = self.propose(replace(desk, wishes=wishes, pending=()), known)
        if desk.proposal and answer.proposed and _stored(answer.proposed) == list(desk.proposal.operations):
            return replace(answer, lines=(Line.of("plan_unchanged"), PARAGRAPH, *answer.lines))
        return answer

    def _which_way(self, desk: DeskState, order: Order | None, known: Known) -> Answer:
        """Asks what a customer who told of a fault wants done, where the policy leaves a choice; else why there is none."""
        judged = {kind: ruling(kind, order, (), known) for kind in _FOR_FAULTS} if order else {}
        if not judged or any(one.verdict != "refused" for one in judged.values()):
            return Answer(desk, (Line.of("which_way"),), ("operation",))
        return Answer(desk, (*judged["return"].lines, Line.of("ask_person")), outcome="denied")

    def propose(self, desk: DeskState, known: Known) -> Answer:
        """All wishes at once, where nothing is missing; else at most two questions about the first that lacks something."""
        if not desk.wishes:
            return Answer(replace(desk, proposal=None), outcome="kept" if desk.proposal else None)
        settled = list(_one_after_another(desk, known))
        refused = said_once(line for one in settled for line in (*one.notes, *(one.lines if one.refused or one.person else ())))
        waiting = [one for one in settled if one.asks]
        person = any(one.person for one in settled)
        kept = tuple(one.wish for one in settled if not (one.refused or one.person))
        given_up = next((one.wish for one in settled if one.refused), None)
        desk = replace(desk, wishes=kept, proposal=None, refused=given_up)
        if waiting:
            asks = tuple(dict.fromkeys(slot for one in waiting[:1] for slot in one.asks))[:MOST_ASKED]
            return Answer(desk, (*refused, *waiting[0].lines), asks, person=person)
        ready = [one for one in settled if one.operation]
        if not ready:
            return Answer(desk, tuple(refused), person=person, outcome=None if person else "denied")
        plans = [plan(one, known) for one in ready]
        lines = [*refused]
        for told in plans:
            lines += [PARAGRAPH, *told] if lines else told
        operations = tuple(one.operation for one in ready if one.operation)
        stored = tuple({"name": one.name, "kwargs": dict(one.kwargs)} for one in operations)
        proposal = Proposal(secrets.token_urlsafe(12), stored, _digest(ready, known))
        return Answer(replace(desk, proposal=proposal), tuple(lines), ("confirmation",), operations, person)

    def unchanged(self, text: str, desk: DeskState, known: Known, surely: bool) -> bool:
        """Whether what a customer says beside their yes asks for nothing else than what was proposed.

        Beside an "ok", it must be of that: "ok, I will tell my wife" is no yes. ``surely``: the yes was outright.
        """
        proposal = desk.proposal
        if text and not (surely or only_agrees(text) or _speaks_of(desk.wishes, text, known)):
            return False
        again = self.propose(replace(desk, wishes=updated(desk.wishes, text, known)), known) if text else None
        return again is None or (proposal is not None and _stored(again.proposed) == list(proposal.operations))

    def carry_out(self, desk: DeskState, known: Known, conversation: str) -> Answer:
        """Does what was proposed, if it still comes to the same; else proposes what it comes to now."""
        proposal = desk.proposal
        assert proposal is not None
        if proposal.operations[0]["name"] == UNDO:
            return self._undone(desk, conversation)
        again = self.propose(desk, known)
        if again.desk.proposal is None or again.desk.proposal.digest != proposal.digest:
            return self._replayed(desk, conversation) or again
        lines: list[Line] = []
        undoable: list[dict[str, str]] = []
        unknown = False
        for number, stored in enumerate(proposal.operations):
            operation = Operation(stored["name"], stored["kwargs"])
            order = known.order(str(operation.kwargs.get("order_id", "")))
            key = f"{proposal.key}:{number}"
            result = self._applied(_command(key, operation, order, desk, conversation), first=number == 0)
            unknown = unknown or result.outcome == "unknown"
            lines += [PARAGRAPH] if lines else []
            lines += _told(result, operation, order, known)
            if result.outcome == "done":
                known = _after(operation, order, known)
                undoable += self._undoable(key, operation, known)
        outcome = "unknown" if unknown else "done"
        return Answer(replace(desk.idle(), done=tuple(undoable)), tuple(lines), person=unknown, outcome=outcome)

    def _applied(self, command: Command, first: bool) -> Result:
        """A failure after something was done already is told as such, and not as if nothing had been changed."""
        try:
            return self._system.apply(command)
        except OrderSystemError:
            if first:
                raise
            logger.exception("An operation failed after others of the same confirmation were done.")
            return Result("unknown")

    def offer_undo(self, desk: DeskState, known: Known) -> Answer:
        """Proposes to take the last change back, while the policy allows it."""
        now = self._clock().isoformat()
        open_ones = [one for one in desk.done if str(one["until"]) >= now]
        if not open_ones:
            return Answer(desk, (Line.of("deny_undo"),), outcome="denied")
        operations = tuple(Operation(UNDO, {"change": one["key"], "order_id": one["order_id"]}) for one in reversed(open_ones))
        what = ", ".join(dict.fromkeys(f"{one['order_id']} – {one['what']}" for one in open_ones))
        lines = (Line.of("plan_undo", what=what),)
        proposal = Proposal(secrets.token_urlsafe(12), tuple(_stored(operations)), "")
        return Answer(replace(desk, proposal=proposal, wishes=()), lines, ("confirmation",), operations)

    def _undone(self, desk: DeskState, conversation: str) -> Answer:
        assert desk.proposal is not None
        results = []
        for number, stored in enumerate(desk.proposal.operations):
            operation = Operation(stored["name"], stored["kwargs"])
            order = self._system.read(str(operation.kwargs["order_id"])) if operation.kwargs["order_id"] else None
            command = _command(f"{desk.proposal.key}:{number}", operation, order, desk, conversation)
            results.append(self._system.undo(str(operation.kwargs["change"]), command))
        failed = [one for one in results if one.outcome != "done"]
        line = Line(failed[0].phrase or "deny_undo", failed[0].values) if failed else Line.of("done_undo")
        return Answer(replace(desk.idle(), done=()), (line,), outcome="denied" if failed else "done")

    def _replayed(self, desk: DeskState, conversation: str) -> Answer | None:
        """The answer to a yes that was carried out already, but whose reply was lost: nothing is done twice."""
        assert desk.proposal is not None
        if not self._system.was_done(f"{desk.proposal.key}:0"):
            return None
        return Answer(desk.idle(), (Line.of("done_already"),), outcome="done")

    def _undoable(self, key: str, operation: Operation, known: Known) -> list[dict[str, str]]:
        kind = KINDS[operation.name]
        minutes = known.policy.rule(kind).undo_minutes
        if not minutes:
            return []
        until = (self._clock() + timedelta(minutes=minutes)).isoformat()
        order_id = str(operation.kwargs.get("order_id", ""))
        return [{"key": key, "until": until, "order_id": order_id, "what": kind_words(kind, known.language)}]


def _speaks_of(wishes: Sequence[Wish], text: str, known: Known) -> bool:
    """Whether words name an operation, an order, an item, or anything in figures, of the wishes that they may restate."""
    orders = [order for wish in wishes if (order := known.order(wish.order_id))]
    named = any(mentions(text, known.named(order)) for order in orders) or names_payment(text)
    return named or names_operation(text) or any(sign.isdigit() for sign in text) or corrects_address(text)


def _one_after_another(desk: DeskState, known: Known) -> Sequence[Settled]:
    """Each wish as it stands once those before it are done: how an order is to be paid counts for its other items, too.

    Another variant goes last: in some shops an order so changed is closed to every other change.
    """
    found = []
    paid = {wish.order_id: wish.payment for wish in desk.wishes if wish.kind == "change_payment"}
    for wish in sorted(desk.wishes, key=lambda one: one.kind == "change_items"):
        for_items = wish.kind in WITH_OPTIONS and wish.payment is None
        one = settle(replace(wish, payment=paid.get(wish.order_id)) if for_items else wish, known)
        found.append(one)
        if one.operation and one.effect:
            known = _with(known, one.effect.order, one.effect.customer)
    return found


def _after(operation: Operation, order: Order | None, known: Known) -> Known:
    made = effect(operation, order, known.customer, known.product_of)
    return _with(known, made.order, made.customer)


def _with(known: Known, order: Order | None, customer: Customer | None) -> Known:
    key = order_key(order.order_id) if order else None
    orders = [order if order is not None and order_key(one.order_id) == key else one for one in known.orders]
    return replace(known, orders=orders, customer=customer or known.customer)


def _told(result: Result, operation: Operation, order: Order | None, known: Known) -> list[Line]:
    if result.outcome == "done":
        return done(operation, order, effect(operation, order, known.customer, known.product_of), known)
    if result.outcome == "unknown":
        return [Line.of("unknown_outcome", order=order.order_id if order else "")]
    return [Line(result.phrase or "deny_overtaken", result.values)]


def _command(key: str, operation: Operation, order: Order | None, desk: DeskState, conversation: str) -> Command:
    owner = desk.customer or (order.customer_id if order else None)
    return Command(key, operation, order.order_id if order else None, owner, conversation, desk.proof)


def _stored(operations: Sequence[Operation]) -> list[dict[str, object]]:
    return [{"name": one.name, "kwargs": dict(one.kwargs)} for one in operations]


def _digest(ready: Sequence[Settled], known: Known) -> str:
    """Of everything that a proposal told, whatever the language: operations, money, and the terms of the policy."""
    told = [
        (one.operation.name, one.operation.kwargs, one.effect.moved, one.effect.difference, known.policy.rule(one.wish.kind))
        for one in ready
        if one.operation and one.effect
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:24]
