"""The files to deploy with say what the program says: settings, addresses, metrics and files that there are."""

from __future__ import annotations

import json
import re
import tomllib
from configparser import ConfigParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import unstyle
from packaging.requirements import Requirement
from packaging.version import Version
from typer.testing import CliRunner

from bot.cli import app
from bot.serving.metrics import Metrics
from bot.settings import Settings
from tests.api_server import Api

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"


def every(value: Any) -> list[Any]:
    """All that a document holds, however deep."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value, *(found for one in inner for found in every(one))]


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text("utf-8")))


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path):
    named = {name.lower() for name in re.findall(r"SHOPDESK_([A-Z_]+)", path.read_text("utf-8"))}
    assert named <= set(Settings.model_fields) and (named or path.suffix in (".json", ".md"))


@pytest.mark.parametrize("name", ["compose.yaml", "kubernetes.yaml"])
def test_every_address_that_is_probed_is_answered(api: Api, name):
    probed = set(re.findall(r"/api/v1/\w+", (DEPLOY / name).read_text("utf-8")))
    assert "/api/v1/ready" in probed
    assert {path for path in probed if api.http.get(path).status_code != 200} == set()


def test_the_dashboard_shows_every_metric_that_there_is_and_no_other():
    dashboard = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    shown = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    told = Metrics(lambda: (0, 0)).text().decode()
    families = {re.sub("_(total|created)$", "", name) for name in re.findall(r"^# TYPE (shopdesk_\w+) ", told, re.MULTILINE)}
    named = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in re.findall(r"shopdesk_\w+", shown)}
    assert named == families and len(named) > 8
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_manifests_fit_together():
    stateful, service, budget = documents("kubernetes.yaml")
    assert [one["kind"] for one in (stateful, service, budget)] == ["StatefulSet", "Service", "PodDisruptionBudget"]
    labels = stateful["spec"]["template"]["metadata"]["labels"]
    assert stateful["spec"]["selector"]["matchLabels"] == service["spec"]["selector"] == labels
    assert budget["spec"]["minAvailable"] < stateful["spec"]["replicas"]
    [container] = stateful["spec"]["template"]["spec"]["containers"]
    ports = {port["name"] for port in container["ports"]}
    probes = [container[f"{kind}Probe"]["httpGet"]["port"] for kind in ("startup", "readiness", "liveness")]
    assert {*probes, service["spec"]["ports"][0]["targetPort"]} <= ports
    volumes = {one["name"] for one in stateful["spec"]["template"]["spec"]["volumes"]}
    claims = {one["metadata"]["name"] for one in stateful["spec"]["volumeClaimTemplates"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes | claims
    grace = Settings.model_fields["llm_total_s"].default
    _, waits = container["lifecycle"]["preStop"]["exec"]["command"]
    assert stateful["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > grace + int(waits)


def test_the_unit_of_systemd_lets_answers_end_and_reloads_by_the_signal_that_starts_anew():
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string((DEPLOY / "shopdesk.service").read_text("utf-8"))
    service = unit["Service"]
    assert float(service["TimeoutStopSec"]) > Settings.model_fields["llm_total_s"].default
    assert service["ExecStart"].endswith("bin/shopdesk serve") and service["ExecReload"] == "/bin/kill -USR2 $MAINPID"
    assert f"SHOPDESK_DATA=/var/lib/{service['StateDirectory']}" in service["Environment"].split()


def test_the_compose_file_names_services_and_volumes_of_its_own_and_no_password():
    [whole] = documents("compose.yaml")
    for name, service in whole["services"].items():
        assert set(service.get("depends_on", ())) <= set(whole["services"]), name
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(whole["volumes"]), name
        assert all(address.startswith("127.0.0.1:") for address in service.get("ports", ())), name
    secrets = [text for text in every(whole) if isinstance(text, str) and "PASSWORD" in text]
    assert secrets and all(":?}" in text for text in secrets)


def container() -> dict[str, list[str]]:
    """What the container file says, by instruction."""
    said: dict[str, list[str]] = {}
    for line in (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines():
        if line and not line.startswith("#"):
            instruction, rest = line.split(" ", 1)
            said.setdefault(instruction, []).append(rest)
    return said


def test_the_container_serves_where_the_manifests_look_for_it_and_keeps_its_data_in_the_volume():
    said, port = container(), Settings.model_fields["port"].default
    environment = dict(pair.split("=", 1) for line in said["ENV"] for pair in line.split())
    assert said["EXPOSE"] == [str(port)] and environment["SHOPDESK_HOST"] == "0.0.0.0"
    assert said["VOLUME"] == [environment["SHOPDESK_DATA"]] == ["/data"]
    stateful, *_ = documents("kubernetes.yaml")
    [pod] = stateful["spec"]["template"]["spec"]["containers"]
    assert [one["containerPort"] for one in pod["ports"]] == [port]
    assert environment["SHOPDESK_DATA"] in {mount["mountPath"] for mount in pod["volumeMounts"]}
    [whole] = documents("compose.yaml")
    for name in ("one", "two"):
        service = whole["services"][name]
        assert all(address.endswith(f":{port}") for address in service["ports"])
        assert all(volume.endswith(f":{environment['SHOPDESK_DATA']}") for volume in service["volumes"])
        assert f"127.0.0.1:{port}" in service["healthcheck"]["test"][-1]


def test_the_container_runs_a_command_that_there_is_with_extras_that_there_are():
    said = container()
    program, *command = json.loads(said["CMD"][0])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert program in project["scripts"]
    told = CliRunner().invoke(app, [*command, "--help"])
    assert told.exit_code == 0 and "--port" in unstyle(told.output)
    [extras] = re.findall(r"'\.\[([\w,]+)\]'", said["RUN"][0])
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    assert project["requires-python"] == ">=3.11" and re.search(r"python:3\.1[1-9]-slim$", said["FROM"][0])


def test_servers_and_clients_of_the_vector_store_are_of_one_version():
    [whole] = documents("compose.yaml")
    pinned = re.search(r"^chromadb==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    assert pinned and whole["services"]["vectors"]["image"].endswith(f":{pinned[1]}")


FLOORS = {
    **{"starlette": "0.49.1", "pypdfium2": "5.0", "gradio": "6.6", "langchain-core": "1.2.22"},
    **{"python-multipart": "0.0.31", "pyjwt": "2.10", "nh3": "0.3", "defusedxml": "0.7.1"},
}
"""Below these, known faults of the libraries would be open."""


@pytest.mark.parametrize(("name", "least"), FLOORS.items())
def test_no_library_with_a_known_fault_is_let_in(name, least):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {one.name.lower(): one for one in map(Requirement, project["dependencies"])}
    assert name not in asked or not asked[name].specifier.contains(f"{least}.dev0", prereleases=True)
    pinned = re.search(rf"(?im)^{name}==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"))
    assert pinned and Version(pinned[1]) >= Version(least)
    assert Version(version(name)) >= Version(least)


def test_the_container_copies_what_there_is_and_runs_as_nobody_in_particular():
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.M) for name in line.split()]
    assert len(copied) > 6 and [name for name in copied if not (ROOT / name).exists()] == []
    assert {"bot", "knowledge_base", "prompts"} <= set(copied)
    assert "USER shopdesk" in text and text.index("USER shopdesk") < text.index("CMD")
