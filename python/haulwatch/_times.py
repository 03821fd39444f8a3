"""Instants, spans and zones as callers write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import _engine
from ._errors import InputError

_SPAN = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?)\s*(ms|s|min|m|h|d)?\s*")
_MILLISECONDS = {"ms": 1, "s": 1_000, "min": 60_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def span_ms(name: str, span: str | float | dt.timedelta | None) -> int | None:
    """A span as '30s', '1.5h', seconds or a timedelta, in milliseconds."""
    if span is None:
        return None
    if isinstance(span, dt.timedelta):
        milliseconds = span / dt.timedelta(milliseconds=1)
    elif isinstance(span, str):
        match = _SPAN.fullmatch(span)
        if match is None or (match[2] is None and float(match[1]) != 0):
            raise ValueError(f"{name}: '{span}' is no span of time such as 30s, 1.5min, 24h")
        milliseconds = float(match[1]) * _MILLISECONDS[match[2] or "s"]
    else:
        milliseconds = float(span) * 1e3
    if not 0 <= milliseconds <= 1e12:
        raise ValueError(f"{name}: {span!r} is no span of time from 0 to 30 years")
    return round(milliseconds)


def instant_ms(name: str, instant: Any) -> int | None:
    """An instant as a datetime or text with a zone, a NumPy datetime64 (UTC) or Unix milliseconds."""
    if instant is None:
        return None
    if isinstance(instant, str):
        text = instant.strip().replace("Z", "+00:00").replace("z", "+00:00")
        try:
            instant = dt.datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{name}: '{instant}' is no time such as 2026-01-02T03:04:05Z") from None
    if isinstance(instant, dt.datetime):
        if instant.tzinfo is None:
            raise ValueError(f"{name}: {instant} names no time zone")
        since = instant - dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
        return since // dt.timedelta(milliseconds=1)
    if hasattr(instant, "astype"):
        return int(instant.astype("datetime64[ms]").astype("int64"))
    if isinstance(instant, int):
        return instant
    raise TypeError(f"{name}: a {type(instant).__name__} is no time")


def _offset_of(zone: dt.tzinfo, name: str) -> int:
    offsets = {
        zone.utcoffset(dt.datetime(year, month, 1)) for year in range(2000, 2036) for month in range(1, 13)
    }
    offset = offsets.pop()
    if offsets or offset is None:
        raise InputError(
            f"time_zone: the clocks of '{name}' change; give the column its zone, "
            f"as pandas does by df['time'].dt.tz_localize('{name}')"
        )
    return offset // dt.timedelta(minutes=1)


def zone_minutes(zone: str | dt.tzinfo | dt.timedelta | None) -> int | None:
    """A zone as '+08:00', 'UTC', 'Asia/Shanghai', a tzinfo or a timedelta: minutes ahead of UTC."""
    if zone is None:
        return None
    if isinstance(zone, dt.timedelta):
        return zone // dt.timedelta(minutes=1)
    if isinstance(zone, dt.tzinfo):
        return _offset_of(zone, str(zone))
    try:
        named = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _engine.time_zone_minutes(zone)
    return _offset_of(named, zone)


def zone_text(minutes: int | None) -> str:
    """As the readers of files take it."""
    if minutes is None:
        return ""
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
