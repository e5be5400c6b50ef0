"""A TCP link to a worker that can be cut while bytes run through it."""

import contextlib
import socket
import threading


class Link:
    """Listens on loopback and passes bytes on to `address`; counts those that go up."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._target = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._open = []
        self.up_bytes = 0
        self.cuts = 0
        self.cut_after = None
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def address(self):
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        self._thread.join()

    def cut(self):
        with self._lock:
            links, self._open = self._open, []
            self.cuts += bool(links)
        for link in links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._target)
                with self._lock:
                    self._open += [near, far]
                threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source, sink, up):
        with source, contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
                if up:
                    self._count(len(data))
            sink.shutdown(socket.SHUT_RDWR)

    def _count(self, size):
        with self._lock:
            self.up_bytes += size
            due = self.cut_after is not None and self.up_bytes >= self.cut_after
            if due:
                self.cut_after = None
        if due:
            self.cut()
