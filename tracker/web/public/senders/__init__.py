"""The door of senders (発信者): a page behind a link of its own, to read, to answer, to appeal. No account."""

from tracker.web.public.senders import (
    appeals as appeals,
    files as files,
    inquiry as inquiry,
    page as page,
)
