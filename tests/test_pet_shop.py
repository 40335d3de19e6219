"""Customers of a Chinese pet shop, whose owner's spreadsheet and texts are as such shops have them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

CATALOGUE = """商品编码,品名,品牌,分类,适用宠物,不含,主要成分,零售价（元/件）,库存（件）
FD-1,喵乐鲜鸡肉猫粮 1.5kg,喵乐,猫粮,猫,,鸡肉、玉米,69元/袋,35件
FD-2,北境三文鱼猫粮 1.5kg,北境,猫粮,猫,谷物、鸡肉,三文鱼、豌豆,128元/袋,12袋
FD-3,喵乐幼猫粮 1.5kg,喵乐,猫粮,猫,,鸡肉、大米,79元/袋,20袋
FD-4,旺程牛肉犬粮 5kg,旺程,狗粮,狗,鸡肉,牛肉、糙米,171元/袋,8袋
FD-5,北境无谷鹿肉犬粮 5kg,北境,狗粮,狗,谷物、鸡肉,鹿肉、豌豆,371元/袋,9袋
FD-6,北境三文鱼猫粮 5kg,北境,猫粮,猫,,三文鱼、豌豆,371元/袋,9袋
LB-1,全自动智能猫砂盆 Pro,净爪,猫砂盆,猫,,,1599元/台,15台
LB-2,全自动智能猫砂盆 Lite,净爪,猫砂盆,猫,,,999元/台,22台
LT-1,松木猫砂,净爪,猫砂,猫,,,39元/袋,60袋
LT-2,豆腐猫砂,净爪,猫砂,猫,,,45元/袋,90袋
CA-1,太空舱猫包,行旅,猫包,猫,,,159元/个,22个
CA-2,透气猫包,行旅,猫包,猫,,,129元/个,40个
"""
CLOTHES = """商品编码,品名,品牌,分类,尺码,零售价,库存
HN-XS,反光胸背 XS,旺程,胸背,XS,59,5
HN-S,反光胸背 S,旺程,胸背,S,59,5
HN-M,反光胸背 M,旺程,胸背,M,65,0
HN-L,反光胸背 L,旺程,胸背,L,65,5
HN-XL,反光胸背 XL,旺程,胸背,XL,69,5
HN-XXL,反光胸背 XXL,旺程,胸背,XXL,69,5
"""
FAQ = """问题,答案
胸背买小了可以换吗？,可以。未剪吊牌的，签收10天内可以换一次尺码，换货运费各付一半。
运费怎么算？,订单满79元包邮，不满79元收运费7元。
猫砂盆能用什么砂？,能用混合砂和豆腐砂，其他的砂会卡住滚筒。
商品有质量问题怎么办？,签收30天内免费换新，来回运费我们出。
收到的商品破损了怎么办？,签收48小时内拍照发给我们，免费补发。
猫砂盆的App连不上怎么办？,路由器要用2.4G频段，长按配网键5秒到蓝灯快闪再连。
"""
DELIVERY = """# 配送与冷链说明

## 冷链
冷冻生骨肉每周一、三、五发货，泡沫箱加干冰，保冷48小时。冷链运费一律25元，满299元免冷链运费。

## 签收
请当面验货；丢件由我们先行补发。

## 节假日
节假日照常送货，只有春节停三天。

| 地区 | 首重1kg | 续重每kg |
| --- | --- | --- |
| 江浙沪皖 | 7元 | 1元 |
| 华北华南 | 7元 | 3元 |
| 新疆西藏 | 18元 | 12元 |
"""
MEMBERS = """毛球会员说明

一、会员等级
普通会员：注册即是。银爪会员：近12个月消费满500元，享98折。金爪会员：近12个月消费满2000元，享95折和专属客服。

二、礼品卡
有100元和200元两种，有效期三年，不能提现。
"""


SAFETY = """# 安全与保养

## 召回：无线饮水机
沁泉无线饮水机批次2605A至2606C的密封圈可能渗水。请立即停用并取出电池，免费换新底座或全额退款。登记截止到2027年3月31日。

## 饮水机清洗频率
| 部位 | 频率 | 方法 |
| --- | --- | --- |
| 水箱 | 每周 | 白醋兑水泡20分钟再冲净 |
| 水泵 | 每两周 | 拧开叶轮盖用小刷子刷 |
| 外壳 | 每月 | 湿布擦 |
"""


CARE = """# 猫包和猫砂盆的洗护

