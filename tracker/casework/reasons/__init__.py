"""Reasons (理由), individual and concrete (法25条1項2号・27条): templates, hints, likeness, the share."""
