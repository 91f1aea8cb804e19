"""Has a running demonstration follow a running openleadr-vtn, and asserts each step: see README.md."""

import datetime
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

SANDAN, VTN = os.environ["SANDAN"], os.environ["VTN"].rstrip("/")
KOREA = datetime.timezone(datetime.timedelta(hours=9))
BASELINE = {"method": "mid_6_10", "ranking": "by_hour", "adjustment": "none", "exclusions": "reductions"}


def call(method, url, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    headers["Content-Type"] = "application/json"
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read() or "null"), answer.headers
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {url}: {error.code} {error.read().decode()}") from error


def token(given):
    client, _, secret = given.partition(":")
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    url, data = f"{VTN}/auth/token", urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(url, data) as answer:
        return json.load(answer)["access_token"]


def office(method, path, body=None):
    return call(method, f"{VTN}/{path}", body, Authorization=f"Bearer {OFFICE}")[1]


def ours(method, path, body=None):
    return call(method, f"{SANDAN}/api/v1/{path}", body, **SESSION)[1]


def until(what, read):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = read()
        if found:
            print(f"{what}: yes")
            return found
        time.sleep(0.5)
    raise SystemExit(f"{what}: not within a minute; {ours('GET', PATH + 'vtn_connections')}")


def next_weekday():
    day = datetime.datetime.now(KOREA).replace(hour=14, minute=0, second=0, microsecond=0)
    day += datetime.timedelta(days=2)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    return day


OFFICE = token(os.environ["BL"])
_, session, headers = call("POST", f"{SANDAN}/api/v1/session/demo", {})
cookie = headers["Set-Cookie"].split(";")[0]
SESSION = {"Cookie": cookie}
SESSION["X-CSRF-Token"] = ours("GET", "session")["csrf"]

complexes = ours("GET", "complexes")["items"]
contracts = [each for one in complexes for each in ours("GET", f"electricity_contracts?complex={one['id']}")["items"]]
contract = next(one for one in contracts if one["establishment_id"])
PATH = f"electricity_contracts/{contract['id']}/"
client, _, secret = os.environ["VEN"].partition(":")
name = f"peer-{int(time.time())}"
program = office("POST", "programs", {"objectType": "PROGRAM", "programName": name})
terms = {
    "name": "openleadr-vtn", "base_url": f"{VTN}/", "client_id": client, "ven_name": "sandan-peer",
    "program": name, "interval_s": 10, "enabled": True, "sends_reports": True,
}
connection = ours("POST", PATH + "vtn_connections", {"terms": terms, "secret": secret})


def status():
    one = next(c for c in ours("GET", PATH + "vtn_connections")["items"] if c["id"] == connection["id"])
    return one["status"]


def proposal(event):
    found = ours("GET", PATH + "dr_proposals")["items"]
    return next((one for one in found if one["offer"]["event_id"] == event["id"]), None)


until("token, programs and events read", lambda: status()["state"] == "ok")
vens = office("GET", "vens?skip=0&limit=50")
assert any(ven["venName"] == terms["ven_name"] for ven in vens), vens
start = next_weekday()


def event(kw):
    return {
        "objectType": "EVENT", "programID": program["id"], "eventName": "afternoon",
        "intervalPeriod": {"start": start.astimezone(datetime.timezone.utc).isoformat(), "duration": "PT2H"},
        "payloadDescriptors": [{"objectType": "EVENT_PAYLOAD_DESCRIPTOR",
                                "payloadType": "DISPATCH_SETPOINT_RELATIVE", "units": "KW"}],
        "reportDescriptors": [{"payloadType": "OPERATING_STATE"}],
        "intervals": [{"id": 0, "payloads": [{"type": "DISPATCH_SETPOINT_RELATIVE", "values": [kw]}]}],
    }


made = office("POST", "events", event(-50.0))
one = until("the event is proposed", lambda: proposal(made))
assert one["offer"]["requested_kw"] == 50 and one["hours"]["first_hour"] == 14, one
ours("POST", PATH + f"dr_proposals/{one['id']}/accept", {"version": one["version"], "baseline": BASELINE})
office("PUT", f"events/{made['id']}", event(-80.0))
one = until("the change asks anew", lambda: (p := proposal(made)) and p["changed"] and p)
assert one["offer"]["requested_kw"] == 80, one
ours("POST", PATH + f"dr_proposals/{one['id']}/opt_out", {"version": one["version"]})
one = until("opting out is reported", lambda: (p := proposal(made)) and p["reported"] and p)
reports = [one for one in office("GET", "reports?skip=0&limit=50") if one["eventID"] == made["id"]]
assert reports[0]["resources"][0]["intervals"][0]["payloads"][0]["values"] == ["RUNNING_OPTED_OUT"], reports
office("DELETE", f"reports/{reports[0]['id']}")
office("DELETE", f"events/{made['id']}")
until("the event is taken back", lambda: proposal(made)["state"] == "withdrawn")
call("DELETE", f"{SANDAN}/api/v1/{PATH}vtn_connections/{connection['id']}", **SESSION)
office("DELETE", f"programs/{program['id']}")
print("openleadr-vtn and this client understand each other")
