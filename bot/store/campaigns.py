"""The tables of campaigns and their experiments: what was planned, who was shown what, and what they did."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
    update,
)

from bot.store.database import metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("name", Text, nullable=False),
    Column("plan", JSON, nullable=False),
    Column("author", String(60), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
"""A plan's ``customers`` are the ids of those whom it is for."""
experiments = Table(
    "experiments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("campaign", ForeignKey("campaigns.id", ondelete="SET NULL")),
    Column("slot", String(20), nullable=False, index=True),
    Column("mode", String(10), nullable=False),
    Column("goal", String(20), nullable=False),
    Column("variants", JSON, nullable=False),
    Column("holdout", Float, nullable=False),
    Column("planned_units", Integer, nullable=False),
    Column("expected_rate", Float, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("state", String(10), nullable=False),
    Column("least_p", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    UniqueConstraint("name", "version"),
    sqlite_autoincrement=True,
)
"""``least_p`` is the least p-value of each variant at any look so far."""
exposures = Table(
    "exposures",
    metadata,
    Column("experiment", ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True),
    Column("unit", String(200), primary_key=True),
    Column("arm", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Who was dealt which arm, once and for all; a unit is a customer's id, else a visitor's or a conversation's."""
unit_events = Table(
    "unit_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit", String(200), nullable=False),
    Column("event", String(20), nullable=False),
    Column("amount", Float, nullable=False),
    Column("key", String(100), nullable=False, unique=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_unit_events_unit_at", "unit", "at"),
    sqlite_autoincrement=True,
)
"""What units did, as the widget and the shop's pages report it; ``key`` makes a report that comes twice count once."""


def plans_for(connection: Connection, customer: str) -> list[dict[str, Any]]:
    """The kept plans that are for a customer: ``id``, ``name`` and ``created_at``."""
    rows = connection.execute(select(campaigns).order_by(campaigns.c.created_at)).all()
    return [
        {"id": row.id, "name": row.name, "created_at": str(row.created_at)}
        for row in rows
        if customer in row.plan.get("customers", ())
    ]


def leave_plans(connection: Connection, customer: str) -> None:
    """Takes a customer out of every kept plan."""
    for kept in plans_for(connection, customer):
        mine = campaigns.c.id == kept["id"]
        plan = connection.execute(select(campaigns.c.plan).where(mine)).scalar_one()
        others = [one for one in plan["customers"] if one != customer]
        connection.execute(update(campaigns).where(mine).values(plan={**plan, "customers": others}))
