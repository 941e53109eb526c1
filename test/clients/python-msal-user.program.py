# Python MSAL with a user: code + PKCE, device code, refresh, password, on behalf of. What it prints is its result.
import json
import sys
import urllib.parse

import msal
import requests

url, flow, user_name, password = (sys.argv[1:] + [""] * 4)[:4]
TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
CLIENT, SECRET = "00001111-aaaa-2222-bbbb-3333cccc4444", "TestClientAppSecret23456"
PUBLIC = "11112222-bbbb-3333-cccc-4444dddd5555"
PARTNER_CENTER = "https://api.partnercenter.microsoft.com/user_impersonation"
PARTNER = "https://api.partner.microsoft.com/user_impersonation"
MIDDLE, MIDDLE_SECRET = "20000000-0000-0000-0000-00000000000e", "MiddleTierSecret-34567"
REDIRECT = "https://localhost:3000/callback"

options = {"authority": f"{url}/{TENANT}", "validate_authority": False}
confidential = msal.ConfidentialClientApplication(CLIENT, client_credential=SECRET, **options)
middle = msal.ConfidentialClientApplication(MIDDLE, client_credential=MIDDLE_SECRET, **options)
public = msal.PublicClientApplication(PUBLIC, **options)


def by_code():
    started = confidential.initiate_auth_code_flow([PARTNER_CENTER], redirect_uri=REDIRECT, login_hint=user_name)
    answer = requests.get(started["auth_uri"], allow_redirects=False)
    query = urllib.parse.urlparse(answer.headers["Location"]).query
    return confidential.acquire_token_by_auth_code_flow(started, dict(urllib.parse.parse_qsl(query)))


def by_device(scope):
    started = public.initiate_device_flow([scope])
    requests.post(
        f"{url}/sandbox/device-codes/{started['user_code']}",
        json={"userPrincipalName": user_name, "decision": "approve"},
    ).raise_for_status()
    return public.acquire_token_by_device_flow(started)


def refreshed():
    by_code()
    account = confidential.get_accounts()[0]
    return confidential.acquire_token_silent([PARTNER], account=account)


def on_behalf_of():
    first = by_device(f"api://{MIDDLE}/access_as_user")
    return middle.acquire_token_on_behalf_of(first["access_token"], [PARTNER_CENTER])


flows = {
    "code": by_code,
    "device": lambda: by_device(PARTNER_CENTER),
    "refresh": refreshed,
    "password": lambda: public.acquire_token_by_username_password(user_name, password, [PARTNER_CENTER]),
    "onBehalfOf": on_behalf_of,
    "secret": lambda: confidential.acquire_token_for_client([PARTNER_CENTER.rsplit("/", 1)[0] + "/.default"]),
}
print(json.dumps(flows[flow]()))
