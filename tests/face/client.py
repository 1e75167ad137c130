"""The client, started once: imports all that its commands need, then forks for each command line.

Called with the path of the client's own script and of a socket. Each connection brings a command's words
as JSON and takes back what became of it. The child that a command gets runs the script itself, as the
interpreter would: what it prints and how it ends is the client's doing. It ends with its standard input.
"""

import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import warnings
from importlib import metadata


def load():
    """Imports what the client loads only when it is needed, as its entry points name it."""
    import openstackclient.shell  # noqa: F401

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for distribution in metadata.distributions():
            for point in distribution.entry_points:
                if point.group.startswith("openstack."):
                    try:
                        point.load()
                    except ImportError:
                        # Of a plug-in whose packages are not there; the client passes over it, too.
                        pass
    gc.collect()
    gc.freeze()


def become(script, words, output, errors):
    """Goes on as the client itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for there, place in [(nothing, 0), (output.fileno(), 1), (errors.fileno(), 2)]:
        os.dup2(there, place)
    sys.argv = [script, *words]
    runpy.run_path(script, run_name="__main__")


def serve(script, connection):
    """Answers one connection; in a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection, connection.makefile("rw", encoding="utf-8") as stream:
        words = json.loads(stream.readline())
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            child = os.fork()
            if child == 0:
                become(script, words, output, errors)
                # Without an exit code of its own, as a script that ends.
                sys.exit()
            _, status = os.waitpid(child, 0)
            done = {"code": os.waitstatus_to_exitcode(status)}
            for name, file in [("stdout", output), ("stderr", errors)]:
                file.seek(0)
                done[name] = file.read().decode("utf-8", "replace")
        json.dump(done, stream)


def main(script, address):
    # The client calls itself by what it finds here when it is read.
    sys.argv = [script]
    load()
    # Nobody waits for those who serve.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    print("ready", flush=True)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                return
            connection, _ = listener.accept()
            if os.fork() == 0:
                selector.close()
                listener.close()
                serve(script, connection)
                os._exit(0)
            connection.close()


main(*sys.argv[1:])
