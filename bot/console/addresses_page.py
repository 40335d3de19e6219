"""The part of the console's page of knowledge that lists the web addresses that are loaded, and says how often each is read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.console.listing import listing
from bot.console.operator import Operator
from bot.console.pauses import USUAL, hours_of, pause_in, pauses
from bot.console.reasons import reason_in
from bot.console.toolkit import gr
from bot.console.upload_desk import UploadDesk
from bot.console.upload_page import Watch
from bot.errors import InputError
from bot.loading.rereading import read_again
from bot.store.sources import LoadedSource
from knowledge_base.indexing import Progress
from knowledge_base.load_options import is_address

SHOWN = 2
Rows = list[list[Any]]


class AddressesDesk:
    """What this part's fields and buttons do."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk
        self._uploads = UploadDesk(operator)

    def listed(self) -> tuple[Rows, str, gr.Row]:
        """Every address with how often and when it is read; none is chosen."""
        stage = self._shopdesk.versions.stage()
        waits = stage is not None and stage.kind == "draft"
        return [self._row(source, waits) for source in self._sources()], "", gr.Row(visible=False)

    def chosen(self, event: gr.SelectData) -> tuple[str, gr.Row, gr.Dropdown]:
        """The address of the row, with what can be done with it."""
        found = next((source for source in self._sources() if source.location == event.row_value[0]), None)
        if found is None:
            return "", gr.Row(visible=False), gr.Dropdown()
        value = USUAL if found.reread_hours is None else f"{found.reread_hours:g}"
        offered = pauses(self._texts, self._shopdesk.settings.reread_hours, found.reread_hours)
        return found.location, gr.Row(visible=True), gr.Dropdown(offered, value=value, label=found.location)

    def schedule(self, location: str, pause: str, request: gr.Request) -> tuple[Any, ...]:
        """Has the address read as often as ``pause`` says."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            self._source(location)
            self._shopdesk.sources.schedule(location, hours_of(pause))
        self._operator.record(user, "schedule changed", address=location, hours=hours_of(pause))
        gr.Info(self._texts["schedule_saved"])
        return self.listed()

    def read_now(self, location: str, request: gr.Request) -> None:
        """Begins to read the address again, beside the page."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            source = self._source(location)

            def load(progress: Progress) -> str:
                done = read_again(self._shopdesk, source, progress)
                self._operator.record(user, "address read", address=location)
                return self._uploads.told(done)

            self._shopdesk.admin.loads.begin(location, load, self._shopdesk.versions.discard)

    def remove(self, location: str, request: gr.Request) -> tuple[Any, ...]:
        """Takes the address's pages away from customers, as a version that can be undone, and reads it no more."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            self._source(location)
            pages = self._shopdesk.admin.remove_address(location)
        self._operator.record(user, "address removed", address=location)
        gr.Info(self._texts["address_removed"].format(pages=pages))
        return f"{location} {datetime.now(UTC)}", *self.listed()

    def _sources(self) -> list[LoadedSource]:
        return sorted(
            (source for source in self._shopdesk.sources.all() if is_address(source.location)), key=lambda each: each.location
        )

    def _source(self, location: str) -> LoadedSource:
        found = next((source for source in self._sources() if source.location == location), None)
        if found is None:
            raise InputError(self._texts["no_such_address"])
        return found

    def _row(self, source: LoadedSource, waits: bool) -> list[Any]:
        texts, usual = self._texts, self._shopdesk.settings.reread_hours
        every = texts["pause_usual"].format(usual=pause_in(usual, texts))
        every = every if source.reread_hours is None else pause_in(source.reread_hours, texts)
        due, changed, minute = source.next_reading(usual), source.changed_at, self._operator.minute
        pages = len(self._shopdesk.sources.pages(source.location))
        following = "–" if due is None else texts["after_draft"] if waits else _coming(due, self._operator)
        return [
            source.location, pages, every, minute(source.loaded_at), following, minute(changed) if changed else "–",
            self._troubles(source),
        ]  # fmt: skip

    def _troubles(self, source: LoadedSource) -> str:
        told = [
            f"{place}: {reason_in(self._operator.language, reason)}" if place != source.location
            else reason_in(self._operator.language, reason)
            for place, reason in source.troubles[:SHOWN]
        ]  # fmt: skip
        more = len(source.troubles) - len(told)
        return "\n".join(told) + (self._texts["more_troubles"].format(count=more) if more > 0 else "")


def addresses_page(operator: Operator, console: gr.Blocks, versions: gr.Dataframe, watch: Watch) -> gr.Textbox:
    """The part of the page, which lists anew when the versions change; what it gives changes when an address was removed."""
    texts, desk = operator.texts, AddressesDesk(operator)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.Markdown(f"### {texts['loaded_addresses']}")
    widths = {"address": 26, "pages": 7, "every": 15, "last_read": 12, "next_read": 12, "last_change": 12, "trouble": 16}
    table = listing(texts, widths, "empty_addresses", 260)
    location, removed = gr.State(""), gr.Textbox(visible=False)
    with gr.Row(visible=False) as one:
        pause = gr.Dropdown(pauses(texts, operator.shopdesk.settings.reread_hours), value=USUAL, scale=2)
        save = gr.Button(texts["save_schedule"])
        read = gr.Button(texts["read_now"])
        remove = gr.Button(texts["remove_address"], variant="stop")
    lists = [table, location, one]
    for trigger in (console.load, versions.change, watch.ended.change):
        trigger(desk.listed, None, lists, **private)
    table.select(desk.chosen, None, [location, one, pause], **private)
    save.click(desk.schedule, [location, pause], lists, **private)
    read.click(desk.read_now, location, None, **private).success(watch.look, None, watch.outputs, **private)
    remove.click(desk.remove, location, [removed, *lists], **private)
    return removed


def _coming(due: datetime, operator: Operator) -> str:
    return operator.texts["soon"] if due <= datetime.now(UTC) else operator.minute(due)
