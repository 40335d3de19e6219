"""The console's page of messages to customers: the rules, who would be written to and why not, what was sent and brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, get_args

from bot.console.editing import change_settings, stamp_of
from bot.console.listing import listing
from bot.console.operator import Operator, showings
from bot.console.toolkit import gr
from bot.marketing.outbox.outbox import Fate, State
from bot.marketing.outbox.rules import RULES
from bot.settings import FILE, Settings

VALUES = ("outbox_auto", "outbox_holdout", "outbox_cap", "outbox_cap_days", "quiet_hours", "time_zone")
_FATES = get_args(Fate)
"""What becomes of an occasion, a message first."""
Rows = list[list[Any]]


class OutboxPage:
    """What the page's lists and buttons do."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk

    def settings(self) -> tuple[Any, ...]:
        """The rules in use, the other values, the stamp of their file, and by what messages go."""
        settings = self._shopdesk.settings
        values = ["" if (value := getattr(settings, name)) is None else value for name in VALUES]
        return list(settings.occasions), *values, stamp_of(settings.data, FILE), self._ways(settings)

    def save(self, request: gr.Request, stamp: str, rules: Sequence[str], *given: Any) -> tuple[Any, ...]:
        """Keeps the rules and their values, which count from the next message on."""
        user, settings = self._operator.user(request, "owner"), self._shopdesk.settings
        if not rules:
            raise self._operator.refusal(self._texts["no_rule"])
        chosen = dict(zip(VALUES, given, strict=True))
        chosen["outbox_cap"] = int(chosen["outbox_cap"] or 0)
        chosen["time_zone"] = (chosen["time_zone"] or "").strip() or None
        values = {name: value for name, value in chosen.items() if value != getattr(settings, name)}
        if set(rules) != set(settings.occasions):
            values["outbox_rules"] = None if len(rules) == len(RULES) else ", ".join(name for name in RULES if name in rules)
        with self._operator.refusals():
            change_settings(settings, values, stamp)
        if values:
            self._operator.record(user, "settings saved", changed=values)
        gr.Info(self._texts["saved"])
        return self.settings()

    def preview(self) -> tuple[str, Rows, list[str]]:
        """Whom there would be to write to now, who would not be and why; nothing is kept."""
        with self._operator.refusals():
            found = sorted(self._shopdesk.promotion.outbox.prepare(dry=True), key=lambda one: _FATES.index(one.fate))
        texts = self._texts
        rows = [[texts[one.rule], one.customer, texts[one.fate], self._named(one.channel), one.subject] for one in found]
        told = self._counted(Counter(texts[one.fate] for one in found)) or texts["nobody"]
        return f"{told} {self._quiet()}".strip(), rows, [one.body for one in found]

    def opened(self, bodies: Sequence[str], event: gr.SelectData) -> str:
        """What the message chosen says."""
        body = bodies[int(event.index[0])]
        return f'<div class="difference"><p>{escape(body or self._texts["no_message"])}</p></div>'

    def send(self, state: State | None, request: gr.Request) -> tuple[Any, ...]:
        """Prepares and sends what is due."""
        user, outbox = self._operator.user(request, "editor"), self._shopdesk.promotion.outbox
        with self._operator.refusals():
            prepared = Counter(one.fate for one in outbox.prepare())["prepared"]
            sent = outbox.send()
        self._operator.record(user, "outbox sent", prepared=prepared, **sent)
        counted = Counter({self._texts[name]: number for name, number in sent.items()})
        told = self._counted(counted) or self._texts["nothing_sent"]
        return f"{told} {self._quiet()}".strip(), *self.listed(state)

    def listed(self, state: State | None) -> tuple[Rows, list[str], Rows]:
        """The messages with their states, what they say, and what they brought."""
        texts, promotion = self._texts, self._shopdesk.promotion
        found = promotion.outbox.messages(state or None)
        rows = [
            [
                self._operator.minute(datetime.fromisoformat(one["created_at"])), texts[one["state"]], texts[one["rule"]],
                one["customer_id"], self._named(one["channel"]), one["subject"],
                texts.get(one["last_error"] or "", one["last_error"] or ""),
            ]
            for one in found
        ]  # fmt: skip
        results = [
            [
                texts[one.rule], one.messages, one.held_out, _share(one.ordered), _share(one.ordered_held_out),
                texts["too_little"] if one.low is None or one.high is None else f"{one.low:+.1%} … {one.high:+.1%}",
                one.unsubscribed,
            ]
            for one in promotion.outbox_results()
        ]  # fmt: skip
        return rows, [one["body"] for one in found], results

    def _ways(self, settings: Settings) -> str:
        ways = {
            "email": settings.smtp_host and settings.smtp_from,
            "sms": settings.sms_url,
            "webhook": settings.customer_webhook_url,
        }
        known = [self._texts[name] for name, there in ways.items() if there]
        return self._texts["ways"].format(ways=self._texts["comma"].join(known)) if known else self._texts["no_way"]

    def _quiet(self) -> str:
        outbox, hours = self._shopdesk.promotion.outbox, self._shopdesk.settings.quiet_hours
        return self._texts["quiet"].format(hours=hours) if outbox.quiet(datetime.now(UTC)) else ""

    def _named(self, channel: str) -> str:
        return self._texts[channel] if channel else ""

    def _counted(self, counts: Mapping[str, int]) -> str:
        told = [self._texts["pair"].format(name=name, value=number) for name, number in counts.items()]
        return self._texts["counted"].format(counts=self._texts["comma"].join(told)) * bool(counts)


