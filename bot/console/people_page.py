"""The console's page of people: who may sign in, and what they changed."""

from __future__ import annotations

from typing import Any

from bot.console.audit import details_in
from bot.console.enabling import enabled_by
from bot.console.listing import listing
from bot.console.operator import Operator, showings, texts_of
from bot.console.reasons import reason_in
from bot.console.toolkit import gr
from bot.store.users import ROLES, Role


def people_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, users = operator.texts, operator.shopdesk.admin.users
    roles = texts_of(operator.language, "console")

    def listed() -> tuple[Any, ...]:
        people = [[user.name, roles[user.role], operator.minute(user.created_at)] for user in users.all()]
        changes = [
            [
                operator.minute(row["at"]),
                row["user"],
                reason_in(operator.language, row["action"]),
                details_in(operator.language, row["details"]),
            ]
            for row in users.audited()
        ]
        return people, changes

    def chosen(event: gr.SelectData) -> tuple[str, Role]:
        name = str(event.row_value[0])
        roles_of: dict[str, Role] = {user.name: user.role for user in users.all()}
        return name, roles_of.get(name, "agent")

    def loaded(request: gr.Request) -> tuple[Any, ...]:
        return listed() if request.state.user.may("owner") else ([], [])

    def told_of(name: str, password: str) -> str:
        address = f"{operator.shopdesk.settings.address}/console"
        return texts["made"].format(name=name.strip(), password=password, address=address)

    def added(name: str, role: Role, request: gr.Request) -> tuple[Any, ...]:
        user = operator.user(request, "owner")
        with operator.refusals():
            password = users.add(name.strip(), role)
        operator.record(user, "user added", name=name.strip(), role=role)
        return told_of(name, password), *listed()

    def renewed(name: str, request: gr.Request) -> tuple[Any, ...]:
        user = operator.user(request, "owner")
        with operator.refusals():
            password = users.set_password(name.strip())
        operator.record(user, "password renewed", name=name.strip())
        return told_of(name, password), *listed()

    def given(name: str, role: Role, request: gr.Request) -> tuple[Any, ...]:
        user = operator.user(request, "owner")
        with operator.refusals():
            users.set_role(name.strip(), role)
        operator.record(user, "role changed", name=name.strip(), role=role)
        return texts["given"].format(name=name.strip(), role=roles[role]), *listed()

    def removed(name: str, request: gr.Request) -> tuple[Any, ...]:
        user = operator.user(request, "owner")
        with operator.refusals():
            users.remove(name.strip())
        operator.record(user, "user removed", name=name.strip())
        return texts["removed"].format(name=name.strip()), *listed()

    intro = gr.Markdown(texts["intro"])
    people = listing(texts, {"name": 40, "role": 30, "since": 30})
    with gr.Row():
        name = gr.Textbox(label=texts["name"], max_length=60)
        role = gr.Dropdown([(roles[one], one) for one in reversed(ROLES)], value="agent", label=texts["role"])
    with gr.Row():
        add = gr.Button(texts["add"], variant="primary")
        give = gr.Button(texts["give"])
        renew = gr.Button(texts["password"])
        remove = gr.Button(texts["remove"], variant="stop")
    enabled_by([name], [add, give, renew, remove])
    told = gr.Textbox(
        label=texts["result"], placeholder=" ", interactive=False, show_label=False, container=False, elem_classes="result"
    )
    gr.Markdown(f"### {texts['audit']}")
    audit = listing(texts, {"at": 16, "who": 12, "what": 20, "details": 52}, "empty_audit", 480)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    for trigger in showings(console, intro):
        trigger(loaded, None, [people, audit], **private)
    people.select(chosen, None, [name, role], **private)
    add.click(added, [name, role], [told, people, audit], **private)
    give.click(given, [name, role], [told, people, audit], **private)
    renew.click(renewed, name, [told, people, audit], **private)
    remove.click(removed, name, [told, people, audit], **private)
