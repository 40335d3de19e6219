"""The part of the console's page of knowledge where files are loaded: preview, decide row by row, publish, watch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.console.enabling import enabled_by
from bot.console.load_plan import LoadPlan
from bot.console.operator import Operator
from bot.console.pauses import USUAL, pauses
from bot.console.toolkit import gr
from bot.console.upload_desk import Columns, Files, UploadDesk
from bot.shop.columns import FIELDS_OF

POLL_S = 1.0
"""Seconds between two looks at a load that runs."""
_PRIVATE: dict[str, Any] = {"api_visibility": "private"}
_SILENT: dict[str, Any] = {**_PRIVATE, "show_progress": "hidden"}


class Watch(NamedTuple):
    """The loads that run: ``look`` gives ``outputs`` how far one is; ``ended`` changes when one has ended."""

    look: Callable[[], tuple[Any, ...]]
    outputs: list[Any]
    ended: gr.Textbox


def upload_page(operator: Operator, console: gr.Blocks) -> Watch:
    """The part of the page, and how the loads that run are watched."""
    texts, desk = operator.texts, UploadDesk(operator)
    files = gr.File(label=texts["files"], file_count="multiple", height=140)
    with gr.Row():
        example = "https://www.your-shop.com/sitemap.xml"
        addresses = gr.Textbox(label=texts["addresses"], placeholder=example, max_lines=6, scale=3)
        offered = pauses(texts, operator.shopdesk.settings.reread_hours)
        pause = gr.Dropdown(offered, value=USUAL, label=texts["read_again"])
    columns = gr.State({})
    with gr.Accordion(texts["reading"], open=False) as reading:
        kinds = [(texts["kind_guessed"], ""), *((texts[f"kind_{kind}"], kind) for kind in FIELDS_OF)]
        kind = gr.Dropdown(kinds, value="", label=texts["kind_of_files"])
        _column_choices(operator, desk, files, kind, columns)
    plan = gr.State(LoadPlan())
    with gr.Row():
        preview = gr.Button(texts["preview"])
        draft = gr.Button(texts["draft"])
        publish = gr.Button(texts["publish"], variant="primary")
    enabled_by([files, addresses], [preview, draft, publish], "some")
    watch = _progress(operator, desk, console, publish, draft, [files, kind, columns, plan, addresses, pause])
    told = gr.Markdown()
    shown = _rows(operator, desk, plan)
    previewed = preview.click(desk.preview, [files, kind, columns, addresses], [plan, told], **_PRIVATE)
    previewed.success(*shown, **_SILENT)
    files.change(lambda chosen: gr.Accordion(open=desk.unclear(chosen)), files, reading, **_SILENT)
    for chosen_anew in (
        files.upload,
        files.delete,
        files.clear,
        kind.input,
        addresses.input,
    ):  # change would come once more, after the preview
        chosen_anew(lambda: ({}, LoadPlan(), ""), None, [columns, plan, told], **_SILENT).then(*shown, **_SILENT)
    return watch


def _column_choices(operator: Operator, desk: UploadDesk, files: gr.File, kind: gr.Dropdown, columns: gr.State) -> None:
    """A choice of column for each field, where one table was chosen."""
    texts = operator.texts

    def choose(field: str, column: str | None, chosen: Columns) -> Columns:
        others = {name: each for name, each in chosen.items() if name != field}
        return {**others, field: column} if column else others

    @gr.render([files, kind], triggers=[files.change, kind.change], show_progress="hidden")  # type: ignore[untyped-decorator]
    def fields(chosen: Files, of: str) -> None:
        found = desk.columns_of(chosen)
        if not found:
            gr.Markdown(texts["one_table"])
            return
        gr.Markdown(texts["columns"])
        offered = [
            (texts["as_recognised"], ""),
            *((f"{name} · {example}" if example else name, name) for name, example in found.items()),
        ]
        with gr.Row():
            for field in FIELDS_OF[of or "documents"]:
                column = gr.Dropdown(offered, value="", label=texts.get(f"field_{field}", field), min_width=220)
                name = gr.State(field)
                column.input(choose, [name, column, columns], columns, **_SILENT)


def _rows(operator: Operator, desk: UploadDesk, plan: gr.State) -> tuple[Any, Any, Any]:
    """The previewed rows with what is decided on them. What shows them: a function, its inputs and its outputs."""
    texts = operator.texts
    page, number = gr.State(0), gr.State(None)
    with gr.Column(visible=False) as box:
        mark = gr.Radio([], value="", label=texts["marks"], elem_classes="marks")
        for_all = gr.Radio([], label=texts["for_all"], visible=False)
        headers = [texts[name] for name in ("number_of_row", "status", "source", "row", "text", "reason", "becomes")]
        widths: list[str | int] = ["7%", "13%", "16%", "7%", "28%", "15%", "14%"]
        rows = gr.Dataframe(headers=headers, interactive=False, wrap=True, max_height=360, column_widths=widths)
        with gr.Row():
            back = gr.Button("←", size="sm", scale=0, min_width=60)
            forth = gr.Button("→", size="sm", scale=0, min_width=60)
            place = gr.Markdown()
        whole = gr.HTML(f'<p class="note">{texts["click_row"]}</p>')
        for_one = gr.Radio([], label=texts["for_one"], visible=False)

    def show(planned: LoadPlan) -> tuple[Any, ...]:
        offered = desk.marks(planned)
        choices = gr.Radio(choices=offered, value="")
        return gr.Column(visible=bool(offered)), choices, 0, *desk.rows(planned, "", 0), *nothing(), gr.Radio(visible=False)

    def nothing() -> tuple[Any, ...]:
        return None, f'<p class="note">{texts["click_row"]}</p>', gr.Radio(visible=False)

    def choose_mark(planned: LoadPlan, of: str) -> tuple[Any, ...]:
        offered = desk.choices(of)
        value = planned.by_mark.get(of, offered[0][1]) if offered else None
        return 0, *desk.rows(planned, of, 0), *nothing(), gr.Radio(choices=offered, value=value, visible=bool(offered))

    def decide_all(planned: LoadPlan, of: str, decision: Any, at: int) -> tuple[Any, ...]:
        planned.decide_all(of, decision)
        return planned, *desk.rows(planned, of, at), *nothing()

    def turn(pages: int) -> Any:
        def turned(planned: LoadPlan, of: str, at: int) -> tuple[Any, ...]:
            at = desk.turned(planned, of, at, pages)
            return at, *desk.rows(planned, of, at), *nothing()

        return turned

    def choose_row(planned: LoadPlan, event: gr.SelectData) -> tuple[Any, ...]:
        if not event.row_value or not event.row_value[0]:
            return nothing()
        chosen = int(event.row_value[0]) - 1
        row = planned.rows[chosen]
        offered = desk.choices(row["status"])
        return (
            chosen,
            desk.whole(planned, chosen),
            gr.Radio(choices=offered, value=planned.decision(row), visible=bool(offered)),
        )

    def decide(planned: LoadPlan, chosen: int, decision: Any, of: str, at: int) -> tuple[Any, ...]:
        planned.decide(chosen, decision)
        return planned, *desk.rows(planned, of, at)

    chosen = [number, whole, for_one]
    mark.input(choose_mark, [plan, mark], [page, rows, place, *chosen, for_all], **_SILENT)
    for_all.input(decide_all, [plan, mark, for_all, page], [plan, rows, place, *chosen], **_SILENT)
    back.click(turn(-1), [plan, mark, page], [page, rows, place, *chosen], **_SILENT)
    forth.click(turn(1), [plan, mark, page], [page, rows, place, *chosen], **_SILENT)
    rows.select(choose_row, plan, chosen, **_SILENT)
    for_one.input(decide, [plan, number, for_one, mark, page], [plan, rows, place], **_SILENT)
    return show, [plan], [box, mark, page, rows, place, *chosen, for_all]


def _progress(
    operator: Operator, desk: UploadDesk, console: gr.Blocks, publish: gr.Button, draft: gr.Button, given: list[Any]
) -> Watch:
    """How far a load is, with a button that calls it off, on every open page until it has ended."""
    texts = operator.texts
    state = gr.HTML()
    with gr.Row():
        cancel = gr.Button(texts["cancel"], visible=False)
        resume = gr.Button(texts["go_on"], visible=False)
    ended = gr.Textbox(visible=False)
    timer = gr.Timer(POLL_S, active=False)
    outputs = [state, cancel, resume, timer, ended]

    def look() -> tuple[Any, ...]:
        running, said = desk.running, desk.progress()
        if desk.interrupted:
            said += f'<p class="told">{texts["interrupted"]}</p>'
        buttons = gr.Button(visible=running), gr.Button(visible=desk.interrupted)
        return said, *buttons, gr.Timer(active=running), "" if running else said

    def load(into_draft: bool) -> Any:
        def begun(
            files: Files, kind: str, columns: Columns, plan: LoadPlan, addresses: str, pause: str, request: gr.Request
        ) -> tuple[Any, ...]:
            desk.load(files, kind, columns, plan, into_draft, request, addresses, pause)
            return look()

        return begun

    def going_on(request: gr.Request) -> tuple[Any, ...]:
        desk.go_on(request)
        return look()

    publish.click(load(False), given, outputs, **_PRIVATE)
    draft.click(load(True), given, outputs, **_PRIVATE)
    cancel.click(desk.cancel, None, None, **_SILENT)
    resume.click(going_on, None, outputs, **_PRIVATE)
    timer.tick(look, None, outputs, **_SILENT)
    console.load(look, None, outputs, **_SILENT)
    return Watch(look, outputs, ended)
