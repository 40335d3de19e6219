"""The server starts anew on the same open port: nobody is refused, and who comes meanwhile waits."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

from benchmarks.restart import Figures, main
from bot.errors import SettingsError
from bot.serving.listener import HANDED_OVER, listening
from tests.served_shop import ROOT

TAKES_OVER = f"""
import os, sys
os.dup2(int(sys.argv[1]), {HANDED_OVER})
os.environ |= {{"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}}
from bot.serving.listener import listening
listener = listening("127.0.0.1", 1)
assert listener.fileno() == {HANDED_OVER} and not os.get_inheritable({HANDED_OVER}) and "LISTEN_FDS" not in os.environ
connection, _ = listener.accept()
connection.sendall(b"the new one")
"""


@pytest.mark.slow
def test_customers_who_chat_while_the_server_starts_anew_are_all_answered_in_full(capsys):
    status = main(["--times", "2", "--json"])
    figures = json.loads(capsys.readouterr().out)
    assert (figures["failed"], status, figures["restarts"]) == ([], 0, 2)
    assert figures["written"] > 0 and figures["messages"] > figures["written"]


@pytest.mark.parametrize("figures", [Figures(written=3, failed=["status 503"]), Figures(written=0)])
def test_a_refusal_and_a_restart_that_met_nobody_are_told(figures):
    assert Figures(written=3).sound and not figures.sound


def test_who_came_before_the_new_process_is_answered_by_it():
    """As the process before or systemd hands the socket over: as descriptor 3, with a customer in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as customer:
        number = listener.fileno()
        subprocess.run([sys.executable, "-c", TAKES_OVER, str(number)], pass_fds=[number], cwd=ROOT, check=True)
        assert customer.recv(100) == b"the new one"


def test_a_socket_that_was_meant_for_another_process_is_left_alone(monkeypatch):
    monkeypatch.setenv("LISTEN_PID", str(os.getpid() + 1))
    monkeypatch.setenv("LISTEN_FDS", "1")
    with listening("127.0.0.1", 0) as listener:
        assert listener.fileno() != HANDED_OVER


@pytest.mark.parametrize("number", ["2", "0", ""])
def test_what_cannot_be_served_of_what_was_handed_over_is_one_clear_sentence(monkeypatch, number):
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    monkeypatch.setenv("LISTEN_FDS", number)
    with pytest.raises(SettingsError, match="name one ListenStream") as caught:
        listening("127.0.0.1", 0)
    assert "\n" not in str(caught.value)
