"""Where a client may put its credential, and that two at once are none."""

from __future__ import annotations

import itertools

import pytest

from tests.server.conftest import StartSite
from tests.server.support import PASSWORD, Collection, Site, assert_taxii, path_of

Headers = list[tuple[str, str]]


def status(site: Site, collection: Collection, headers: Headers) -> int:
    return site.client().get(path_of(collection, "objects/"), headers=headers).status_code


@pytest.mark.parametrize("name", ["X-API-Key", "x-api-key", "X-Api-KEY"])
def test_the_api_key_header(site: Site, twelve: Collection, name: str) -> None:
    token = site.views.credentials().add_token("alpha.example")
    assert status(site, twelve, [(name, token)]) == 200
    for bad in (f"Bearer {token}", token[:-1], token.upper(), "", "x" * 5000):
        assert status(site, twelve, [(name, bad)]) == 401, bad


def test_its_name_can_be_chosen_and_it_can_be_turned_off(start: StartSite, twelve: Collection) -> None:
    for chosen, good in (("Authorization-Key", {"authorization-key"}), ("", set())):
        site = start(api_key_header=chosen)
        token = site.views.credentials().add_token("alpha.example")
        let_in = {name for name in ("authorization-key", "x-api-key") if status(site, twelve, [(name, token)]) == 200}
        assert let_in == good
        assert status(site, twelve, [("Authorization", f"Bearer {token}")]) == 200


@pytest.mark.parametrize("name", ["Authorization", "cookie", "HOST", "Content-Type", "two words", "a:b", "a\r\nb", "é"])
def test_a_header_that_means_something_else_is_refused_as_its_name(start: StartSite, name: str) -> None:
    with pytest.raises(ValueError, match="api_key_header"):
        start(api_key_header=name)


def test_several_credentials_are_none_even_where_each_is_right(site: Site, twelve: Collection) -> None:
    store = site.views.credentials()
    tokens = [store.add_token("alpha.example"), store.add_token("alpha.example"), store.add_token("beta.example")]
    store.add_basic("alpha.example", "alpha", PASSWORD)
    single: list[tuple[str, str]] = [("Authorization", f"Bearer {token}") for token in tokens]
    single += [("Authorization", f"Token {tokens[0]}"), ("Authorization", "Basic YWxwaGE6YSBwYXNzIHBocmFzZSBmb3IgdGVzdHM=")]
    single += [("X-API-Key", token) for token in tokens]
    single += [("Authorization", ""), ("X-API-Key", ""), ("Authorization", "Negotiate abc")]
    right = [header for header in single if header[1] and tokens[2] not in header[1] and "Negotiate" not in header[1]]
    assert {status(site, twelve, [header]) for header in right} == {200}
    client = site.client()
    for one, other in itertools.product(single, single):
        answer = client.get(path_of(twelve, "objects/"), headers=[one, other])
        assert answer.status_code == 401, (one[0], other[0])
    assert_taxii(answer)


def test_a_401_says_which_schemes_there_are(site: Site, twelve: Collection) -> None:
    answer = site.client().get(path_of(twelve, "objects/"))
    challenges = answer.headers.get_list("WWW-Authenticate")
    assert [challenge.split()[0] for challenge in challenges] == ["Basic", "Bearer"]


def test_a_credential_in_the_query_or_a_cookie_is_none(site: Site, twelve: Collection) -> None:
    token = site.views.credentials().add_token("alpha.example")
    client = site.client()
    assert client.get(path_of(twelve, f"objects/?access_token={token}&api_key={token}")).status_code == 401
    assert client.get(path_of(twelve, "objects/"), headers={"Cookie": f"x-api-key={token}; token={token}"}).status_code == 401
