"""What customers say, read as a whole: opinions, topics, needs and changes, told with their quotes."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pypdfium2
import pytest
from typer.testing import CliRunner

import bot
from benchmarks.insights import main as reading_benchmark
from benchmarks.voices_generated import DAYS, FIRST_DAY, Planted, generated_voices
from bot.cli import app
from bot.console.insight_page import InsightActions
from bot.console.operator import Operator, texts_of
from bot.console.toolkit import gr
from bot.demo_shop import directory
from bot.errors import SettingsError
from bot.marketing.insight.aspects import AspectFinder, further_aspects, seeds
from bot.marketing.insight.comparison import chance
from bot.marketing.insight.insights import find, find_within
from bot.marketing.insight.needs import wishes
from bot.marketing.insight.offering import ACTIONS
from bot.marketing.insight.opinions import read_batch
from bot.marketing.insight.periods import Days, days_of
from bot.marketing.insight.report import report
from bot.marketing.insight.supplier import supplier_note
from bot.marketing.insight.telling import Teller
from bot.marketing.insight.trends import changes
from bot.marketing.insight.voices import Voice
from bot.marketing.reports.charts import dots, stacked_bars
from bot.marketing.reports.document import Report
from bot.store.users import User
from knowledge_base.static_encoder import StaticEncoder
from tests.signed_in import operator


@pytest.fixture(scope="module")
def planted():
    """Reviews in which blame of the noise grows fivefold in August."""
    voices = generated_voices(1200, 3, Planted("noise", 212, DAYS, 5.0), blame=0.15)
    return find(voices, StaticEncoder.load().encode)


def voice(text: str, number: int = 0, **more) -> Voice:
    return Voice(f"V{number}", "review", text, "zh" if text[0] > "一" else "en", **more)


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("Delivery was quick, but the fan is terribly noisy.", {"delivery": "positive", "noise": "negative"}),
        ("物流很快，但是噪音太大，晚上吵得睡不着。", {"delivery": "positive", "noise": "negative"}),
        ("Excellent quality. Sadly overpriced.", {"quality": "positive", "price": "negative"}),
        ("做工很好，就是价格太贵了，不值这个钱。", {"quality": "positive", "price": "negative"}),
    ],
)
def test_each_aspect_is_judged_by_the_clause_that_speaks_of_it(text, judged):
    found = {opinion.aspect: opinion.label for opinion in read_batch((seeds(), [text]))}
    assert {aspect: found.get(aspect) for aspect in judged} == judged


def test_words_inside_other_words_are_no_mention():
    assert AspectFinder(seeds()).mentions("The boxer outfitted a slightly pricelessly built lighthouse") == []


def test_a_planted_trend_is_found_with_its_start_and_its_quotes_and_no_other(planted):
    aspects = [change for change in planted.changes if change.series.startswith(("negative:", "positive:"))]
    blamed = next(change for change in aspects if change.series == "negative:noise")
    assert blamed.rising and abs(blamed.start - (FIRST_DAY + timedelta(days=212))) <= timedelta(days=28)
    assert {change.series for change in aspects} <= {"negative:noise", "positive:noise"}
    told = Teller(planted, "zh").change(blamed)
    assert (
        "噪音" in told["text"]
        and told["emerging"]
        and set(told["ids"]) <= {v.id for v in planted.voices if v.day >= blamed.start}
    )


def test_some_days_are_told_beside_those_before_and_only_what_chance_hardly_explains():
    voices = [
        *generated_voices(1200, 3, Planted("noise", 212, DAYS, 5.0), blame=0.15),
        *(voice(f"您好，在吗 {number}", number, day=date(2025, 8, 20)) for number in range(400)),
        voice("The noise is unbearable.", 9999),
    ]
    august = Days(FIRST_DAY + timedelta(days=212), FIRST_DAY + timedelta(days=272))
    found = find_within(august, voices, StaticEncoder.load().encode)
    assert all(voice.day in august for voice in found.voices)
    for language, words in (("en", ("Before that, from", "1 texts without a date")), ("zh", ("此前的", "有 1 条文字没有日期"))):
        told = Teller(found, language).to_dict()
        clear = [(each["id"], each["label"]) for each in told["compared"]["aspects"] if each["clear"]]
        assert ("noise", "negative") in clear and {aspect for aspect, _ in clear} == {"noise"}
        assert all(any(word in note for note in told["notes"]) for word in words)
        html = report(Teller(found, language), language).html()
        assert next(each["text"] for each in told["compared"]["aspects"] if each["clear"]) in html and "<table>" in html
        listed = [item["text"] for item in InsightActions(operator(None, "insight", language)).items(told, "")]
        assert listed.index(next(each["text"] for each in told["compared"]["aspects"] if each["clear"])) < len(listed)
        assert any(re.search("before: negative|此前：负面", text) for text in listed)
    quiet = Days(FIRST_DAY + timedelta(days=60), FIRST_DAY + timedelta(days=119))
    told = Teller(find_within(quiet, voices, StaticEncoder.load().encode), "en").to_dict()["compared"]
    assert told["aspects"] and not any(each["clear"] for each in told["aspects"])


def test_days_in_which_nobody_wrote_are_told_as_such():
    found = find_within(
        Days(date(2030, 1, 1), date(2030, 1, 7)), [voice("很好。", day=date(2030, 1, 8))], StaticEncoder.load().encode
    )
    assert Teller(found, "zh").notes()[0] == "2030-01-01 至 2030-01-07：0 条评价、0 条聊天消息、0 条对回答的意见。"
    assert "没有超出偶然" in report(Teller(found, "zh"), "zh").html()


def test_a_difference_of_chance_is_seldom_called_clear():
    random = np.random.default_rng(0)
    told = [
        chance((int(a), int(b)), (80, 120))
        for a, b in zip(random.binomial(80, 0.2, 2000), random.binomial(120, 0.2, 2000), strict=True)
    ]
    assert np.mean(np.array(told) <= 0.05) <= 0.05 and chance((30, 5), (80, 120)) < 0.001 and chance((3, 0), (9, 0)) == 1.0


@pytest.mark.parametrize(
    ("period", "first", "last", "before"),
    [
        ("week", "2026-11-23", "2026-11-29", "2026-11-16"),
        ("month", "2026-11-01", "2026-11-30", "2026-10-01"),
        ("7", "2026-11-25", "2026-12-01", "2026-11-18"),
        ("2026-02-01..2026-02-28", "2026-02-01", "2026-02-28", "2026-01-01"),
        ("2026-03-01..2026-03-10", "2026-03-01", "2026-03-10", "2026-02-19"),
    ],
)
def test_a_period_is_named_in_few_words(period, first, last, before):
    days = days_of(period, date(2026, 12, 1))
    assert (str(days.first), str(days.last), str(days.before.first)) == (first, last, before)
    assert days.before.last == days.first - timedelta(days=1)


@pytest.mark.parametrize("period", ["", "0", "-7", "9999999", "fortnight", "2026-11-29..2026-11-23", "2026-02-30..2026-03-01"])
def test_what_is_no_period_is_refused_with_those_there_are(period):
    with pytest.raises(SettingsError, match="write week, month"):
        days_of(period, date(2026, 12, 1))


def test_shuffled_days_raise_no_alarm():
    random = np.random.default_rng(0)
    alarms = 0
    for _ in range(20):
        days = [date(2025, 1, 1) + timedelta(days=int(day)) for day in random.integers(0, 200, 300)]
        series = {str(row): np.flatnonzero(random.random(300) < 0.1).tolist() for row in range(15)}
        alarms += bool(changes(days, series, shuffles=99, seed=1))
    assert alarms <= 3


def test_every_figure_opens_quotes_and_offers_what_to_do_in_both_languages(planted):
    for language, word in (("en", "supplier"), ("zh", "供应商")):
        told = Teller(planted, language).to_dict()
        noise = next(aspect for aspect in told["aspects"] if aspect["id"] == "noise")
        assert noise["blame"]["ids"] and noise["blame"]["quotes"][0]["text"]
        assert any(offer["action"] == "tell_supplier" and word in offer["text"] for offer in noise["offers"])
        assert told["topics"] and told["by_category"] and told["by_product"]
        items = [each for kind in ("aspects", "pain_points", "wishes", "changes", "topics") for each in told[kind]]
        assert {tuple(offer["action"] for offer in item["offers"]) for item in items} == {ACTIONS}
        assert all(offer["command"] and "{" not in offer["text"] for item in told["topics"] for offer in item["offers"])


def test_a_topic_is_told_in_the_language_of_the_report_alone(planted):
    english, chinese = (Teller(planted, language).to_dict()["topics"] for language in ("en", "zh"))
    for topic in english:
        assert not re.search("[一-鿿]", topic["name"]) or "(Chinese texts)" in topic["name"]
    assert all(re.search("[一-鿿]", topic["name"]) for topic in chinese)
    assert any(re.fullmatch(r"[一-鿿 ·]+", topic["name"]) for topic in chinese)


@pytest.mark.parametrize(
    "text",
    [
        "不建议购买。", "建议大家不要买。", "希望对大家有所帮助。", "听了客服的建议，大小合适。", "希望不要让我失望。",
        "建议：还是有选择性的阅读。", "You will need a USB cord.", "Everybody needs an extra battery.",
    ],
)  # fmt: skip
def test_advice_to_other_customers_is_no_wish(text):
    assert wishes([voice(text)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "I wish I could get my money back.", "I wish I could return it.", "I wish I had bought two.",
        "I wish I could give it zero stars.", "You may wish you had never bought it.", "It was missing the cord.",
        "I hope they refund me.", "希望能退款。", "希望尽快发货。", "要是没买就好了。", "希望商家给个解释。",
    ],
)  # fmt: skip
def test_regret_and_what_is_asked_for_one_order_are_no_wish(text):
    assert wishes([voice(text)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "I wish I could set the timer.", "Would be great if it had a lid.", "It needs a longer cable.",
        "It should have a handle.", "要是有盖子就好了。", "建议加个把手。", "希望出个小号的。", "最好能定时。",
    ],
)  # fmt: skip
def test_what_the_goods_lack_is_a_wish(text):
    assert [clause for _, clause in wishes([voice(text)])] == [text[:-1]]


def test_an_aspect_found_in_the_data_is_a_noun_that_is_judged_and_no_brand_and_nothing_that_the_shop_sells():
    said = {
        "display": ["The display is bright", "the display was dull"] * 10,
        "worked": ["it worked", "never worked"] * 10,
        "kettle": ["the kettle is good", "the kettle is bad"] * 10,
    }
    spoken = {"en": said, "zh": {word: ["好", "坏"] * 10 for word in ("视频", "华为", "这次")}}
    found = further_aspects(spoken, {"en": 100, "zh": 100}, list, "red kettle 2 l")
    assert [aspect.names["en"] for aspect in found] == ["display", "视频"]


def test_wishes_are_heard_in_both_languages():
    found = find(
        [voice("I wish there was a green one."), voice("很好，希望能出一个大一点的。", 1)], StaticEncoder.load().encode
    )
    assert [clause for _, clause in found.wishes] == ["I wish there was a green one", "希望能出一个大一点的"]


def test_the_same_wish_of_several_stands_there_once_the_commonest_first():
    said = [
        voice("I wish there was a green one."),
        voice("很好，希望能出一个大一点的。", 1),
        voice("一般，希望能出一个大一点的！", 2),
    ]
    wishes = Teller(find(said, StaticEncoder.load().encode), "en").to_dict()["wishes"]
    assert [(wish["text"], len(wish["ids"])) for wish in wishes] == [
        ("希望能出一个大一点的", 2),
        ("I wish there was a green one", 1),
    ]


def test_a_wish_is_answered_in_its_own_language():
    told = Teller(find([voice("很好，希望能出一个大一点的。")], StaticEncoder.load().encode), "en").to_dict()
    [answer, *_] = told["wishes"][0]["offers"]
    assert answer["action"] == "fix_faq" and answer["command"].endswith("--language zh")


def test_the_report_shows_chinese_on_paper(planted, tmp_path):
    page, paper = report(Teller(planted, "zh"), "zh", "灯具店").write(tmp_path / "out", "insights")
    words = page.read_text("utf-8")
    assert "<h1>顾客怎么说 · 灯具店</h1>" in words and words.index("<h2>痛点") < words.index("<h2>各方面")
    assert "<svg" in page.read_text("utf-8") and "顾客怎么说" in page.read_text("utf-8")
    document = pypdfium2.PdfDocument(paper)
    text = "".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    assert "顾客怎么说" in text and "噪音" in text


def test_words_of_the_whole_shop_name_no_listing_and_no_product_of_it(planted):
    for language, words in (
        ("en", ("in this shop", "listings concerned", "suppliers concerned")),
        ("zh", ("本店", "有关商品页", "有关供应商")),
    ):
        offered = [offer["text"] for aspect in Teller(planted, language).to_dict()["aspects"] for offer in aspect["offers"]]
        assert all(any(word in text for text in offered) for word in words)
        assert not any("the whole shop" in text or "全店" in text for text in offered)


def test_an_english_report_is_set_in_a_latin_font_with_its_quotes_dashes_and_arrows_and_chinese_words_in_theirs():
    page = Report("“Quotes” and dashes – too")
    page.add("p", "Lost before “bought again” — 22% → Try: a message… it’s 5 €")
    page.add("plot", stacked_bars([("“noise” – all", (1, 2, 3))]))
    assert b"STSong" not in page.pdf()
    page.add("quote", "two persons: 两个人有点挤 [R1]")
    text = pypdfium2.PdfDocument(page.pdf())[0].get_textpage().get_text_bounded()
    assert "STSong" in page.pdf().decode("latin-1") and "“bought again” — 22% → Try" in text and "两个人有点挤 [R1]" in text


def test_a_button_writes_a_note_for_the_supplier_of_the_product_chosen_and_asks_for_one_else(planted):
    told = Teller(planted, "zh", lambda sku: f"台灯 {sku}").to_dict()
    actions = InsightActions(operator(None, "insight", "zh"))
    chosen = next(value for label, value in actions.choices(told) if value.startswith("product:"))
    assert f"# 顾客怎么评价台灯 {chosen.removeprefix('product:')}" in actions.note(told, {}, chosen)
    assert f"# 顾客怎么评价台灯 {told['pain_points'][0]['sku']}" in actions.note(told, told["pain_points"][0], "")
    with pytest.raises(gr.Error, match="选一件商品"):
        actions.note(told, {}, "")


@pytest.mark.parametrize(
    ("voices", "note"),
    [
        ([], "Nothing to read yet"),
        ([voice("The quality is fine.", rating=5.0)], "Few texts, 1 in all"),
        ([voice(f"Good quality {n}", n, rating=5.0) for n in range(3)], "All ratings are 5 stars"),
        (
            [voice("BUY CHEAP WATCHES AT SPAM.EXAMPLE", n, day=date(2025, 1, 1) + timedelta(days=n)) for n in range(300)],
            "299 texts",
        ),
    ],
)
def test_what_cannot_be_told_is_said_and_not_invented(voices, note):
    found = find(voices, StaticEncoder.load().encode)
    assert any(note in line for line in Teller(found, "en").notes())
    assert found.changes == () and found.pain_points == () and found.topics == ()


def test_a_flood_of_equal_reviews_makes_no_trend():
    usual = generated_voices(250, 5, blame=0.2)
    flood = [
        replace(usual[0], id=f"S{n}", text="The noise is unbearable, never buy this.", day=date(2025, 12, 1))
        for n in range(300)
    ]
    found = find([*usual, *flood], StaticEncoder.load().encode)
    assert found.repeats == 299
    assert not [change for change in found.changes if change.series.endswith(":noise")]


def test_each_offer_names_the_command_that_does_it_about_a_product_that_there_is(planted):
    told = Teller(planted, "en").to_dict()
    noise = next(each for each in told["aspects"] if each["id"] == "noise")
    commands = {offer["action"]: shlex.split(offer["command"]) for offer in noise["offers"]}
    assert commands["fix_faq"] == ["shopdesk", "faq", "propose", "What can I expect as to noise?", "ANSWER",
                                   "--language", "en"]  # fmt: skip
    sku = commands["tell_supplier"][3]
    assert commands["fix_listing"] == ["shopdesk", "copy", "write", "listing", sku, "--language", "en"]
    assert sku in {voice.sku for voice in planted.voices}
    note = supplier_note(Teller(planted, "en", lambda sku: f"Lamp {sku}").group("product", sku), "en")
    assert note.startswith(f"# What customers say of Lamp {sku}") and "## noise" in note and "> " in note
    assert "还没有人谈到它" in supplier_note(Teller(planted, "zh").group("product", "NONE"), "zh")


def test_quotes_of_a_figure_begin_with_the_clearest():
    told = [
        voice("The noise is a bit loud at times.", 0), voice("The noise is unbearable, awful, never again.", 1),
        voice("Terrible noise, broken and useless.", 2),
    ]  # fmt: skip
    found = find(told, StaticEncoder.load().encode)
    [noise] = [figures for figures in found.by_aspect() if figures.aspect == "noise"]
    score = {opinion.voice: opinion.score for opinion in found.opinions if opinion.aspect == "noise"}
    assert len(noise.negative) > 1 and list(noise.negative) == sorted(noise.negative, key=lambda number: score[number])


def test_texts_of_many_kinds_make_no_topics_and_the_report_says_so():
    rows = [json.loads(line) for line in (directory() / "reviews.jsonl").read_text("utf-8").splitlines()]
    found = find([voice(row["text"], n) for n, row in enumerate(rows)], StaticEncoder.load().encode)
    assert len(found.voices) > 200 and found.topics == ()
    assert "文字太少或太分散，归纳不出话题。" in report(Teller(found, "zh"), "zh").html()


def test_a_topic_is_asked_about_in_its_own_language(planted):
    topics = [topic for topic in Teller(planted, "en").to_dict()["topics"] if topic["phrases"]["en"]]
    assert topics and all(topic["question"].startswith("What should I know about") for topic in topics)
    assert not any("·" in topic["question"] for topic in topics)


def test_plots_of_one_page_do_not_hide_each_other():
    page = Report("Report")
    page.add("plot", stacked_bars([("one", (1,))]))
    page.add("plot", dots([(x, x, 0) for x in range(9)], ["all"]))
    html = page.html()
    assert html.count("<circle") == 10 and "url(#" not in html and not re.search(r'<svg.* id="', html, re.DOTALL)


def test_a_heading_stays_on_the_page_of_what_it_heads():
    for lines in range(40, 60):
        page = Report("Report")
        for number in range(lines):
            page.add("p", f"line {number}")
        page.add("h2", "Topics")
        page.add("table", [("topic", "texts"), ("noise", 7), ("price", 5)])
        document = pypdfium2.PdfDocument(page.pdf())
        texts = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
        assert ["Topics" in text for text in texts] == ["noise" in text for text in texts]


def test_reading_a_file_without_a_review_says_why(tmp_path, capsys):
    (tmp_path / "colours.csv").write_text("name,colour\nA,red\n", "utf-8")
    with pytest.raises(SystemExit) as told:
        reading_benchmark([str(tmp_path / "colours.csv")])
    assert "No review in" in str(told.value) and "no column sku nor rating" in str(told.value)
    (tmp_path / "some.csv").write_text("id,sku,rating,text\n1,A,5,Very quiet.\n2,,4,Nice.\n", "utf-8")
    assert reading_benchmark([str(tmp_path / "some.csv"), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["reviews"] == 1 and "Left out: sku is missing" in said.err


@pytest.mark.slow
def test_what_an_offer_begins_is_done_from_the_command_line(api_data, tmp_path):
    data = ["--data", str(shutil.copytree(api_data, tmp_path / "data")), "--json"]

    def run(*arguments: str):
        return json.loads(CliRunner().invoke(app, [*arguments, *data]).output)

    question, answer = "How loud is the Quiet Kettle?", "It hums at 45 dB."
    [entry] = run("faq", "propose", question, answer, "--by", "mia")
    assert entry["state"] == "proposed" and "45 dB" not in run("ask", question)["text"]
    [live] = run("faq", "approve", entry["id"], "--yes")
    assert live["state"] == "live" and "45 dB" in run("ask", question)["text"]
    run("faq", "withdraw", entry["id"])
    assert [one["state"] for one in run("faq", "list")] == ["withdrawn"] and "45 dB" not in run("ask", question)["text"]
    assert run("insights", "--supplier", "KT-1", "--lang", "en")["note"].startswith("# What customers say of Quiet Kettle")


def test_the_command_reads_the_shop_and_writes_a_report(tmp_path):
    run = CliRunner().invoke
    data = ["--data", str(tmp_path / "data")]
    reviews = tmp_path / "reviews.jsonl"
    reviews.write_text("".join((directory() / "reviews.jsonl").read_text("utf-8").splitlines(True)[100:220]), "utf-8")
    assert run(app, ["load", str(reviews), *data]).exit_code == 0
    shown = run(app, ["insights", "--json", "--lang", "zh", "--out", str(tmp_path / "out"), *data])
    told, _ = json.JSONDecoder().raw_decode(shown.output)
    assert told["texts"] == {"review": 120} and {"包装", "噪音"} <= {aspect["name"] for aspect in told["aspects"]}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["insights.html", "insights.pdf"]
    lines = run(app, ["insights", "--lang", "zh", *data]).output.splitlines()
    assert [lines[lines.index(head) + 1][:4] for head in ("痛点", "愿望")] == ["  • "] * 2


def test_the_console_lists_one_product_proposes_an_answer_and_drafts_copy(tmp_path):
    (tmp_path / "catalogue.csv").write_text(
        "sku,title,category,price,currency,language,description\nF1,Fan,Fans,99,CNY,en,A quiet fan with three speeds.\n"
        "L1,Lamp,Lamps,49,CNY,en,A lamp of glass.\n", "utf-8"
    )  # fmt: skip
    rows = [f'{sku}-{n},{sku},1,"The noise is unbearable, {sku} {n}.",en' for n in range(4) for sku in ("F1", "L1")]
    (tmp_path / "reviews.csv").write_text("\n".join(["id,sku,rating,text,language", *rows]), "utf-8")
    request = SimpleNamespace(state=SimpleNamespace(user=User("ann", "editor", datetime(2026, 1, 1, tzinfo=UTC))))
    with bot.open(tmp_path / "data") as shopdesk:
        shopdesk.load([tmp_path / "catalogue.csv"])
        shopdesk.load([tmp_path / "reviews.csv"], "reviews")
        page = InsightActions(Operator(shopdesk, "en", texts_of("en", "insight")))
        told = shopdesk.insight.insights("en").to_dict()
        assert ("Product: Fan", "product:F1") in page.choices(told)
        [noise] = [item for item in page.items(told, "product:F1") if "of Fan as to noise" in item["question"]]
        assert noise["quotes"] and all("F1" in quote["text"] for quote in noise["quotes"])
        page.propose(noise["question"], "55 dB at the highest speed.", request)
        [entry] = shopdesk.admin.entries.all("proposed")
        assert (entry.question, entry.author, entry.language) == (noise["question"], "ann", "en")
        page.propose("风扇有多吵？", "最高档 55 分贝。", request)
        assert {one.language for one in shopdesk.admin.entries.all("proposed")} == {"en", "zh"}
        assert "fan" in page.draft({}, "product:F1", request).lower()
        assert [text.sku for text in shopdesk.promotion.copywriting.all("draft")] == ["F1"]
        with pytest.raises(gr.Error, match="Choose a product"):
            page.draft({}, "", request)
