"""The command as a user types it: what it prints, what it returns, and one clear sentence when something is wrong.

A child process costs seconds, so only what needs one has one; the rest calls the same ``main`` with the same arguments.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import bot
from benchmarks.misbehaving_llm import scripted_server
from bot.cli import app
from bot.localisation.chinese import in_chinese
from bot.store.knowledge import SqlLedger
from tests.small_shop import stocked, write_files
from tests.web_site import page, web_site

ROOT = Path(__file__).parents[1]


def shopdesk(*arguments: str, cwd: Path, most_bytes: int | None = None, **variables: str):
    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        preexec_fn=limit,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A directory with a loaded shop in ``data`` and its files in ``files``."""
    directory = tmp_path_factory.mktemp("place")
    with stocked(directory):
        return directory


def test_loading_prints_what_became_of_every_file(tmp_path, run):
    files = write_files(tmp_path / "files")
    (files / "broken.docx").write_bytes(b"PK\x03\x04 not a document")
    (files / "empty.md").write_bytes(b"")
    first = shopdesk("load", "files", "--data", "data", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert re.sub(r"\(\d+\.\d s\)", "(… s)", first.stdout).splitlines()[:3] == [
        "catalogue: 16 added, 0 updated, 0 unchanged, 0 removed, 0 skipped (… s)",
        "orders: 6 added, 0 updated, 0 unchanged, 0 removed, 0 skipped (… s)",
        "documents: 5 added, 0 updated, 0 unchanged, 0 removed, 2 skipped; 16 passages (… s)",
    ]
    notes, reasons = first.stdout.splitlines()[3:-2], first.stdout.splitlines()[-2:]
    assert notes and all(
        re.match(r"  files/\w+\.csv: (?:kept as properties of the products|not used): ", note) for note in notes
    )
    assert all(line.startswith("  skipped files/") for line in reasons)
    assert "broken.docx: " in first.stdout and "empty.md: is empty" in first.stdout
    second = run("load", "files", "--data", "data", "--json", cwd=tmp_path)
    summary = json.loads(second.stdout)
    assert {kind: (report["added"], report["unchanged"]) for kind, report in summary.items()} == {
        "catalogue": (0, 16), "orders": (0, 6), "documents": (0, 5),
    }  # fmt: skip
    assert {skipped["source"] for skipped in summary["documents"]["skipped"]} == {"files/broken.docx", "files/empty.md"}
    only_bad = run("load", "files/empty.md", "--data", "data", cwd=tmp_path)
    assert only_bad.returncode == 1 and "empty.md: is empty" in only_bad.stdout


def test_searching_prints_scores_titles_and_sources(place, run):
    told = run("search", "How long is the warranty?", "-k", "1", "--data", "data", cwd=place)
    assert (told.returncode, told.stderr) == (0, "")
    first, second = told.stdout.splitlines()
    assert re.fullmatch(r"\d\.\d\d  How long is the warranty\?  \(files/faq\.csv\)", first)
    assert second.strip() == "All electric kettles have a warranty of 24 months from delivery."
    (hit,) = json.loads(run("search", "保修期多长？", "-k", "1", "--data", "data", "--json", cwd=place).stdout)
    assert set(hit) == {"id", "score", "source", "title", "text", "kind"} and "24 个月" in hit["text"]


def test_asking_prints_the_answer_with_its_sources_and_next_questions(place, run):
    told = run("ask", "保修期多长？", "--data", "data", cwd=place)
    assert (told.returncode, told.stderr) == (0, "")
    answer, blank, source, *next_questions = told.stdout.splitlines()
    assert "24 个月[1]" in answer and blank == ""
    assert source.startswith("  [1] ") and "files/faq.csv" in source
    assert all(line.startswith("  → ") for line in next_questions)


def test_asking_goes_on_with_a_conversation_and_prints_the_reply_object(place, run):
    first = json.loads(run("ask", "Where is my order?", "--json", "--data", "data", cwd=place).stdout)
    assert first["asks"] == ["order_id", "email"] and first["turn"] == 1
    again = run(
        "ask", "SD-1001 lin@example.com", "--conversation", first["conversation"], "--json", "--data", "data", cwd=place
    )
    second = json.loads(again.stdout)
    assert (second["turn"], second["action"]) == (2, "order_status") and "SF123456789" in second["text"]


def test_who_asks_a_shop_that_holds_nothing_is_told_how_to_fill_it(tmp_path, run):
    for words in (["search", "returns"], ["ask", "How do I return something?"], ["lint"], ["documents"]):
        told = run(*words, "--data", "data", cwd=tmp_path)
        assert "loaded yet: shopdesk load PATH…" in told.stdout and told.returncode == 0, words
    told = run("ask", "Where is my order 1001?", "--data", "data", cwd=tmp_path).stdout
    assert "one of our people" in told and "e-mail" not in told, "nothing could be looked up with it"
    assert "console under Knowledge or with `shopdesk load" in run("customers", "--data", "data", cwd=tmp_path).stdout
    planned = run("campaigns", "plan", "sell_stock", "--data", "data", cwd=tmp_path).stdout
    assert "load customers with a column consent" in planned and "load a catalogue with prices and stock" in planned


def explained(command: Any) -> Iterator[str]:
    """Everything that the help of a command and of its subcommands says."""
    yield from filter(None, cleandoc(command.help or "").split("\n"))
    yield from (each.help for each in command.params if getattr(each, "help", None))
    for each in getattr(command, "commands", {}).values():
        yield from explained(each)


def test_every_sentence_of_the_help_is_there_in_chinese():
    said = set(explained(get_command(app)))
    assert len(said) > 180 and [sentence for sentence in said if in_chinese(sentence) is None] == []


def test_the_help_speaks_chinese_to_a_chinese_terminal_and_leaves_nothing_out(tmp_path, run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    told = run("load", "--help", cwd=tmp_path).stdout
    assert "参数" in told and "选项" in told and "…" not in told
    assert not any(word in told for word in ("Options", "Arguments", "default", "required", "Show this"))
    assert "重复载入相同的内容不会有任何变化。" in re.sub(r"[\s│]", "", told)
    assert "提供聊天页、后台、聊天窗" in run("--help", cwd=tmp_path).stdout
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "Directory of the shop's data." in run("ask", "--help", cwd=tmp_path).stdout


def test_a_terminal_whose_locale_is_chinese_is_spoken_to_in_chinese(tmp_path, run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    (tmp_path / "问答.csv").write_text("问题,答案\n保修多久？,两年。\n包邮吗？,\n", "utf-8")
    looked = run("load", "问答.csv", "--preview", "--data", "data", cwd=tmp_path).stdout
    assert "文档：无效 1，新增 1（" in looked and "无效 问答.csv，第 3 行：缺少答案：请补上或删除这一行" in looked
    loaded = run("load", "问答.csv", "--data", "data", cwd=tmp_path).stdout
    assert "documents：新增 1，更新 0，不变 0，移除 0，跳过 1；共 1 段资料（" in loaded
    assert "跳过 问答.csv 第 3 行：缺少答案：请补上或删除这一行" in loaded
    assert "1（已发布）" in run("versions", "--data", "data", cwd=tmp_path).stdout
    assert run("lint", "--data", "data", cwd=tmp_path).stdout == "没有发现问题。\n"
    (tmp_path / "另一份.csv").write_text("问题,答案\n保修多久？,三年。\n", "utf-8")
    run("load", "另一份.csv", "--draft", "--data", "data", cwd=tmp_path)
    assert run("publish", "--data", "data", cwd=tmp_path).stdout.startswith(
        "第 2 版已发布：发布草稿：另一份.csv（资料：+1 −0）"
    )
    found = run("lint", "--data", "data", cwd=tmp_path).stdout
    assert found.startswith("互相矛盾: ") and found.endswith("1 互相矛盾\n")
    assert run("rollback", "1", "--data", "data", cwd=tmp_path).stdout.startswith("第 3 版已发布：回到版本 1（")
    assert run("load", "nowhere", "--data", "data", cwd=tmp_path).stderr.startswith("shopdesk: 没有文件或目录 'nowhere'：")
    assert (
        run("serach", cwd=tmp_path).stderr
        == "shopdesk: 没有命令 'serach'。您是指 'search' 吗？用 `shopdesk --help` 查看说明。\n"
    )
    wrong = run("search", "x", "-k", "0", cwd=tmp_path).stderr
    assert wrong == "shopdesk: '-k' 的值不对：须不小于 1。用 `shopdesk search --help` 查看说明。\n"
    checked = run("doctor", "--data", "data", cwd=tmp_path).stdout
    assert "✓ 索引：1 份文档或商品，1 段资料\n" in checked and "✓ 语言模型：没有设置，由内置写作器回答" in checked
    monkeypatch.setenv("LC_MESSAGES", "en_GB.UTF-8")
    assert run("lint", "--data", "data", cwd=tmp_path).stdout == "Nothing found.\n"


def test_chatting_streams_one_conversation_and_ends_with_an_empty_line(place, run, monkeypatch):
    typed = "Where is my order?\nSD-1001\nlin@example.com\n" + "x" * 5000 + "\n\nnever read\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    told = run("chat", "--data", "data", cwd=place)
    assert (told.returncode, told.stderr) == (0, "")
    greeting, *turns = told.stdout.split("\n> ")
    assert "Norrvik Outdoor" in greeting and len(turns) == 5
    assert "order number" in turns[0] and "e-mail" in turns[1] and "SF123456789" in turns[2]
    assert "5000 characters" in turns[3] and turns[4].strip() == ""


def test_chatting_greets_in_the_language_of_the_shop(tmp_path, run, monkeypatch):
    (tmp_path / "配送.md").write_text("# 配送\n\n满 199 元包邮。", "utf-8")
    assert run("load", "配送.md", "--data", "data", cwd=tmp_path).returncode == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("😀😀\n\n"))
    greeting, answer, _ = run("chat", "--data", "data", cwd=tmp_path).stdout.split("\n> ")
    assert greeting.startswith("您好") and "您" in answer
    assert "您" in run("ask", "😀😀", "--data", "data", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [("ok", "(written by openai:scripted)"), ("500", "(written by the built-in writer; openai:scripted was asked: it failed)")],
)
def test_where_a_language_model_is_set_it_is_told_who_wrote(place, run, behaviour, words):
    with scripted_server("Return shipping is free when the item is faulty [1].", behaviour) as server:
        model = {"SHOPDESK_LLM": "openai:scripted", "SHOPDESK_LLM_BASE_URL": server.url}
        told = run("ask", "Who pays for the return shipping?", "--data", "data", cwd=place, **model)
    assert told.stdout.rstrip().endswith(words)


@pytest.mark.slow
def test_a_load_that_is_interrupted_says_how_to_go_on(tmp_path, run, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    write_files(tmp_path / "files")
    monkeypatch.setattr(SqlLedger, "confirm", interrupted)
    told = run("load", "files", "--data", "data", cwd=tmp_path)
    assert told.returncode == 1 and "Load the same again to go on, or remove what is written" in told.stderr
    monkeypatch.undo()
    again = shopdesk("load", "files", "--data", "data", cwd=tmp_path)
    assert again.returncode == 0 and re.search(r"Finishing a load that was interrupted: \d+ passages", again.stderr)
    assert json.loads(run("search", "包邮", "--data", "data", "--json", cwd=tmp_path).stdout)


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (("load", "/no/such"), {}, "There is no file or directory '/no/such'"),
        (("ask", ""), {}, "The message is empty"),
        (("ask", "\x01\x02\u200b"), {}, "The message is empty"),
        (("ask", "x" * 100_000), {}, "100000 characters"),
        (("search", "x" * 100_000), {}, "100000 characters"),
        (("ask", "Hello", "--conversation", "nowhere"), {}, "no conversation 'nowhere'"),
        (("ask", "Hello"), {"SHOPDESK_LLM": "gpt-4o"}, "llm cannot be 'gpt-4o'"),
        (("ask", "Hello"), {"SHOPDESK_LMM": "x"}, "'SHOPDESK_LMM'"),
        (("ask", "Hello", "--data", "files/faq.csv"), {}, "'files/faq.csv' cannot be made"),
        (("ask", "Hello", "--data", "/proc/nothing"), {}, "'/proc/nothing' cannot be made"),
        (("ask", "Hello", "--data", "misconfigured"), {}, "'misconfigured/shopdesk.toml' is not valid TOML"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_done_is_told_in_one_sentence(place, run, arguments, variables, words):
    (place / "misconfigured").mkdir(exist_ok=True)
    (place / "misconfigured" / "shopdesk.toml").write_text("port = = 1")
    given = arguments if "--data" in arguments else (*arguments, "--data", "data")
    told = run(*given, cwd=place, **variables)
    assert (told.returncode, told.stdout) == (1, "")
    assert words in told.stderr and told.stderr.startswith("shopdesk: ") and told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("load", "files", "--as", "nonsense"), "'--as': 'nonsense' is not one of 'documents', 'catalogue'"),
        (("serch", "tents"), "No such command 'serch'. Did you mean 'search'? `shopdesk --help`"),
        (("faq", "aprove", "7"), "No such command 'aprove'. Did you mean 'approve'? `shopdesk faq --help`"),
        (("serve", "--prot", "80"), "No such option: --prot. Did you mean '--port'? `shopdesk serve --help`"),
        (("search", "-q", "tents"), "No such option: -q. `shopdesk search --help` explains it."),
        (("load",), "Missing argument 'paths'. `shopdesk load --help` explains it."),
        (("search", "tents", "-k", "0"), "'-k': Input should be greater than or equal to 1. `shopdesk search --help`"),
    ],
    ids=" ".join,
)
def test_what_is_typed_wrongly_is_told_in_one_sentence_with_the_nearest_name(place, run, arguments, words):
    told = run(*arguments, cwd=place)
    assert (told.returncode, told.stdout) == (2, "")
    assert words in told.stderr and told.stderr.startswith("shopdesk: ") and told.stderr.count("\n") == 1


def test_the_version_is_told_and_a_command_that_needs_another_word_shows_its_help(place, run):
    told = run("--version", cwd=place)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (told.returncode, told.stdout, told.stderr) == (0, f"shopdesk {declared}\n", "")
    shown = run("faq", cwd=place)
    assert "propose" in shown.stdout and shown.stderr == ""


def test_emoji_alone_get_an_answer(place, run):
    told = run("ask", "😀😀😀", "--data", "data", cwd=place)
    assert (told.returncode, told.stderr) == (0, "") and told.stdout.strip()


@pytest.mark.slow
def test_a_directory_in_use_by_another_process_is_told(place):
    with bot.open(place / "data"):
        told = shopdesk("ask", "Hello", "--data", "data", cwd=place)
    assert (told.returncode, told.stdout) == (1, "")
    assert "'data' is in use by another process" in told.stderr and told.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_terminal_without_chinese_letters_still_gets_the_figures(place):
    told = shopdesk("ask", "保修期多长？", "--data", "data", cwd=place, PYTHONIOENCODING="ascii")
    assert told.returncode == 0 and " 24 " in told.stdout


@pytest.mark.slow
def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path):
    """Files may not grow beyond a limit in the child: the same failure as a disk without space."""
    stocked(tmp_path, encoder="builtin-static").close()
    files = tmp_path / "files"
    chapters = (
        f"## Chapter {n}\n\nStore room {n} holds {n} boxes of tents and kettles, all of them blue.\n" for n in range(2000)
    )
    (files / "more.en.md").write_text("# More\n\n" + "\n".join(chapters))
    told = shopdesk("load", "files", "--data", "data", cwd=tmp_path, most_bytes=1_000_000, SHOPDESK_ENCODER="builtin-static")
    assert told.returncode == 1 and "Traceback" not in told.stderr
    assert told.stderr.startswith("shopdesk: ") and told.stderr.count("\n") == 1 and "free some space" in told.stderr
    with bot.open(tmp_path / "data", encoder="builtin-static") as shop:
        assert "24 months" in shop.reply("How long is the warranty?").text
        shop.load([files])
        assert "1718" in shop.search("store room 1718 boxes", 1)[0]["text"]


