"""The owner's tests: what they say when a reply is not as written, their report, and that they leave the shop alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation_tests.cases import read_cases
from bot.conversation_tests.running import Result, junit, pass_hat, run, run_on
from bot.errors import LoadError
from bot.shopdesk import Shopdesk
from tests.receivers import webhook_receiver
from tests.small_shop import open_shop, stocked

GOOD = """
- name: the return period, then who pays
  language: en
  turns:
    - say: How long do I have to return something?
      action: answer
      intent: return_refund
      sentiment: neutral
      writer: builtin
      abstained: false
      angry: false
      contains: [30 days, [within, 在]]
      excludes: [60 days]
      cites: [files/returns.en.md]
      state: {language: en, last_action: answer, asks: []}
    - {say: "And who pays for it?", contains: [12 yuan]}
- name: a wish
  turns:
    - {say: "Recommend a kettle", action: recommend, products: [KT-2, KT-1]}
"""


CANCELLED = """
- name: a cancellation
  turns:
    - {say: "Please cancel my order SD-1003, my e-mail is mia@example.com, I no longer need it", asks: [confirmation]}
    - {say: "yes", written: [cancel_pending_order]}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    with stocked(tmp_path_factory.mktemp("shop")) as shopdesk:
        yield shopdesk


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tests.yaml"
    path.write_text(text, "utf-8")
    return path


def test_conversations_that_go_as_written_pass(shop: Shopdesk, tmp_path: Path) -> None:
    results = list(run(shop, read_cases(written(tmp_path, GOOD))))
    assert [(result.case.name, result.failure) for result in results] == [
        ("the return period, then who pays", None),
        ("a wish", None),
    ]


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("action: decline", "action is 'answer', not 'decline'"),
        ("intent: greeting", "intent is 'return_refund', not 'greeting'"),
        ("sentiment: negative", "sentiment is 'neutral', not 'negative'"),
        ("writer: openai:x", "writer is 'builtin', not 'openai:x'"),
        ("abstained: true", "abstained is False, not True"),
        ("urgent: true", "urgent is False, not True"),
        ("language: zh", "language is 'en', not 'zh'"),
        ("handover: requested", "handover is None, not 'requested'"),
        ("contains: [45 days]", "does not say '45 days'"),
        ("excludes: [30 days]", "says '30 days'"),
        ("cites: [other.md]", "does not cite 'other.md'"),
        ("sources: []", "sources is ['files/returns.en.md'], not []"),
        ("products: [KT-1]", "products is [], not ['KT-1']"),
        ("products_in_order: [KT-1]", "products_in_order is [], not ['KT-1']"),
        ("asks: [email]", "asks is [], not ['email']"),
        ("state: {failures: 2}", "remembers failures 0, not 2"),
    ],
)
def test_every_expectation_that_is_not_met_is_told(shop: Shopdesk, tmp_path: Path, expected: str, told: str) -> None:
    path = written(tmp_path, f"- turns:\n    - say: How long do I have to return something?\n      {expected}\n")
    [result] = run(shop, read_cases(path))
    assert result.failure is not None and result.failure.differences == (told,)
    assert result.case.name == "How long do I have to return something?" and "30 days" in result.failure.text()


def test_the_first_reply_that_is_not_as_written_ends_its_conversation_only(shop: Shopdesk, tmp_path: Path) -> None:
    text = GOOD.replace("12 yuan", "99 yuan")
    first, second = run(shop, read_cases(written(tmp_path, text)))
    assert first.failure is not None and first.failure.turn == 2 and second.failure is None
    suite = ElementTree.fromstring(junit([first, second]))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite[0].get("name") == "the return period, then who pays" and "99 yuan" in str(suite[0][0].get("message"))
    assert len(suite[1]) == 0


def test_runs_of_a_conversation_do_not_meet_what_another_run_did(shop: Shopdesk, tmp_path: Path) -> None:
    cases = read_cases(written(tmp_path, CANCELLED))
    with shop.rehearsal.several(2) as stages:
        [result] = run_on(stages, cases)
        [again] = run_on(stages, cases)
    assert (result.failure, result.runs, result.failed) == (None, 2, 0)
    assert again.failure is not None and again.failed == 2 and again.to_dict()["passed_runs"] == 0