def outbox_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, OutboxPage(operator)
    intro = gr.Markdown(texts["intro"])
    fields, ways, save = _fields(operator)
    stamp, planned, bodies = gr.State(""), gr.State([]), gr.State([])
    with gr.Row():
        preview, send = gr.Button(texts["preview"]), gr.Button(texts["send"], variant="primary")
    told = gr.Markdown()
    found = listing(texts, {"rule": 20, "customer": 14, "fate": 24, "channel": 10, "subject": 32}, "empty_preview")
    body = gr.HTML()
    states = [(texts["all"], ""), *((texts[name], name) for name in get_args(State))]
    state = gr.Dropdown(states, value="", label=texts["messages"])
    widths = {"at": 14, "state": 11, "rule": 15, "customer": 11, "channel": 9, "subject": 22, "why": 18}
    kept = listing(texts, widths, "empty_messages")
    said = gr.HTML()
    gr.Markdown(f"### {texts['results']}\n{texts['results_hint']}")
    widths = {"rule": 20, "written": 12, "held": 14, "ordered": 14, "ordered_held": 14, "difference": 14, "left": 12}
    brought = listing(texts, widths, "empty_results")
    shown, lists = [*fields, stamp, ways], [kept, bodies, brought]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    console.load(desk.settings, None, shown, **private)
    for trigger in (*showings(console, intro), state.input):
        trigger(desk.listed, state, lists, **private)
    save.click(desk.save, [stamp, *fields], shown, **private)
    waiting: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal", "show_progress_on": told}
    preview.click(desk.preview, None, [told, found, planned], **waiting)
    sent = send.click(desk.send, state, [told, *lists], **waiting)
    sent.success(lambda: ([], [], ""), None, [found, planned, body], **private)  # what was previewed is done
    found.select(desk.opened, planned, body, **private)
    kept.select(desk.opened, bodies, said, **private)


def _fields(operator: Operator) -> tuple[list[Any], gr.Markdown, gr.Button]:
    """The rules and their values, by what messages go, and the button that keeps them."""
    texts = operator.texts
    rules = gr.CheckboxGroup([(texts[name], name) for name in RULES], label=texts["rules"], info=texts["rules_hint"])
    with gr.Row():
        holdout = gr.Slider(0, 0.9, value=0.1, step=0.01, label=texts["holdout"])
        cap = gr.Number(1, label=texts["cap"], minimum=1, precision=0)
        days = gr.Number(7, label=texts["cap_days"], minimum=0)
        quiet = gr.Textbox("", label=texts["quiet_hours"], max_length=5)
        zone = gr.Textbox("", label=texts["time_zone"], placeholder="Asia/Shanghai", max_length=60)
    with gr.Row():
        auto = gr.Checkbox(label=texts["auto"])
        save = gr.Button(texts["save"], scale=0)
    ways = gr.Markdown()
    return [rules, auto, holdout, cap, days, quiet, zone], ways, save


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