def test_load_takes_the_columns_that_the_owner_names_and_reports_what_it_guessed(run, tmp_path):
    rows = "\n".join(f"How long is the warranty of part {n}?,It is {n} months from delivery." for n in range(5))
    (tmp_path / "a.csv").write_text(f"customer,we\n{rows}\n", "utf-8")
    done = run("load", "a.csv", cwd=tmp_path)
    assert "; 5 passages (" in done.stdout
    assert done.returncode == 0 and "read column A (customer) as question and column B (we) as answer" in done.stdout
    assert "1 updated" in run("load", "a.csv", "--columns", "question=B,answer=customer", cwd=tmp_path).stdout
    assert run("search", "2 months", "--json", cwd=tmp_path).stdout.count("It is 2 months from delivery.") == 1
    wrong = run("load", "a.csv", "--columns", "question", cwd=tmp_path)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1) and "--columns cannot be 'question'" in wrong.stderr


def test_load_takes_addresses(run, tmp_path):
    with web_site(**{"/a": page("Parcels leave every day.")}) as site:
        done = run("load", site.address + "/a", cwd=tmp_path, SHOPDESK_PRIVATE_ADDRESSES="true", SHOPDESK_PAGE_PAUSE_S="0")
        assert (done.returncode, done.stdout[:20]) == (0, "documents: 1 added, ")
        refused = run("load", site.address + "/b", cwd=tmp_path, SHOPDESK_PRIVATE_ADDRESSES="false")
    assert refused.returncode == 1 and "private address" in refused.stdout


