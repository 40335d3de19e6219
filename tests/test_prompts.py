"""Prompt files and their loader."""

from __future__ import annotations

from pathlib import Path

import pytest

import prompts

NAMES = sorted(path.name.removesuffix(".en.txt") for path in Path(prompts.__file__).parent.glob("*.en.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_stands_in_both_languages_with_the_same_variables(name):
    english, chinese = prompts.load(name, "en"), prompts.load(name, "zh")
    assert english.variables == chinese.variables and english.variables
    assert english.hash != chinese.hash


def test_a_missing_variable_is_named():
    with pytest.raises(prompts.PromptError, match="lacks a value for evidence"):
        prompts.load("answer", "en").fill({"policy": "x"})


def test_an_extra_variable_is_named():
    with pytest.raises(prompts.PromptError, match="declares no variable colour"):
        prompts.load("answer", "en").fill({"policy": "x", "evidence": "y", "colour": "z"})


def test_a_value_is_never_expanded_again():
    assert "$policy" in prompts.load("answer", "en").fill({"policy": "x", "evidence": "costs $policy and $5"})


def test_an_unknown_prompt_is_named():
    with pytest.raises(prompts.PromptError, match=r"nothing\.en\.txt"):
        prompts.load("nothing", "en")
