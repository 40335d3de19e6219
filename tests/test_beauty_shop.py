"""A small Chinese shop of cosmetics and fresh food, as its owner writes it, asked in customers' own words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

NOTICE = """# 下单前请看

## 发货

- 每天16:00前付款当天发，之后的第二天发；周日仓库休息不发货
- 默认发圆通，江浙沪一般次日到，其他地区2-4天
- 想发顺丰的补12元差价，拍"补差价"链接并留言
- 满59包邮（新疆、西藏除外，这两个地方满199包邮）。港澳台和海外目前发不了
- 大促期间48小时内发

## 快递和邮费

干货发中通或韵达，满39包邮，不满收6元。
水果包邮。
冷冻冷鲜满168包邮，不满收25元冷链费。
新疆、西藏、青海、甘肃、内蒙、海南：干货加收10元；水果和冷冻发不了。

## 坏果包赔

签收后24小时内（草莓、车厘子12小时内）拍照联系客服：坏果照片 + 快递面单。

## 赠品和小样

1. 任意订单送2片小样，随机，不能指定
2. 满199送洁面旅行装一支

## 退换货

1. 签收7天内，未拆封、不影响二次销售可以退，质量问题来回运费我们出，不喜欢的您出
2. 化妆品拆封了就不能退了，除非是过敏或质量问题
3. 色号买错了，没拆封的可以换一次，换货运费各出一半
4. 破损、漏液、少发：签收48小时内拍照找客服，补发或者退款
5. 退款在我们收到货后2个工作日内原路退回

## 会员

| 等级 | 怎么升 | 折扣 | 生日礼 |
|---|---|---|---|
| 花苞 | 关注店铺 | 无 | 无 |
| 花朵 | 累计满500 | 98折 | 正装面膜1盒 |
| 花园 | 累计满2000 | 95折 | 眼霜正装1支 |

积分：1元=1分，100分抵1元，确认收货后到账，积分年底清零。会员折扣不和满减同时用，积分可以。
"""
OFFERS = """# 本月活动

满减：满200减20，满400减50，可以跨品牌凑单。

优惠券：新客进店领5元无门槛券，券有效期7天，一单只能用一张，可以和满减一起用。