def test_a_table_is_previewed_drafted_replayed_published_and_taken_back_from_the_terminal(run, tmp_path):
    (tmp_path / "a.csv").write_text("question,answer\nDo you ship abroad?,No.\n", "utf-8")
    assert run("load", "a.csv", cwd=tmp_path).returncode == 0
    run("ask", "Do you ship abroad?", cwd=tmp_path)
    (tmp_path / "a.csv").write_text('question,answer\nDo you ship abroad?,"Yes, to 40 countries."\n', "utf-8")
    shown = run("load", "a.csv", "--preview", cwd=tmp_path).stdout
    assert "documents: 1 changed" in shown and "changed a.csv, row 2 [" in shown
    assert run("load", "a.csv", "--preview", "--json", cwd=tmp_path).stdout.count('"status": "changed"') == 1
    assert run("load", "a.csv", "--draft", cwd=tmp_path).returncode == 0
    refused = run("load", "a.csv", cwd=tmp_path)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1) and "publish it with `shopdesk publish`" in refused.stderr
    replayed = run("replay", "--draft", cwd=tmp_path).stdout
    assert "? Do you ship abroad?" in replayed and "[-No-]" in replayed and "Answers that differ: 1 of 1." in replayed
    listed = run("versions", cwd=tmp_path).stdout
    assert "draft: a.csv" in listed and ": passages +1 −0, now 1 in 1 document\n" in listed
    assert "Version 2 is live: published the draft of a.csv" in run("publish", cwd=tmp_path).stdout
    assert json.loads(run("rollback", "1", "--json", cwd=tmp_path).stdout)["number"] == 3
    listed = json.loads(run("versions", "--json", cwd=tmp_path).stdout)
    assert listed["live"] == 3 and [version["number"] for version in listed["versions"]] == [3, 2, 1]
    assert "There is no draft to discard." in run("discard", cwd=tmp_path).stderr
    wrong = run("load", "a.csv", "--row", "abc", cwd=tmp_path)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1) and "write it like KEY=skip" in wrong.stderr


