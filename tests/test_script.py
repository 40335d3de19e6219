"""Traditional Chinese: what is asked in it is understood as in Simplified, and answered in the customer's own script."""

from __future__ import annotations

import pytest

from bot.generation.composer import token
from bot.generation.script import in_script, tokens_in_script
from bot.text.script import script_of, script_of_locale
from knowledge_base.retrieval import Retriever

PAIRS = [
    ("保修期多长？", "保修期多長？"),
    ("退货的运费谁出？", "退貨的運費誰出？"),
    ("怎么给水壶除水垢", "怎麼給水壺除水垢"),
    ("可以开发票吗", "可以開發票嗎"),
    ("静音电热水壶多少钱？", "靜音電熱水壺多少錢？"),
    ("200元以内的双肩包，推荐一个", "200元以內的雙肩包，推薦一個"),
    ("双人帐篷和家庭帐篷有什么区别", "雙人帳篷和家庭帳篷有什麼區別"),
    ("我要退货", "我要退貨"),
    ("转人工", "轉人工"),
]
TEXT = "里面的后面是干净的头发[1]。发票在30天内开，SKU-里 299元。\n- 余额：¥12，松谷生活"


def kept(reply: dict) -> dict:
    """What a reply says apart from its characters."""
    products = [(product["sku"], product["price"]) for product in reply["products"]]
    return {name: reply[name] for name in ("action", "intent", "citations", "asks", "abstained")} | {"products": products}


@pytest.mark.parametrize(("simplified", "traditional"), PAIRS)
def test_both_scripts_get_the_same_answer_each_in_its_own(api, simplified, traditional):
    told, events = api.customer().ask(simplified), api.customer().stream(traditional)
    reply = events[-1][2]
    assert kept(reply) == kept(told)
    assert in_script(reply["text"], "Hans") == told["text"] and script_of(told["text"]) == "Hans"
    shown = [reply["text"], *reply["follow_ups"], *(product["title"] for product in reply["products"])]
    assert {script_of(text) for text in shown} <= {"Hant", None} and script_of(reply["text"]) == "Hant"
    assert "".join(data["text"] for name, _, data in events if name == "token") == reply["text"]
    understood = events[0][2]
    assert understood["text"] == traditional and understood["language"]["script"] == "Hant"


@pytest.mark.parametrize(
    ("said", "locale", "script"),
    [
        (["保修期多长？"], "zh-TW", "Hans"),
        (["保修期多長？"], "zh-CN", "Hant"),
        (["你好"], "zh-TW", "Hant"),
        (["你好"], "zh-Hant-HK", "Hant"),
        (["你好"], "zh-CN", "Hans"),
        (["你好"], None, "Hans"),
        (["保修期多長？", "你好"], None, "Hant"),
        (["保修期多长？", "你好"], "zh-TW", "Hans"),
    ],
)
def test_the_message_decides_then_those_before_it_then_the_page(api, said, locale, script):
    customer = api.customer()
    replies = [customer.ask(text, **({"locale": locale} if locale else {})) for text in said]
    assert script_of(replies[-1]["text"]) == script
    assert [turn["text"] for turn in customer.history()] == said


def test_an_address_goes_into_the_order_in_the_customers_own_characters(api):
    customer = api.customer()
    customer.ask("我要改收貨地址，訂單SD-1004，郵箱wang@example.com")
    proposed = customer.ask("新地址是臺北市信義區著名里環市東路371號")
    assert proposed["action"] == "confirm"
    assert proposed["proposed_change"][0]["kwargs"]["address"] == "臺北市信義區著名里環市東路371號"


def test_what_citations_quote_stays_as_the_shop_wrote_it(api):
    reply = api.customer().ask("保修期多長？")
    assert "所有电热水壶自签收之日起保修 24 个月" in reply["citations"][0]["quote"]
    assert "電熱水壺" in reply["text"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_stream_that_is_cut_anywhere_says_what_the_whole_says(size):
    def writing():
        yield token("作废的")
        yield token("", reset=True)
        yield from (token(TEXT[at : at + size]) for at in range(0, len(TEXT), size))
        return "the end"

    def heard():
        returned.append((yield from tokens_in_script(writing(), "Hant")))

    returned, shown = [], ""
    for event in heard():
        shown = event.data["text"] if event.data["reset"] else shown + event.data["text"]
    assert shown == in_script(TEXT, "Hant") and returned == ["the end"]
    assert shown.startswith("裡面的後面是乾淨的頭髮[1]。發票在30天內開，SKU-裡 299元。")


def test_a_writer_is_stopped_when_nobody_listens_any_more():
    stopped = []

    def writing():
        try:
            yield token("好。")
            yield token("的。")
        finally:
            stopped.append(True)

    events = tokens_in_script(writing(), "Hant")
    next(events)
    events.close()
    assert stopped == [True]


def test_simplified_customers_read_a_traditional_shop_in_simplified_and_their_own_words_unchanged():
    assert in_script("退貨的運費由買家負擔，請洽客服。", "Hans") == "退货的运费由买家负担，请洽客服。"
    assert in_script("乾隆年间的著名瓷器", "Hans") == "乾隆年间的著名瓷器"
    assert in_script("Free delivery from 99 EUR", "Hant") == "Free delivery from 99 EUR"


def test_locales_tell_their_script():
    tags = ["zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-CN", "zh-Hans-HK", "zh-CN", "zh", "en-TW", "", None]
    assert [script_of_locale(tag) for tag in tags] == ["Hant"] * 5 + ["Hans"] * 3 + [None] * 3


def test_a_site_greets_in_both_scripts(site):
    assert site["greeting"]["zh_hant"] == in_script(site["greeting"]["zh"], "Hant")
    assert script_of(site["greeting"]["zh_hant"]) == "Hant"


@pytest.fixture
def site(api) -> dict:
    added = api.shopdesk.sites.add(["https://hant.example"], "Hant")
    return api.http.get(f"/api/v1/sites/{added.key}").json()


def test_a_message_is_got_ready_for_the_search_in_the_characters_that_are_searched(api, monkeypatch):
    expected = []
    monkeypatch.setattr(Retriever, "expect", lambda _, query: expected.append(query))
    api.customer().ask("退貨的運費由誰來出呢？")
    assert expected == ["退货的运费由谁来出呢？"]
