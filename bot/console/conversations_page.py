"""The console's list of conversations, and one of them with what led to each reply."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, get_args

from bot.console.listing import in_short, listing
from bot.console.operator import LANGUAGES, Operator, showings, texts_of
from bot.console.rendering import text_html
from bot.console.toolkit import gr
from bot.conversation_tests.folder import TestFolder
from bot.conversation_tests.writing import as_test
from bot.store.conversation_search import Found, Rating
from bot.store.corrections import SENTIMENTS, Corrected
from bot.store.users import User
from bot.takeover.words import event_words
from bot.types import IntentName

PAGE, LONGEST = 50, 120
MOST_EVENTS = 10_000
LOOK_S = 15.0
"""How often the page looks whether somebody waits for a person."""
FILTERS = ("language", "intent", "outcome", "sentiment", "rating")
Rows = list[list[Any]]


def conversations_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, search = operator.texts, operator.shopdesk.admin.conversations
    names = texts_of(operator.language, "names")

    def listed(*given: Any) -> tuple[Any, ...]:
        text, *chosen, pages = given
        wanted: dict[str, Any] = dict(zip(FILTERS, (each or None for each in chosen), strict=True))
        found = search.find(text, limit=PAGE * pages + 1, **wanted)
        shown = found[: PAGE * pages]
        ids = [one.id for one in shown]
        return (
            [_row(one, operator) for one in shown],
            ids,
            gr.Button(visible=len(found) > len(shown)),
            _note(texts, bool(shown)),
        )

    def anew(*given: Any) -> tuple[Any, ...]:
        return (*listed(*given, 1), 1)

    def more(*given: Any) -> tuple[Any, ...]:
        *filters, pages = given
        return (*listed(*filters, pages + 1), pages + 1)

    def opened(ids: Sequence[str], event: gr.SelectData) -> tuple[Any, ...]:
        place = int(event.index[0]) if isinstance(event.index, list | tuple) else int(event.index)
        if place >= len(ids):
            hidden = gr.Button(visible=False)
            return _note(texts, True), "", hidden, hidden, gr.Row(visible=False), gr.Dropdown()
        turns = [turn["turn"] for turn in search.whole(ids[place])]
        shown = gr.Dropdown(turns, value=turns[-1] if turns else None)
        free = gr.Button(visible=operator.shopdesk.handovers.current(ids[place]) is None)
        return whole(operator, ids[place]), ids[place], gr.Button(visible=True), free, gr.Row(visible=True), shown

    def corrected(conversation: str, turn: int | None, intent: str, sentiment: str, request: gr.Request) -> str:
        correct(operator, conversation, turn, intent or None, sentiment or None, operator.user(request, "editor"))
        return whole(operator, conversation)

    def stepped_in(conversation: str, request: gr.Request) -> tuple[str, gr.Button]:
        step_in(operator, conversation, operator.user(request))
        return whole(operator, conversation), gr.Button(visible=False)

    def made_test(conversation: str, request: gr.Request) -> None:
        _make_test(operator, conversation, operator.user(request, "editor"))

    waiting = _waiting(operator, console)
    with gr.Row(elem_classes="filters"):
        text = gr.Textbox("", label=texts["search"], placeholder=texts["search_hint"], scale=3, min_width=240)
        choices = [_choice(texts, name, offered) for name, offered in _offered(texts, names).items()]
    ids, pages, chosen = gr.State([]), gr.State(1), gr.State("")
    widths = {"began": 15, "language": 10, "question": 42, "turns": 9, "result": 14, "customer": 10}
    table = listing(texts, widths, height=420)
    further = gr.Button(texts["more"], visible=False)
    with gr.Row():
        test = gr.Button(texts["make_test"], visible=False)
        take = gr.Button(texts["step_in"], visible=False)
    one = gr.HTML(_note(texts, True))
    with gr.Row(visible=False) as correction:
        turn = gr.Dropdown([], label=texts["turn"], scale=1)
        right_intents = [(names.get(name, name), name) for name in sorted(operator.shopdesk.admin.labels.names)]
        intent_is = gr.Dropdown([(texts["as_understood"], ""), *right_intents], value="", label=texts["right_intent"])
        feelings = [(texts["as_understood"], ""), *((texts[f"feels_{name}"], name) for name in SENTIMENTS)]
        feels = gr.Dropdown(feelings, value="", label=texts["right_sentiment"])
        save = gr.Button(texts["correct"], scale=0)
    outputs = [table, ids, further, one, pages]
    filters = [text, *choices]
    settings: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    for trigger in (*showings(console, waiting), text.submit, *(choice.change for choice in choices)):
        trigger(anew, filters, outputs, **settings)
    further.click(more, [*filters, pages], outputs, **settings)
    table.select(opened, ids, [one, chosen, test, take, correction, turn], **settings)
    save.click(corrected, [chosen, turn, intent_is, feels], one, **settings)
    test.click(made_test, chosen, None, **settings)
    take.click(stepped_in, chosen, [one, take], **settings)


def _waiting(operator: Operator, console: gr.Blocks) -> gr.Markdown:
    """How many customers wait for a person, which the page goes on looking at."""

    def told() -> str:
        n = operator.shopdesk.admin.conversations.waiting()
        return operator.texts["waiting_now"].format(n=n) if n else ""

    waiting = gr.Markdown()
    for look in (*showings(console, waiting), gr.Timer(LOOK_S).tick):
        look(told, None, waiting, api_visibility="private", show_progress="hidden")
    return waiting


def _offered(texts: Mapping[str, str], names: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, in words."""
    return {
        "language": [(name, code) for code, name in LANGUAGES.items()],
        "intent": [(names[name], name) for name in get_args(IntentName)],
        "outcome": [(texts[name], name) for name in ("waiting", "handed_over", "unanswered")],
        "sentiment": [(texts[f"feels_{name}"], name) for name in SENTIMENTS],
        "rating": [(texts[name], name) for name in get_args(Rating)],
    }