def test_pass_hat_k_is_how_likely_k_runs_of_a_conversation_all_pass(tmp_path: Path) -> None:
    [case] = read_cases(written(tmp_path, CANCELLED))
    results = [Result(case, 1.0, None, 4, 0), Result(case, 1.0, None, 4, 2), Result(case, 1.0, None, 4, 3)]
    assert pass_hat(results) == pytest.approx([(1 + 1 / 2 + 1 / 4) / 3, (1 + 1 / 6) / 3, 1 / 3, 1 / 3])
    assert pass_hat([]) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "hold no list of conversations"),
        ("a: [", "are no YAML in line 1"),
        ("- name: x", "conversation 1 has no turns"),
        ("- turns: [{action: answer}]", "turn 1 says nothing"),
        ("- turns: [{say: x, akshon: answer}]", "expects the unknown akshon: there are abstained, action"),
        ("- turns: [{say: x, action: dance}]", "expects action 'dance': an action is one of answer, clarify"),
        ("- turns: [{say: x, contains: 30 days}]", "expects contains '30 days': write a list"),
        ("- turns: [{say: x, abstained: maybe}]", "write true or false"),
        ("- turns: [{say: x, state: {mood: good}}]", "a conversation remembers no mood"),
        ("- {turns: [{say: x}], kind: y}", "has the unknown kind"),
        ("- {turns: [{say: x}], language: fr}", "has the language 'fr': write zh or en"),
    ],
)
def test_a_mistake_in_a_file_is_one_sentence_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(LoadError) as caught:
        read_cases(written(tmp_path, text))
    assert told in str(caught.value) and "tests.yaml" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("platform", ["own", "shopify"])
def test_the_command_never_speaks_to_the_shops_own_order_system_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api_data: Path, platform: str
) -> None:
    data = shutil.copytree(api_data, tmp_path / "data")
    path = written(tmp_path, CANCELLED)
    with webhook_receiver() as live:
        for name, value in {"URL": live.url("desk"), "PLATFORM": platform, "SECRET": "ck_sixteen:cs_characters"}.items():
            monkeypatch.setenv(f"SHOPDESK_ORDERS_{name}", value)
        done = CliRunner().invoke(app, ["test", str(path), "--data", str(data)])
        assert live.received.empty()
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Conversations that went as written: 1 of 1.")
    assert f"the order system at '{live.url('desk')}' is left alone" in done.stderr


def test_the_command_tries_them_on_a_copy_writes_a_report_and_tells_by_its_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPDESK_ENCODER", "builtin-static")
    (tmp_path / "a.md").write_text("# Returns\n\nYou can return any item within 30 days of delivery.")
    with open_shop(tmp_path / "data") as shop:
        shop.load([tmp_path / "a.md"])
    path = written(tmp_path, "- turns: [{say: 'How long can I return an item?', contains: [30 days]}]\n")
    before = (tmp_path / "data" / "shopdesk.db").read_bytes()
    arguments = ["test", str(path), "--data", str(tmp_path / "data")]
    done = CliRunner().invoke(app, [*arguments, "--junit", str(tmp_path / "report.xml")])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Conversations that went as written: 1 of 1.")
    assert ElementTree.parse(tmp_path / "report.xml").getroot()[0].get("failures") == "0"
    assert (tmp_path / "data" / "shopdesk.db").read_bytes() == before
    path.write_text(path.read_text().replace("30 days", "60 days"))
    failed = CliRunner().invoke(app, [*arguments, "--json"])
    assert failed.exit_code == 1 and json.loads(failed.output)[0]["failure"]["differences"] == ["does not say '60 days'"]
    absent = CliRunner().invoke(app, ["test", str(path), "--data", str(tmp_path / "nowhere")])
    assert "There is no data directory" in str(absent.exception)