适用：太空舱猫包、透气猫包和智能猫砂盆。猫包直接 30 ℃机洗即可。

## 以旧换新

任何品牌的旧猫包可抵20元，限同品类。
"""
SIZES = """尺码,胸围（cm）,颈围（cm）,背长（cm）,参考体重（kg）
XS,28-34,20-24,20,1-2.5
S,34-42,24-30,25,2.5-5
M,42-52,30-38,32,5-9
L,52-64,38-46,42,9-16
XL,64-78,46-56,54,16-28
XXL,78-92,56-66,64,28-40
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("pets")
    (folder / "商品明细.csv").write_text(CATALOGUE, "gb18030")
    (folder / "衣物.csv").write_text(CLOTHES, "utf-8")
    (folder / "问答.csv").write_text(FAQ, "gbk")
    (folder / "配送.md").write_text(DELIVERY, "utf-8")
    (folder / "会员.txt").write_text(MEMBERS, "gb18030")
    (folder / "安全.md").write_text(SAFETY, "utf-8")
    (folder / "洗护.md").write_text(CARE, "utf-8")
    (folder / "尺码表.csv").write_text(SIZES, "gbk")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load(sorted(folder.glob("*.*")))
        yield shopdesk


def skus(shop: Shopdesk, text: str) -> set[str]:
    return {product.sku for product in shop.reply(text).products}


@pytest.mark.parametrize(
    ("asked", "fitting"),
    [
        ("不含鸡肉的猫粮有哪些", {"FD-2"}),
        ("推荐不要鸡肉的猫粮", {"FD-2"}),
        ("猫对鸡肉过敏，推荐一款猫粮", {"FD-2"}),
        ("不含谷物的狗粮有哪些", {"FD-5"}),
        ("有没有无谷的狗粮", {"FD-5"}),
        ("推荐含鸡肉的猫粮", {"FD-1", "FD-3"}),
    ],
)
def test_what_goods_are_without_is_read_from_the_column_that_lists_it(shop, asked, fitting):
    assert skus(shop, asked) == fitting


@pytest.mark.parametrize(("asked", "pieces"), [("太空舱猫包有货吗", "22"), ("松木猫砂有货吗", "60")])
def test_the_stock_of_a_chinese_title_is_told_however_it_is_cut_into_words(shop, asked, pieces):
    reply = shop.reply(asked)
    assert pieces in reply.text and not reply.abstained


@pytest.mark.parametrize(("size", "fitting"), [("1.5kg", {"FD-1", "FD-3"}), ("5kg", {"FD-2"})])
def test_cheaper_goods_are_looked_for_among_all_of_their_kind(shop, size, fitting):
    shown = shop.reply(f"北境三文鱼猫粮 {size}多少钱")
    cheaper = shop.reply("有便宜点的吗", shown.conversation)
    assert {product.sku for product in cheaper.products} == fitting


def test_two_of_a_line_are_compared_by_the_words_that_tell_them_apart(shop):
    reply = shop.reply("Pro和Lite有啥区别")
    assert reply.action == "compare" and [product.sku for product in reply.products] == ["LB-1", "LB-2"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("太空包和透气猫包哪个轻", {"CA-1", "CA-2"}),
        ("智能盆有货吗", {"LB-1", "LB-2"}),
        ("松木砂多少钱", {"LT-1"}),
    ],
)
def test_a_name_without_its_middle_is_understood(shop, asked, meant):
    assert skus(shop, asked) == meant


def test_what_may_be_used_with_other_goods_is_told_where_either_is_spoken_of(shop):
    reply = shop.reply("智能猫砂盆能用松木猫砂吗")
    assert "会卡住滚筒" in reply.text and not reply.abstained


def test_who_pays_is_asked_of_what_stands_before(shop):
    reply = shop.reply("胸背买小了能换大一号么，运费谁出")
    assert "换货运费各付一半" in reply.text and "79元" not in reply.text


def test_the_fee_of_one_way_of_delivery_goes_before_a_table_of_fees_that_does_not_speak_of_it(shop):
    reply = shop.reply("冷链运费多少，满多少免")
    assert "25元" in reply.text and "299元" in reply.text and "79元" not in reply.text


def test_whether_is_asked_without_a_complaint_and_answered_without_an_apology(shop):
    reply = shop.reply("节假日送不送货")
    assert reply.text.startswith("节假日照常送货") and reply.sentiment.label == "neutral"


