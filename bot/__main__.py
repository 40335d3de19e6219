"""``python -m bot``: the same as the command ``shopdesk``."""

from bot.cli import main

main()
