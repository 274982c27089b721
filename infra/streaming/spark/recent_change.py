"""Reads one event of Wikimedia's `recentchange` stream as the ingester does (`readRecentChange` in
packages/recent-changes); the tests hold the two against each other."""

import json
import re
import sys
from datetime import datetime, timezone

# What the ingester takes for a moment: a real day, seconds, `Z` or an offset.
_MOMENT = re.compile(
    r"(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29"
    r"|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-8])))"
    r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
# Python's JSON joins the halves of a character, so what is left of them is half a character.
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")

# An index row of PostgreSQL holds 2,704 bytes, and a title is part of a key; Wikipedia's own are at most 255 bytes
# and the name of a namespace.
_LONGEST_TITLE = 500
_LONGEST_NAME = 255


def read_recent_change(text):
    """A dict of id, at (UTC, whole milliseconds), wiki, type, is_bot and title; None for a canary and for what has
    no id or no moment."""
    try:
        event = json.loads(text, parse_constant=_refuse)
    except (TypeError, ValueError, RecursionError):
        return None
    meta = event.get("meta") if isinstance(event, dict) else None
    if not isinstance(meta, dict):
        return None
    event_id, at, domain = _string(meta.get("id")), _moment(meta.get("dt")), _name(meta.get("domain"))
    if event_id is None or at is None or not 1 <= len(event_id) <= 200 or domain == "canary":
        return None
    wiki, kind, title = _name(event.get("server_name")), _name(event.get("type")), _string(event.get("title"))
    if wiki is None:
        wiki = domain if domain is not None else "unknown"
    return {
        "id": _storable(event_id),
        "at": at,
        "wiki": _storable(wiki),
        "type": _storable(kind if kind is not None else "unknown"),
        "is_bot": event.get("bot") is True,
        "title": None if title is None else _storable(title)[:_LONGEST_TITLE],
    }


def _moment(value):
    if not isinstance(value, str) or not _MOMENT.fullmatch(value) or not "2001" <= value < "2100":
        return None
    at = datetime.fromisoformat(value).astimezone(timezone.utc)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _string(value):
    return value if isinstance(value, str) else None


def _name(value):
    return value if isinstance(value, str) and len(value) <= _LONGEST_NAME else None


def _storable(text):
    return _NOT_STORABLE.sub("\ufffd", text)


def _refuse(constant):
    raise ValueError(f"{constant} is no JSON")


if __name__ == "__main__":
    for line in sys.stdin.buffer:
        print(json.dumps(read_recent_change(line.decode("utf-8", "replace")), default=datetime.isoformat))
