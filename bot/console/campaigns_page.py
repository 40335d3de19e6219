"""The console's page of campaigns: a plan from the shop's data, experiments, and what they have shown in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, get_args

from bot.console.enabling import enabled_by, offered
from bot.console.intervals import drawn_intervals
from bot.console.listing import listing
from bot.console.operator import Operator, showings
from bot.console.toolkit import gr
from bot.marketing.campaigns.experiment import HOLDOUT, Experiment, Mode, Slot, specification
from bot.marketing.campaigns.plan import Channel, Goal, Plan
from bot.marketing.campaigns.results import ALARM, ArmResult, Report

WAITING: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
GOALS = ("click", "cart", "purchase")
Rows = list[list[Any]]


class CampaignsPage:
    """What the page's lists and buttons do; an open experiment is known by its name."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk

    def plan(self, goal: Goal, discount: float | None, channel: Channel) -> str:
        """A plan drafted from the shop's data."""
        return self._planned(self._draft(goal, discount, channel))

    def keep(
        self, name: str, goal: Goal, discount: float | None, channel: Channel, request: gr.Request
    ) -> tuple[str, Rows]:  # fmt: skip
        """Keeps the plan under a name."""
        user = self._operator.user(request, "editor")
        if not name.strip():
            raise self._operator.refusal(self._texts["no_name"])
        plan = self._draft(goal, discount, channel)
        with self._operator.refusals():
            kept = self._shopdesk.promotion.campaigns.keep(name, plan, user.name)
        self._operator.record(user, "campaign kept", campaign=kept.id, name=kept.name)
        gr.Info(self._texts["kept"])
        return self._planned(plan), self.plans()

    def plans(self) -> Rows:
        """The plans kept, newest first."""
        return [
            [one.name, self._texts[plan["goal"]], plan["starts"], plan["ends"], len(plan["customers"]), one.author]
            for one in self._shopdesk.promotion.campaigns.all()
            for plan in (one.plan,)
        ]

    def plan_opened(self, event: gr.SelectData) -> tuple[str, str]:
        """The id of the kept plan chosen, and the plan with what its experiments have shown."""
        chosen = self._shopdesk.promotion.campaigns.all()[int(event.index[0])]
        return chosen.id, self._plan_told(chosen.id)

    def begin(self, campaign: str, request: gr.Request) -> tuple[Any, ...]:
        """Starts the plan as an experiment."""
        user = self._operator.user(request, "editor")
        if not campaign:
            raise self._operator.refusal(self._texts["choose_plan"])
        with self._operator.refusals():
            found = self._shopdesk.promotion.campaigns.begin(campaign)
        return (self._plan_told(campaign), *self._done(user, "experiment started", "started_told", found.specification.name))

    def _plan_told(self, campaign: str) -> str:
        desk = self._shopdesk.promotion.campaigns
        shown = [self._told(desk.report(one.specification.name, one.version)) for one in desk.experiments_of(campaign)]
        return self._planned(Plan.of(desk.find(campaign).plan)) + (
            "".join(shown) or f"<p>{escape(self._texts['not_begun'])}</p>"
        )

    def listed(self) -> tuple[Rows, list[tuple[str, int]]]:
        """Every version of every experiment, newest first, and what they are known by."""
        found = self._shopdesk.promotion.campaigns.experiments.all()
        return [self._row(one) for one in found], [(one.specification.name, one.version) for one in found]

    def opened(self, known: Sequence[tuple[str, int]], event: gr.SelectData) -> tuple[Any, ...]:
        """The form with the version chosen, and what it has shown."""
        name, version = known[int(event.index[0])]
        with self._operator.refusals():
            found = self._shopdesk.promotion.campaigns.experiments.find(name, version)
        given = found.specification
        variants = [[one.name, one.text, one.text_zh, " ".join(one.first), one.weight] for one in given.variants]
        form = (name, given.slot, given.goal, given.mode, given.holdout, given.planned_units, given.expected_rate, variants)
        return (*form, *self.results(name, version))

    def save(
        self, name: str, slot: Slot, goal: str, mode: Mode, holdout: float, units: float, rate: float, variants: Rows,
        request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Writes an experiment down, or changes one that has not begun."""
        return self._saved(False, name, (slot, goal, mode, holdout, units, rate, variants), request)

    def save_new(
        self, name: str, slot: Slot, goal: str, mode: Mode, holdout: float, units: float, rate: float, variants: Rows,
        request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Ends what runs and writes down the next version, which counts from zero."""
        return self._saved(True, name, (slot, goal, mode, holdout, units, rate, variants), request)

    def start(self, name: str, request: gr.Request) -> tuple[Any, ...]:
        """Begins to show the variants."""
        user, experiments = self._operator.user(request, "editor"), self._shopdesk.promotion.campaigns.experiments
        with self._operator.refusals():
            found = self._known(name, "draft", "only_draft")
            slot = found.specification.slot
            for other in experiments.all("running"):
                if other.specification.slot == slot:
                    told = self._texts["occupied"].format(name=other.specification.name, slot=self._texts[slot])
                    raise self._operator.refusal(told)
            experiments.start(found.specification.name)
        return self._done(user, "experiment started", "started_told", found.specification.name)

    def end(self, name: str, request: gr.Request) -> tuple[Any, ...]:
        """Shows the variants to nobody any more."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            found = self._known(name, "running", "only_running")
            self._shopdesk.promotion.campaigns.experiments.end(found.specification.name)
        return self._done(user, "experiment ended", "ended_told", found.specification.name)

    def results(self, name: str, version: int | None = None) -> tuple[str, Rows]:
        """What an experiment has shown, in words with a drawing of its intervals, and as a table."""
        with self._operator.refusals():
            found = self._shopdesk.promotion.campaigns.report(name, version)
        return self._told(found), [self._arm(arm) for arm in found.arms]

    def _saved(self, new: bool, name: str, given: Sequence[Any], request: gr.Request) -> tuple[Any, ...]:
        user, experiments = self._operator.user(request, "editor"), self._shopdesk.promotion.campaigns.experiments
        name, (slot, goal, mode, holdout, units, rate, variants) = name.strip(), given
        values = {
            "slot": slot, "goal": goal, "mode": mode, "holdout": holdout, "planned_units": int(units or 0),
            "expected_rate": rate, "variants": [_variant(row) for row in variants if str(row[0] or "").strip()],
        }  # fmt: skip
        if not name or not values["variants"]:
            raise self._operator.refusal(self._texts["incomplete"])
        with self._operator.refusals():
            before = next((one for one in experiments.all() if one.specification.name == name), None)
            if before is None:
                experiments.draft(specification({**values, "name": name}))
            elif before.state != "draft" and not new:
                told = {"name": name, "version": before.version, "state": self._texts[before.state], "next": before.version + 1}
                raise self._operator.refusal(self._texts["unchangeable"].format(**told))
            else:
                experiments.change(name, values, new)
        return self._done(user, "experiment saved", "saved", name)

    def _known(self, name: str, state: str, refusal: str) -> Experiment:
        if not (name := name.strip()):
            raise self._operator.refusal(self._texts["choose"])
        found = self._shopdesk.promotion.campaigns.experiments.find(name)
        if found.state != state:
            raise self._operator.refusal(self._texts[refusal].format(name=name, state=self._texts[found.state]))
        return found

    def _done(self, user: Any, action: str, told: str, name: str) -> tuple[Any, ...]:
        self._operator.record(user, action, experiment=name)
        gr.Info(self._texts[told])
        return (*self.listed(), *self.results(name))

    def _draft(self, goal: Goal, discount: float | None, channel: Channel) -> Plan:
        planner = self._shopdesk.promotion.campaigns.planner
        with self._operator.refusals():
            return planner.draft(goal, self._operator.language, int(discount or 0), channel)

    def _planned(self, plan: Plan) -> str:
        texts, catalogue = self._texts, self._shopdesk.insight.catalogue
        titles = [catalogue.title_of(sku, self._operator.language) or sku for sku in plan.products]
        told = {
            "when": f"{plan.starts} – {plan.ends}",
            "to": f"{len(plan.customers)} {texts['customers']}",
            "with": texts["comma"].join(titles) or texts["nothing"],
            "budget": plan.budget_told(self._operator.language),
        }
        cells = "".join(f"<div><dt>{escape(texts[name])}</dt><dd>{escape(value)}</dd></div>" for name, value in told.items())
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in plan.reasons(self._operator.language))
        return f'<dl class="figures plan">{cells}</dl><ul>{reasons}</ul>'

    def _row(self, one: Experiment) -> list[Any]:
        texts, given = self._texts, one.specification
        arms = texts["comma"].join(texts["holdout_arm"] if arm == HOLDOUT else arm for arm in one.arms)
        begun = self._operator.minute(one.started_at) if one.started_at else ""
        return [given.name, one.version, texts[one.state], texts[given.slot], arms, texts[given.goal], begun]

    def _arm(self, arm: ArmResult) -> list[Any]:
        texts, name = self._texts, self._texts["holdout_arm"] if arm.name == HOLDOUT else arm.name
        if not arm.units:
            return [name, 0, 0, "–", "–", *[""] * 4]
        bounds = "" if arm.low is None or arm.high is None else f"{arm.low:+.2%} … {arm.high:+.2%}"
        if arm.difference is not None and not bounds:
            bounds = texts["too_little"]
        difference = "" if arm.difference is None else f"{arm.difference:+.2%}"
        chance = f"p = {arm.p:.3g}" if arm.p is not None else "" if arm.best is None else f"{arm.best:.0%}"
        harms = texts["comma"].join(texts[harm] for harm in arm.harms)
        return [name, arm.units, arm.reached, f"{arm.rate:.2%}", f"{arm.amount:.2f}", difference, bounds, chance, harms]

    def _told(self, found: Report) -> str:
        texts = self._texts
        head = f"{found.name} · {texts['version']} {found.version} · {texts[found.state]}"
        if not any(arm.units for arm in found.arms):
            return f"<h4>{escape(head)}</h4><p>{escape(texts['verdict_nobody'])}</p>"
        parts = [f"<h4>{escape(head)}</h4>", f"<p>{escape(texts[f'verdict_{found.verdict}'])}</p>"]
        if found.mismatch is not None:
            dealt = texts["dealt_wrong" if found.mismatch <= ALARM else "dealt_well"].format(p=f"{found.mismatch:.3g}")
            parts.append(f"<p>{escape(dealt)}</p>")
        for arm in found.arms:
            if arm.harms:
                told = texts["harms_told"].format(arm=arm.name, harms=texts["comma"].join(texts[harm] for harm in arm.harms))
                parts.append(f"<p>{escape(told)}</p>")
        return "".join(parts) + drawn_intervals(found, texts)


def _variant(row: Sequence[Any]) -> dict[str, Any]:
    name, text, text_zh, first, weight = ("" if cell is None or cell != cell else cell for cell in row)
    skus = str(first).replace(",", " ").replace("，", " ").split()
    return {"name": str(name).strip(), "text": text, "text_zh": text_zh, "first": skus, "weight": weight or 1.0}


def campaigns_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, CampaignsPage(operator)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    intro = gr.Markdown(texts["intro"])
    begun = _plans(operator, desk, showings(console, intro))
    gr.Markdown(f"### {texts['experiments']}\n{texts['experiments_hint']}")
    known = gr.State([])
    widths = {"name": 18, "version": 8, "state": 10, "slot": 16, "arms": 22, "goal": 10, "begun": 16}
    table = listing(texts, widths, "empty_experiments")
    form = _form(operator)
    with gr.Row():
        save, new = gr.Button(texts["save"]), gr.Button(texts["save_new"])
        start, end = gr.Button(texts["start"], variant="primary"), gr.Button(texts["end"])
    enabled_by([form[0]], [save, new, start, end])
    told = gr.HTML()
    widths = {
        "arm": 14, "units": 11, "reached": 9, "rate": 8, "amount": 9, "difference": 11, "interval": 15, "chance": 11, "more": 12
    }  # fmt: skip
    arms = listing(texts, widths, "empty_arms")
    lists, shown = [table, known], [told, arms]
    for trigger in showings(console, intro):
        trigger(desk.listed, None, lists, **private)
    table.select(desk.opened, known, [*form, *shown], **private)
    save.click(desk.save, form, [*lists, *shown], **private)
    new.click(desk.save_new, form, [*lists, *shown], **private)
    begun(desk, [*lists, *shown])
    start.click(desk.start, form[0], [*lists, *shown], **private)
    end.click(desk.end, form[0], [*lists, *shown], **private)


def _plans(
    operator: Operator, desk: CampaignsPage, shown: Sequence[Callable[..., object]]
) -> Callable[[CampaignsPage, list[Any]], Any]:
    """The plans; the function returned connects the button that starts one with the lists of experiments."""
    texts = operator.texts
    with gr.Row():
        goal = gr.Dropdown([(texts[name], name) for name in get_args(Goal)], value="sell_stock", label=texts["aim"])
        discount = gr.Number(0, label=texts["discount"], minimum=0, maximum=90, precision=0)
        channel = gr.Dropdown(
            [(texts[f"by_{name}"], name) for name in get_args(Channel)], value="email", label=texts["channel"]
        )
        name = gr.Textbox("", label=texts["plan_name"], max_length=200)
    with gr.Row():
        draft, keep, begin = (gr.Button(texts[name]) for name in ("draft_plan", "keep", "begin"))
    enabled_by([name], [keep])
    begin.interactive = False
    planned = gr.HTML()
    widths = {"name": 25, "aim": 25, "starts": 13, "ends": 13, "audience": 12, "author": 12}
    kept = listing(texts, widths, "empty_plans")
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    for trigger in shown:
        trigger(desk.plans, None, kept, **private)
    draft.click(desk.plan, [goal, discount, channel], planned, **WAITING)
    keep.click(desk.keep, [name, goal, discount, channel], [planned, kept], show_progress_on=planned, **WAITING)
    chosen = gr.State("")
    kept.select(desk.plan_opened, None, [chosen, planned], **private)
    chosen.change(lambda plan: offered(bool(plan))[0], chosen, begin, **private)
    return lambda desk, lists: begin.click(desk.begin, chosen, [planned, *lists], show_progress_on=planned, **WAITING)


def _form(operator: Operator) -> list[Any]:
    texts = operator.texts
    with gr.Row():
        name = gr.Textbox("", label=texts["name"], info=texts["name_hint"], max_length=60)
        slot = gr.Dropdown([(texts[one], one) for one in get_args(Slot)], value="greeting", label=texts["slot"])
        goal = gr.Dropdown([(texts[one], one) for one in GOALS], value="purchase", label=texts["goal"])
        mode = gr.Dropdown([(texts[one], one) for one in get_args(Mode)], value="test", label=texts["mode"])
    with gr.Row():
        holdout = gr.Slider(0, 0.9, value=0.1, step=0.01, label=texts["holdout"])
        units = gr.Number(5000, label=texts["planned_units"], minimum=100, precision=0)
        rate = gr.Number(0.05, label=texts["expected_rate"], minimum=0.0001, maximum=0.9999)
    heads = [texts[one] for one in ("variant", "text_en", "text_zh", "first", "weight")]
    empty = [["A", "", "", "", 1], ["B", "", "", "", 1]]
    variants = gr.Dataframe(empty, headers=heads, type="array", wrap=True, label=texts["variants"], interactive=True)
    return [name, slot, goal, mode, holdout, units, rate, variants]
