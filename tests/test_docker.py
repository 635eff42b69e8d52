"""What is deployed is what is documented: every setting exists, every secret is a file, every server is watched.

Compose itself judges the files too, the one that comes with the tests; an engine is needed by none of this.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketplace.config import Settings
from tests.services import missing
from tests.serving import answering

ROOT = Path(__file__).parents[1]
SECRETS = {setting.name.upper() for setting in fields(Settings) if not setting.repr}
SETTINGS = {setting.name.upper() for setting in fields(Settings)} | {f"{secret}_FILE" for secret in SECRETS}
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
CLUSTER = (ROOT / "docker-compose.cluster.yml").read_text("utf-8")
IMAGE = (ROOT / "Dockerfile").read_text("utf-8")
# What the composition itself asks for beside the settings of the product.
OF_THE_COMPOSITION = {"ELASTICSEARCH_MEMORY", "HTTP_PORT", "TORCH_INDEX", "WORKER_METRICS_PORT"}
ONCE = {"api-key", "certificates", "migrate"}
COMPOSITIONS = [["docker-compose.yml"], ["docker-compose.yml", "docker-compose.cluster.yml"]]


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    whole: dict[str, Any] = yaml.safe_load(COMPOSE)
    return whole


@pytest.fixture(scope="module")
def services(composed: dict[str, Any]) -> dict[str, Any]:
    every: dict[str, Any] = composed["services"]
    return every


@pytest.fixture(scope="module")
def cluster() -> dict[str, Any]:
    every: dict[str, Any] = yaml.safe_load(CLUSTER)["services"]
    return every


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder of secrets as an operator has it made."""
    make_secrets(tmp_path)
    return tmp_path / "secrets"


def make_secrets(folder: Path) -> None:
    subprocess.run([ROOT / "docker" / "make-secrets.sh", folder], check=True)


def ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if "build" in service}


def test_every_variable_given_to_the_product_is_a_setting(services: dict[str, Any], cluster: dict[str, Any]) -> None:
    for name, service in ours(services).items():
        assert set(service["environment"]) <= SETTINGS
        assert set(cluster[name]["environment"]) <= SETTINGS


def test_every_variable_asked_for_is_a_setting_or_explained_at_the_top() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE + CLUSTER))
    assert asked - SETTINGS == OF_THE_COMPOSITION
    head = COMPOSE[: COMPOSE.index("x-logging")]
    assert all(name in head for name in OF_THE_COMPOSITION)


def test_every_secret_of_the_product_is_given_as_a_file_and_stands_nowhere_else(services: dict[str, Any]) -> None:
    for service in ours(services).values():
        given = set(service["environment"])
        assert {f"{secret}_FILE" for secret in SECRETS} <= given
        assert not SECRETS & given
    assert not re.search(r"\$\{\w*(PASSWORD|SECRET|TOKEN|KEY|MAIL_URL|DATABASE_URL)", COMPOSE + CLUSTER)
    assert not re.search(r"(PASSWORD|SECRET|TOKEN|KEY)\w*=", IMAGE)


def test_every_password_of_a_server_is_a_file(services: dict[str, Any]) -> None:
    for name in ("postgres", "elasticsearch"):
        secret = [variable for variable in services[name]["environment"] if "PASSWORD" in variable]
        assert secret
        assert all(variable.endswith("_FILE") for variable in secret)


def test_a_service_gets_only_secrets_that_are_files_and_are_made(composed: dict[str, Any], secrets: Path) -> None:
    there = {f"secrets/{file.name}" for file in secrets.iterdir()}
    assert {one["file"] for one in composed["secrets"].values()} == there
    for service in composed["services"].values():
        assert set(service.get("secrets", ())) <= set(composed["secrets"])
        for variable, value in service.get("environment", {}).items():
            if str(value).startswith("/run/secrets/"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], variable


def test_the_product_starts_with_the_secrets_that_are_made(services: dict[str, Any], secrets: Path) -> None:
    given = {
        name: str(secrets / value.removeprefix("/run/secrets/"))
        for name, value in services["web"]["environment"].items()
        if name.removesuffix("_FILE") in SECRETS
    }
    settings = Settings.from_environment({"MARKETPLACE_ENV": "production", **given})
    password = (secrets / "postgres_password").read_text()
    assert settings.database_url == f"postgresql+psycopg://marketplace:{password}@postgres/marketplace"
    assert len({settings.secret_key, settings.metrics_token, password}) == 3


def test_secrets_are_made_once_and_closed_to_other_users(tmp_path: Path, secrets: Path) -> None:
    before = {file.name: file.read_text() for file in secrets.iterdir()}
    make_secrets(tmp_path)
    assert {file.name: file.read_text() for file in secrets.iterdir()} == before
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700


