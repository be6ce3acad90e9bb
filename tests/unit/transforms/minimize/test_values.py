"""What is made of single values."""

from __future__ import annotations

import time

import pytest

from transforms.minimize.values import addresses, certificates, domains, known, references, urls, users


@pytest.mark.parametrize(
    ("value", "internal"),
    [
        *(
            (f"{text}", True)
            for text in ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "169.254.0.1", "100.64.0.1")
        ),
        *((f"{text}", True) for text in ("10.0.0.0/8", "192.168.0.0/24", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:10.1.2.3")),
        *((f"{text}", True) for text in ("2002:0a01:0203::1", "64:ff9b::10.1.2.3")),
        *(
            (f"{text}", False)
            for text in ("198.51.100.7", "203.0.113.0/24", "172.32.0.1", "100.128.0.1", "2001:db8::1", "::ffff:198.51.100.7")
        ),
        *((f"{text}", False) for text in ("0.0.0.0/0", "text", "", "10.0.0.1.example")),
    ],
)
def test_addresses_of_an_inside(value: str, internal: bool) -> None:
    assert addresses.is_internal(value) is internal


@pytest.mark.parametrize(
    ("value", "wider"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("198.51.100.7/32", "198.51.100.0/24"),
        ("198.51.100.128/25", "198.51.100.0/24"),
        ("198.51.100.79/24", "198.51.100.0/24"),
        ("198.51.0.0/16", "198.51.0.0/16"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("2001:db8::1/48", "2001:db8::/48"),
        ("2001:db8:1:2::7%eth0", "2001:db8:1::/48"),
        ("2002:c633:6407::1", "2002:c633:6400::/40"),
        ("::ffff:198.51.100.7", None),
        ("64:ff9b::198.51.100.7", None),
        ("text", None),
        ("", None),
    ],
)
def test_wider_addresses(value: str, wider: str | None) -> None:
    assert addresses.coarse(value) == wider
    assert wider is None or addresses.coarse(wider) == wider


@pytest.mark.parametrize(
    ("value", "internal"),
    [
        *((text, True) for text in ("printer.local", "intranet", "a.corp.example", "mail.internal", "x.home.arpa", "FILES.LAN", "db.lan.")),
        *((text, False) for text in ("www.example.com", "corporate.example", "example", "locale.example")[:2]),
        ("locale.example", False),
    ],
)
def test_names_of_an_inside(value: str, internal: bool) -> None:
    assert domains.is_internal(value) is internal


@pytest.mark.parametrize(
    ("value", "machine"),
    [
        *((text, True) for text in ("jane-pc.example.com", "DESKTOP-4F2.example.com", "janes-iphone.example.com", "laptop17.example.com")),
        *((text, False) for text in ("www.example.com", "pcshop.example.com", "spc.example.com", "phonebook.example.com", "pc")),
    ],
)
def test_names_of_peoples_machines(value: str, machine: bool) -> None:
    assert domains.names_machine(value) is machine


def test_registered_domains() -> None:
    assert domains.registered("A.b.example.co.uk") == "example.co.uk"
    assert domains.registered("co.uk") is None


@pytest.mark.parametrize(
    ("value", "stripped", "bare", "site"),
    [
        ("https://www.example.com", "https://www.example.com", "https://www.example.com", "https://www.example.com/"),
        (
            "https://u:p@www.example.com:8443/a/b?x=1&y=2&x=3#f",
            "https://www.example.com:8443/a/b?x=&y=",
            "https://www.example.com:8443/a/b?x=1&y=2&x=3",
            "https://www.example.com:8443/",
        ),
        (
            "http://[2001:db8::1]:80/?jane@corp.example",
            "http://[2001:db8::1]:80/",
            "http://[2001:db8::1]:80/?jane@corp.example",
            "http://[2001:db8::1]:80/",
        ),
        ("http://a@b@www.example.com/", "http://www.example.com/", "http://www.example.com/", "http://www.example.com/"),
        ("mailto:jane@corp.example", None, None, None),
        ("data:text/plain,jane", None, None, None),
        ("text", None, None, None),
        ("https://u@", None, None, None),
    ],
)
def test_urls(value: str, stripped: str | None, bare: str | None, site: str | None) -> None:
    assert (urls.stripped(value), urls.bare(value), urls.site(value)) == (stripped, bare, site)
    parts = urls.parts(value)
    assert parts is None or parts.text() == value


@pytest.mark.parametrize(
    "value", ["https://10.1.2.3/", "http://wiki/", "https://u@files.corp.example/a", "http://[fe80::1]/", "http://192.168.1.1:8080/a"]
)
def test_urls_of_an_inside(value: str) -> None:
    assert urls.is_internal(value)
    assert urls.outside(value) is None


def test_urls_of_the_outside() -> None:
    assert not urls.is_internal("https://198.51.100.7/")
    assert urls.outside("https://u:p@www.example.com/a#b") == "https://www.example.com/a#b"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (r"C:\Users\jane\x", r"C:\Users\<user>\x"),
        (r"c:\documents and settings\Jane Doe\x", r"c:\documents and settings\<user>\x"),
        (r"C:\\Users\\jane\\x", r"C:\\Users\\<user>\\x"),
        ("C:/Users/jane/x", "C:/Users/<user>/x"),
        ("/home/jane", "/home/<user>"),
        ("/Users/jane/Library", "/Users/<user>/Library"),
        ("cmd /c type /home/jane/x > /home/john/y", "cmd /c type /home/<user>/x > /home/<user>/y"),
        ("/var/mail/jane", "/var/mail/<user>"),
        (r"\\server\profiles$\jane\x", r"\\<host>\<share>\<user>\x"),
        (r"\\server\share\x", r"\\<host>\<share>\x"),
        (r"\\server\c$\x", r"\\<host>\c$\x"),
        (r"C:\Users\jane\OneDrive - Some Company\x", r"C:\Users\<user>\OneDrive - <organization>\x"),
        (r"HKEY_USERS\S-1-5-21-1-2-3-1001\Run", r"HKEY_USERS\S-1-5-21-<sid>\Run"),
        *(
            (text, text)
            for text in (r"C:\Users\Public\x", r"C:\Users\%USERNAME%\x", "/home/$USER/x", "/opt/x", r"C:\Windows\x", "S-1-5-18", "a-b")
        ),
    ],
)
def test_users_in_paths(value: str, shown: str) -> None:
    assert users.without_users(value) == shown
    assert users.without_users(shown) == shown
    assert bool(users.spans(value)) == (value != shown)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (r"C:\Windows\System32\drivers\jane", r"C:\Windows\System32\drivers\<name>"),
        (r"HKEY_CURRENT_USER\Software\Jane\Run", r"HKEY_CURRENT_USER\Software\<name>\Run"),
        ("/var/log/jane.log", "/var/log/<name>"),
        ("jane", "<name>"),
        ("/", "/"),
    ],
)
def test_known_segments(value: str, shown: str) -> None:
    assert known.known_path(value) == shown
    assert known.known_path(shown) == shown


