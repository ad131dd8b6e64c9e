"""A file that is as large as a year of moderation: read from the request onto the disk, never into memory."""

from typing import IO, Any

from flask import request
from werkzeug.formparser import FormDataParser

from tracker.report.ledger import store
from tracker.web.doors import settings

GIB = 1024 * 1024 * 1024
MOST = 4 * GIB  # one request; the web server in front may allow less


class _Parser(FormDataParser):
    def parse(self, stream: IO[bytes], *args: Any, **more: Any) -> Any:
        self.stream_factory = _on_disk
        return super().parse(stream, *args, **more)


def _on_disk(total_content_length: int | None, *_args: Any, **_more: Any) -> IO[bytes]:
    """A file where it is kept afterwards: the folder for temporary files may be memory. It goes with the request."""
    return store.coming(settings(), total_content_length or 0)


def widen() -> None:
    """Let this request bring one large file."""
    request.max_content_length = MOST
    request.form_data_parser_class = _Parser
