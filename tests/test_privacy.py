"""Personal data stays out of logs and away from models that run elsewhere; card numbers reach nobody."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from benchmarks.misbehaving_llm import scripted_server
from bot.generation.chat_model import chat_model, runs_here
from bot.generation.llm_stream import Deadlines, ModelStream
from bot.privacy.logs import PrivateFormatter
from bot.privacy.masking import Mask, blackened, without_cards
from bot.settings import load_settings

VISA, MASTER, AMEX = "4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"
SAID = "I'm lin@example.com, phone +44 7700 900777, at 9 Heron Mews; 家在杭州市文三路12号，手机 13800138000"
PERSONAL = ("lin@example.com", "7700 900777", "Heron Mews", "文三路12号", "13800138000")


@pytest.mark.parametrize("card", [VISA, MASTER, AMEX, "4222222222222"])
def test_a_card_number_is_taken_out_however_it_is_written(card):
    assert without_cards(f"My card {card}, thanks") == "My card [card number], thanks"
    assert without_cards(f"卡号{card}。") == "卡号[card number]。"


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1112", "SD-1001", "138 0013 8000", "2026-05-03 10:30", "978014103614", "1234.5678901234567"]
)
def test_other_numbers_stay(number):
    assert without_cards(f"About {number}, please") == f"About {number}, please"


def test_a_log_holds_nothing_personal_in_either_form():
    for form in ("text", "json"):
        try:
            raise ValueError(f"cannot read {SAID} {VISA}")
        except ValueError as error:
            record = logging.LogRecord(
                "bot", logging.ERROR, "x.py", 1, "A turn failed: %s", (SAID,), (ValueError, error, error.__traceback__)
            )
        line = PrivateFormatter(form).format(record)
        assert [word for word in (*PERSONAL, "4111") if word in line] == []
        assert "A turn failed: I'm [email]" in line and "cannot read" in line
    event = json.loads(line)
    assert (event["level"], event["logger"], "\n" in line) == ("error", "bot", False)


@given(st.lists(st.integers(1, 9), max_size=40))
def test_what_a_model_quotes_is_shown_again_wherever_the_stream_is_cut(cuts):
    mask = Mask()
    quoted = f"[1] You wrote: {mask.hide(SAID)} [2] [email-9] ["
    pieces, at = [], 0
    for cut in cuts:
        pieces.append(quoted[at : at + cut])
        at += cut
    assert "".join(mask.show([*pieces, quoted[at:]])) == f"[1] You wrote: {SAID} [2] [email-9] ["


def test_the_same_words_keep_their_name_and_others_get_another():
    mask = Mask()
    assert mask.hide("a@b.example and c@d.example") == "[email-1] and [email-2]"
    assert mask.hide("c@d.example again") == "[email-2] again"
    assert Mask(personal=False).hide(f"a@b.example {VISA}") == "a@b.example [card number]"


@pytest.mark.parametrize("masking", [True, False])
def test_a_model_elsewhere_sees_names_and_the_customer_reads_their_own_words(masking):
    with scripted_server("We write to [email-1], not to [email-2] [1].") as server:
        settings = load_settings(llm="openai:scripted", llm_base_url=server.url)
        stream = ModelStream(chat_model(settings), Deadlines(5, 5), masking=masking)
        system = SystemMessage("The shop is reached at help@shop.example")
        messages = [system, HumanMessage(SAID), AIMessage("Noted: lin@example.com"), HumanMessage(f"charge {VISA}")]
        told = "".join(stream.pieces(messages))
        stream.close()
        seen = json.dumps(server.requests[-1], ensure_ascii=False)
    assert "help@shop.example" in seen and "4111" not in seen and "[card number]" in seen
    assert [word for word in PERSONAL if word in seen] == ([] if masking else list(PERSONAL))
    assert told == f"We write to {'lin@example.com' if masking else '[email-1]'}, not to [email-2] [1]."


@pytest.mark.parametrize(
    ("llm", "url", "here"),
    [
        ("transformers:/models/x", None, True),
        ("ollama:qwen", None, True),
        ("ollama:qwen", "http://gpu.example:11434/v1", False),
        ("openai:x", "http://127.0.0.1:8000/v1", True),
        ("openai:x", "https://api.example/v1", False),
        ("openai:x", None, False),
        ("anthropic:x", None, False),
    ],
)
def test_only_a_model_on_this_machine_counts_as_local(llm, url, here):
    assert runs_here(load_settings(llm=llm, llm_base_url=url)) is here


def test_nothing_personal_is_left_out_of_sight_twice():
    assert blackened(blackened(SAID)) == blackened(SAID)


def test_only_warnings_are_told_whatever_a_library_sets_for_itself():
    code = (
        "import logging; from bot.privacy.logs import log_to_stderr; log_to_stderr('text')\n"
        "mine = logging.getLogger('library'); mine.setLevel(logging.DEBUG); mine.debug('inner workings')\n"
        "mine.warning('a fault')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    assert "a fault" in told and "inner workings" not in told