def test_known_software_and_versions() -> None:
    assert known.known_software("Microsoft Windows 10 Pro") == "Microsoft Windows 10 Pro"
    assert known.known_software("Jane's Windows 10") is None
    assert known.version("10.0.19041-rc1") == "10.0.19041-rc1"
    for text in ("jane", "1jane", "1.2.jane", "qz5", "v" * 5, "1." * 50):
        assert known.version(text) is None


@pytest.mark.parametrize(
    ("name", "victim", "threat"),
    [
        ("CN=www.example.com, O=Some Company, C=US", "CN=www.example.com, C=US", "CN=www.example.com, O=Some Company, C=US"),
        ("/C=DE/O=Some Company/CN=Jane Doe/emailAddress=jane@corp.example", "C=DE", "C=DE, O=Some Company"),
        ("C=US + UID=jane", "C=US", "C=US"),
        ("Jane Doe", None, None),
        ("amFuZQ==", None, None),
        ("2.5.4.42=Jane", None, None),
        (f"O={' ' * 5000}", None, None),
        (
            "  CN = www.example.com ;O=Some Company, Inc. / Others +  C=US",
            "CN=www.example.com, C=US",
            "CN=www.example.com, O=Some Company, Inc. / Others, C=US",
        ),
        ("O=a=b, CN=www.example.com,", None, "O=a=b"),
        ("O=Some Company, CN\t= www.example.com", "CN=www.example.com", "O=Some Company, CN=www.example.com"),
    ],
)
def test_distinguished_names(name: str, victim: str | None, threat: str | None) -> None:
    assert certificates.distinguished(name) == victim
    assert certificates.of_threat(name) == threat


