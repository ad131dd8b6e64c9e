"""基準: the published versions of each service, from when each may be used, the draft of the next one."""

import tracker.web.staff.criteria.drafts
import tracker.web.staff.criteria.published  # noqa: F401 - the views register themselves
