"""``shopdesk campaigns …``: plans, and experiments that may be looked at any time. It works beside a running ``serve``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say, tell
from bot.errors import InputError
from bot.localisation.terminal import in_words
from bot.types import LanguageCode

if TYPE_CHECKING:
    from bot.marketing.campaigns.campaigns import Campaigns
    from bot.marketing.campaigns.experiment import Experiment
    from bot.marketing.campaigns.plan import Plan
    from bot.marketing.campaigns.results import ArmResult, Report

campaigns = typer.Typer(name="campaigns", help="Campaigns and their experiments.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The experiment's name.")]
Kept = Annotated[str, typer.Argument(help="The id of a kept plan.")]
Goal = Literal["sell_stock", "win_back", "second_order", "recover_carts"]
_GOALS = {"sell_stock": "清理库存", "win_back": "召回老顾客", "second_order": "促成第二单", "recover_carts": "挽回购物车"}
_CHANNELS = {"email": "邮件", "sms": "短信", "webhook": "webhook", "chat": "聊天"}
Words = Annotated[
    list[str] | None, typer.Option("--variant", help="NAME=TEXT, or NAME=TEXT|CHINESE TEXT; once for each variant.")
]


@campaigns.command()
def plan(
    goal: Annotated[Goal, typer.Argument(help="What it is for.")],
    language: Annotated[Literal["zh", "en"], typer.Option(help="Its language.")] = "en",
    discount: Annotated[int, typer.Option(min=0, max=90, help="Per cent off.")] = 0,
    channel: Annotated[Literal["email", "sms", "webhook", "chat"], typer.Option(help="Where it is told.")] = "email",
    keep: Annotated[str | None, typer.Option(help="Keep the plan under this name.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Draft a campaign from the shop's data: for whom, with which products, when, for how much."""
    with _opened(data) as desk:
        drafted = desk.planner.draft(goal, language, discount, channel)
        kept = desk.keep(keep, drafted, "shopdesk campaigns") if keep else None
    if as_json:
        print_json(drafted.to_dict() | ({"id": kept.id} if kept else {}))
        return
    say("\n".join(_outline(drafted, language)))
    say("\n".join(f"- {reason}" for reason in drafted.reasons(language)))
    if kept and language == "zh":
        say(f"已保存为 {kept.id}；开始执行：shopdesk campaigns begin {kept.id}")
    elif kept:
        say(f"Kept as {kept.id}; it starts with: shopdesk campaigns begin {kept.id}")


def _outline(plan: Plan, language: LanguageCode) -> tuple[str, str, str]:
    """When and by what a plan runs, with whom and what, for how much."""
    budget = plan.budget_told(language)
    if language == "zh":
        off = f"，优惠 {plan.discount}%" if plan.discount else ""
        return (
            f"{_GOALS[plan.goal]}：{plan.starts} 至 {plan.ends}，{_CHANNELS[plan.channel]}{off}",
            f"顾客：{len(plan.customers)} 位，商品：{'、'.join(plan.products) or '无'}",
            f"预算：{budget}",
        )
    return (
        f"{plan.goal}: {plan.starts} to {plan.ends} by {plan.channel}, {plan.discount} % off",
        f"customers: {len(plan.customers)}, products: {', '.join(plan.products) or 'none'}",
        f"budget: {budget}",
    )


@campaigns.command(name="list")
def show_all(data: Data = DEFAULT, as_json: Json = False) -> None:
    """List campaigns and experiments, newest first."""
    with _opened(data) as desk:
        plans, found = desk.all(), desk.experiments.all()
    if as_json:
        kept = [{"id": one.id, "name": one.name, "author": one.author, "plan": one.plan} for one in plans]
        print_json({"campaigns": kept, "experiments": [_plain(one) for one in found]})
        return
    for one in plans:
        say(f"campaign {one.id}  {one.name}  ({one.plan['goal']}, {one.plan['starts']} to {one.plan['ends']})")
    for experiment in found:
        say(_line(experiment))
    if not plans and not found:
        tell("Nothing yet: shopdesk campaigns plan GOAL, shopdesk campaigns draft NAME …")