def _choice(texts: Mapping[str, str], name: str, offered: list[tuple[str, str]]) -> gr.Dropdown:
    label = texts["understood" if name == "intent" else name]
    return gr.Dropdown([(texts["any"], ""), *offered], value="", label=label[:1].upper() + label[1:], min_width=130)


def step_in(operator: Operator, conversation: str, user: User) -> None:
    """Calls for a person in a conversation in which nobody asked for one: its page has the link to take it over then."""
    with operator.refusals():
        operator.shopdesk.handovers.request(conversation, "step_in")
    operator.record(user, "handover requested", conversation=conversation)
    gr.Info(operator.texts["stepped_in"])


def correct(
    operator: Operator, conversation: str, turn: int | None, intent: str | None, sentiment: str | None, user: User
) -> None:
    """Notes the right intent and sentiment of a turn, to be learned from; nothing at all takes back what was noted."""
    labels = operator.shopdesk.admin.labels
    with operator.refusals():
        labels.corrections.correct(conversation, int(turn or 0), intent, sentiment, user.name, labels.names)
    operator.record(user, "labels corrected", conversation=conversation, turn=turn, intent=intent, sentiment=sentiment)
    gr.Info(operator.texts["corrected_now"])


def _make_test(operator: Operator, conversation: str, user: User) -> None:
    """Writes the conversation into the owner's tests, without personal data."""
    admin = operator.shopdesk.admin
    turns = admin.conversations.whole(conversation)
    name = f"{operator.minute(turns[0]['at'])[:10]}-{re.sub(r'[^A-Za-z0-9]', '', conversation)[:8]}.yaml"
    with operator.refusals():
        text = as_test(turns[0]["text"][:80], turns, admin.conversations.names(conversation))
        TestFolder(operator.shopdesk.settings.data).write(name, text)
    operator.record(user, "test made", file=name, conversation=conversation)
    gr.Info(operator.texts["made_test"].format(name=name))


def whole(operator: Operator, conversation: str) -> str:
    """A conversation as HTML: both sides, and below each reply how it came about."""
    texts, shopdesk = operator.texts, operator.shopdesk
    turns = shopdesk.admin.conversations.whole(conversation)
    handover = shopdesk.handovers.current(conversation)
    parts = [f'<p class="id"><code>{escape(conversation)}</code></p>']
    if handover is not None and handover.released_at is None:
        url = escape(shopdesk.links.path(handover))
        parts.append(f'<p><a class="take" href="{url}" target="_blank" rel="noopener">{escape(texts["take_over"])}</a></p>')
    if handover is not None and handover.email:
        left = texts["pair"].format(name=texts["email_left"], value=handover.email)
        parts.append(f'<p class="event">{escape(left)}</p>')
    corrected = shopdesk.admin.labels.corrections.of(conversation)
    said = _by_turn(operator, conversation)
    parts += said.pop(0, [])
    for turn in turns:
        parts += [_turn(turn, corrected.get(turn["turn"]), operator), *said.pop(turn["turn"], [])]
    return f'<div class="conversation">{"".join(parts)}</div>'


