"""The whole program as one object, over a small shop with everything real."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bot
from bot.errors import DataDirectoryError, InputError, LoadError
from bot.shopdesk import Shopdesk
from bot.types import Reply
from tests.small_shop import open_shop, stocked, write_files

REPLY = {
    "conversation": str, "turn": int, "language": str, "intent": dict, "sentiment": dict, "action": str, "text": str,
    "citations": list, "products": list, "follow_ups": list, "asks": list, "proposed_change": (list, type(None)),
    "handover": (dict, type(None)), "abstained": bool, "writer": str, "prompt": (dict, type(None)), "timings_ms": dict,
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shopdesk:
    with stocked(tmp_path_factory.mktemp("shop")) as shopdesk:
        yield shopdesk


def talk(shop: Shopdesk, *messages: str) -> list[Reply]:
    """One conversation, turn by turn."""
    replies: list[Reply] = []
    for message in messages:
        replies.append(shop.reply(message, replies[-1].conversation if replies else None))
    return replies


def counts(summary: dict[str, dict[str, object]], name: str) -> dict[str, object]:
    return {kind: report[name] for kind, report in summary.items() if report[name]}


@pytest.mark.parametrize("guide", ["", "写小字推荐用 0.38 的中性笔。Pens: for small writing we recommend a 0.38 gel pen."])
def test_a_shop_without_a_catalogue_never_says_that_it_has_no_such_goods(tmp_path, guide):
    (tmp_path / "pens.md").write_text(f"# 选笔\n\n{guide}\n", "utf-8")
    with open_shop(tmp_path / "data") as shop:
        if guide:
            shop.load([tmp_path / "pens.md"])
        asked = (
            "你们有什么商品？",
            "有没有橡皮",
            "推荐一款橡皮",
            "What do you sell?",
            "Recommend a ruler under 50",
        )
        for reply in map(shop.reply, asked):
            assert (reply.action, reply.abstained) == ("decline", True)
            assert not re.search("没有这样的商品|in our range", reply.text) and re.search("人工客服|our people", reply.text)
        small = shop.reply("写小字推荐什么笔？")
        assert ("0.38 的中性笔" in small.text) if guide else small.abstained


def test_a_load_sorts_files_by_their_content_and_a_second_one_changes_nothing(tmp_path):
    with open_shop(tmp_path / "data") as shop:
        assert shop.empty
        files = write_files(tmp_path / "files")
        assert counts(shop.load([files]).to_dict(), "added") == {"catalogue": 16, "orders": 6, "documents": 5}
        again = shop.load([files]).to_dict()
        assert counts(again, "unchanged") == {"catalogue": 16, "orders": 6, "documents": 5}
        assert [counts(again, name) for name in ("added", "updated", "removed", "skipped")] == [{}, {}, {}, {}]
        assert not shop.empty


def test_changed_files_update_and_removed_ones_go(tmp_path):
    with stocked(tmp_path) as shop:
        assert "24 months" in shop.reply("How long is the warranty?").text
        assert "159" in shop.reply("静音电热水壶多少钱？").text
        assert re.search(r"159.*库存", shop.reply("静音电热水壶多少钱，有货吗").text)
        files = tmp_path / "files"
        faq, catalogue = files / "faq.csv", files / "catalogue.csv"
        faq.write_text(faq.read_text("utf-8").replace("warranty of 24 months", "warranty of 36 months"), "utf-8")
        catalogue.write_text(catalogue.read_text("utf-8").replace(",159,", ",149,"), "utf-8")
        (files / "returns.en.md").unlink()
        (files / "orders.jsonl").unlink()
        summary = shop.load([files]).to_dict()
        assert counts(summary, "updated") == {"catalogue": 2, "documents": 1}
        assert counts(summary, "removed") == {"orders": 6, "documents": 1}
        assert "36 months" in shop.reply("How long is the warranty?").text
        assert "149" in shop.reply("静音电热水壶多少钱？").text
        assert "files/returns.en.md" not in {hit["source"] for hit in shop.search("Who pays for the return?", 20)}
        assert shop.reply("Where is order SD-1001? lin@example.com").abstained


def test_search_gives_plain_records_best_first(shop):
    hits = shop.search("How long is the warranty?", 3)
    assert [set(hit) for hit in hits] == [{"id", "score", "source", "title", "text", "kind"}] * 3
    assert hits[0]["text"] == "All electric kettles have a warranty of 24 months from delivery." and hits[0]["kind"] == "qa"
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert json.loads(json.dumps(hits)) == hits


@pytest.mark.parametrize(
    "message",
    ["How long is the warranty?", "推荐一个双肩包", "SD-1001 lin@example.com", "转人工", "Who won the world cup?", "你好"],
)
def test_the_reply_object_has_the_keys_and_types_of_the_contract(shop, message):
    reply = shop.reply(message).to_dict()
    assert list(reply) == list(REPLY)
    assert [key for key, kind in REPLY.items() if not isinstance(reply[key], kind)] == []
    assert {"name", "confidence"} <= set(reply["intent"]) and {"label", "score"} <= set(reply["sentiment"])
    for citation in reply["citations"]:
        assert {"n", "id", "source", "title", "quote"} <= set(citation) and f"[{citation['n']}]" in reply["text"]
    for product in reply["products"]:
        assert {"sku", "title", "price", "currency", "stock", "url", "why"} <= set(product)
    assert json.loads(json.dumps(reply)) == reply


def test_a_citation_quotes_a_verbatim_span_of_what_was_loaded(shop):
    reply = shop.reply("保修期多长？")
    texts = {hit["id"]: hit["text"] for hit in shop.search("保修期多长？", 20)}
    assert reply.citations and all(citation.quote in texts[citation.id] for citation in reply.citations)


def test_events_come_in_order_and_the_tokens_are_the_text(shop):
    events = list(shop.stream("Which payment methods do you accept?"))
    names = [event.name for event in events]
    tokens = names.count("token")
    assert names == ["understanding", *["token"] * tokens, "citations", "products", "follow_ups", "asks", "done"] and tokens
    reply = events[-1].data
    assert "".join(event.data["text"] for event in events if event.name == "token") == reply.text
    assert (reply.writer, reply.prompt) == ("builtin", None)


def test_a_stream_that_is_left_stores_nothing(shop):
    conversation = shop.reply("Hello").conversation
    events = shop.stream("How long is the warranty?", conversation)
    next(events)
    events.close()
    assert [turn["text"] for turn in shop.conversations.replies(conversation)] == ["Hello"]
    assert shop.reply("How long is the warranty?", conversation).turn == 2


def test_a_conversation_goes_on_after_the_directory_was_opened_again(tmp_path):
    with stocked(tmp_path) as shop:
        first = shop.reply("Where is my order?")
        assert first.asks == ("order_id", "email")
    with open_shop(tmp_path / "data") as shop:
        second = shop.reply("SD-1001", first.conversation)
        assert (second.turn, second.asks) == (2, ("email",))
    with open_shop(tmp_path / "data") as shop:
        third = shop.reply("lin@example.com", first.conversation)
        assert third.turn == 3 and "SF123456789" in third.text
        assert [turn["reply"]["turn"] for turn in shop.conversations.replies(first.conversation)] == [1, 2, 3]


def test_the_language_may_change_midway(shop):
    replies = talk(shop, "How long is the warranty?", "支持哪些付款方式？", "Do you issue invoices?")
    assert [reply.language for reply in replies] == ["en", "zh", "en"]
    assert ["24 months" in replies[0].text, "支付宝" in replies[1].text, "24 hours" in replies[2].text] == [True] * 3


@pytest.mark.parametrize(
    "messages",
    [
        ("Where is my order?", "Which payment methods do you accept?", "SD-1001 lin@example.com"),
        ("我的订单到哪了？", "支持哪些付款方式？", "订单号 SD-1001，邮箱 lin@example.com"),
    ],
)
def test_the_topic_may_change_while_the_assistant_waits_for_something(shop, messages):
    asked, between, found = talk(shop, *messages)
    assert (asked.action, between.action, found.action) == ("order_status", "answer", "order_status")
    assert "Visa" in between.text and "SF123456789" in found.text


def test_what_the_customer_said_is_remembered(shop):
    replies = talk(shop, "Recommend a backpack", "under 250 yuan", "not red please")
    assert [reply.action for reply in replies] == ["recommend"] * 3
    assert {product.sku for product in replies[1].products} == {"TH-2", "TH-3"}
    assert [product.sku for product in replies[2].products] == ["TH-2"]


@pytest.mark.parametrize(("vague", "answer"), [("Recommend something", "a kettle"), ("推荐个东西", "电热水壶")])
def test_a_vague_wish_is_asked_about_and_the_answer_taken_up(shop, vague, answer):
    asked, shown = talk(shop, vague, answer)
    assert asked.action == "clarify" and "need" in asked.asks and not asked.follow_ups
    assert {product.sku for product in shown.products} == {"KT-1", "KT-2"}


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (("I want to talk to a human",), "requested"),
        (("转人工",), "requested"),
        (("This is outrageous, you are thieves, I am furious!!!",), "anger"),
        (("你们太垃圾了，骗子！气死我了！",), "anger"),
        (("What is the capital of France?", "Who won the world cup?", "Write me a poem"), "repeated_failure"),
        (("法国首都是哪里？", "世界杯谁赢了？", "给我写首诗"), "repeated_failure"),
    ],
)
def test_a_person_takes_over_on_request_on_anger_and_after_the_third_failure(shop, messages, reason):
    *before, last = talk(shop, *messages)
    assert all(reply.abstained and reply.handover is None for reply in before)
    assert (last.action, last.handover and last.handover.reason) == ("handover", reason)


@pytest.mark.parametrize(
    ("found", "wrong", "unknown"),
    [
        (
            "Where is order SD-1002? bob@example.com",
            "Where is order SD-1002? eve@example.com",
            "Where is order SD-9999? eve@example.com",
        ),
        (
            "查一下订单 SD-1002，邮箱 bob@example.com",
            "查一下订单 SD-1002，邮箱 eve@example.com",
            "查一下订单 SD-9999，邮箱 eve@example.com",
        ),
    ],
)
def test_an_order_shows_with_its_proof_only_and_an_unknown_one_looks_the_same(shop, found, wrong, unknown):
    shown = shop.reply(found)
    assert (shown.action, shown.abstained) == ("order_status", False) and "SD-1002" in shown.text
    refused, missing = (shop.reply(message).to_dict() for message in (wrong, unknown))
    assert refused["abstained"] and refused["asks"] == ["order_id", "email"] and refused["citations"] == []
    assert "KT-1" not in json.dumps(refused) and "Quiet Kettle" not in json.dumps(refused)
    for reply in (refused, missing):
        del reply["conversation"], reply["timings_ms"], reply["intent"]["confidence"], reply["sentiment"]["score"]
    assert refused == missing


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("Recommend a backpack under 250 yuan", {"TH-2": "¥199", "TH-3": "¥129"}),
        ("推荐一个250元以内的双肩包", {"TH-2": "¥199", "TH-3": "¥129"}),
    ],
)
def test_recommended_products_carry_their_facts(shop, message, facts):
    reply = shop.reply(message)
    assert reply.action == "recommend" and {product.sku for product in reply.products} == set(facts)
    for product in reply.products:
        assert product.price_text == facts[product.sku] == f"¥{product.price:g}" and product.price_text in reply.text
        assert product.title in reply.text and product.why and product.currency == "CNY"
    assert {citation.id for citation in reply.citations} == {f"product:{sku}" for sku in facts}


def test_follow_ups_never_repeat_what_was_asked_and_are_in_the_customers_language(shop):
    for questions in (
        ("How long is the warranty?", "Do you issue invoices?", "Which payment methods do you accept?"),
        ("保修期多长？", "可以开发票吗？", "支持哪些付款方式？"),
    ):
        replies = talk(shop, *questions)
        assert any(reply.follow_ups for reply in replies)
        for number, reply in enumerate(replies, start=1):
            assert not set(reply.follow_ups) & set(questions[:number])
            assert len(set(reply.follow_ups)) == len(reply.follow_ups) <= 3
            assert all(any("\u4e00" <= c <= "\u9fff" for c in text) == (reply.language == "zh") for text in reply.follow_ups)


@pytest.mark.parametrize(
    ("asked", "kinds", "lacking"),
    [
        ("买帐篷、双肩包和炉头", {"TN", "TH"}, "“炉头”没有找到"),
        ("I need a tent, a backpack and binoculars", {"TN", "TH"}, "no “binoculars”"),
        ("想买水壶和望远镜", {"KT"}, "“望远镜”没有找到"),
        ("do you have kettles and binoculars?", {"KT"}, "no “binoculars”"),
        ("买帐篷和双肩包", {"TN", "TH"}, ""),
        ("a tent and a kettle please", {"TN", "KT"}, ""),
    ],
)
def test_all_that_is_wished_for_in_a_list_is_shown_or_said_not_to_be_there(shop, asked, kinds, lacking):
    reply = shop.reply(asked)
    assert {product.sku[:2] for product in reply.products} == kinds
    assert lacking in reply.text if lacking else "没有找到" not in reply.text and "I found no" not in reply.text


@pytest.mark.parametrize(
    ("asked", "rule", "wish"),
    [
        ("用过的面霜能退吗", "未使用的商品都可以退货", "我要退货"),
        ("包装扔了还能退吗", "请保留原包装", "我要退货"),
        ("下过水的双肩包能退吗", "未使用的商品都可以退货", "我要退货"),
        ("can i return a used face cream", "any unused item", "I want to return an order"),
    ],
)
def test_the_rules_on_returns_are_told_and_a_return_of_ones_own_is_offered(shop, asked, rule, wish):
    told, wished = talk(shop, asked, wish)
    assert rule in told.text and told.action == "answer" and wish in told.follow_ups
    assert "order_id" in wished.asks


@pytest.mark.parametrize("asked", ["赠品要一起退吗", "买错型号了能换吗"])
def test_no_order_is_asked_for_where_the_rules_do_not_tell(shop, asked):
    reply = shop.reply(asked)
    assert reply.abstained and not reply.asks


def test_a_turn_says_how_long_each_stage_took(shop):
    timings = shop.reply("How long is the warranty?").timings_ms
    assert {"understanding", "evidence", "writing", "follow_ups", "total"} == set(timings)
    assert sum(value for stage, value in timings.items() if stage != "total") <= timings["total"] + 0.1


def test_a_rating_is_kept_and_replaced_and_needs_a_turn(shop):
    reply = shop.reply("How long is the warranty?")
    shop.rate(reply.conversation, 1, "down", reason="wrong", text="那不对")
    shop.rate(reply.conversation, 1, "up")
    assert shop.conversations.ratings(reply.conversation) == {1: "up"}
    with pytest.raises(InputError, match="has no turn 2"):
        shop.rate(reply.conversation, 2, "up")


def test_a_customer_known_to_the_server_sees_their_own_order_without_further_proof(shop):
    reply = shop.reply("Where is my order?", customer="C2")
    assert "SD-1002" in reply.text and "SD-1001" not in shop.reply("Where is order SD-1001?", customer="C2").text


def test_an_unknown_conversation_is_refused(shop):
    with pytest.raises(InputError, match="no conversation 'nowhere'"):
        shop.reply("Hello", "nowhere")


def test_a_path_that_is_not_there_is_refused_before_anything_is_loaded(tmp_path):
    with open_shop(tmp_path / "data") as shop:
        files = write_files(tmp_path / "files")
        with pytest.raises(LoadError, match="/no/such"):
            shop.load([files, "/no/such"])
        assert shop.empty


def test_a_database_that_fails_midway_is_told_in_one_sentence(tmp_path):
    with stocked(tmp_path) as shop:
        conversation = shop.reply("Hello").conversation
        database = tmp_path / "data" / "shopdesk.db"
        whole = database.read_bytes()
        for path in database.parent.glob("shopdesk.db*"):
            path.write_bytes(b"garbage" * 1000)
        with pytest.raises(DataDirectoryError, match="database cannot be read or written") as caught:
            shop.reply("How long is the warranty?", conversation)
        assert "\n" not in str(caught.value)
        assert whole


def test_a_directory_in_use_is_refused_and_free_again_after_closing(tmp_path):
    with open_shop(tmp_path / "data") as shop:
        with pytest.raises(DataDirectoryError, match="in use by another process"):
            bot.open(tmp_path / "data")
        shop.close()
        shop.close()
    bot.open(tmp_path / "data").close()


def test_a_copied_data_directory_works_elsewhere(tmp_path):
    with stocked(tmp_path) as shop:
        before = shop.reply("保修期多长？").text
    shutil.copytree(tmp_path / "data", Path(tmp_path / "moved"))
    with bot.open(tmp_path / "moved") as shop:
        assert shop.reply("保修期多长？").text == before


def test_many_customers_may_write_at_once_and_each_gets_their_own_answer(shop):
    asked = {
        "How long is the warranty?": "24 months",
        "保修期多长？": "24 个月",
        "支持哪些付款方式？": "支付宝",
        "Where is order SD-1002? bob@example.com": "SD-1002",
    }

    def customer(number: int) -> list[str]:
        question, answer = list(asked.items())[number % len(asked)]
        replies = talk(shop, question, question)
        return [reply.text for reply in replies if answer not in reply.text or reply.turn not in (1, 2)]

    with ThreadPoolExecutor(8) as pool:
        assert [wrong for wrong in pool.map(customer, range(24)) if wrong] == []


def test_of_two_messages_sent_at_once_in_one_conversation_none_is_half_stored(shop):
    conversation = shop.reply("Hello").conversation

    def send(_: int) -> bool:
        try:
            return bool(shop.reply("How long is the warranty?", conversation).turn)
        except InputError:
            return False

    with ThreadPoolExecutor(6) as pool:
        answered = sum(pool.map(send, range(6)))
    stored = shop.conversations.replies(conversation)
    assert answered >= 1 and [turn["reply"]["turn"] for turn in stored] == list(range(1, answered + 2))
