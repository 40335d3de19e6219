"""The open port. It outlives the process that serves it: a new one takes it over, and who comes meanwhile waits in its queue.

A service manager may open it, too, and hand it over as systemd does: descriptor 3, told in ``LISTEN_PID`` and ``LISTEN_FDS``.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from typing import NoReturn

from bot.errors import SettingsError

HANDED_OVER = 3
QUEUE = 2048
"""Customers who wait for a server that is starting."""


def listening(host: str, port: int) -> socket.socket:
    """The socket that was handed over to this process, else a new one on ``host`` and ``port``.

    It is opened before anything slow begins, so that a taken port is told at once.

    Raises:
        SettingsError: the host is unknown, the port is taken, or several sockets were handed over.
    """
    return _handed_over() or _opened(host, port)


def wait_with_starting_anew() -> None:
    """Has a signal to start anew pass without effect while the program is starting: by itself it would end the process."""
    if hasattr(signal, "SIGUSR2"):
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)


def start_anew(listener: socket.socket) -> NoReturn:
    """Starts this program again, as it is installed now, in the same process and with the same open socket."""
    wait_with_starting_anew()
    os.dup2(listener.fileno(), HANDED_OVER)
    os.set_inheritable(HANDED_OVER, True)  # where it was that number already, nothing was done
    os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _handed_over() -> socket.socket | None:
    process, number = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    if process != str(os.getpid()):
        return None
    if number != "1":
        raise SettingsError(f"Shopdesk serves one socket, and {number or 'none'} were handed over: name one ListenStream.")
    with suppress(OSError):
        os.set_inheritable(HANDED_OVER, False)
        return socket.socket(fileno=HANDED_OVER)
    raise SettingsError("What was handed over to listen on is no socket: name one ListenStream.")


def _opened(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=QUEUE)
    except socket.gaierror as error:
        raise SettingsError(f"The host {host!r} is not known here: choose another with --host.") from error
    except PermissionError as error:
        raise SettingsError(f"Port {port} needs more rights than this user has: choose another with --port.") from error
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)  # without the address, which strerror repeats here
        remedy = "stop the program that uses it, or choose another with --port or SHOPDESK_PORT"
        raise SettingsError(f"Port {port} of {host!r} is not free ({reason}): {remedy}.") from error