@pytest.mark.parametrize("asked", ["机器有异响怎么办", "猫包拉链断了怎么办"])
def test_a_fault_of_which_nothing_is_written_comes_to_the_rule_on_faults(shop, asked):
    reply = shop.reply(asked)
    assert "免费换新" in reply.text and reply.action == "answer" and not reply.asks


def test_a_numbered_line_above_its_text_is_a_heading_and_no_answer(shop):
    reply = shop.reply("金爪会员怎么升")
    assert "满2000元" in reply.text and "一、会员等级" not in reply.text
    assert reply.citations[0].title.endswith("会员等级")


def test_goods_that_nobody_says_to_be_without_something_are_not_passed_off_as_such(shop):
    reply = shop.reply("推荐不含大豆的猫粮")
    assert "先不看“不含大豆”" in reply.text


@pytest.mark.parametrize(
    ("asked", "fitting"),
    [("any caffeine free tea?", {"T2"}), ("tea without caffeine", {"T2"}), ("sugar-free tea", {"T1", "T2"})],
)
def test_what_goods_are_without_is_read_in_english_too(tmp_path, asked, fitting):
    catalogue = "sku,title,category,caffeine,price\nT1,Breakfast Blend,Tea,high,5\nT2,Rooibos Pure,Tea,none,6\n"
    (tmp_path / "catalogue.csv").write_text(catalogue, "utf-8")
    with bot.open(tmp_path / "data") as shopdesk:
        shopdesk.load([tmp_path / "catalogue.csv"])
        reply = shopdesk.reply(asked)
    assert {product.sku for product in reply.products} == fitting
    assert ("sugar-free" in reply.text) == asked.startswith("sugar")


def test_what_is_said_of_other_goods_is_no_answer(shop):
    assert "机洗即可" in shop.reply("猫包可以机洗吗").text
    assert "机洗即可" not in shop.reply("猫砂盆可以机洗吗").text


def test_what_old_goods_are_worth_is_told_however_it_is_asked(shop):
    assert "抵20元" in shop.reply("旧猫包可以折价换新吗").text


def test_a_matter_named_as_its_heading_is_told_whole(shop):
    reply = shop.reply("无线饮水机召回")
    assert all(part in reply.text for part in ("2605A", "立即停用", "2027年3月31日"))


@pytest.mark.parametrize("asked", ["饮水机怎么清洗", "饮水机怎么清理"])
def test_a_table_of_ways_is_told_whole_where_no_row_is_named(shop, asked):
    reply = shop.reply(asked)
    assert all(part in reply.text for part in ("白醋", "小刷子", "湿布"))


@pytest.mark.parametrize(
    ("asked", "told", "others"),
    [
        ("体重7公斤穿什么码", "M：参考体重（kg）5-9", ("XS", "XL", "L：", "S：")),
        ("体重20公斤的狗穿什么码", "XL：参考体重（kg）16-28", ("XS", "M：")),
        ("胸围45穿什么码", "M：胸围（cm）42-52", ("XS", "L：", "S：")),
    ],
)
def test_the_row_of_a_size_table_is_found_by_the_measure_that_is_told(shop, asked, told, others):
    reply = shop.reply(asked)
    assert told in reply.text and not any(other in reply.text for other in others)


def test_what_counts_goods_is_no_kind_of_goods(shop):
    assert skus(shop, "猫砂多少钱一包") == {"LT-1", "LT-2"}


def test_another_size_of_what_was_spoken_of_is_asked_for_in_few_words(shop):
    shown = shop.reply("北境三文鱼猫粮 1.5kg多少钱")
    other = shop.reply("有5kg的吗", shown.conversation)
    assert [product.sku for product in other.products] == ["FD-6"] and "9" in other.text
    fitting = shop.reply("7公斤的狗反光胸背穿什么码")
    gone = shop.reply("这个码有货吗", fitting.conversation)
    assert "反光胸背 M" in gone.text and not gone.abstained


def test_goods_that_came_broken_are_no_goods_to_be_repaired(shop):
    assert "免费补发" in shop.reply("猫砂盆收到是裂的怎么办").text


@pytest.mark.parametrize(("asked", "size"), [("7公斤的狗反光胸背穿什么码", "HN-M"), ("体重20公斤，胸背买多大的", "HN-XL")])
def test_the_goods_beside_a_size_are_in_that_size(shop, asked, size):
    assert skus(shop, asked) == {size}
