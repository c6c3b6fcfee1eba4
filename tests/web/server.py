"""A small server with byte ranges, as hosts of files have them, or without; it serves from a sub-folder."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.waiting import LIMIT_SECONDS

PREFIX = "/some/where/"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mp3": "audio/mpeg",
    ".vtt": "text/vtt",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".xml": "application/rss+xml",
}


class Handler(BaseHTTPRequestHandler):
    """Answers for one folder."""

    folder: Path
    with_ranges = True
    # Files that are answered only when the event is set.
    held: tuple[threading.Event, frozenset[str]] | None = None
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = unquote(urlsplit(self.path).path)
        path = self.folder / name.removeprefix(PREFIX)
        path = path / "index.html" if path.is_dir() else path
        if self.held and path.name in self.held[1]:
            self.held[0].wait(LIMIT_SECONDS)
        if not name.startswith(PREFIX) or not path.is_file():
            self._answer(404, b"", {})
            return
        self._send(path)

    def _send(self, path: Path) -> None:
        data = path.read_bytes()
        headers = {
            "Content-Type": _TYPES.get(path.suffix, "application/octet-stream"),
            "X-Content-Type-Options": "nosniff",
        }
        if self.with_ranges:
            headers["Accept-Ranges"] = "bytes"
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted or not self.with_ranges:
            self._answer(200, data, headers)
            return
        first, last = int(wanted[1]), int(wanted[2] or len(data) - 1)
        headers["Content-Range"] = f"bytes {first}-{min(last, len(data) - 1)}/{len(data)}"
        self._answer(206, data[first : last + 1], headers)

    def _answer(self, code: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle is no fault of the site."""


@contextmanager
def served(
    folder: Path, *, with_ranges: bool = True, held: tuple[threading.Event, frozenset[str]] | None = None
) -> Iterator[str]:
    """Serve a folder; gives its address."""
    values = {"folder": folder, "with_ranges": with_ranges, "held": held}
    handler = type("Handler", (Handler,), values)
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    finally:
        server.shutdown()
        server.server_close()
