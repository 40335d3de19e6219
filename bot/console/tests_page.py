"""The console's page of the owner's tests: conversations that must go as written, run on a copy of the orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.console.enabling import enabled_by
from bot.console.listing import listing
from bot.console.operator import Operator, showings
from bot.console.reasons import reason_in
from bot.console.toolkit import gr
from bot.conversation_tests.folder import TestFolder
from bot.conversation_tests.running import Failure, Result, pass_hat, run_on
from bot.errors import LoadError

REPEATED = 3
"""How often a conversation is run where a language model writes: it passes when every run does (pass^k)."""
Rows = list[list[Any]]


class TestDesk:
    """What the page's lists and buttons do."""

    __test__ = False

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk
        self._folder = TestFolder(operator.shopdesk.settings.data)

    def listed(self, name: str | None = None) -> tuple[Any, Rows, str]:
        """The files, the conversations that they hold, and the text of the one chosen, else of the newest."""
        names = self._folder.names()
        chosen = name if name in names else (names[0] if names else None)
        rows: Rows = []
        for each in names:
            try:
                rows += [[each, case.name, "", ""] for case in self._folder.cases(each)]
            except LoadError as error:
                rows.append([each, "", self._texts["unreadable"], error.said(self._operator.language)])
        return gr.Dropdown(choices=names, value=chosen), rows, self._folder.text(chosen) if chosen else ""

    def opened(self, name: str | None) -> str:
        """The text of a file."""
        with self._operator.refusals():
            return self._folder.text(name) if name else ""

    def save(self, name: str | None, text: str, request: gr.Request) -> tuple[Any, Rows, str]:
        """Keeps the text under the name, a new one too."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            self._folder.write(name or "", text)
        self._operator.record(user, "test saved", file=name)
        gr.Info(self._texts["saved"])
        return self.listed(name)

    def remove(self, name: str | None, request: gr.Request) -> tuple[Any, Rows, str]:
        """Takes the file away."""
        user = self._operator.user(request, "editor")
        if name:
            with self._operator.refusals():
                self._folder.remove(name)
            self._operator.record(user, "test removed", file=name)
        return self.listed()

    def run_one(self, name: str | None, request: gr.Request) -> Iterator[tuple[Rows, str]]:
        """Runs the conversations of one file; rows come as they are done."""
        yield from self._run(name, request)

    def run_all(self, request: gr.Request) -> Iterator[tuple[Rows, str]]:
        """Runs the conversations of all files."""
        yield from self._run(None, request)

    def _run(self, name: str | None, request: gr.Request) -> Iterator[tuple[Rows, str]]:
        self._operator.user(request, "editor")
        with self._operator.refusals():
            cases = self._folder.cases(name)
        rows: Rows = []
        times = REPEATED if self._shopdesk.rehearsal.by_model else 1
        results: list[Result] = []
        with self._operator.refusals(), self._shopdesk.rehearsal.several(times) as stages:
            for result in run_on(stages, cases):
                results.append(result)
                rows.append(self._row(result))
                yield rows, self._told(results, len(cases))
        if not cases:
            yield rows, self._texts["none"]

    def _row(self, result: Result) -> list[Any]:
        passed = self._texts["failed" if result.failure else "passed"]
        counted = f"{passed} ({result.runs - result.failed}/{result.runs})" if result.runs > 1 else passed
        return [result.case.file, result.case.name, counted, self._failure(result.failure) if result.failure else ""]

    def _failure(self, failure: Failure) -> str:
        said = "; ".join(reason_in(self._operator.language, each) for each in failure.differences)
        reply = " ".join(failure.reply.split())
        return self._texts["failure"].format(turn=failure.turn, say=failure.say, differences=said, reply=reply)

    def _told(self, results: list[Result], total: int) -> str:
        passed = sum(result.failure is None for result in results)
        told = self._texts["result"].format(passed=passed, done=len(results), total=total)
        hat = pass_hat(results)
        return told + (" " + ", ".join(f"pass^{k} {share:.2f}" for k, share in enumerate(hat, 1)) if len(hat) > 1 else "")


def tests_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, TestDesk(operator)
    intro = gr.Markdown(texts["intro"].format(times=REPEATED))
    with gr.Row():
        one, every = gr.Button(texts["run_one"]), gr.Button(texts["run_all"], variant="primary")
    told = gr.Markdown()
    table = listing(texts, {"file": 20, "conversation": 30, "result_of": 15, "why": 35})
    name = gr.Dropdown([], label=texts["file"], info=texts["file_hint"], allow_custom_value=True)
    text = gr.Code(label=texts["text"], language="yaml", lines=10, max_lines=30)
    with gr.Row():
        save, remove = gr.Button(texts["save"], variant="primary"), gr.Button(texts["remove"])
    enabled_by([name], [one, remove])
    enabled_by([name, text], [save])
    lists = [name, table, text]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    for trigger in showings(console, intro):
        trigger(desk.listed, None, lists, **private)
    name.input(desk.opened, name, text, **private)
    save.click(desk.save, [name, text], lists, **private)
    remove.click(desk.remove, name, lists, **private)
    one.click(desk.run_one, name, [table, told], **private)
    every.click(desk.run_all, None, [table, told], **private)
