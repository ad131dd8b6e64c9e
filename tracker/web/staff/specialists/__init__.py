"""侵害情報調査専門員 (法24条): the register of each service, and what a case gives to them."""

from tracker.web.staff.specialists import filing, register, tasks  # noqa: F401 - their views
