"""A Hub of our own on loopback: enough of Hugging Face's protocol to fetch files from."""

import hashlib
import json
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def safetensors_bytes(count=4096, seed=0):
    """A whole safetensors file with one tensor of `count` bytes."""
    header = json.dumps({"w": {"dtype": "U8", "shape": [count], "data_offsets": [0, count]}})
    body = bytes((index * 31 + seed) % 251 for index in range(count))
    return struct.pack("<Q", len(header)) + header.encode() + body


class Hub:
    """Files by "owner/name/path", and ways to misbehave; `ranges` are those that were asked for."""

    def __init__(self):
        self.files = {}
        self.cut_after = {}
        self.broken = set()
        self.stated_size = {}
        self.stated_digest = {}
        self.refused = set()
        self.answered_commit = ""
        self.asked = []
        self.tokens = []

    def put(self, repo, path, data):
        self.files[f"{repo}/{path}"] = data


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._answer(body=False)

    def do_GET(self):
        self._answer(body=True)

    def _answer(self, body):
        hub = self.server.hub
        repo, _, rest = self.path.lstrip("/").partition("/resolve/")
        commit, _, path = rest.partition("/")
        key = f"{repo}/{path}"
        hub.tokens.append(self.headers.get("Authorization"))
        hub.asked.append((self.command, commit, path, self.headers.get("Range")))
        if repo in hub.refused:
            return self._error(401, "GatedRepo")
        if key not in hub.files:
            return self._error(404, "EntryNotFound")
        if body and key in hub.broken:
            return self._error(500, "")
        return self._send(hub, key, body, COMMIT if commit == "main" else commit)

    def _error(self, status, code):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if code:
            self.send_header("X-Error-Code", code)
        self.end_headers()

    def _send(self, hub, key, body, commit):
        data = hub.files[key]
        digest = hub.stated_digest.get(key, hashlib.sha256(data).hexdigest())
        start = int((self.headers.get("Range") or "bytes=0-")[6:].partition("-")[0])
        self.send_response(206 if start else 200)
        self.send_header("X-Repo-Commit", hub.answered_commit or commit)
        self.send_header("ETag", f'"{digest}"')
        self.send_header("X-Linked-Etag", f'"{digest}"')
        self.send_header("X-Linked-Size", str(hub.stated_size.get(key, len(data))))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if not body:
            return
        stop = hub.cut_after.pop(key, len(data))
        self.wfile.write(data[start:stop])
        if stop < len(data):
            self.close_connection = True


@contextmanager
def serving():
    """A Hub that serves until the block ends; yields it and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.hub = Hub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.hub, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