@campaigns.command()
def begin(campaign: Kept, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Start a kept plan as an experiment: its products first in recommendations, with and without words about the offer."""
    with _opened(data) as desk:
        found = desk.begin(campaign)
    _tell(found, as_json)


@campaigns.command()
def show(campaign: Kept, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Show a kept plan with what its experiments have shown so far."""
    with _opened(data) as desk:
        found = desk.find(campaign)
        reports = [desk.report(one.specification.name, one.version) for one in desk.experiments_of(campaign)]
    if as_json:
        print_json({"id": found.id, "name": found.name, "plan": found.plan, "results": [one.to_dict() for one in reports]})
        return
    plan = found.plan
    say(f"{found.name}: {plan['goal']}, {plan['starts']} to {plan['ends']} by {plan['channel']}, {plan['discount']} % off")
    say("\n".join(map(_text, reports)) or in_words(f"Not started yet: shopdesk campaigns begin {found.id}"))


@campaigns.command()
def draft(
    name: Name,
    slot: Annotated[Literal["greeting", "chat", "recommendation"], typer.Option(help="Where it is shown.")],
    variant: Words = None,
    file: Annotated[Path | None, typer.Option(help="The whole experiment as JSON, in place of the options.")] = None,
    goal: Annotated[Literal["click", "cart", "purchase"], typer.Option(help="What it is to bring.")] = "purchase",
    mode: Annotated[Literal["test", "bandit"], typer.Option(help="bandit shows what does better more often.")] = "test",
    holdout: Annotated[float, typer.Option(min=0, max=0.9, help="Share of customers who are shown nothing.")] = 0.1,
    planned_units: Annotated[int, typer.Option(min=100, help="Customers that each variant will meet, roughly.")] = 5000,
    expected_rate: Annotated[float, typer.Option(min=0.0001, max=0.9999, help="Share that reaches the goal today.")] = 0.05,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Write an experiment down; nobody sees it before it is started."""
    from bot.marketing.campaigns.experiment import specification

    given: dict[str, Any] = {
        "goal": goal, "mode": mode, "holdout": holdout, "planned_units": planned_units, "expected_rate": expected_rate
    }  # fmt: skip
    given |= _read(file) if file else {"variants": [_variant(text) for text in variant or []]}
    with _opened(data) as desk:
        found = desk.experiments.draft(specification(given | {"name": name, "slot": slot}))
    _tell(found, as_json)


@campaigns.command()
def change(
    name: Name,
    file: Annotated[Path, typer.Option(help="What changes, as a JSON object.")],
    new_version: Annotated[bool, typer.Option("--new-version", help="End what runs and write down the next version.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Change a draft; what ran is not changed, but can get a new version, which counts from zero."""
    with _opened(data) as desk:
        found = desk.experiments.change(name, _read(file), new_version)
    _tell(found, as_json)


@campaigns.command()
def start(name: Name, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Begin to show the variants."""
    with _opened(data) as desk:
        found = desk.experiments.start(name)
    _tell(found, as_json)


@campaigns.command()
def end(name: Name, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Show them to nobody any more; the results stay."""
    with _opened(data) as desk:
        found = desk.experiments.end(name)
    _tell(found, as_json)


@campaigns.command()
def results(
    name: Name,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Say what an experiment has shown so far; looking early or often does not spoil it."""
    with _opened(data) as desk:
        found = desk.report(name, version)
    if as_json:
        print_json(found.to_dict())
    else:
        say(_text(found))


def _text(found: Report) -> str:
    lines = [f"{found.name} (version {found.version}, {found.state}): {found.verdict}"]
    lines += [_arm(arm) for arm in found.arms]
    if found.mismatch is not None:
        lines.append(f"dealt as planned: p = {found.mismatch:.3g}")
    return "\n".join(lines)


def _arm(arm: ArmResult) -> str:
    line = f"  {arm.name:<16} {arm.units:>7} units  {arm.rate:>7.2%}  {arm.amount:>10.2f} a unit"
    if arm.low is not None and arm.high is not None:
        line += f"  {arm.difference:+.2%} [{arm.low:+.2%}, {arm.high:+.2%}] p = {arm.p:.3g}"
    if arm.best is not None:
        line += f"  best with probability {arm.best:.0%}"
    return line + (f"  more {', '.join(arm.harms)}" if arm.harms else "")


def _variant(text: str) -> dict[str, str]:
    name, separator, words = text.partition("=")
    if not separator:
        raise InputError(f"--variant cannot be {text!r}: write NAME=TEXT.")
    english, _, chinese = words.partition("|")
    return {"name": name.strip(), "text": english.strip(), "text_zh": chinese.strip()}


def _read(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error.strerror}): give the path of a JSON file.") from error
    except ValueError as error:
        raise InputError(f"{str(path)!r} is not JSON ({error}): correct it.") from error
    if not isinstance(read, dict):
        raise InputError(f"{str(path)!r} is no JSON object: write {{…}}.")
    return read


def _plain(found: Experiment) -> dict[str, Any]:
    times = {name: at and at.isoformat() for name, at in (("started_at", found.started_at), ("ended_at", found.ended_at))}
    return {**found.specification.model_dump(mode="json"), "version": found.version, "state": found.state, **times}


def _line(found: Experiment) -> str:
    given = found.specification
    return f"{given.name} (version {found.version}, {found.state})  {given.slot}: {', '.join(found.arms)} → {given.goal}"


def _tell(found: Experiment, as_json: bool) -> None:
    if as_json:
        print_json(_plain(found))
    else:
        say(_line(found))


@contextmanager
def _opened(data: Path) -> Iterator[Campaigns]:
    from bot.commands.beside import open_promotion
    from bot.settings import load_settings

    with open_promotion(load_settings(**named(data))) as promotion:
        yield promotion.campaigns
