"""A shop for babies in both languages: lists in prose, what comes with a thing, its own words, and rows that speak aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

DELIVERY = {
    "zh": """# 送货

江浙沪由中通发出，1 到 2 天送到；其他地区 3 到 5 天送到；新疆、西藏 6 到 9 天。下午 4 点前付款的订单当天发出。

广东满 99 元包邮，其他地区满 199 元包邮。

# 储值

储值 300 送 30，储值 800 送 100。储值金额不能提现，可以和满减一起用，不能和节日折扣一起用。
""",
    "en": """# Delivery

Parcels take 2 days to Shanghai, Jiangsu and Zhejiang, 4 days to Guangdong, 9 days to Tibet and Xinjiang.
To the rest of China they take 6 days. Orders paid by 4 pm leave on the same day.
""",
}
FAQ = """question,answer,language
会员有什么好处？,注册就是会员，每花 1 元得 1 积分，200 积分抵 5 元；生日当月八五折，不与其他优惠同享。,zh
积分会过期吗？,积分两年内有效，到期清零。,zh
优惠券能叠加吗？,一单只能用一张券，可以和积分一起用，不能和生日折扣一起用。,zh
纸尿裤选多大的？,按体重选：5 公斤以下 NB，5 到 8 公斤 S，8 到 11 公斤 M，11 公斤以上 L。,zh
What do members get?,"One point for every yuan, and 200 points are worth 5 yuan. 15 % off in the month of your birthday.",en
Do points expire?,"Points stay valid for two years.",en
Can I use several vouchers?,"One for each order. It cannot be combined with the birthday discount.",en
买推车送什么？,推车赠送蚊帐一顶。,zh
推车多久洗一次坐垫？,每个月洗一次。,zh
送老师什么好？,可以选礼品卡。,zh
奶瓶要消毒吗？,奶瓶每天消毒一次。,zh
Do bottles need sterilising?,Bottles need sterilising once a day.,en
What can I give a teacher?,A gift card is a good choice.,en
What comes with a stroller?,A mosquito net comes with every stroller.,en
Which nappies fit?,"By weight: up to 5 kg NB, 5 to 8 kg S, 8 to 11 kg M, over 11 kg L.",en
"""
CATALOGUE = """sku,title,description,brand,category,price,currency,stock,language,size
NA-S,软云纸尿裤 S,透气纸尿裤，一包 60 片。,软云,纸尿裤,69,CNY,9,zh,S
NA-S,"Softcloud nappies, S",Breathable nappies in a pack of 60.,Softcloud,Nappies,69,CNY,9,en,S
NA-M,软云纸尿裤 M,透气纸尿裤，一包 52 片。,软云,纸尿裤,72,CNY,4,zh,M
NA-M,"Softcloud nappies, M",Breathable nappies in a pack of 52.,Softcloud,Nappies,72,CNY,4,en,M
ST-1,小步推车,可折叠推车，附雨罩和杯架。,小步,推车,499,CNY,6,zh,
ST-1,Ministep stroller,"Folding stroller, comes with a rain cover and a cup holder.",Ministep,Strollers,499,CNY,6,en,
LI-1,星点小夜灯,静音定时小夜灯，可连手机。,星点,小夜灯,59,CNY,9,zh,
LI-1,Stardot night light,"Silent night light with a timer, can be set from your phone.",Stardot,Night lights,59,CNY,9,en,
CU-1,小步 推车坐垫,凉感坐垫，两侧有绑带。,小步,坐垫,59,CNY,9,zh,
TE-1,软语牙胶,硅胶牙胶，不用消毒，清水冲洗。,软语,牙胶,29,CNY,9,zh,
TE-1,Softbite teether,"Silicone teether, needs no sterilising, rinse it with water.",Softbite,Teethers,29,CNY,9,en,
WI-1,软云湿巾 一包八十张,无香湿巾。,软云,湿巾,9,CNY,90,zh,
WI-1,"Softcloud wipes, pack of 80",Wipes without scent.,Softcloud,Wipes,9,CNY,90,en,
CA-1,小步腰凳,单肩腰凳，适合新手爸妈，承重 20 公斤。,小步,腰凳,169,CNY,9,zh,
CA-1,Ministep hip seat,"Hip seat with one strap, made for beginners, holds up to 20 kg.",Ministep,Hip seats,169,CNY,9,en,
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    """The shop, open, with its pages and its goods."""
    folder: Path = tmp_path_factory.mktemp("nursery")
    for language, text in DELIVERY.items():
        (folder / f"delivery.{language}.md").write_text(text, "utf-8")
    (folder / "faq.csv").write_text(FAQ, "utf-8")
    (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    with bot.open(folder / "data") as opened:
        opened.load([folder / "delivery.zh.md", folder / "delivery.en.md", folder / "faq.csv", folder / "catalogue.csv"])
        yield opened


def told(shop: Shopdesk, talk: str) -> tuple[str, tuple[str, ...]]:
    """The last reply of a talk whose messages stand between bars, without its marks, and the products beside it."""
    conversation, reply = None, None
    for message in talk.split("|"):
        reply = shop.reply(message, conversation)
        conversation = reply.conversation
    assert reply is not None
    return reply.text, tuple(product.sku for product in reply.products)


@pytest.mark.parametrize(
    ("talk", "says", "not_said"),
    [
        ("送到成都要几天", "其他地区 3 到 5 天", "1 到 2 天"),
        ("送到苏州要几天", "1 到 2 天", "3 到 5 天"),
        ("送到苏州要几天|喀什呢", "6 到 9 天", "1 到 2 天"),
        ("寄到深圳包邮吗", "满 99 元", "199"),
        ("寄到武汉包邮吗", "满 199 元", "满 99"),
        ("how long does delivery to Chengdu take", "6 days", "9 days"),
        ("how long does delivery to Suzhou take", "2 days", "6 days"),
        ("how long does delivery to Suzhou take|and to Shenzhen?", "4 days", "2 days"),
        ("how long does delivery to Lhasa take", "9 days", "4 days"),
    ],
)
def test_a_place_is_told_the_row_that_names_it_or_its_region_or_that_of_the_rest(
    shop: Shopdesk, talk: str, says: str, not_said: str
) -> None:
    text, _ = told(shop, talk)
    assert says in text
    assert not_said not in text


@pytest.mark.parametrize(
    ("talk", "says", "not_said", "sku"),
    [
        ("宝宝 9 公斤，纸尿裤选多大的", "8 到 11 公斤 M", "5 到 8", "NA-M"),
        ("宝宝 9 公斤，纸尿裤选多大的", "软云纸尿裤 M", "11 公斤以上", "NA-M"),
        ("宝宝 12 斤，纸尿裤选多大的|多少钱", "¥69", "¥72", "NA-S"),
        ("my baby weighs 9 kg, which nappies fit?", "8 to 11 kg M", "5 to 8", "NA-M"),
        ("my baby weighs 6 kg, which nappies fit?|how much are they?", "¥69", "¥72", "NA-S"),
    ],
)
def test_of_a_list_of_sizes_the_row_that_fits_is_told_and_its_variant_stays_in_view(
    shop: Shopdesk, talk: str, says: str, not_said: str, sku: str
) -> None:
    text, skus = told(shop, talk)
    assert says in text
    assert not_said not in text
    assert skus == (sku,)


@pytest.mark.parametrize(
    ("talk", "says", "not_said"),
    [
        ("积分怎么用", "200 积分抵 5 元", "两年"),
        ("过生日有优惠吗", "八五折", "一张券"),
        ("优惠券能和生日折扣一起用吗", "不能和生日折扣一起用", "八五折"),
        ("how do I use my points?", "200 points are worth 5 yuan", "two years"),
        ("is there a birthday discount?", "15 % off", "voucher"),
    ],
)
def test_a_row_that_speaks_of_a_thing_aside_leaves_the_answer_to_the_one_that_tells_it(
    shop: Shopdesk, talk: str, says: str, not_said: str
) -> None:
    text, _ = told(shop, talk)
    assert says in text
    assert not_said not in text


@pytest.mark.parametrize(
    ("talk", "says", "not_said"),
    [
        ("小步推车|送雨罩吗", "有的，小步推车：可折叠推车，附雨罩和杯架", "没有"),
        ("小步推车|带凉席吗", "没有列出凉席", "有的"),
        ("小步推车|送蚊帐吗", "推车赠送蚊帐", "没有"),
        ("小步推车|带不带雨罩", "有的", "没有"),
        ("Ministep stroller|do i need to buy a rain cover separately?", "comes with a rain cover", "Yes"),
        ("星点小夜灯|送电池吗", "没有提到附带电池", "有的"),
        ("Ministep stroller|does it come with a rain cover?", "Yes. Ministep stroller: Folding stroller", "not"),
        ("Ministep stroller|is a footmuff included?", "does not list a footmuff", "Yes"),
        ("Ministep stroller|does it come with a mosquito net", "A mosquito net comes with every stroller", "not"),
        ("Stardot night light|does it come with batteries?", "does not say that it comes with batteries", "Yes"),
    ],
)
def test_whether_a_thing_comes_with_goods_in_view_is_told_from_their_own_text(
    shop: Shopdesk, talk: str, says: str, not_said: str
) -> None:
    text, _ = told(shop, talk)
    assert says in text
    assert not_said not in text


@pytest.mark.parametrize(
    ("talk", "says"),
    [
        ("星点小夜灯|会不会吵到宝宝睡觉", "静音定时小夜灯"),
        ("星点小夜灯|能连手机吗", "可连手机"),
        ("小步推车|占地方吗", "可折叠推车"),
        ("Stardot night light|will it wake the baby?", "Silent night light"),
        ("Ministep stroller|does it take up much space?", "Folding stroller"),
    ],
)
def test_goods_in_view_answer_in_their_own_words_what_nothing_else_does(shop: Shopdesk, talk: str, says: str) -> None:
    text, _ = told(shop, talk)
    assert says in text


@pytest.mark.parametrize("talk", ["送朋友的礼物，她什么都不会带娃，没有基础", "a present for a friend who has never done this"])
def test_a_present_for_who_has_never_done_it_is_something_for_beginners(shop: Shopdesk, talk: str) -> None:
    _, skus = told(shop, talk)
    assert skus == ("CA-1",)


@pytest.mark.parametrize(
    ("talk", "says", "not_said"),
    [
        ("推车坐垫多久洗一次", "每个月洗一次", "绑带"),
        ("送妈妈什么好", "", "礼品卡"),
        ("what can I give my mum?", "", "gift card"),
        ("送老师什么好", "礼品卡", "抱歉"),
        ("储值有什么优惠", "储值 300 送 30", "抱歉"),
        ("小步腰凳|能坐多重的宝宝", "承重 20 公斤", "抱歉"),
        ("Ministep hip seat|how heavy a child can it hold?", "20 kg", "guess"),
        ("软语牙胶|要消毒吗", "不用消毒", "每天"),
        ("Softbite teether|does it need sterilising?", "needs no sterilising", "once a day"),
        ("一包湿巾有几张", "一包八十张", "抱歉"),
        ("how many wipes are in a pack?", "pack of 80", "guess"),
    ],
)
def test_what_is_told_is_of_the_thing_the_person_and_the_words_asked_about(
    shop: Shopdesk, talk: str, says: str, not_said: str
) -> None:
    text, _ = told(shop, talk)
    assert says in text
    assert not_said not in text


@pytest.mark.parametrize(("kind", "sku"), [("牙胶", "TE-1"), ("teether", "TE-1"), ("腰凳", "CA-1")])
def test_the_name_of_a_kind_of_goods_alone_shows_them(shop: Shopdesk, kind: str, sku: str) -> None:
    _, skus = told(shop, kind)
    assert skus == (sku,)
