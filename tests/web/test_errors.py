"""What nobody types and programs try all the same is answered as a bad request, on either database."""

from __future__ import annotations

from flask import Flask

FAR = "9" * 25


def test_a_number_or_a_sign_that_no_database_holds_is_a_bad_request_at_most(app_on_each: Flask) -> None:
    client = app_on_each.test_client()
    for address in (f"/stories?after={FAR}", f"/stories/{FAR}", f"/golden-ideas?after={FAR}", "/awards/verify/%00"):
        assert client.get(address).status_code < 500, address
    refused = client.get(f"/stories?after={FAR}", headers={"Accept-Language": "en"})
    assert (refused.status_code, "The request was not understood" in refused.text) == (400, True)
