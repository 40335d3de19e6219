"""Which passages answers have rested on."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from bot.store.conversation_tables import turns


def used_passages(engine: Engine, fewest: int) -> set[str] | None:
    """Ids of the passages that any stored turn gathered; None where there were fewer than ``fewest`` turns."""
    with engine.connect() as connection:
        if connection.execute(select(func.count()).select_from(turns)).scalar_one() < fewest:
            return None
        return {used for ids in connection.execute(select(turns.c.evidence_ids)).scalars() for used in ids}
