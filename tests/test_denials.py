"""What products are said not to be for."""

import pytest

from bot.shop.denials import denies
from bot.types import Product

FINE = Product("G-2", "Burr Grinder", description="Stepless. Not fine enough for espresso; no timer.")
MINI = Product("R-1", "迷你电饭煲", description="煮饭、煮粥，内胆不粘，可用洗碗机清洗。没有预约功能。", language="zh")

LITTER = Product("C-1", "膨润土猫砂", language="zh", attributes={"卖点": "结团快，不可冲马桶"})


@pytest.mark.parametrize(
    ("product", "need", "denied"),
    [
        (FINE, "a grinder for espresso", True),
        (FINE, "a stepless grinder", False),
        (FINE, "a burr grinder", False),
        (MINI, "能预约的电饭煲", True),
        (MINI, "可以放洗碗机的电饭煲", False),
        (LITTER, "能冲马桶的猫砂", True),
        (LITTER, "结团快的猫砂", False),
    ],
)
def test_a_need_that_a_description_denies_is_told_from_others(product, need, denied):
    assert denies(product, need) is denied