买贵了7天内可以申请退差价（赠品不算差价）。
"""
FAQ = """问题,答案
可以货到付款吗,不支持，支持支付宝微信和花呗分期（满300可分3期免息）
口红能指定日期吗,不能指定生产日期，都是一年以上效期
馄饨怎么煮,不用解冻，水开下锅，浮起来再煮2分钟
绿豆糕什么时候发,现做，付款后第二天发
三文鱼可以生吃吗,可以，冰鲜刺身级，到手当天吃完，吃不完的煎熟
孕妇能吃吗,坚果水果都可以正常吃，生鱼片孕妇不要吃
草莓怎么洗,吃之前再洗，淡盐水泡5分钟，别摘蒂
每日坚果里有花生吗,没有花生，但是和有花生的产品同一车间包装，严重过敏的别买
唇釉和气垫哪个显白,唇釉更显白，气垫看底妆
孕妇能用吗,孕妇和哺乳期可以用氨基酸洁面、物理防晒。水杨酸、A醇、化学防晒和彩妆不建议，其他拿不准的问医生
"""
CATALOGUE = """商品编码,商品名称,品牌,类目,净含量,色号,产地,口味,保质期,储存方式,孕妇可用,适用肤质,售价,库存
SY040,晒月清透防晒乳 SPF50+ 60ml,晒月,防晒,60ml,,,,3年,,否,,99,500
SY041,晒月纯物理防晒霜 SPF50 50g,晒月,防晒,50g,,,,3年,,是,敏感肌、孕妇,128,120
SY042,晒月户外防水防晒喷雾 150ml,晒月,防晒,150ml,,,,3年,,否,,79,0
HZ050,花盏丝绒唇釉 3g 01豆沙色,花盏,口红,3g,01豆沙色,,,3年,,否,,59,80
HZ051,花盏丝绒唇釉 3g 02正红,花盏,口红,3g,02正红,,,3年,,否,,59,46
HZ052,花盏丝绒唇釉 3g 03枫叶红棕,花盏,口红,3g,03枫叶红棕,,,3年,,否,,59,0
F02,赣南脐橙 10斤,,新鲜水果,9-9.5斤,,江西赣州,,15天,阴凉通风,,,59,150
F05,烟台红富士苹果 5斤,,新鲜水果,4.8-5斤,,山东烟台,,30天,阴凉通风,,,42,220
S04,无糖黑芝麻丸 90g,,糕点零食,90g,,安徽合肥,无蔗糖,9个月,阴凉干燥,,,29.9,140
S05,手工绿豆糕 12块,,糕点零食,300g,,安徽黄山,原味,45天,阴凉，开袋冷藏,,,32,64
M05,手工荠菜鲜肉馄饨 48只,,速冻面点,960g,,江苏南京,荠菜鲜肉,6个月,-18℃冷冻,,,46,70
HZ070,花盏水润气垫 15g N20自然,花盏,气垫,15g,N20自然,,,3年,,否,干皮,169,33
S01,每日坚果 混合果仁 25g*30包,,坚果,750g,,浙江杭州,原味,8个月,阴凉干燥,,,99,260
S07,风干牛肉干 250g,,卤味肉干,250g,,内蒙古,原味,10个月,常温,,,89,110
S08,风干牛肉干 500g,,卤味肉干,500g,,内蒙古,原味,10个月,常温,,,168,45
M04,三文鱼刺身 400g,,冷冻海鲜,400g,,挪威,,2天,冷藏,,,138,15
F01,丹东99草莓 3斤礼盒,,新鲜水果,净重3斤,,辽宁丹东,,2-3天,冷藏,,,128,50
"""
ENGLISH = """sku,title,category,price,currency,stock,vegan,shelf life,storage,origin
JA-1,Plum Jam 340 g,Jams,4.50,GBP,30,yes,18 months,Refrigerate after opening,Kent
HO-1,Heather Honey 340 g,Honey,7.50,GBP,12,no,3 years,Keep at room temperature,Fife
"""


def _opened(folder: Path, files: dict[str, str]) -> Iterator[Shopdesk]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with bot.open(folder / "data") as shop:
        shop.load(sorted(folder / name for name in files))
        yield shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    files = {"店铺须知.md": NOTICE, "活动.md": OFFERS, "常见问题.csv": FAQ, "catalogue.csv": CATALOGUE}
    yield from _opened(tmp_path_factory.mktemp("beauty"), files)


@pytest.fixture(scope="module")
def pantry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    yield from _opened(tmp_path_factory.mktemp("pantry"), {"catalogue.csv": ENGLISH})


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("可以分期不", "花呗分期", "不支持"),
        ("支持微信支付吗", "支付宝微信", "不支持"),
        ("积分怎么用", "100分抵1元", "花苞"),
        ("满减怎么算的", "满200减20", "差价"),
        ("色号买错了运费谁出", "各出一半", "2个工作日"),
        ("拆了能退吗", "拆封了就不能退", "步骤"),
    ],
)
def test_what_is_asked_is_told_and_not_what_stands_beside_it(shop: Shopdesk, question: str, told: str, not_told: str) -> None:
    text = shop.reply(question).text
    assert told in text and not_told not in text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("SY040孕妇能用不", "孕妇不可用"),
        ("SY041孕妇可以用吗", "：孕妇可用"),
        ("馄饨啥馅的", "荠菜鲜肉"),
        ("芝麻丸能放多久", "9个月"),
        ("芝麻丸怎么存", "阴凉干燥"),
        ("苹果是哪里的", "山东烟台"),
    ],
)
def test_a_column_of_the_catalogue_is_asked_for_in_other_words(shop: Shopdesk, question: str, told: str) -> None:
    assert told in shop.reply(question).text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("is the heather honey vegan?", "vegan: no"),
        ("how long does the plum jam keep?", "18 months"),
        ("how do i store the plum jam?", "Refrigerate after opening"),
        ("where is the plum jam made?", "Kent"),
    ],
)
def test_a_column_is_asked_for_in_other_words_in_english(pantry: Shopdesk, question: str, told: str) -> None:
    assert told in pantry.reply(question).text


def test_a_colour_with_a_number_names_the_product_that_comes_in_it(shop: Shopdesk) -> None:
    first = shop.reply("豆沙色有货吗")
    assert [one.sku for one in first.products] == ["HZ050"] and "有的" in first.text
    assert [one.sku for one in shop.reply("正红呢", first.conversation).products] == ["HZ051"]


def test_a_number_of_a_title_tells_which_of_its_line_is_meant(shop: Shopdesk) -> None:
    assert [one.sku for one in shop.reply("唇釉02多少钱").products] == ["HZ051"]


def test_whether_there_are_any_left_is_no_trait_of_goods(shop: Shopdesk) -> None:
    assert "“还有”" not in shop.reply("牛肉干小的那个还有吗").text


def test_the_end_of_a_categorys_name_is_a_kind_of_goods(shop: Shopdesk) -> None:
    first = shop.reply("推荐个水果")
    assert {one.sku for one in first.products} <= {"F01", "F02", "F05"}
    assert [one.sku for one in shop.reply("便宜点的", first.conversation).products] == ["F05"]


def test_what_goods_of_a_kind_are_not_said_to_be_is_named(shop: Shopdesk) -> None:
    text = shop.reply("宝宝能吃的零食有吗").text
    assert "“宝宝”" in text and "没有完全符合" in text


@pytest.mark.parametrize(
    ("first", "then", "told", "not_told"),
    [
        ("三文鱼能生吃吗", "孕妇呢", "生鱼片孕妇不要吃", "刺身级"),
        ("积分怎么用", "能和满减一起用吗", "积分可以", "优惠券"),
        ("去海边用哪个防晒", "有货吗", "库存是 500 件", "资料"),
    ],
)
def test_a_follow_up_is_answered_by_what_it_adds(shop: Shopdesk, first: str, then: str, told: str, not_told: str) -> None:
    text = shop.reply(then, shop.reply(first).conversation).text
    assert told in text and not_told not in text


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("内蒙能发水果吗", "水果和冷冻发不了", "资料"),
        ("有花生过敏 每日坚果能吃吗", "严重过敏的别买", "有的，这款"),
        ("草莓坏了几个怎么办", "拍照联系客服", "淡盐水"),
        ("唇釉和气垫哪个显白", "唇釉更显白", "更便宜"),
    ],
)
def test_what_matters_to_the_customer_is_told(shop: Shopdesk, question: str, told: str, not_told: str) -> None:
    text = shop.reply(question).text
    assert told in text and not_told not in text


def test_the_sizes_of_one_thing_are_compared(shop: Shopdesk) -> None:
    reply = shop.reply("牛肉干半斤和一斤哪个划算")
    assert reply.action == "compare" and {one.sku for one in reply.products} == {"S07", "S08"}


def test_the_goods_beside_an_answer_are_as_they_are_wished_for(shop: Shopdesk) -> None:
    assert [one.sku for one in shop.reply("有没有孕妇可以用的防晒").products] == ["SY041"]


@pytest.mark.parametrize("question", ["口红里有没有铅", "气垫里有没有荧光剂", "坚果里有没有糖"])
def test_what_nobody_wrote_of_goods_is_not_said_to_be_in_them(shop: Shopdesk, question: str) -> None:
    reply = shop.reply(question)
    assert reply.abstained and "有的" not in reply.text
