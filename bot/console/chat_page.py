"""The chat page: one Gradio component whose look and behaviour are in ``assets/``, and what it calls here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bot.console import toolkit
from bot.console.person_view import left, person_view
from bot.console.rendering import REASONS
from bot.console.taking_turns import take_turns
from bot.console.toolkit import gr
from bot.console.turn_view import View, done, views
from bot.errors import InputError
from bot.generation.script import in_script
from bot.text.script import script_of_locale
from bot.turn.hearing import MAX_CHARACTERS
from bot.types import LanguageCode

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.shopdesk import Shopdesk

HEAD = '<link rel="stylesheet" href="page/chat.css"><link rel="icon" href="page/icon.svg" type="image/svg+xml">'
_ABOUT_GRADIO = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*')
FONTS = ["system-ui", "sans-serif"]


def mount(app: FastAPI, shopdesk: Shopdesk) -> None:
    """Puts the chat page at ``/`` of ``app``: no uploads, nothing from other machines."""
    look = gr.themes.Base(font=FONTS, font_mono=["ui-monospace", "monospace"])
    toolkit.mount(app, chat_page(shopdesk), "/", max_file_size=1, theme=look)


def finished(path: str, page: str) -> str:
    """A page's HTML without what Gradio says about itself; the chat page's with our style in it from the start."""
    page = _ABOUT_GRADIO.sub("", page)
    return page if path.startswith("/console") else page.replace("</head>", f"{HEAD}</head>", 1)


def asset(name: str) -> str:
    """The text of a file of the page."""
    return files("bot.console").joinpath("assets", name).read_text("utf-8")


def chat_page(shopdesk: Shopdesk) -> gr.Blocks:
    """The page, served from memory for every visitor. It keeps nothing: the conversation's id lives in the browser tab."""
    images = shopdesk.settings.image_hosts

    def submit(event: gr.EventData) -> Iterator[View]:
        asked = _strings(event._data)
        language: LanguageCode = "zh" if asked["language"] == "zh" else "en"
        conversation, script = own(shopdesk, asked["conversation"]), script_of_locale(asked["locale"])
        for view in views(shopdesk.stream(asked["text"] or "", conversation, language=language, script=script), images):
            yield {**view, "id": asked["id"]}

    def restore(conversation: str) -> list[View]:
        """The finished turns of a conversation; none when there is no such conversation."""
        if (known := own(shopdesk, conversation)) is None:
            return []
        ratings = shopdesk.conversations.ratings(known)
        return [
            {**done(turn["reply"], ratings.get(turn["reply"]["turn"]), images), "question": turn["text"]}
            for turn in shopdesk.conversations.replies(known)
        ]

    def rate(given: dict[str, Any]) -> bool:
        """Stores a rating; False when it is of no turn or no kind that there is."""
        try:
            conversation, reason, turn = own(shopdesk, given["conversation"]), given.get("reason"), int(given["turn"])
            if conversation is None:
                return False
            shopdesk.rate(conversation, turn, given["rating"], reason if reason in REASONS else None)
        except (InputError, KeyError, TypeError, ValueError):
            return False
        return True

    def news(given: dict[str, Any]) -> View:
        """What persons did in a conversation after an event, and whether there is more to come."""
        return person_view(shopdesk, own(shopdesk, given.get("conversation")), given.get("after"))

    def leave_email(given: dict[str, Any]) -> bool:
        """Keeps where the customer can be written to; False when it is no address or no person is called."""
        return left(shopdesk, own(shopdesk, given.get("conversation")), given.get("email"))

    with toolkit.page(shopdesk.shop.name) as page:
        chat = gr.HTML(
            {},
            html_template=asset("chat.html"),
            js_on_load=asset("person.js") + asset("chat.js"),
            apply_default_css=False,
            server_functions=[restore, rate, _clicked(shopdesk), news, leave_email, _voice(shopdesk)],
            texts=_texts(),
            shop=_shop(shopdesk),
            empty=shopdesk.empty,
            limit=MAX_CHARACTERS,
        )
        chat.submit(
            submit,
            outputs=chat,
            show_progress="hidden",
            concurrency_limit=None,
            trigger_mode="multiple",
            api_visibility="private",
        )
    take_turns(page, None)
    return page


def own(shopdesk: Shopdesk, conversation: object) -> str | None:
    """The conversation, if the page may open it: those that have a token or a customer are none of its business."""
    known = str(conversation)[:64]
    return known if shopdesk.conversations.is_anyones(known) else None


def _strings(given: Any) -> dict[str, str | None]:
    """The texts that the page sends, whatever really came."""
    values = given if isinstance(given, dict) else {}
    return {
        key: value if isinstance(value := values.get(key), str) else None
        for key in ("id", "text", "conversation", "language", "locale")
    }


def _texts() -> dict[str, Any]:
    """The page's words by language; ``zh_hant`` are the Chinese ones in Traditional characters."""
    texts = tomllib.loads(files("bot.console").joinpath("texts.toml").read_text("utf-8"))
    return {**texts, "zh_hant": _traditional(texts["zh"])}


def _traditional(words: dict[str, Any]) -> dict[str, Any]:
    """Each text, and each of a list of them, in Traditional characters."""
    return {
        key: [in_script(each, "Hant") for each in text] if isinstance(text, list) else in_script(text, "Hant")
        for key, text in words.items()
    }


def _clicked(shopdesk: Shopdesk) -> Callable[[dict[str, Any]], bool]:
    def clicked(given: dict[str, Any]) -> bool:
        """Notes that a product was opened; False when the conversation showed none of that SKU."""
        if (conversation := own(shopdesk, given.get("conversation"))) is None:
            return False
        try:
            shopdesk.product_events.record(conversation, str(given.get("sku"))[:200], "click")
        except InputError:
            return False
        return True

    return clicked


def _voice(shopdesk: Shopdesk) -> Callable[[object], dict[str, Any]]:
    def voice(_: object) -> dict[str, Any]:
        """The shop's names and greeting, and whether it is empty, as of now: the page itself is from the program's start."""
        return {**_shop(shopdesk), "empty": shopdesk.empty}

    return voice


def _shop(shopdesk: Shopdesk) -> dict[str, dict[str, str]]:
    shop = shopdesk.shop
    chinese = {
        "name": shop.name_zh or shop.name,
        "assistant": shop.assistant_zh or shop.assistant,
        "greeting": shopdesk.greeting("zh"),
    }
    english = {"name": shop.name, "assistant": shop.assistant, "greeting": shopdesk.greeting("en")}
    return {"en": english, "zh": chinese, "zh_hant": _traditional(chinese)}
