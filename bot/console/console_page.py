"""The console at ``/console/en`` and ``/console/zh``: a tab for each page, to whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

from bot.console import toolkit
from bot.console.campaigns_page import campaigns_page
from bot.console.chat_page import FONTS
from bot.console.conversations_page import conversations_page
from bot.console.copy_page import copy_page
from bot.console.customers_page import customers_page
from bot.console.gaps_page import gaps_page
from bot.console.insight_page import insight_page
from bot.console.knowledge_page import knowledge_page
from bot.console.market_page import market_page
from bot.console.operator import Operator, texts_of
from bot.console.outbox_page import outbox_page
from bot.console.overview import overview
from bot.console.people_page import people_page
from bot.console.ratings_page import ratings_page
from bot.console.settings_page import settings_page
from bot.console.sites_page import sites_page
from bot.console.taking_turns import take_turns
from bot.console.tests_page import tests_page
from bot.console.toolkit import gr, mount
from bot.types import LanguageCode

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.shopdesk import Shopdesk

PAGES: dict[str, Callable[[Operator, gr.Blocks], None]] = {
    "overview": overview,
    "conversations": conversations_page,
    "gaps": gaps_page,
    "ratings": ratings_page,
    "knowledge": knowledge_page,
    "insight": insight_page,
    "customers": customers_page,
    "market": market_page,
    "copy": copy_page,
    "campaigns": campaigns_page,
    "outbox": outbox_page,
    "tests": tests_page,
    "settings": settings_page,
    "sites": sites_page,
    "people": people_page,
}
LARGEST_FILE = 100_000_000
"""Bytes of a file that is uploaded."""


def mount_console(app: FastAPI, shopdesk: Shopdesk) -> None:
    """Puts the console into ``app``, whose guard lets only users in."""
    for language in get_args(LanguageCode):
        mount(
            app,
            console_page(shopdesk, language),
            f"/console/{language}",
            max_file_size=LARGEST_FILE,
            css=_asset("console.css"),
            js=_asset("console_zh.js") if language == "zh" else None,
            theme=_theme(),
        )


def console_page(shopdesk: Shopdesk, language: LanguageCode) -> gr.Blocks:
    """The console in one language."""
    texts = texts_of(language, "console")
    title = f"{shopdesk.shop.named(language)} · {texts['title']}"

    def greeted(request: gr.Request) -> str:
        user = request.state.user
        said = texts["signed_in"].format(name=user.name, role=texts[user.role])
        other = "en" if language == "zh" else "zh"
        parts = (
            f"<strong>{escape(title)}</strong><span>{escape(said)}</span>",
            f"<span>{escape(texts['times'].format(zone=Operator(shopdesk, language, texts).zone))}</span>",
            f'<a href="/" target="_blank">{escape(texts["chat"])}</a>',
            f'<a href="/console/{other}/">{escape(texts["language"])}</a>',
            f'<form method="post" action="/console/logout"><button>{escape(texts["sign_out"])}</button></form>',
        )
        return f'<div class="bar">{"".join(parts)}</div>'

    with toolkit.page(title) as console:
        bar = gr.HTML()
        with gr.Tabs():
            for name, page in PAGES.items():
                operator = Operator(shopdesk, language, texts_of(language, name))
                with gr.Tab(operator.texts["tab"]):
                    page(operator, console)
        console.load(greeted, None, bar, api_visibility="private", show_progress="hidden")
    take_turns(console, 4)
    return console


def _theme() -> gr.themes.Base:
    """Gradio's own look, but what is read or pressed stands out by 4.5 to 1 and a box by 3 to 1 (WCAG 2.2, 1.4.3, 1.4.11)."""
    return gr.themes.Default(primary_hue="teal", neutral_hue="slate", font=FONTS, font_mono=["ui-monospace", "monospace"]).set(
        color_accent="*primary_700",
        body_text_color_subdued="*neutral_500",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        input_border_color_focus="*primary_700",
        input_border_color_focus_dark="*primary_400",
        link_text_color="*primary_700",
        link_text_color_hover="*primary_800",
        link_text_color_visited="*primary_700",
        link_text_color_dark="*primary_400",
        link_text_color_hover_dark="*primary_300",
        link_text_color_visited_dark="*primary_400",
        checkbox_background_color_selected_dark="*primary_600",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_hover="*neutral_600",
        checkbox_border_color_dark="*neutral_400",
        checkbox_border_color_hover_dark="*neutral_300",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        button_cancel_background_fill="#b91c1c",
        button_cancel_background_fill_hover="#991b1b",
    )


def _asset(name: str) -> str:
    return files("bot.console").joinpath("assets", name).read_text("utf-8")
