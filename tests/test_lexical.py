"""Terms and the lexical index, in both languages."""

import pytest

from knowledge_base.lexical import LexicalIndex
from knowledge_base.spelling import Spelling
from knowledge_base.terms import LONGEST_KEPT, _kept_latin, codes, normalise, terms
from knowledge_base.types import Chunk


def make_chunk(number, text, kind="text", heading=""):
    return Chunk(f"id{number}", "here", "here", "", "en", kind, text, heading, number, 1)


TEXTS = [
    "Returns are accepted within 30 days of delivery.",
    "The WH-1000XM4 headphones last 30 hours on one charge.",
    "签收后三十天内可以无理由退货，运费由买家承担。",
    "耳机充一次电可以用三十小时。",
]


@pytest.fixture
def index(tmp_path):
    return LexicalIndex.build(tmp_path, [make_chunk(number, text) for number, text in enumerate(TEXTS)], generation=3)


def best(index, query, k=4, products=False):
    return index.score(terms(query)).best(k, products=products)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("returned items", "return item"),
        ("WH-1000XM4", "wh1000xm4"),
        ("ＡＢ－１２３４５", "AB-12345"),
        ("退貨運費", "退货运费"),
        ("noise-cancelling", "noise cancelling"),
        ("customer's", "customers"),
        ("customer’s", "customer's"),
    ],
)
def test_spellings_of_one_thing_share_their_terms(one, other):
    shared = set(terms(one)) & set(terms(other))
    assert shared
    assert shared >= min(set(terms(one)), set(terms(other)), key=len)


def test_codes_are_kept_whole_and_in_parts():
    assert {"wh1000xm4", "wh", "1000", "xm", "4"} <= set(terms("the WH-1000XM4?"))
    assert codes("Is AB-12345 the same as a wh-1000xm4 from 2024, or 128GB?") == {"ab12345", "wh1000xm4", "128gb"}


def test_chinese_gives_words_characters_and_pairs_of_characters():
    assert {"三十天", "退货", "退"} <= set(terms("三十天内退货"))
    assert "的" not in terms("我的货")


def test_a_chinese_need_finds_the_title_that_shares_single_characters_with_it(tmp_path):
    titles = ["浴室拖鞋收纳架壁挂式置物架", "浴室防滑垫卫生间地垫", "手机壳透明防摔"]
    index = LexicalIndex.build(tmp_path, [make_chunk(number, title) for number, title in enumerate(titles)], generation=1)
    assert best(index, "鞋架") == ["id0"]


def test_a_word_in_the_heading_counts_more_than_one_in_the_text(tmp_path):
    chunks = [
        make_chunk(0, "Leather bag with a padded pocket and a strap", heading="Laptop case"),
        make_chunk(1, "Laptop that ships with a case", heading="Notebook computer"),
    ]
    assert best(LexicalIndex.build(tmp_path, chunks, generation=1), "laptop case") == ["id0", "id1"]
    assert best(LexicalIndex.build(tmp_path, list(reversed(chunks)), generation=2), "laptop case") == ["id0", "id1"]


@pytest.mark.parametrize(
    ("written", "found"),
    [("headhpones charge", "id1"), ("delivry", "id0"), ("acepted returns", "id0"), ("headfones", None), ("xeadphones", None)],
)
def test_a_misspelt_word_counts_as_the_one_it_resembles(index, written, found):
    assert best(index, written)[:1] == ([] if found is None else [found])


@pytest.mark.parametrize("term", ["wh1000xm5", "day", "耳麦", "", "zyzzyva"])
def test_codes_short_words_chinese_and_strangers_are_not_respelt(term):
    assert Spelling(["wh1000xm4", "days", "耳机", "deliveri", "headphon"]).nearest(term) is None


def test_two_slips_are_forgiven_in_a_long_word_only():
    spelling = Spelling(["deliveri", "charg"])
    assert spelling.nearest("delvieiri") == "deliveri"
    assert spelling.nearest("chrgg") is None


def test_an_index_of_another_version_is_built_again(index, tmp_path):
    path = next(tmp_path.rglob("rows.json"))
    path.write_text(path.read_text("utf-8").replace('"terms"', '"former"'), "utf-8")
    assert LexicalIndex.open(tmp_path).generation == -1


@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "…？！", "the of 的 了"])
def test_text_without_content_has_no_terms(text):
    assert terms(text) == []


def test_traditional_is_folded_to_simplified():
    assert normalise("運費與發票") == "运费与发票"


@pytest.mark.parametrize(
    ("query", "expected"),
    [("how many days to return", "id0"), ("wh1000xm4", "id1"), ("退貨運費誰承擔", "id2"), ("充电能用多久", "id3")],
)
def test_the_chunk_with_the_querys_terms_is_first(index, query, expected):
    assert best(index, query)[0] == expected


def test_scores_lie_between_zero_and_one_and_unknown_ids_score_zero(index):
    scores = index.score(terms("30 days of delivery"))
    values = [scores.of(f"id{number}")[0] for number in range(4)]
    assert all(0 <= value <= 1 for value in values)
    assert values[0] > values[1] > values[3] == 0
    assert scores.of("never indexed") == (0, 0)


def test_coverage_is_the_share_of_the_querys_terms_in_the_chunk(index):
    scores = index.score(terms("30 days of zyzzyva"))
    assert scores.of("id0")[1] == pytest.approx(2 / 3)
    assert scores.of("id1")[1] == pytest.approx(1 / 3)


def test_a_query_of_unknown_terms_finds_nothing(index):
    assert best(index, "zyzzyva") == []
    assert best(index, "") == []


def test_products_are_ranked_apart(tmp_path):
    chunks = [make_chunk(0, "red kettle"), make_chunk(1, "red kettle", kind="product")]
    index = LexicalIndex.build(tmp_path, chunks, generation=1)
    assert best(index, "kettle", products=True) == ["id1"]
    assert best(index, "kettle", products=False) == ["id0"]


def test_the_index_is_the_same_after_opening(index, tmp_path):
    again = LexicalIndex.open(tmp_path)
    assert again.generation == 3
    assert best(again, "退货") == best(index, "退货") == ["id2"]


def test_words_are_remembered_and_nonsense_of_endless_letters_is_not():
    _kept_latin.cache_clear()
    assert terms("kettles " + "z" * (LONGEST_KEPT + 1)) == ["kettl", "z" * (LONGEST_KEPT + 1)]
    assert _kept_latin.cache_info().currsize == 1


def test_a_new_build_replaces_the_old_one_and_its_files(index, tmp_path):
    LexicalIndex.build(tmp_path, [make_chunk(9, "only this")], generation=4)
    assert best(LexicalIndex.open(tmp_path), "only") == ["id9"]
    assert best(index, "退货") == ["id2"], "a snapshot in use goes on"
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_a_build_that_fails_leaves_the_current_index(index, tmp_path):
    def chunks():
        yield make_chunk(9, "half of it")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        LexicalIndex.build(tmp_path, chunks(), generation=4)
    assert LexicalIndex.open(tmp_path).generation == 3


def test_an_index_of_nothing_can_be_built_opened_and_searched(tmp_path):
    LexicalIndex.build(tmp_path, [], generation=2)
    again = LexicalIndex.open(tmp_path)
    assert (again.generation, best(again, "anything")) == (2, [])


@pytest.mark.parametrize("broken", ["current", "rows.json", "data.csc.index.npy", "vocab.index.json"])
def test_a_damaged_index_counts_as_none(index, tmp_path, broken):
    path = next(tmp_path.rglob(broken))
    path.write_bytes(b"")
    assert LexicalIndex.open(tmp_path).generation == -1
