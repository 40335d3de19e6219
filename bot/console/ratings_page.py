"""The console's page of ratings: which passages they move and how far, with the switch, and forgetting them."""

from __future__ import annotations

from typing import Any

from bot.console.editing import change_settings, stamp_of
from bot.console.listing import in_short, listing
from bot.console.operator import Operator, showings
from bot.console.toolkit import gr
from bot.learning.ratings import BOUND, Standing
from bot.settings import FILE
from knowledge_base.types import Chunk

SHOWN, LONGEST = 200, 160
SETTING = "learn_from_ratings"


class RatingsPage:
    """What the page's table and buttons do."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk

    def listed(self) -> tuple[Any, ...]:
        """The passages rated, whether ratings count, and since when."""
        admin, texts = self._shopdesk.admin, self._texts
        rows = [self._row(*one) for one in admin.standings()[:SHOWN]]
        on, since = self._shopdesk.settings.learn_from_ratings, admin.ratings.store.since()
        told = [texts["on" if on else "off"].format(bound=round(100 * BOUND))]
        told += [texts["since"].format(at=self._operator.minute(since))] if since else []
        return rows, " ".join(told), on

    def switch(self, on: bool, request: gr.Request) -> tuple[Any, ...]:
        """Lets ratings count, or not; what was rated is kept."""
        user = self._operator.user(request, "owner")
        settings = self._shopdesk.settings
        if on != settings.learn_from_ratings:
            with self._operator.refusals():
                change_settings(settings, {SETTING: on}, stamp_of(settings.data, FILE))
            self._operator.record(user, "settings changed", values=[SETTING])
        return self.listed()

    def forget(self, request: gr.Request) -> tuple[Any, ...]:
        """Takes back all that ratings have moved; only those to come count."""
        user = self._operator.user(request, "owner")
        self._shopdesk.admin.ratings.store.forget(user.name)
        self._operator.record(user, "ratings forgotten")
        gr.Info(self._texts["forgotten"])
        return self.listed()

    def _row(self, standing: Standing, chunk: Chunk) -> list[Any]:
        short = in_short(f"{chunk.question or chunk.heading} · {chunk.text}", LONGEST)
        points = round(100 * standing.lead, 1)
        return [short, chunk.source, standing.ups, standing.downs, f"{points:+}" if points else "0"]


def ratings_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, page = operator.texts, RatingsPage(operator)
    intro = gr.Markdown(texts["intro"])
    note = gr.Markdown()
    table = listing(texts, {"passage": 50, "source": 20, "ups": 9, "downs": 9, "moved": 12}, "none", 480)
    with gr.Row():
        on = gr.Checkbox(label=texts["count"], value=operator.shopdesk.settings.learn_from_ratings)
        refresh = gr.Button(texts["refresh"], scale=0)
        forget = gr.Button(texts["forget"], variant="stop", scale=0, min_width=240)
    gr.Markdown(texts["definitions"].format(bound=round(100 * BOUND)))
    outputs = [table, note, on]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    for trigger in (*showings(console, intro), refresh.click):
        trigger(page.listed, None, outputs, **private)
    on.input(page.switch, on, outputs, **private)
    forget.click(page.forget, None, outputs, **private)
