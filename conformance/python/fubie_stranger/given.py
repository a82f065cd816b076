"""A value as its source gave it, and beside it what the house understood, disclosure.md."""

import re
from datetime import datetime, timedelta, timezone

TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
PLACE = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?),\s?(-?\d{1,3}(?:\.\d{1,20})?)", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def is_read_as_given(value):
    if not isinstance(value, dict) or "given" not in value:
        return True
    said = value["given"]
    said = said.get("value") if isinstance(said, dict) else said
    said = said if isinstance(said, str) else ""
    is_time, is_place = {"at", "atMs"} & set(value), {"lat", "lng"} & set(value)
    return (not is_time or is_time_of(value, said)) and (not is_place or is_place_of(value, said))


def is_time_of(value, given):
    found = TIME.fullmatch(given)
    if found is None:
        return False
    day, time, fraction, zone = found.groups()
    try:
        local = datetime.strptime(f"{day}T{time}+0000", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return False
    moment = local + timedelta(milliseconds=int((fraction or "").ljust(3, "0")[:3]))
    moment -= offset(zone)
    at_ms = (moment - EPOCH) // timedelta(milliseconds=1)
    house = moment.astimezone(timezone(timedelta(hours=8)))
    at = house.strftime("%Y-%m-%dT%H:%M:%S.") + f"{house.microsecond // 1000:03}+08:00"
    own = (at_ms, at, "Asia/Shanghai" if zone is None else "given")
    return (value.get("atMs"), value.get("at"), value.get("zone")) == own


def offset(zone):
    if zone is None:
        return timedelta(hours=8)
    if zone == "Z":
        return timedelta()
    sign = -1 if zone.startswith("-") else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))


def is_place_of(value, given):
    found = PLACE.fullmatch(given)
    return found is not None and found.groups() == (value.get("lat"), value.get("lng"))
