"""A vision model's service on loopback that speaks both protocols, and misbehaves when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """One answer: the model's `text`, or a raw `body`; `wait` holds it back until `released`."""

    text: str = ""
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: bool = False


@dataclass
class Asked:
    """What the service was asked."""

    path: str
    headers: dict[str, str]
    value: dict[str, Any]


@dataclass
class VisionService:
    """`replies` are given in turn, the last one again and again."""

    replies: list[Reply]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def openai_url(self) -> str:
        return f"{self.address}/v1"

    @property
    def gemini_url(self) -> str:
        return f"{self.address}/"

    def next_reply(self) -> Reply:
        return self.replies[min(len(self.asked), len(self.replies)) - 1]

    def pictures(self) -> list[str]:
        """The base64 of the pictures in the last question."""
        asked = self.asked[-1]
        if "chat" in asked.path:
            content = asked.value["messages"][0]["content"]
            return [c["image_url"]["url"].split(",")[1] for c in content if c["type"] != "text"]
        parts = asked.value["contents"][0]["parts"]
        return [part["inlineData"]["data"] for part in parts if "inlineData" in part]


def body_of(reply: Reply, path: str) -> bytes:
    if reply.body is not None:
        return reply.body
    if reply.status != 200:
        return json.dumps({"error": {"message": reply.text, "code": reply.status}}).encode()
    if "chat" in path:
        message = {"role": "assistant", "content": reply.text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        value = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
        return json.dumps({**value, "choices": [choice]}).encode()
    content = {"role": "model", "parts": [{"text": reply.text}]}
    return json.dumps({"candidates": [{"content": content, "finishReason": "STOP"}]}).encode()


@contextmanager
def vision_service(*replies: Reply) -> Iterator[VisionService]:
    service = VisionService(list(replies))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            value = json.loads(self.rfile.read(length))
            service.asked.append(Asked(self.path, dict(self.headers.items()), value))
            reply = service.next_reply()
            if reply.wait:
                service.released.wait(30)
            body = body_of(reply, self.path)
            try:
                self.send_response(reply.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                for name, text in reply.headers.items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
