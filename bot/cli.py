"""The command line: ``shopdesk …``. It only reads arguments and prints; the work is done by :class:`bot.shopdesk.Shopdesk`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from bot.commands.backup import backups
from bot.commands.campaigns import campaigns
from bot.commands.copywriting import copywriting
from bot.commands.customers import customers
from bot.commands.doctor import doctor
from bot.commands.documents import documents
from bot.commands.faq import faq
from bot.commands.help_texts import localised, set_titles
from bot.commands.insights import insights
from bot.commands.labels import labels
from bot.commands.linting import linting
from bot.commands.loading import loading
from bot.commands.market import market
from bot.commands.orders import orders
from bot.commands.outbox import outbox
from bot.commands.privacy import privacy
from bot.commands.site import sites
from bot.commands.terminal import DEFAULT, Data, Json, named, opened, print_json, say, shown_progress, tell
from bot.commands.testing import testing
from bot.commands.training import training
from bot.commands.usage import print_version, sentence
from bot.commands.user import users
from bot.commands.versions import versions
from bot.errors import ShopdeskError
from bot.localisation.terminal import in_words
from bot.running.garbage import look_seldom
from bot.settings import load_settings, terminal_language
from bot.types import LanguageCode, Reply, TurnEvent

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

_DECLINED = {
    "failed": "it failed",
    "unsupported": "what it said rests on no source",
    "uncited": "what it said names no source",
}
_EMPTY = "Nothing is loaded yet: shopdesk load PATH…"
app = typer.Typer(
    name="shopdesk",
    help="Customer service and shopping guide for online shops, in Chinese and English, answered from evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(loading)
app.add_typer(documents)
app.add_typer(orders)
app.add_typer(versions)
app.add_typer(linting)
app.add_typer(labels)
app.add_typer(insights)
app.add_typer(customers)
app.add_typer(market)
app.add_typer(testing)
app.add_typer(sites)
app.add_typer(privacy)
app.add_typer(backups)
app.add_typer(users)
app.add_typer(campaigns)
app.add_typer(outbox)
app.add_typer(copywriting)
app.add_typer(faq)
app.add_typer(training)


@app.callback()
def shopdesk(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What goes before any command."""


@app.command()
def serve(
    data: Data = DEFAULT,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 when not given.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 7860 when not given.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Serve the demo shop, in a data directory of its own.")] = False,
) -> None:
    """Serve the chat page, the console, the widget and the HTTP API on one port, until Ctrl-C."""
    from bot.serving.server import run

    given = {"host": host, "port": port}
    run(data, demo=demo, **{name: value for name, value in given.items() if value is not None})


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Number of passages.")] = 10,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Search the knowledge base."""
    with opened(data) as shopdesk:
        hits, empty = shopdesk.search(query, k), shopdesk.empty
    if as_json:
        print_json(hits)
        return
    for hit in hits:
        say(f"{hit['score']:.2f}  {hit['title']}  ({hit['source']})\n      {' '.join(hit['text'].split())[:200]}")
    if not hits:
        tell(_EMPTY if empty else "Nothing found: try other words.")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The customer's message.")],
    conversation: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's id, as known to the shop.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Ask one question."""
    with opened(data) as shopdesk:
        reply = shopdesk.reply(question, conversation, customer, shopdesk.language)
        writer, empty = _writer(shopdesk, reply), shopdesk.empty
    if as_json:
        print_json(reply.to_dict())
    else:
        say(reply.text + _below(reply, writer) + (f"\n\n{in_words(_EMPTY)}" if empty else ""))


@app.command()
def chat(
    customer: Annotated[str | None, typer.Option(help="The customer's id, as known to the shop.")] = None,
    data: Data = DEFAULT,
) -> None:
    """Chat in the terminal; an empty line or Ctrl-D ends it."""
    with opened(data) as shopdesk:
        language = shopdesk.language
        say(shopdesk.greeting(language) + (f"\n\n{in_words(_EMPTY)}" if shopdesk.empty else ""))
        conversation: str | None = None
        while question := _typed():
            try:
                reply = _shown(shopdesk.stream(question, conversation, customer, language=language))
            except ShopdeskError as error:
                if not error.public:
                    raise
                say(error.said(terminal_language()))
                continue
            conversation = reply.conversation
            say(_below(reply, _writer(shopdesk, reply)).rstrip())


@app.command()
def rebuild(data: Data = DEFAULT) -> None:
    """Make the indexes again from the database: after choosing another encoder, or when they are damaged."""
    from knowledge_base.damage import set_damaged_aside

    if aside := set_damaged_aside(load_settings(**named(data)).data):
        tell(f"The vector store was damaged and lies in {str(aside)!r} now; you may delete it.")
    with opened(data) as shopdesk, shown_progress() as progress:
        shopdesk.rebuild(progress)
    tell("The indexes are rebuilt.")


app.command()(doctor)


def _typed() -> str:
    try:
        return input("\n> ").strip()
    except (EOFError, KeyboardInterrupt):
        say()
        return ""


def _shown(events: Iterator[TurnEvent]) -> Reply:
    reply: Reply | None = None
    for event in events:
        if event.name == "token":
            say(("\n⟲ " if event.data["reset"] else "") + event.data["text"], end="")
        elif event.name == "done":
            reply = event.data
    if reply is None:
        raise ShopdeskError("The turn ended without a reply.")
    return reply


def _writer(shopdesk: Shopdesk, reply: Reply) -> str | None:
    """Who wrote the reply, where a language model could have, and why not that one where it was asked."""
    if (llm := shopdesk.settings.llm) is None:
        return None
    if reply.writer == llm:
        return f"written by {reply.writer}"
    turns = shopdesk.admin.conversations.whole(reply.conversation)
    declined = next((turn["declined"] for turn in turns if turn["turn"] == reply.turn), None)
    return "written by the built-in writer" + (f"; {llm} was asked: {_DECLINED[declined]}" if declined else "")


def _below(reply: Reply, writer: str | None) -> str:
    lines = [f"  [{c.n}] {c.title} ({c.source}): {' '.join(c.quote.split())[:160]}" for c in reply.citations]
    lines += [f"  → {question}" for question in reply.follow_ups]
    lines += [f"  ({in_words(writer)})"] if writer else []
    return "\n\n" + "\n".join(lines) if lines else ""


@cache
def _commands(language: LanguageCode) -> Callable[..., int | None]:
    """All commands with their options, explained in ``language``: to put them together takes longer than some of them do."""
    commands: Callable[..., int | None] = localised(get_command(app)) if language == "zh" else get_command(app)
    return commands


def main() -> None:
    """Runs a command; what goes wrong is one sentence on stderr and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character gets the rest of the answer
    look_seldom()
    try:
        set_titles()
        sys.exit(_commands(terminal_language())(prog_name="shopdesk", standalone_mode=False))
    except ShopdeskError as error:
        sys.stderr.write(f"shopdesk: {error.said(terminal_language())}\n")
        sys.exit(1)
    except TyperException as error:
        sys.stderr.write(f"shopdesk: {told}\n" if (told := sentence(error)) else "")
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.stderr.write(f"shopdesk: {in_words('Stopped; nothing was done.')}\n")
        sys.exit(1)
