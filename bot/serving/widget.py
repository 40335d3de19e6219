"""The widget's page inside its frame."""

from __future__ import annotations

from html import escape

from bot.store.sites import Site


def frame_page(site: Site) -> str:
    """The HTML of the frame of a site."""
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(site.name)}</title>'
