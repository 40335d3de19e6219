"""The console's page of settings: the shop's voice, who writes and from which score, and what may be done with orders."""

from __future__ import annotations

from typing import Any

from bot.console.operator import Operator, Texts
from bot.console.policy_cells import COLUMNS
from bot.console.settings_desk import ANSWERS, OPERATIONS, VOICE, SettingsDesk
from bot.console.toolkit import gr

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
LONG = {"hours": 1, "greeting": 2, "rules": 4}
"""Lines of the fields that hold sentences."""


def settings_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    desk, texts = SettingsDesk(operator), operator.texts
    gr.Markdown(texts["intro"])
    _voice(desk, texts, console)
    _answers(desk, texts, console, operator)
    _policy(desk, texts, console)


def _voice(desk: SettingsDesk, texts: Texts, console: gr.Blocks) -> None:
    gr.Markdown(f"### {texts['voice']}")
    fields: dict[str, Any] = {}
    for pair in (VOICE[:2], VOICE[2:4], VOICE[5:7], VOICE[7:9], VOICE[9:11], VOICE[11:13], VOICE[13:]):
        with gr.Row():
            for name in pair:
                lines = LONG.get(name.removesuffix("_zh"), 1)
                fields[name] = gr.Textbox(label=texts[name], lines=lines, max_length=4000)
        if pair == VOICE[2:4]:
            tones = [(texts[tone], tone) for tone in ("friendly", "formal")]
            fields["tone"] = gr.Radio(tones, label=texts["tone"])
    stamp, save = gr.State(""), gr.Button(texts["save_voice"], variant="primary")
    shown = [*(fields[name] for name in VOICE), stamp]

    console.load(desk.voice, None, shown, **PRIVATE)
    save.click(desk.save_voice, [stamp, *shown[:-1]], shown, **PRIVATE)


def _answers(desk: SettingsDesk, texts: Texts, console: gr.Blocks, operator: Operator) -> None:
    gr.Markdown(f"### {texts['model']}\n{texts['model_intro']}")
    fixed = sorted(operator.shopdesk.settings.fixed & {*ANSWERS, "llm_api_key"})
    if fixed:
        gr.Markdown(texts["fixed"].format(names=", ".join(f"`{name}`" for name in fixed)))
    fields: dict[str, Any] = {}
    with gr.Row():
        fields["llm"] = gr.Textbox(label=texts["llm"], placeholder="openai:gpt-5-mini")
        fields["llm_base_url"] = gr.Textbox(label=texts["llm_base_url"], placeholder="https://api.example.com/v1")
    with gr.Row(equal_height=True):
        key = gr.Textbox(label=texts["llm_api_key"], type="password")
        forget = gr.Checkbox(label=texts["forget"])
    with gr.Row():
        for name in ("llm_first_token_s", "llm_total_s", "llm_answer_tokens", "llm_input_price", "llm_output_price"):
            fields[name] = gr.Number(label=texts[name], minimum=0, precision=0 if name == "llm_answer_tokens" else None)
    test = gr.Button(texts["test"])
    told = gr.Textbox(
        label=texts["result"], placeholder=" ", show_label=False, interactive=False, container=False, max_lines=6,
        elem_classes="result",
    )  # fmt: skip
    gr.Markdown(f"### {texts['thresholds']}\n{texts['thresholds_intro']}")
    with gr.Row():
        fields["answer_threshold"] = gr.Slider(0, 1, step=0.01, label=texts["answer_threshold"])
        fields["top_k"] = gr.Slider(1, 50, step=1, label=texts["top_k"])
    stamp, save = gr.State(""), gr.Button(texts["save_answers"], variant="primary")
    values = [fields[name] for name in ANSWERS]
    shown = [*values, key, forget, stamp]

    console.load(desk.answers, None, shown, **PRIVATE)
    save.click(desk.save_answers, [stamp, key, forget, *values], shown, **PRIVATE)
    test.click(desk.try_model, [key, forget, *values], told, api_visibility="private")


def _policy(desk: SettingsDesk, texts: Texts, console: gr.Blocks) -> None:
    gr.Markdown(f"### {texts['policy']}\n{texts['policy_intro']}")
    headers = [texts["operation"], *(texts[name] for name in COLUMNS)]
    rows = gr.Dataframe(
        headers=headers, datatype="str", interactive=True, wrap=True, type="array", static_columns=[0], max_height=520,
        row_count=len(OPERATIONS), column_widths=["14%", "8%", "34%", "8%", "10%", "7%", "10%", "9%"], buttons=[],
    )  # fmt: skip
    save_rows = gr.Button(texts["save_rows"], variant="primary")
    with gr.Accordion(texts["policy_text"], open=False):
        text = gr.Code(language=None, lines=12, max_lines=30, show_label=False)
        save_text = gr.Button(texts["save_text"])
    stamp = gr.State("")
    shown = [rows, text, stamp]
    console.load(desk.policy, None, shown, **PRIVATE)
    save_rows.click(desk.save_rows, [stamp, rows], shown, **PRIVATE)
    save_text.click(desk.save_text, [stamp, text], shown, **PRIVATE)
