"""Figures that the documentation marks: how a cell is read, when it is off, and that ours fit the plan."""

import pytest

from benchmarks.all import ROOT, read_plan
from benchmarks.documented import compared, documents

RESULTS = {
    "shop": {
        "rows": [{"name": "tea", "right": 0.8349}, {"name": "baby", "right": 0.5}],
        "turns": 1168,
        "worse": -0.003,
        "none": None,
    }
}


def found(tmp_path, text):
    (tmp_path / "page.md").write_text(text, "utf-8")
    return compared([tmp_path / "page.md"], RESULTS)


@pytest.mark.parametrize(
    ("cell", "path", "off"),
    [
        ("83 %", "shop/rows/tea/right", False),
        ("83.5%", "shop/rows/0/right", False),
        ("0.835", "shop/rows/tea/right", False),
        ("0.83", "shop/rows/tea/right", False),
        ("**0.834**", "shop/rows/tea/right", True),
        ("84 %", "shop/rows/tea/right", True),
        ("1,168", "shop/turns", False),
        ("1,167", "shop/turns", True),
        ("−0.3 %", "shop/worse", False),
        ("0.003", "shop/worse", True),
        ("50，见 p50", "shop/rows/baby/right", True),
        ("0.5", "shop/none", True),
        ("0.5", "shop/rows/hardware/right", True),
        ("0.5", "shop/rows/7/right", True),
    ],
)
def test_a_figure_is_off_by_more_than_half_of_its_last_digit(cell, path, off, tmp_path):
    [one] = found(tmp_path, f"<!-- figures: {path} -->\n| what | told |\n|---|---|\n| shop | {cell} |\n")
    assert one.stale is off


def test_a_cell_of_several_numbers_names_each_and_leaves_out_what_is_not_checked(tmp_path):
    table = "| what | told | more |\n| --- | --- | --- |\n| `tea` shop (4) | 0.8 of 12, 1,168 | 9 |\n"
    found_ones = found(tmp_path, f"<!-- figures: shop/rows/*/right and and shop/turns -->\n{table}")
    assert [(one.path, one.documented, one.off) for one in found_ones] == [
        ("shop/rows/tea/right", "0.8", False),
        ("shop/turns", "1,168", False),
    ]


def test_a_rule_of_another_number_of_figures_than_the_cell_is_told(tmp_path):
    [one] = found(tmp_path, "<!-- figures: shop/turns -->\n| a | b |\n|---|---|\n| shop | 1,168 or 9 |\n")
    assert one.stale and "2 numbers, its rule 1" in one.told()


def test_a_row_is_named_by_its_comment_and_may_have_a_rule_of_its_own(tmp_path):
    text = (
        "<!-- figures: shop/rows/*/right -->\n| a | b |\n|---|---|\n| Tea house <!-- row tea --> | 0.8 |\n"
        "| before <!-- row - --> | 0.1 |\n"
        "| all <!-- figures: shop/turns --> | 1,168 |\n| baby | – |\n\nNo table.\n\n| a | b |\n|---|---|\n| baby | 0.9 |\n"
    )
    assert [(one.path, one.off) for one in found(tmp_path, text)] == [("shop/rows/tea/right", False), ("shop/turns", False)]


def test_a_figure_of_a_run_that_was_not_made_is_counted_and_not_judged(tmp_path):
    [one] = found(tmp_path, "<!-- figures: other/turns -->\n| a | b |\n|---|---|\n| shop | 9 |\n")
    assert one.measured is None and not one.off


def test_what_our_documents_mark_fits_their_cells_and_the_plan():
    marked = compared(documents(ROOT), {})
    assert len(marked) > 400
    assert [one.told() for one in marked if one.fault] == []
    assert {one.path.split("/")[0] for one in marked} <= read_plan().keys()


def test_the_chinese_readme_tells_the_figures_of_the_english_one():
    english, chinese = (
        [(one.path, one.documented.strip()) for one in compared([ROOT / name], {})] for name in ("README.md", "README.zh-CN.md")
    )
    assert len(english) > 30
    assert english == chinese