def _by_turn(operator: Operator, conversation: str) -> dict[int, list[str]]:
    """What persons of the shop said and did, as HTML, by the turn after which it was."""
    told: dict[int, list[str]] = {}
    for event in operator.shopdesk.handovers.events(conversation, limit=MOST_EVENTS):
        if event.kind == "agent_message":
            who = f'<p class="who">{escape(event.name or "")} · {operator.minute(event.at)}</p>'
            told.setdefault(event.turn, []).append(
                f'<section>{who}<div class="agent">{escape(event.text or "")}</div></section>'
            )
        elif event.kind != "turn":
            line = f"{event_words(event, operator.language)} · {operator.minute(event.at)}"
            told.setdefault(event.turn, []).append(f'<p class="event">{escape(line)}</p>')
    return told


def _named(name: str | None, names: Mapping[str, str]) -> str:
    """The page's word for it; names that the owner gave, and those of reasons of old, stand as they are."""
    return names.get(name or "", name or "")


def _turn(turn: Mapping[str, Any], corrected: Corrected | None, operator: Operator) -> str:
    reply, texts, names = turn["reply"], operator.texts, texts_of(operator.language, "names")

    def pair(name: str, value: str) -> str:
        return texts["pair"].format(name=texts[name], value=value)

    def aside(words: str) -> str:
        return texts["aside"].format(words=words)

    facts = [
        pair("understood", _named(reply["intent"]["name"], names) + aside(f"{reply['intent']['confidence']:.0%}")),
        pair("action", names[reply["action"]]),
        pair("sentiment", texts["feels_" + reply["sentiment"]["label"]]),
        pair("time", texts["milliseconds"].format(n=f"{turn['timings_ms'].get('total', 0):.0f}")),
        _named(reply["writer"], names),
        *([texts[f"declined_{turn['declined']}"]] if turn["declined"] else []),
    ]
    if corrected is not None:
        felt = corrected.sentiment and texts[f"feels_{corrected.sentiment}"]
        right = texts["comma"].join(label for label in (_named(corrected.intent, names), felt) if label)
        facts.append(pair("corrected", right + aside(corrected.by)))
    if turn["rating"]:
        reason = aside(_named(turn["reason"], names)) if turn["reason"] else ""
        facts.append(pair("rating", texts[turn["rating"]] + reason))
    sources = "".join(
        f"<li>[{cited['n']}] {escape(cited['source'])}: {escape(cited['quote'][:300])}</li>" for cited in reply["citations"]
    )
    asked = (
        f'<section><p class="who">{escape(texts["customer_said"])} · {operator.minute(turn["at"])}</p>'
        f'<div class="customer">{escape(turn["text"])}</div>'
    )
    if reply["writer"] == "agent":  # left to the person, whose words follow
        return f"{asked}</section>"
    return (
        f'{asked}<p class="who">{escape(texts["assistant_said"])}</p><div class="assistant">{text_html(reply["text"])}</div>'
        f"<details><summary>{escape(' · '.join(facts))}</summary><ul>{sources}</ul></details></section>"
    )


def _row(found: Found, operator: Operator) -> list[Any]:
    texts = operator.texts
    results = [
        *([_person(found, texts)] if found.handed_over else []),
        *([texts["unanswered"]] if found.unanswered else []),
        *([texts["rated_down"]] if "down" in found.ratings else []),
    ]
    question = in_short(found.question, LONGEST)
    return [
        operator.minute(found.began_at),
        LANGUAGES.get(found.language, found.language),
        question,
        found.turns,
        texts["comma"].join(results),
        found.customer or "",
    ]


def _person(found: Found, texts: Mapping[str, str]) -> str:
    """Who has the conversation, whether somebody should, or that somebody was called once."""
    if found.agent is not None:
        return texts["with_agent"].format(name=found.agent)
    return texts["waiting" if found.waiting else "handed_over"]


def _note(texts: Mapping[str, str], any_found: bool) -> str:
    return f'<p class="note">{escape(texts["pick"])}</p>' if any_found else ""
