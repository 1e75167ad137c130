"""Counts the requests a command makes: an HTTP proxy that forwards and counts, for any client.

`ik` asks no proxy for what is on this machine; it counts its requests itself (`--timing`).
"""

import http.client
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .peers import IK
from .rounds import Subject

# Headers about one connection, not about the message.
HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length"}


class Tap(BaseHTTPRequestHandler):
    """Forwards one request and counts it."""

    protocol_version = "HTTP/1.1"
    seen: list[str] = []

    def forward(self) -> None:
        self.seen.append(f"{self.command} {self.path}")
        target = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        connection = http.client.HTTPConnection(target.hostname, target.port)
        path = target.path + (f"?{target.query}" if target.query else "")
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        connection.request(self.command, path or "/", body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = forward

    def log_message(self, *_: object) -> None:
        """Nothing: this is the measurement, not a server."""


def count(subject: Subject) -> int:
    """How many requests one run of `subject` makes."""
    if subject.command[0] == IK:
        said = subprocess.run(
            [*subject.command, "--timing"],
            env=subject.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
        return int(re.findall(rb"in all, (\d+) request", said.stderr)[-1])
    with ThreadingHTTPServer(("127.0.0.1", 0), Tap) as proxy:
        Tap.seen.clear()
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{proxy.server_port}"
        environment = subject.environment | {"http_proxy": address}
        subprocess.run(
            subject.command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        proxy.shutdown()
        return len(Tap.seen)