def test_a_document_that_should_not_be_there_is_found_by_its_name_removed_and_brought_back(run, tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("question,answer\nDo you ship abroad?,No.\n", "utf-8")
    assert "; 1 passage (" in (first := run("load", "a.csv", cwd=tmp_path).stdout) and "says much" not in first
    assert "b.csv: says much the same as a.csv, and both will answer" in run("load", "b.csv", cwd=tmp_path).stdout
    assert [line.split("  ")[0] for line in run("documents", cwd=tmp_path).stdout.splitlines()] == ["a.csv", "b.csv"]
    assert "Did you mean 'b.csv'?" in run("remove", "b.cvs", cwd=tmp_path).stderr
    assert "b.csv is removed. `shopdesk rollback 2` brings it back." in run("remove", "b.csv", cwd=tmp_path).stdout
    assert [each["source"] for each in json.loads(run("documents", "--json", cwd=tmp_path).stdout)] == ["a.csv"]
    assert "No document has 'b.csv'" in run("documents", "b.csv", cwd=tmp_path).stdout


def test_an_entry_is_tried_on_past_questions_published_after_a_yes_and_taken_back_from_the_terminal(run, tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("question,answer\nDo you ship abroad?,No.\n", "utf-8")
    run("load", "a.csv", cwd=tmp_path)
    run("ask", "Do you engrave initials?", cwd=tmp_path)
    made = json.loads(run("faq", "propose", "Do you engrave initials?", "Yes, for 5 EUR.", "--json", cwd=tmp_path).stdout)
    entry = made[0]["id"]
    shown = run("faq", "preview", entry, cwd=tmp_path).stdout
    assert "1 now answered, 0 no longer answered, 0 changed, 0 unchanged" in shown and "{+Yes" in shown
    assert json.loads(run("faq", "preview", entry, "--json", cwd=tmp_path).stdout)["counts"]["better"] == 1
    for answer in ("n\n", ""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        told = run("faq", "approve", entry, cwd=tmp_path)
        assert told.returncode == 1 and "1 now answered" in told.stdout and "Nothing was published" in told.stderr
    assert run("faq", "approve", entry, "--json", cwd=tmp_path).returncode == 1
    assert "live" not in run("faq", "list", cwd=tmp_path).stdout
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert "  live " in run("faq", "approve", entry, cwd=tmp_path).stdout
    assert "proposed" in run("faq", "undo", entry, cwd=tmp_path).stdout
    assert "nothing to undo" in run("faq", "undo", entry, cwd=tmp_path).stderr
    assert json.loads(run("faq", "approve", entry, "--yes", "--json", cwd=tmp_path).stdout)[0]["state"] == "live"
