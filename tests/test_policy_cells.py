"""The order policy's table in the console: in the words of the page, and read again in those words or in the file's own."""

from __future__ import annotations

import pytest

from bot.console.operator import texts_of
from bot.console.policy_cells import COLUMNS, cell_of, rule_of
from bot.errors import SettingsError
from bot.shop.status import status_code

RULE = {
    "how": "person", "statuses": ["paid", "pending_payment", "processing"], "within_days": 14, "person_above": 2000,
    "fee": None, "refund_days": "5 to 7", "undo_minutes": 30,
}  # fmt: skip
IN_WORDS = {
    "en": ["person", "paid, pending payment, processing", "14", "2000", "", "5 to 7", "30"],
    "zh": ["转人工", "已付款待发货、待付款、处理中正在备货", "14", "2000", "", "5 至 7", "30"],
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rule_stands_in_the_words_of_the_page_and_is_read_again_as_it_was(language):
    texts = texts_of(language, "settings")
    cells = [cell_of(name, RULE[name], texts, language) for name in COLUMNS]
    assert cells == IN_WORDS[language]
    assert rule_of(cells, texts) == RULE


@pytest.mark.parametrize(
    ("written", "statuses"),
    [
        ("pending_payment paid", ["pending_payment", "paid"]),
        ("待付款，已发货", ["pending_payment", "shipped"]),
        ("已签收、交易成功、completed", ["delivered", "completed"]),
        ("shiped", ["shiped"]),
        ("", []),
    ],
)
def test_statuses_may_be_written_in_either_language_and_unknown_ones_are_left_to_be_refused(written, statuses):
    assert rule_of(["no", written, *[""] * 5], texts_of("zh", "settings"))["statuses"] == statuses


def test_every_status_keeps_its_meaning_in_chinese_words():
    texts = texts_of("zh", "settings")
    codes = [status_code(code) for code in ("pending", "in_transit", "return_requested", "pending_items_modified", "failed")]
    assert rule_of(["yes", cell_of("statuses", codes, texts, "zh"), *[""] * 5], texts)["statuses"] == codes


def test_a_word_where_a_number_belongs_is_refused_with_the_remedy():
    with pytest.raises(SettingsError, match="within_days cannot be 'soon': write a number"):
        rule_of(["yes", "", "soon", *[""] * 4], texts_of("en", "settings"))