def test_every_server_is_asked_whether_it_is_well(services: dict[str, Any]) -> None:
    lasting = {name: service for name, service in services.items() if service["restart"] != "no"}
    assert set(lasting) == {"elasticsearch", "postgres", "web", "worker"}
    assert all(service["healthcheck"]["test"][0].startswith("CMD") for service in lasting.values())


def test_what_runs_once_is_waited_for(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if service["restart"] == "no"} == ONCE
    waited = {
        name: awaited["condition"]
        for service in services.values()
        for name, awaited in service.get("depends_on", {}).items()
    }
    assert {name for name, condition in waited.items() if condition == "service_completed_successfully"} == ONCE


def test_nothing_takes_all_of_the_machine_or_fills_its_disk_with_logs(services: dict[str, Any]) -> None:
    for service in services.values():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
        assert service["logging"]["options"]["max-size"]


def test_what_is_kept_lies_in_volumes_that_exist(composed: dict[str, Any], cluster: dict[str, Any]) -> None:
    named = set(composed["volumes"]) | set(yaml.safe_load(CLUSTER)["volumes"])
    mounted = {
        volume.partition(":")[0]
        for service in (*composed["services"].values(), *cluster.values())
        for volume in service.get("volumes", ())
    }
    assert mounted == named


def test_only_this_machine_reaches_what_is_published_and_nobody_the_stores(services: dict[str, Any]) -> None:
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert all("ports" not in services[name] for name in ("postgres", "elasticsearch"))


def test_a_node_of_the_cluster_shows_a_certificate_that_is_made_for_it(cluster: dict[str, Any]) -> None:
    made = re.search(r"^nodes=\((.+)\)$", (ROOT / "docker" / "certificates.sh").read_text("utf-8"), re.MULTILINE)
    assert made is not None
    nodes = [name for name in cluster if name.startswith("elasticsearch")]
    assert nodes == made[1].split()
    for name in nodes[1:]:
        given = cluster[name]["environment"]
        assert {value for key, value in given.items() if key.endswith("certificate")} == {f"certs/{name}.crt"}
        assert {value for key, value in given.items() if key.endswith("key")} == {f"certs/{name}.key"}
    assert cluster["web"]["environment"]["ELASTICSEARCH_URL"] == ",".join(f"https://{name}:9200" for name in nodes)


@pytest.fixture(scope="module")
def compose() -> list[str]:
    """The command of Compose: the one installed with the tests, else the plugin of Docker."""
    if own := shutil.which("docker-compose", path=str(Path(sys.executable).parent)):
        return [own]
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        missing("DOCKER", "neither docker-compose nor the compose plugin of Docker is installed")
    return [docker, "compose"]


def understood(compose: list[str], files: list[str], **given: str) -> dict[str, Any]:
    """Return a composition as Compose understands it, which must be without a warning."""
    named = [argument for file in files for argument in ("--file", str(ROOT / file))]
    command = [*compose, *named, "config", "--format", "json"]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin", **given}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    whole: dict[str, Any] = json.loads(done.stdout)
    return whole


@pytest.mark.parametrize("files", COMPOSITIONS, ids=["one node", "three nodes"])
def test_compose_understands_the_composition(files: list[str], compose: list[str], composed: dict[str, Any]) -> None:
    whole = understood(compose, files, HTTP_PORT="8080", ELASTICSEARCH_MEMORY="1g", OUTBOX_DAYS="7")
    assert set(composed["services"]) <= set(whole["services"])
    assert whole["services"]["web"]["ports"][0]["published"] == "8080"
    assert whole["services"]["elasticsearch"]["deploy"]["resources"]["limits"]["memory"] == str(1024**3)
    assert whole["services"]["worker"]["environment"]["OUTBOX_DAYS"] == "7"


