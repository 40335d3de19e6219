"""The console's page of web sites: who may embed the widget, how it looks there, and the line to copy."""

from __future__ import annotations

from typing import Any, Literal

from bot.console.enabling import enabled_by, offered
from bot.console.listing import listing
from bot.console.operator import Operator
from bot.console.toolkit import gr
from bot.store.sites import Site, SiteSettings, snippet_of


def sites_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, shopdesk = operator.texts, operator.shopdesk

    def listed() -> list[list[str]]:
        return [[site.name, "\n".join(site.origins), site.key] for site in shopdesk.sites.all()]

    def opened(event: gr.SelectData) -> tuple[Any, ...]:
        site = shopdesk.sites.find(str(event.row_value[2]))
        return _EMPTY if site is None else _form(site, shopdesk.settings.address)

    def saved(
        known: Site | None, name: str, origins: str, color: str, position: Literal["right", "left"], greeting: str,
        greeting_zh: str, request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        user = operator.user(request, "owner")
        allowed = origins.split()
        with operator.refusals():
            settings = (known.settings if known else SiteSettings()).model_copy(
                update={"color": color, "position": position, "greeting": greeting or None, "greeting_zh": greeting_zh or None}
            )
            if known:
                site = shopdesk.sites.change(known.key, name, allowed, settings, seen=known)
            else:
                site = shopdesk.sites.add(allowed, name or (allowed[0] if allowed else ""), settings)
        operator.record(user, "site saved", key=site.key, origins=list(site.origins))
        gr.Info(texts["saved"])
        return (listed(), *_form(site, shopdesk.settings.address))

    def added(
        name: str, origins: str, color: str, position: Literal["right", "left"], greeting: str, greeting_zh: str,
        request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        return saved(None, name, origins, color, position, greeting, greeting_zh, request)

    def removed(known: Site | None, request: gr.Request) -> tuple[Any, ...]:
        user = operator.user(request, "owner")
        if known is None:
            raise operator.refusal(texts["choose"])
        with operator.refusals():
            shopdesk.sites.remove(known.key)
        operator.record(user, "site removed", key=known.key)
        gr.Info(texts["removed"])
        return (listed(), *_EMPTY)

    gr.Markdown(texts["intro"])
    table = listing(texts, {"name": 30, "addresses": 40, "key": 30}, "none")
    known = gr.State(None)
    with gr.Row(equal_height=True):
        name = gr.Textbox(label=texts["name"], max_length=100)
        color = gr.ColorPicker(value="#0f766e", label=texts["color"])
        sides = [(texts["right"], "right"), (texts["left"], "left")]
        position = gr.Radio(sides, value="right", label=texts["position"])
    origins = gr.Textbox(label=texts["origins"], placeholder=texts["origins_hint"], lines=2)
    with gr.Row():
        greeting = gr.Textbox(label=texts["greeting"], max_length=500)
        greeting_zh = gr.Textbox(label=texts["greeting_zh"], max_length=500)
    with gr.Row():
        new = gr.Button(texts["add"])
        save = gr.Button(texts["save"], variant="primary")
        remove = gr.Button(texts["remove"], interactive=False)
    enabled_by([origins], [new])
    enabled_by([name, origins], [save], "some")
    snippet = gr.Code(label=texts["snippet"], language="html", interactive=False)
    form = [known, name, origins, color, position, greeting, greeting_zh, snippet]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    console.load(listed, None, table, **private)
    table.select(opened, None, form, **private)
    new.click(added, form[1:-1], [table, *form], **private)
    save.click(saved, form[:-1], [table, *form], **private)
    known.change(lambda site: offered(site is not None)[0], known, remove, **private)
    remove.click(removed, known, [table, *form], **private)


_EMPTY = (None, "", "", "#0f766e", "right", "", "", "")


def _form(site: Site, address: str) -> tuple[Any, ...]:
    chosen = site.settings
    return (
        site, site.name, "\n".join(site.origins), chosen.color, chosen.position, chosen.greeting or "",
        chosen.greeting_zh or "", snippet_of(site, address),
    )  # fmt: skip