HOSTILE = {
    "blanks": "CN=a{}b",
    "blanks behind a separator": "CN=a,{}",
    "blanks before a separator": "CN=a{},O=b",
    "blanks behind a type": "CN{}=a",
    "blanks alone": "{}",
}


@pytest.mark.parametrize("form", HOSTILE)
def test_distinguished_names_take_linear_time(form: str) -> None:
    """Eight times as many blanks, at most thirty times as long: with each blank read again for each, it would be sixty and more."""

    def spent(blanks: int) -> float:
        name = HOSTILE[form].format(" " * blanks)
        assert len(name) <= certificates.MAX_NAME
        taken = []
        for _ in range(5):
            started = time.process_time()
            certificates.of_threat(name)
            taken.append(time.process_time() - started)
        return min(taken)

    assert spent(4000) < 30 * max(spent(500), 0.0005)


def test_alternative_names() -> None:
    text = "DNS:www.example.com, DNS:files.local, IP Address:198.51.100.7, IP:10.1.2.3, email:jane@corp.example, otherName:x"
    assert certificates.alternatives(text) == "DNS:www.example.com, IP:198.51.100.7"
    assert certificates.alternatives("email:jane@corp.example") is None


@pytest.mark.parametrize(
    ("source", "number", "url", "kept"),
    [
        ("cve", "CVE-2021-44228", "https://nvd.nist.gov/vuln/detail/CVE-2021-44228", True),
        ("cve", "CVE-2021-44228", "https://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2021-44228", True),
        ("mitre-attack", "T1059.001", "https://attack.mitre.org/techniques/T1059/001", True),
        ("cve", "CVE-2021-44228", "http://nvd.nist.gov/vuln/detail/CVE-2021-44228", False),
        ("cve", "CVE-2021-44228", "https://nvd.nist.gov.example/vuln/detail/CVE-2021-44228", False),
        ("cve", "CVE-2021-44228", "https://nvd.nist.gov/vuln/detail/CVE-2021-44228/jane", False),
        ("cve", "CVE-2021-44228", "https://nvd.nist.gov/vuln/detail/CVE-2021-44228?q=jane", False),
        ("cve", "CVE-2021-44228", "https://jane@nvd.nist.gov/vuln/detail/CVE-2021-44228", False),
        ("cve", "CVE-2021-44228", "https://nvd.nist.gov/", False),
    ],
)
def test_pages_of_catalogues(source: str, number: str, url: str, kept: bool) -> None:
    found = references.allowed([{"source_name": source, "external_id": number, "url": url}])
    assert ("url" in found[0]) is kept


def test_no_value_takes_long() -> None:
    hostile = [
        "\\" * 100_000,
        "/" * 100_000,
        " " * 100_000,
        "a" * 100_000,
        "C:\\Users" * 20_000,
        "=," * 50_000,
        "-pc" * 30_000,
        "://@?&=" * 15_000,
    ]
    started = time.process_time()
    for text in hostile:
        for change in (
            addresses.coarse,
            addresses.maker,
            urls.stripped,
            users.without_users,
            users.spans,
            known.known_path,
            known.known_software,
        ):
            change(text)
        for other in (certificates.distinguished, certificates.alternatives, domains.names_machine, domains.is_internal, known.version):
            other(text)
    assert time.process_time() - started < 10