def test_compose_refuses_a_composition_with_a_mistake(compose: list[str], tmp_path: Path) -> None:
    mistaken = tmp_path / "docker-compose.yml"
    mistaken.write_text(COMPOSE.replace("healthcheck:", "healthchek:", 1))
    done = subprocess.run([*compose, "--file", mistaken, "config"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "healthchek" in done.stderr


def test_each_of_three_nodes_has_its_own_data_and_all_of_them_the_limits_of_one(compose: list[str]) -> None:
    whole = understood(compose, COMPOSITIONS[1])["services"]
    nodes = {name: service for name, service in whole.items() if name.startswith("elasticsearch")}
    alone = understood(compose, COMPOSITIONS[0])["services"]["elasticsearch"]
    assert len(nodes) == 3
    kept = []
    for name, node in nodes.items():
        assert node["environment"]["discovery.type"] == "multi-node"
        assert node["environment"]["node.name"] == name
        assert [node[part] for part in ("deploy", "healthcheck", "image", "networks", "ulimits")] == [
            alone[part] for part in ("deploy", "healthcheck", "image", "networks", "ulimits")
        ]
        kept += [one["source"] for one in node["volumes"] if one["target"].endswith("/data")]
    assert len(set(kept)) == len(kept) == 3
    assert set(whole["api-key"]["depends_on"]) == set(nodes)


@pytest.mark.parametrize("script", sorted((ROOT / "docker").glob("*.sh")), ids=lambda file: file.name)
def test_a_script_is_understood_and_ends_at_the_first_error(script: Path) -> None:
    shell = script.read_text("utf-8").splitlines()[0].removeprefix("#!").removeprefix("/usr/bin/env ")
    subprocess.run([shell, "-n", script], check=True)
    assert re.search(r"^set -eu", script.read_text("utf-8"), re.MULTILINE)
    assert script.stat().st_mode & stat.S_IXUSR


class Server:
    """Answers like Elasticsearch where keys are made and tried, to whoever knows the password or a living key."""

    def __init__(self) -> None:
        self.made: list[bytes] = []
        self.living = ""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(bool(server.living) and self.headers["Authorization"] == f"ApiKey {server.living}", "{}")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                knows = self.headers["Authorization"] == "Basic ZWxhc3RpYzpwdw=="
                if knows:
                    server.made.append(body)
                    server.living = f"key-{len(server.made)}"
                self.answer(knows, f'{{"id": "1", "encoded": "{server.living}"}}')

            def answer(self, is_allowed: bool, body: str) -> None:
                self.send_response(200 if is_allowed else 401)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def server() -> Iterator[Server]:
    held = Server()
    with answering(held.http):
        yield held


def make_key(server: Server, folder: Path, password: str = "pw") -> subprocess.CompletedProcess[str]:
    if shutil.which("curl") is None:
        missing("CURL", "curl is not installed")
    for name in ("certificates", "access", "bin"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "certificates" / "ca.crt").write_text("authority")
    (folder / "certificates" / "password").write_text(password)
    # Only root may give a file to another user.
    (folder / "bin" / "chown").write_text("#!/bin/sh\n")
    (folder / "bin" / "chown").chmod(0o755)
    environment = {
        "PATH": f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "CERTIFICATES": str(folder / "certificates"),
        "ACCESS": str(folder / "access"),
        "SERVER": f"http://127.0.0.1:{server.http.server_port}",
    }
    command = ["bash", ROOT / "docker" / "api-key.sh"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_key_of_the_product_is_made_once_and_again_only_when_it_is_refused(server: Server, tmp_path: Path) -> None:
    key = tmp_path / "access" / "api_key"
    assert make_key(server, tmp_path).returncode == 0
    assert make_key(server, tmp_path).returncode == 0
    assert (key.read_text(), len(server.made)) == ("key-1", 1)
    assert stat.S_IMODE(key.stat().st_mode) == 0o400
    assert (tmp_path / "access" / "ca.crt").read_text() == "authority"
    server.living = "another"
    assert make_key(server, tmp_path).returncode == 0
    assert key.read_text() == "key-2"


def test_the_key_may_do_nothing_but_use_the_indexes_of_the_product(server: Server, tmp_path: Path) -> None:
    make_key(server, tmp_path)
    role = yaml.safe_load(server.made[0])["role_descriptors"]["marketplace"]
    assert role["cluster"] == ["monitor"]
    assert [one["names"] for one in role["indices"]] == [["marketplace-*"]]


def test_no_key_is_kept_where_the_password_is_refused(server: Server, tmp_path: Path) -> None:
    done = make_key(server, tmp_path, password="wrong")
    assert done.returncode != 0
    assert "401" in done.stderr
    assert not (tmp_path / "access" / "api_key").exists()


def test_the_settings_of_the_image_are_settings() -> None:
    given = set(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=", IMAGE, re.MULTILINE))
    assert {"MARKETPLACE_ENV", "INSTANCE_PATH"} <= given
    assert given - SETTINGS == {"FLASK_APP", "PATH", "PYTHONUNBUFFERED"}


def test_what_the_image_takes_over_is_there() -> None:
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+)$", IMAGE, re.MULTILINE) for name in line.split()[:-1]]
    assert copied
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_that_runs_is_not_the_one_that_was_built_in_and_is_not_root() -> None:
    last = IMAGE[IMAGE.rindex("\nFROM ") :]
    assert IMAGE.count("\nFROM ") == 2
    assert "pip install" not in last
    assert "apt-get" not in IMAGE
    assert re.search(r"^USER (?!root)", last, re.MULTILINE)
