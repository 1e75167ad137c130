"""The programs that are measured, and the clouds they are measured on."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from .rounds import Subject

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
IK = str(BUILT / "release" / "ik")
CLIENTS = ROOT / "target" / "clients"
OSC = ROOT / "target" / "osc" / "bin" / "osc"


def build() -> None:
    """Builds `ik`, the program that fills local clouds, and gets the peers that are missing."""
    cargo = ["cargo", "build", "--quiet", "--release", "--locked"]
    subprocess.run([*cargo, "-p", "ik"], cwd=ROOT, check=True)
    subprocess.run([*cargo, "-p", "infomaniak-local", "--example", "measure"], cwd=ROOT, check=True)
    for program, package in (("/usr/bin/time", "time"), ("jq", "jq"), ("curl", "curl"),
                             ("openstack", "python3-openstackclient")):
        if not shutil.which(program):
            raise SystemExit(f"bench: {program} is missing: apt-get install {package}")
    subprocess.run([ROOT / "tests" / "foreign" / "newest-clients"], check=True)
    if not OSC.exists():
        print("bench: building osc, once; it takes its time", flush=True)
        install = ["cargo", "install", "--quiet", "--locked", "openstack_cli", "--root"]
        features = ["--no-default-features", "--features", "openstack_sdk/async,compute"]
        subprocess.run([*install, OSC.parents[1], *features], check=False)


def version(command: list[str]) -> str:
    """What a program says about its version: its numbers only."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found.group() if found else "?"


def plain_environment() -> dict[str, str]:
    """The caller's environment without what names clouds."""
    foreign = ("OS_", "INFOMANIAK_", "IK_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


class Target:
    """A cloud: how clients find it, and how a list is read off it by hand."""

    def __init__(self, title: str, clouds_yaml: Path, cloud: str):
        self.title = title
        self.environment = plain_environment() | {
            "OS_CLIENT_CONFIG_FILE": str(clouds_yaml),
            "OS_CLOUD": cloud,
        }

    def ik(self, *words: str, **variables: str) -> Subject:
        return Subject("ik", [IK, *words], self.environment | variables)

    def openstack(self, *words: str) -> list[Subject]:
        """Debian's client and the newest one."""
        newest = str(CLIENTS / "bin" / "openstack")
        return [
            Subject(f"openstack {version([program, '--version'])}{origin}",
                    [program, *words], self.environment)
            for program, origin in ((shutil.which("openstack") or "", ", Debian"), (newest, ", PyPI"))
        ]

    def osc(self, *words: str) -> list[Subject]:
        """The other client in Rust, if it could be built."""
        if not OSC.exists():
            return []
        config = ["--os-client-config-file", self.environment["OS_CLIENT_CONFIG_FILE"]]
        cloud = ["--os-cloud", self.environment["OS_CLOUD"]]
        name = f"osc {version([str(OSC), '--version'])}"
        return [Subject(name, [str(OSC), *config, *cloud, *words], self.environment)]

    def servers_by_curl(self, then: str = "") -> Subject:
        """curl of the addresses that listing the servers takes, with a token that is there already.

        The addresses of all pages are known beforehand, and one connection serves them all: nobody
        can list faster.
        """
        pages = [line.split()[-1] for line in self.told("server", "list", "--timing")
                 if "/servers/detail" in line]
        addresses = " ".join(f"'{page}'" for page in pages)
        headers = f"-H 'X-Auth-Token: {self.token()}' -H 'OpenStack-API-Version: compute 2.91'"
        script = f"curl -sS --compressed {headers} {addresses}{then}"
        return Subject(f"curl{then}", ["sh", "-c", script], self.environment)

    def told(self, *words: str) -> list[str]:
        """What `ik` says on standard error."""
        done = subprocess.run([IK, *words], env=self.environment, capture_output=True, text=True,
                              check=True)
        return done.stderr.splitlines()

    def token(self) -> str:
        """A token, by the password in clouds.yaml."""
        # YAML by its one reader that is there for certain: Debian's client needs it.
        read = "import json,os,yaml; c=yaml.safe_load(open(os.environ['OS_CLIENT_CONFIG_FILE']));" \
               "print(json.dumps(c['clouds'][os.environ['OS_CLOUD']]['auth']))"
        text = subprocess.run(["/usr/bin/python3", "-c", read], env=self.environment,
                              capture_output=True, check=True).stdout
        auth = json.loads(text)
        domain = {"name": auth["user_domain_name"]}
        user = {"name": auth["username"], "password": auth["password"], "domain": domain}
        project = {"name": auth["project_name"], "domain": {"name": auth["project_domain_name"]}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}},
                         "scope": {"project": project}}}
        request = urllib.request.Request(f"{auth['auth_url']}/auth/tokens",
                                         json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return answer.headers["X-Subject-Token"]


class Served:
    """A local cloud that is served while it is measured, filled with servers that have a port each."""

    def __init__(self, folder: Path, servers: int):
        self.environment = plain_environment() | {"IK_LOCAL": str(folder)}
        measure = BUILT / "release" / "examples" / "measure"
        fill = [measure, folder, str(servers), "demo-net", "--fill"]
        subprocess.run(fill, check=True, stdout=subprocess.DEVNULL)
        self.clouds_yaml = folder.with_suffix(".yaml")
        with self.clouds_yaml.open("w") as out:
            command = [IK, "local", "serve", "--listen", "127.0.0.1:0"]
            self.process = subprocess.Popen(command, env=self.environment, stdout=out,
                                            stderr=subprocess.DEVNULL)
        while "clouds:" not in self.clouds_yaml.read_text():
            if self.process.poll() is not None:
                raise SystemExit("bench: the local cloud cannot be served")
            time.sleep(0.02)

    def __enter__(self) -> Target:
        return Target("local cloud", self.clouds_yaml, "demo")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
