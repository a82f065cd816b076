"""A value as its source gave it, and beside it what the house understood, disclosure.md."""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?",
    re.ASCII,
)
PLACE = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?),\s?(-?\d{1,3}(?:\.\d{1,20})?)", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
HOUSE = timedelta(hours=8)


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
    at_ms = (local - EPOCH) // MILLISECOND + int((fraction or "").ljust(3, "0")[:3])
    at_ms -= offset(zone) // MILLISECOND
    try:
        house = EPOCH + (at_ms * MILLISECOND + HOUSE)
    except OverflowError:
        return False
    at = house.isoformat(timespec="milliseconds").removesuffix("+00:00") + "+08:00"
    own = (at_ms, at, "Asia/Shanghai" if zone is None else "given")
    return (value.get("atMs"), value.get("at"), value.get("zone")) == own


def offset(zone):
    if zone is None:
        return HOUSE
    if zone == "Z":
        return timedelta()
    sign = -1 if zone.startswith("-") else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))


def is_place_of(value, given):
    found = PLACE.fullmatch(given)
    if found is None or found.groups() != (value.get("lat"), value.get("lng")):
        return False
    return all(abs(Decimal(one)) <= most for one, most in zip(found.groups(), (90, 180)))
