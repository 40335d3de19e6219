"""The part of the console's page of knowledge that lists what is loaded, document by document, and removes one."""

from __future__ import annotations

from typing import Any

from bot.console.listing import listing
from bot.console.operator import LANGUAGES, Operator
from bot.console.toolkit import gr

SHOWN = 200
Rows = list[list[Any]]


class DocumentsDesk:
    """What this part's fields and buttons do."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._admin = operator, operator.texts, operator.shopdesk.admin

    def listed(self, words: str = "") -> tuple[Rows, list[str], str, str, gr.Button]:
        """Documents whose name or title holds ``words``, their places, how many there are, and none chosen."""
        found = self._admin.documents(words)
        rows = [[each.source, each.title, LANGUAGES[each.language]] for each in found[:SHOWN]]
        told = self._texts["documents_shown"].format(shown=len(rows), all=len(found)) if found else ""
        return rows, [each.location for each in found[:SHOWN]], told, "", gr.Button(visible=False)

    def chosen(self, places: list[str], event: gr.SelectData) -> tuple[str, gr.Button]:
        """The document of the row, and the button that removes it."""
        place = int(event.index[0])
        if place >= len(places):
            return "", gr.Button(visible=False)
        return places[place], gr.Button(self._texts["remove_document"].format(name=event.row_value[0]), visible=True)

    def remove(self, location: str, words: str, request: gr.Request) -> tuple[Any, ...]:
        """Takes the document away from customers, as a version that can be undone."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            removed = self._admin.remove_document(location)
        self._operator.record(user, "document removed", file=removed.source)
        gr.Info(self._texts["document_removed"].format(name=removed.source))
        return location, *self.listed(words)


def documents_page(operator: Operator, console: gr.Blocks, versions: gr.Dataframe) -> gr.Textbox:
    """The part of the page, which lists anew when the versions change; what it gives changes when a document was removed."""
    texts, desk = operator.texts, DocumentsDesk(operator)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.Markdown(f"### {texts['loaded_documents']}")
    words = gr.Textbox("", label=texts["find_document"], max_length=200)
    table = listing(texts, {"source": 45, "document_title": 40, "field_language": 15}, "no_documents", 260)
    told = gr.Markdown()
    places, location, removed = gr.State([]), gr.State(""), gr.Textbox(visible=False)
    remove = gr.Button(visible=False)
    shown = [table, places, told, location, remove]
    for trigger in (console.load, words.submit, versions.change):
        trigger(desk.listed, words, shown, **private)
    table.select(desk.chosen, places, [location, remove], **private)
    remove.click(desk.remove, [location, words], [removed, *shown], **private)
    return removed
