"""The program killed without warning: nothing that anybody was told is lost, nothing happens twice."""

from __future__ import annotations

import json

import pytest

from benchmarks.crash import READY_S, Figures, main


@pytest.mark.slow
def test_what_was_acknowledged_outlives_kills_amid_chats_changes_and_loads(capsys):
    status = main(["--kills", "4", "--json"])
    figures = json.loads(capsys.readouterr().out)
    assert (figures["lost"], figures["double"], figures["apart"]) == ([], [], [])
    assert status == int(figures["slowest_ready_processor_s"] > READY_S)  # how soon it is ready, is the processor's doing too
    assert figures["kills"] == 4 and figures["messages"] > 0 and figures["documents"] > 3


@pytest.mark.parametrize(
    "wrong", [{"lost": ["one"]}, {"double": ["one"]}, {"apart": ["one"]}, {"slowest_ready_processor_s": 11.0}]
)
def test_any_loss_is_told(wrong):
    assert Figures().sound and not Figures(**wrong).sound
