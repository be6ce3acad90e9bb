"""E1 to E7 of the read side: what each endpoint gives (taxii.md 1.5)."""

from __future__ import annotations

import gzip
import http.client
from urllib.parse import urlsplit

from tests.server.support import TAXII, Collection, Site, added, assert_taxii, ids_of, indicators, object_id, path_of, stix

GETS = [
    "/taxii2/",
    "/tearline/",
    "/tearline/collections/",
    "{c}",
    "{c}objects/",
    "{c}manifest/",
    "{c}objects/{o}/",
    "{c}objects/{o}/versions/",
]


def _path(template: str, collection: Collection) -> str:
    return template.format(c=path_of(collection), o=object_id("indicator", 0))


def test_e1_api_root(site: Site) -> None:
    found = site.client("alpha.example").get("/tearline/").json()
    assert found == {"title": "Tearline", "versions": [TAXII], "max_content_length": 10 * 1024 * 1024}


def test_e2_collection_by_id_and_alias(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    expected = {
        "id": twelve.id,
        "alias": "alpha-feed",
        "title": "Indicators for alpha.example",
        "description": "All of it",
        "can_read": True,
        "can_write": False,
        "media_types": ["application/stix+json;version=2.1"],
    }
    assert alpha.get(path_of(twelve)).json() == expected
    assert alpha.get(path_of("alpha-feed")).json() == expected
    assert alpha.get("/tearline/collections/").json() == {"collections": [expected]}
    assert ids_of(alpha.get(path_of("alpha-feed", "objects/"))) == ids_of(alpha.get(path_of(twelve, "objects/")))


def test_e3_no_collection_takes_objects(site: Site, twelve: Collection) -> None:
    alpha, beta = site.client("alpha.example"), site.client("beta.example")
    one = path_of(twelve, f"objects/{object_id('indicator', 0)}/")
    assert alpha.post(path_of(twelve, "objects/"), content=b'{"objects":[]}').status_code == 403
    assert alpha.delete(one).status_code == 403
    assert beta.post(path_of(twelve, "objects/"), content=b'{"objects":[]}').status_code == 404
    assert beta.delete(one).status_code == 404
    assert alpha.get(one).status_code == 200


def test_e6_unknown_object_and_known_without_match(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    known, unknown = object_id("indicator", 0), object_id("indicator", 99)
    for rest in ("", "versions/"):
        answer = alpha.get(path_of(twelve, f"objects/{unknown}/{rest}"))
        assert answer.status_code == 404
        assert_taxii(answer)
        answer = alpha.get(path_of(twelve, f"objects/{known}/{rest}?match[spec_version]=2.0"))
        assert (answer.status_code, answer.json()) == (200, {})
        assert added(answer)
    assert alpha.get(path_of(twelve, f"objects/{known}/?match[version]=1999-01-01T00:00:00Z")).json() == {}
    site.views.remove(twelve, [known])
    assert alpha.get(path_of(twelve, f"objects/{known}/")).status_code == 404


def test_e6_versions(site: Site) -> None:
    collection = site.views.collection("alpha.example")
    made = [stix("malware", 1, f"2024-0{month}-01T00:00:00.000Z") for month in (1, 2, 3)]
    site.views.put(collection, made)
    alpha = site.client("alpha.example")
    answer = alpha.get(path_of(collection, f"objects/{made[0]['id']}/versions/"))
    assert answer.json() == {"more": False, "versions": [item["modified"] for item in made]}
    records = alpha.get(path_of(collection, "manifest/?match[version]=all")).json()["objects"]
    assert added(answer) == (records[0]["date_added"], records[-1]["date_added"])


UNKNOWN = (
    "/other/",
    "/other/collections/",
    "/tearline/collections/none/objects/",
    "/tearline/status/none/",
    "/",
    "//",
    "/taxii2/x/",
    "/%00/",
    "/tearline/collections/%FF%FE/",
)


def test_e7_unknown_paths_are_taxii_404(site: Site) -> None:
    alpha = site.client("alpha.example")
    for path in UNKNOWN:
        answer = alpha.get(path)
        assert answer.status_code == 404, path
        assert_taxii(answer)


def test_manifest_and_objects_agree(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    manifest, found = (alpha.get(path_of(twelve, rest)) for rest in ("manifest/", "objects/"))
    assert ids_of(manifest) == ids_of(found)
    assert added(manifest) == added(found)
    assert {record["media_type"] for record in manifest.json()["objects"]} == {"application/stix+json;version=2.1"}


def test_the_stored_bytes_are_served_untouched(site: Site) -> None:
    collection = site.views.collection("alpha.example")
    site.views.put(collection, indicators(1))
    odd = b'{"id": "indicator--1",\t"x_number":1.10, "x_text":"\\u00e9"}'
    site.views.sql.execute("UPDATE body SET bytes = ?", (odd,))
    assert site.client("alpha.example").get(path_of(collection, "objects/")).content == b'{"more":false,"objects":[' + odd + b"]}"


def test_head_is_get_without_the_body(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    for path in (_path(template, twelve) for template in GETS):
        head, got = alpha.head(path), alpha.get(path)
        assert head.status_code == got.status_code == 200
        assert head.content == b""
        for name in ("Content-Type", "Content-Length", "X-TAXII-Date-Added-Last"):
            assert head.headers.get(name) == got.headers.get(name)


def test_other_methods_are_405(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    for template in GETS:
        allowed = {"{c}objects/": "GET, HEAD, POST", "{c}objects/{o}/": "DELETE, GET, HEAD"}.get(template, "GET, HEAD")
        for method in {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"} - set(allowed.split(", ")):
            answer = alpha.request(method, _path(template, twelve))
            assert answer.status_code == 405
            assert_taxii(answer)
            assert answer.headers["Allow"] == allowed


def test_gzip_when_asked_and_worth_it(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    big, small = path_of(twelve, "objects/?limit=50"), "/tearline/"
    plain = alpha.get(big, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert alpha.get(big, headers={"Accept-Encoding": "gzip;q=0, br"}).headers.get("Content-Encoding") is None
    assert alpha.get(small, headers={"Accept-Encoding": "gzip"}).headers.get("Content-Encoding") is None
    packed = alpha.get(big, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < len(plain.content) / 2


def test_a_large_page_is_gzipped_too(site: Site) -> None:
    collection = site.views.collection("alpha.example")
    site.views.put(collection, [stix("note", number, pad=20_000) for number in range(30)])
    target = urlsplit(site.url)
    assert target.hostname
    site.client("alpha.example")
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=10)
    headers = {"Authorization": f"Token {site.tokens['alpha.example']}", "Accept-Encoding": "gzip"}
    connection.request("GET", path_of(collection, "objects/?limit=50"), headers=headers)
    assert len(gzip.decompress(connection.getresponse().read())) > 600_000
    connection.close()
