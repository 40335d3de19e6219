"""What a message names: numbers, contacts, money, budgets, constraints, products and categories, in both languages."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.numerals import from_han, from_words
from bot.text.phrases import has_han
from bot.types import Constraint, Entities, Money, Product
from bot.understanding.entities import CatalogueLexicon, EntityReader
from bot.understanding.identifiers import OrderNumbers, find_phones
from bot.understanding.product_mentions import in_category_skus

PRODUCTS = [
    Product("HP-100", "Aurora Wireless Headphones", brand="Aurora", category="Headphones",
            attributes={"color": "Black", "battery_life": "40 h", "weight": "250 g"}),
    Product("RC-400", "小熊智能电饭煲 4L", brand="小熊", category="电饭煲", language="zh",
            attributes={"颜色": "白色", "容量": "4L", "功率": "860W"}),
    Product("RC-200", "小熊迷你电饭煲 1.6L", brand="小熊", category="电饭煲", language="zh",
            attributes={"颜色": "粉色", "容量": "1.6L", "功率": "400W"}),
    Product("KT-17", "Glass Kettle 1.7 L", brand="Nordhem", category="Kitchen > Kettles",
    attributes={"capacity": "1.7 L", "material": "Glass"}),
    Product("TE-4P", "Ridge 4-Person Tent", brand="Ridge", category="Camping > Tents",
    attributes={"waterproof": "yes", "color": "Green"}),
    Product("WH-1", "Sony WH-1000XM5 Noise Cancelling Headphones", brand="Sony", category="Headphones",
            attributes={"color": "Midnight Blue", "battery": "1200 mAh"}),
    Product("PL-9", "云朵记忆棉枕头", brand="云朵", category="家纺/枕头", language="zh", attributes={"材质": "记忆棉"}),
    Product("BP-3", "Trailhead Canvas Backpack 25L", brand="Trailhead",
    category="Bags > Backpacks", attributes={"color": "Olive", "size": "M"}),
]  # fmt: skip
READER = EntityReader(CatalogueLexicon.build(PRODUCTS), ["SD20261103-0042", "SD20261104-0001"])
EMPTY = EntityReader(CatalogueLexicon.build([]))


def read(text: str, reader: EntityReader = READER) -> Entities:
    return reader.read(text, "zh" if has_han(text) else "en")


ORDERS = [
    ("where is my order SD20261103-0042", ("SD20261103-0042",)), ("sd202611030042 到哪了", ("SD20261103-0042",)),
    ("SD20261103 0042", ("SD20261103-0042",)),
    ("订单号：SD20261103-0042，谢谢", ("SD20261103-0042",)), ("＃W1234567", ("#W1234567",)),
    ("cancel #W1234567 and #W7654321", ("#W1234567", "#W7654321")),
    ("订单号 202611030042", ("202611030042",)), ("订单号是202611030042", ("202611030042",)),
    ("my order number is 100234", ("100234",)),
    ("order 12345 please", ("12345",)), ("Order #1001", ("#1001",)), ("order no. 778899", ("778899",)),
    ("202611030042", ("202611030042",)),
    ("快递 345678901 还没到", ("345678901",)), ("order AB-123456", ("AB-123456",)),
    ("我的单号20261103004211什么时候发货", ("20261103004211",)),
    ("SD20261103-0042 and SD20261104-0001", ("SD20261103-0042", "SD20261104-0001")),
]  # fmt: skip
NO_ORDERS = [
    "call me at 13812345678", "手机号 13800138000", "RC-400 多少钱", "a $1,299.00 laptop", "1299元的那个", "Sony WH-1000XM5",
    "I ordered 3 kettles",
    "5000mAh", "in order to pay", "订单什么时候发货", "order two of them", "2026-11-03", "预算2000", "+1 415 555 0132",
    "order status",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ORDERS)
def test_order_numbers_are_found_in_the_forms_that_shops_use(text, expected):
    assert read(text).order_ids == expected


@pytest.mark.parametrize("text", NO_ORDERS)
def test_phones_prices_and_catalogue_numbers_are_no_order_numbers(text):
    assert read(text).order_ids == ()


def test_the_shape_of_order_numbers_is_learnt_from_examples():
    numbers = OrderNumbers(["CN-88-1234", "#W1234567"])
    assert [span.value for span in numbers.find("it is cn 88 9999 or w7654321")] == ["CN-88-9999", "#W7654321"]
    assert OrderNumbers([]).find("it is cn 88 9999 or w76543") == []


SHORT = OrderNumbers(["#1001", "#1002"])
OF_FEW_DIGITS = [
    ("cancel order 1001", ["#1001"]), ("Cancel order 1001.", ["#1001"]), ("where is #1001?", ["#1001"]), ("1001", ["#1001"]),
    ("my order number is 1001", ["#1001"]), ("cancel orders 1001 and 1002", ["#1001", "#1002"]),
    ("please cancel 1001", ["#1001"]), ("my order, 1001, hasn't come", ["#1001"]), ("order 10012 is late", ["#10012"]),
    ("取消订单1001", ["#1001"]), ("取消1001", ["#1001"]), ("单号1001到哪了", ["#1001"]),
    ("订单1001和1002都取消", ["#1001", "#1002"]),
    ("1001这单不要了", ["#1001"]), ("订单1001号什么时候发货", ["#1001"]),
    ("I ordered in 2024", []), ("2024年的订单", []), ("订单2024年下的", []), ("the order from 2025", []),
    ("an order of 1500 yuan", []), ("订单1500元以上包邮吗", []), ("orders above 1000 CNY ship free?", []),
    ("订单满1000包邮吗", []),
    ("I want to order 1200 cups", []), ("I ordered 1001 pieces", []), ("我订了1200个", []), ("order 20 kettles", []),
    ("the 1500 ml one", []), ("a laptop for 1299", []), ("13:30", []), ("size 1001x", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OF_FEW_DIGITS)
def test_an_order_number_of_few_digits_is_heard_by_the_words_around_it_and_years_prices_and_quantities_are_none(text, expected):
    assert [span.value for span in SHORT.find(text)] == expected


def test_a_shop_without_short_numbers_hears_them_after_the_word_order_alone():
    numbers = OrderNumbers(["SD-20261103"])
    assert [span.value for span in numbers.find("cancel order 1001.")] == ["1001"]
    assert numbers.find("1001") == numbers.find("I want to order 1200 cups") == numbers.find("订单2024年下的") == []
    assert [span.value for span in OrderNumbers(["998", "1002"]).find("cancel order 997 and 1003")] == ["997", "1003"]


CONTACTS = [
    ("write to Ann.Lee+shop@Example.co.uk.", ("ann.lee+shop@example.co.uk",), ()), ("邮箱是a_b@qq.com谢谢", ("a_b@qq.com",),
    ()),
    ("a＠b.com", ("a@b.com",), ()), ("13812345678", (), ("13812345678",)), ("打 +86 138-1234-5678", (), ("13812345678",)),
    ("手机138 1234 5678", (), ("13812345678",)), ("call +1 (415) 555-0132", (), ("+14155550132",)), ("415-555-0132", (),
    ("4155550132",)),
    ("+44 20 7946 0958", (), ("+442079460958",)), ("电话 010-62345678", (), ("01062345678",)), ("400-800-8820", (),
    ("4008008820",)),
    ("my phone is 4155550132", (), ("4155550132",)), ("no contact here", (), ()), ("@handle and a@b", (), ()), ("1 2 3", (),
    ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "emails", "phones"), CONTACTS)
def test_emails_and_phones_are_found_and_normalised(text, emails, phones):
    entities = read(text)
    assert (entities.emails, entities.phones) == (emails, phones)


MONEY = [
    ("$1,299.00", [(1299, "USD")]), ("1299元", [(1299, "CNY")]), ("¥199", [(199, "CNY")]), ("￥１９９", [(199, "CNY")]),
    ("三百块", [(300, "CNY")]),
    ("两千元", [(2000, "CNY")]), ("一千五百块钱", [(1500, "CNY")]), ("€12,50", [(12.5, "EUR")]),
    ("1.299,00 €", [(1299, "EUR")]), ("50 bucks", [(50, "USD")]),
    ("US$45", [(45, "USD")]), ("HK$300", [(300, "HKD")]), ("£20", [(20, "GBP")]), ("100 yuan", [(100, "CNY")]),
    ("RMB 88", [(88, "CNY")]),
    ("two hundred dollars", [(200, "USD")]), ("a hundred bucks", [(100, "USD")]), ("$1.5k", [(1500, "USD")]),
    ("2万元", [(20000, "CNY")]), ("100刀", [(100, "USD")]),
    ("30 kettles", []), ("iPhone 15", []), ("within 30 days", []), ("第三个", []), ("我要两个", []), ("一块买", []),
    ("13 inch", []), ("4人份", []),
    ("I want 3 for $40 each", [(40, "USD")]), ("from $20 to $30", [(20, "USD"), (30, "USD")]),
    ("SD20261103-0042 付了59元", [(59, "CNY")]),
    ("退我 20.5 元", [(20.5, "CNY")]), ("size 42", []), ("5 pounds of flour", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MONEY)
def test_amounts_of_money_carry_their_currency_and_quantities_are_none(text, expected):
    assert list(read(text).amounts) == [Money(float(value), currency) for value, currency in expected]


BUDGETS = [
    ("under 50 bucks", (None, 50)), ("300以内", (None, 300)), ("三百以内的电饭煲", (None, 300)), ("200-300元", (200, 300)),
    ("200到300块的", (200, 300)),
    ("between 100 and 200 dollars", (100, 200)), ("$100-$200", (100, 200)), ("$20 to 30", (20, 30)),
    ("1000-1500", (1000, 1500)), ("around $80", (64, 96)),
    ("500左右的电饭煲", (400, 600)), ("两千元左右", (1600, 2400)), ("大概100块", (80, 120)), ("约1000元", (800, 1200)),
    ("预算2000", (None, 2000)),
    ("lamps that don't cost more than 200", (None, 200)),
    ("my budget is 500", (None, 500)), ("I have $60 to spend", (None, 60)), ("50元以上", (50, None)),
    ("over $100 but under $200", (100, 200)),
    ("no more than €75", (None, 75)), ("不超过500", (None, 500)), ("低于五百元", (None, 500)), ("300 or less", (None, 300)),
    ("$50 max", (None, 50)),
    ("at least $30", (30, None)), ("under two hundred dollars", (None, 200)), ("两三百的价位", (200, 300)),
    ("1.5k左右", (1200, 1800)), ("一千五以内", (None, 1500)),
    ("千元以内", (None, 1000)), ("up to 1,000 dollars", (None, 1000)), ("cheaper than $25", (None, 25)),
    ("headphones under 100", (None, 100)),
    ("a tent, a sleeping bag and a stove for 1,500", (None, 1500)), ("a kettle for 50 dollars", (None, 50)),
    ("帐篷、睡袋和炉子一共1500", (None, 1500)),
    ("100元以下的耳机", (None, 100)), ("about 40 dollars", (32, 48)),
]  # fmt: skip
NO_BUDGETS = [
    "within 30 days", "3天以内", "38-40码", "2-3 people", "under 13 inch", "at least 5000mAh", "2kg以内", "it costs $45",
    "I paid around $45 for it",
    "free shipping on orders over $50?", "满99元以上包邮吗", "$45", "less than 5 minutes", "about 3 weeks", "under warranty",
    "我等了7天左右", "up to 4 people",
    "扣了我50元左右", "it is available for $150 at another store", "I bought it for 300 and it broke", "a tent for 4",
    "a table for 60 guests",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BUDGETS)
def test_a_budget_is_a_lower_and_an_upper_bound(text, expected):
    assert read(text).budget == expected


def test_a_number_of_people_before_a_sum_is_none_and_the_thousands_of_a_sum_are_no_people():
    told = read("first tent for a family of 4, 1600 yuan")
    assert told.amounts == (Money(1600.0, "CNY"),)
    assert read("a tent and a stove for 1,500").constraints == ()


@pytest.mark.parametrize("text", NO_BUDGETS)
def test_measures_times_and_prices_paid_are_no_budget(text):
    assert read(text).budget is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三百", (300, None)),
        ("一千五", (1500, None)),
        ("两万", (20000, None)),
        ("十五", (15, None)),
        ("两三百", (200, 300)),
        ("一百二十", (120, None)),
        ("三五千", (3000, 5000)),
    ],
)
def test_chinese_numerals_are_read(written, value):
    assert from_han(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [("two hundred and fifty", 250), ("fifty", 50), ("a thousand", 1000), ("one thousand two hundred", 1200), ("a", None)],
)
def test_english_numbers_in_words_are_read(written, value):
    assert from_words(written) == value


CONSTRAINTS = [
    ("in black please", "color", "=", "Black", None, False), ("黑色的有吗", "color", "=", "Black", None, False),
    ("白色", "颜色", "=", "白色", None, False),
    ("not black", "color", "=", "Black", None, True), ("不要黑色", "color", "=", "Black", None, True),
    ("除了红色还有什么颜色", "color", "=", "红色", None, True),
    ("anything but green", "color", "=", "Green", None, True), ("红色以外的", "color", "=", "红色", None, True),
    ("waterproof", "waterproof", "=", "yes", None, False),
    ("防水的吗", "waterproof", "=", "是", None, False), ("at least 5000mAh", "battery", ">=", 5000.0, "mAh", False),
    ("5000毫安以上", "battery", ">=", 5000.0, "毫安", False),
    ("weight under 2 kg", "weight", "<=", 2.0, "kg", False), ("2公斤以内", "weight", "<=", 2.0, "公斤", False),
    ("4-person", "people", "=", 4.0, "people", False), ("fits two people", "people", "=", 2.0, "people", False),
    ("4人份", "people", "=", 4.0, "people", False), ("适合两个人用", "people", "=", 2.0, "people", False),
    ("13 inch screen", "screen_size", "=", 13.0, "inch", False),
    ("size M", "size", "=", "M", None, False), ("42码", "size", "=", "42", None, False),
    ("尺码42", "size", "=", "42", None, False), ("XXL", "size", "=", "XXL", None, False),
    ("续航30小时以上", "battery_life", ">=", 30.0, "小时", False), ("made of glass", "material", "=", "Glass", None, False),
    ("玻璃的", "material", "=", "Glass", None, False),
    ("midnight blue", "color", "=", "Midnight Blue", None, False), ("记忆棉", "材质", "=", "记忆棉", None, False),
    ("olive", "color", "=", "Olive", None, False),
    ("4升的", "容量", "=", 4.0, "升", False), ("800W", "功率", "=", 800.0, "W", False),
    ("no leather", "material", "=", "leather", None, True), ("静音", "feature", "=", "静音", None, False),
    ("quiet", "feature", "=", "quiet", None, False), ("纯棉的", "material", "=", "纯棉", None, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "attribute", "relation", "value", "unit", "negated"), CONSTRAINTS)
def test_constraints_use_the_words_of_the_catalogue(text, attribute, relation, value, unit, negated):
    found = read(text).constraints
    assert [Constraint(one.attribute, one.relation, one.value, one.unit, one.negated) for one in found] == [
        Constraint(attribute, relation, value, unit, negated)
    ]


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("black", "color", "black"),
        ("黑色", "color", "黑色"),
        ("waterproof", "feature", "waterproof"),
        ("2 kg", "weight", 2.0),
        ("5升", "capacity", 5.0),
        ("cotton", "material", "cotton"),
    ],
)
def test_without_a_catalogue_constraints_have_general_names(text, attribute, value):
    (found,) = read(text, EMPTY).constraints
    assert (found.attribute, found.value) == (attribute, value)


def test_a_negation_reaches_over_a_list_but_not_over_a_clause():
    assert [one.negated for one in read("not black or white").constraints] == [True, True]
    assert [one.negated for one in read("不要黑色和白色，要粉色").constraints] == [True, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "明天能送到吗",
        "手机号改了",
        "return within 30 days",
        "black friday deals",
        "10 in stock?",
        "I'm ok",
        "等了3天",
        "I'm 1.85m",
    ],
)
def test_ordinary_words_are_no_constraints(text):
    assert read(text).constraints == ()


MENTIONS = [
    ("RC-400 多少钱", ("RC-400",)), ("rc400有货吗", ("RC-400",)), ("RC-400 和 RC-200 哪个好", ("RC-400", "RC-200")),
    ("WH1000XM5 price", ("WH-1",)),
    ("the WH-1000XM5", ("WH-1",)), ("wireles headfones", ("HP-100",)), ("aurora headphones", ("HP-100",)),
    ("glass kettle", ("KT-17",)),
    ("glass ketle in stock?", ("KT-17",)), ("sony headphones", ("WH-1",)), ("do you have the ridge tent", ("TE-4P",)),
    ("小熊智能电饭煲能煮粥吗", ("RC-400",)),
    ("迷你电饭煲", ("RC-200",)), ("云朵枕头怎么洗", ("PL-9",)), ("canvas backpack", ("BP-3",)),
    ("Trailhead 背包", ("BP-3",)), ("玻璃水壶", ("KT-17",)),
    ("玻璃水壶和迷你电饭煲哪个适合配智能电饭煲", ("KT-17", "RC-200")),
]  # fmt: skip
NO_MENTIONS = [
    "how long is the warranty on electric appliances", "Do you ship to Canada?", "怎么退货", "Where is my order?",
    "我想买个礼物", "can I pay with PayPal", "hello",
    "is it wireless", "你们支持货到付款吗", "I was charged twice", "what is the 4-person discount", "电饭煲多少钱",
    "推荐一款耳机", "headphones",
]  # fmt: skip


@pytest.mark.parametrize(("text", "skus"), MENTIONS)
def test_products_are_found_by_number_model_partial_title_and_misspelt(text, skus):
    assert read(text).skus[: len(skus)] == skus


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("Sony or Nordhem, which is better?", ("Sony", "Nordhem")),
        ("小熊和Sony哪个好", ("小熊", "Sony")),
        ("Sony headphones in a Nordhem box", ()),
        ("which Sony is better", ()),
    ],
)
def test_brands_are_named_where_they_are_compared(text, brands):
    assert read(text).brands == brands


@pytest.mark.parametrize("text", NO_MENTIONS)
def test_questions_that_name_no_product_have_none(text):
    assert read(text).skus == ()


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("a rice cooker please", ("电饭煲",)), ("电饭锅", ("电饭煲",)), ("水壶", ("Kitchen > Kettles",)),
    ("tents", ("Camping > Tents",)), ("帐篷", ("Camping > Tents",)),
        ("耳机和背包", ("Headphones", "Bags > Backpacks")), ("a pillow", ("家纺/枕头",)), ("laptops", ("laptop",)),
    ("洗衣机", ("洗衣机",)), ("手机号", ()), ("退货", ()),
    ],
)  # fmt: skip
def test_categories_are_the_catalogues_own_across_languages(text, categories):
    assert read(text).categories == categories


TEAS = [
    Product("TE-1", "惠明绿茶", category="茶叶", language="zh"),
    Product("TE-2", "大红袍", category="茶叶", language="zh"),
    Product("WC-1", "Long-spout Watering Can 2 L", category="Garden tools"),
    Product("AU-HP30-B", "Studio Headphones, black", category="Audio"),
    Product("AU-HP30-W", "Studio Headphones, white", category="Audio"),
]


def test_a_kind_stands_at_the_end_of_a_chinese_word_and_no_english_auxiliary_names_one():
    shop = EntityReader(CatalogueLexicon.build(TEAS))
    assert read("有什么好茶", shop).categories and read("绿茶多少钱", shop).categories
    assert read("周末想去茶园玩", shop).categories == read("老茶友有福利吗", shop).categories == ()
    assert read("can i wash it", shop) == Entities()


def test_a_product_is_named_by_the_model_inside_its_number():
    assert read("are HP30 waterproof", EntityReader(CatalogueLexicon.build(TEAS))).skus == ("AU-HP30-B", "AU-HP30-W")


STROLLERS = [
    Product(
        "S-1", "云贝秒收婴儿车", brand="云贝", category="母婴 > 婴儿推车 > 轻便推车", language="zh", attributes={"承重": "15kg"}
    ),
    Product("S-2", "口袋熊伞车", brand="口袋熊", category="母婴 > 婴儿推车", language="zh", attributes={"承重": "22kg"}),
    Product("S-3", "海豚慢跑推车", brand="海豚", category="母婴 > 婴儿推车 > 慢跑推车", language="zh"),
    Product("S-4", "Piccolo espresso machine", brand="Caffetto", category="Kitchen > Coffee", attributes={"weight": "4 kg"}),
    Product("S-5", "Barista Duo espresso machine – Steel", brand="Caffetto", category="Kitchen > Coffee", variant_group="DUO"),
    Product("S-6", "Barista Duo espresso machine – Black", brand="Caffetto", category="Kitchen > Coffee", variant_group="DUO"),
]


def test_a_part_of_a_category_path_and_its_synonyms_name_all_that_lies_under_it():
    lexicon = CatalogueLexicon.build(STROLLERS)
    for text in ("第一次买婴儿推车", "我要一辆婴儿车", "a stroller for twins"):
        found = read(text, EntityReader(lexicon))
        assert found.categories == ("母婴 > 婴儿推车",) and found.skus == ()
    assert in_category_skus("母婴 > 婴儿推车", lexicon) == ("S-1", "S-2", "S-3")


def test_a_measure_belongs_to_the_column_that_the_message_names():
    (load,) = read("承重20kg以上的推车", EntityReader(CatalogueLexicon.build(STROLLERS))).constraints
    assert (load.attribute, load.relation, load.value) == ("承重", ">=", 20)


def test_a_side_of_a_comparison_may_be_called_by_the_one_word_that_only_it_has():
    found = read("Compare the Piccolo with the Barista Duo", EntityReader(CatalogueLexicon.build(STROLLERS)))
    assert found.skus == ("S-4", "S-5")


def test_a_kind_of_product_with_many_members_is_no_mention():
    lexicon = CatalogueLexicon.build([Product(f"K{number:03d}", f"Steel Kettle {number} L") for number in range(40)])
    entities = EntityReader(lexicon).read("steel kettle", "en")
    assert entities.skus == ()
    assert entities.categories == ("steel kettle",)


def test_an_empty_catalogue_still_reads_everything_else():
    entities = read("order 12345: black kettle under $50, a@b.co", EMPTY)
    assert entities.order_ids == ("12345",)
    assert entities.skus == ()
    assert entities.categories == ("kettle",)
    assert (entities.budget, entities.currency, entities.emails) == ((None, 50.0), "USD", ("a@b.co",))


@given(st.text(max_size=300), st.sampled_from(["zh", "en"]))
def test_reading_never_raises(text, language):
    assert isinstance(READER.read(text, language), Entities)


@given(st.lists(st.text(min_size=1, max_size=30) | st.text("#-A07", min_size=5, max_size=9), max_size=5), st.text(max_size=60))
@example(["0##"], "")
def test_any_order_number_examples_are_taken(examples, text):
    OrderNumbers(examples).find(text)


@pytest.mark.parametrize(
    "seed", ["1", "a", "a@", "1-", "第", "一", "$1", "1 ", "order 1", "not ", "+1 ", "￥", "a.", "\ud800", "ﷺ", "没有"]
)
def test_hostile_repetition_is_read(seed):
    assert isinstance(READER.read(seed * (100_000 // len(seed)), "en"), Entities)
    assert find_phones("") == []


@pytest.mark.parametrize(
    ("text", "wanted", "refused"),
    [
        ("no kettle please, some headphones", ("Headphones",), ("Kitchen > Kettles",)),
        ("I already have a tent and a kettle", (), ("Camping > Tents", "Kitchen > Kettles")),
        ("不要电饭煲，要枕头", ("家纺/枕头",), ("电饭煲",)),
        ("电饭煲我有了", (), ("电饭煲",)),
        ("有没有电饭煲", ("电饭煲",), ()),
        ("is it not a kettle but a tent you sell?", ("Camping > Tents",), ("Kitchen > Kettles",)),
    ],
)
def test_a_kind_that_is_not_wanted_is_none_that_is_looked_for(text, wanted, refused):
    found = read(text)
    assert found.categories == wanted
    assert tuple(one.value for one in found.constraints if one.attribute == "category" and one.negated) == refused


def test_a_measure_tells_a_product_from_one_that_has_the_colour_asked_for():
    cookers = [
        Product(f"RC{litres}-{color}", f"Homely {mini}Rice Cooker {litres} L, {color}", category="Rice cookers",
                attributes={"capacity": f"{litres} L", "color": color})
        for mini, litres, color in (("Mini ", 1.6, "pink"), ("Mini ", 1.6, "white"), ("", 3, "black"), ("", 3, "white"))
    ] + [Product(f"K{n}", f"Homely Kettle {n}", category="Kettles") for n in range(20)]  # fmt: skip
    found = read("does the Homely Rice Cooker 3 L come in pink?", EntityReader(CatalogueLexicon.build(cookers)))
    assert set(found.skus) == {"RC3-black", "RC3-white"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("有1万毫安的充电宝吗", 10_000),
        ("两万毫安时的", 20_000),
        ("1.5万毫安以上", 15_000),
        ("10,000 mAh", 10_000),
        ("几千克", None),
    ],
)
def test_a_capacity_may_be_told_in_tens_of_thousands(text, number):
    found = [one.value for one in read(text).constraints if one.unit]
    assert found == ([number] if number else [])


@pytest.mark.parametrize(
    ("sentence", "opens"),
    [
        ("Tents must be dry; pack them into a backpack.", True),
        ("帐篷必须晾干，不要塞进双肩包。", True),
        ("Tents, backpacks and jackets come with a bag.", False),
    ],
)
def test_goods_named_behind_what_is_said_do_not_make_a_list_of_what_a_sentence_opens_with(sentence: str, opens: bool):
    goods = [("T", "Ridge Tent", "Tents", "en"), ("B", "Trail Backpack", "Backpacks", "en"),
             ("J", "Rain Jacket", "Jackets", "en"), ("T", "山脊帐篷", "帐篷", "zh"),
             ("B", "山径双肩包", "双肩包", "zh")]  # fmt: skip
    rows = [Product(sku, title, category=kind, language=language) for sku, title, kind, language in goods]  # type: ignore[arg-type]
    assert EntityReader(CatalogueLexicon.build(rows)).opens_with_goods(sentence) is opens
