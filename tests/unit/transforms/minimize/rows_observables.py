"""Rows of the table of places: what can stand in observables, and what standard@1 leaves of it."""

from __future__ import annotations

from tests.support.objects import CREATED, identifier, observable
from tests.unit.transforms.minimize.row import CANARY, FILE, MD5, USER, Row, T, sco

OBSERVABLES = [
    Row(
        6,
        observable("file", **FILE, extensions={"own-ext": {"a": CANARY}, "archive-ext": {"contains_refs": [USER], "x": CANARY}}),
        {"extensions": {"archive-ext": {"contains_refs": [USER]}}},
    ),
    Row(
        11,
        sco("email-addr", value="a@pool.example", display_name=CANARY, belongs_to_ref=USER),
        {"display_name": None, "belongs_to_ref": None},
    ),
    Row(11, sco("email-addr", value="bad@threat.example", display_name=CANARY), {"value": "bad@threat.example", "display_name": None}, T),
    Row(
        12,
        sco(
            "email-message",
            is_multipart=False,
            from_ref=identifier("email-addr", "threat"),
            to_refs=[identifier("email-addr", CANARY)],
            cc_refs=[identifier("email-addr", CANARY)],
            bcc_refs=[identifier("email-addr", CANARY)],
        ),
        {"from_ref": identifier("email-addr", "threat"), "to_refs": None, "cc_refs": None, "bcc_refs": None},
        T,
    ),
    Row(
        13,
        sco(
            "email-message",
            is_multipart=True,
            sender_ref=identifier("email-addr", "threat"),
            subject=CANARY,
            body_multipart=[{"body": CANARY}],
            raw_email_ref=identifier("artifact", CANARY),
        ),
        {"subject": None, "body_multipart": None, "raw_email_ref": None},
        T,
    ),
    Row(
        14,
        sco(
            "email-message",
            is_multipart=False,
            from_ref=identifier("email-addr", "threat"),
            received_lines=[CANARY],
            message_id=CANARY,
            date="2026-02-03T04:05:06.789Z",
            additional_header_fields={"Delivered-To": [CANARY], "X-Originating-IP": ["192.0.2.1"], "X-Mailer": ["Mailer 1.0"]},
        ),
        {
            "received_lines": None,
            "message_id": None,
            "date": "2026-02-03T04:00:00.000Z",
            "additional_header_fields": {"X-Mailer": ["Mailer 1.0"]},
        },
        T,
    ),
    Row(
        15,
        sco(
            "user-account",
            user_id="1001",
            account_login=CANARY,
            display_name=CANARY,
            credential=CANARY,
            account_created=CREATED,
            account_last_login=CREATED,
            account_type="unix",
            is_privileged=True,
            extensions={"unix-account-ext": {"gid": 1, "groups": [CANARY], "home_dir": f"/home/{CANARY}", "shell": "/bin/sh"}},
        ),
        {
            "display_name": None,
            "credential": None,
            "account_created": None,
            "account_last_login": None,
            "extensions": None,
            "account_type": "unix",
            "is_privileged": True,
        },
    ),
    Row(
        16,
        sco(
            "file", **FILE, name=f"CV_{CANARY}.DOCX", parent_directory_ref=identifier("directory", CANARY), ctime=CREATED, content_ref=USER
        ),
        {"name": "file.docx", "hashes": {"MD5": MD5}, "parent_directory_ref": None, "ctime": None, "content_ref": None},
    ),
    Row(16, sco("file", **FILE, name=f"CV of {CANARY}"), {"name": None, "hashes": {"MD5": MD5}}),
    Row(16, sco("file", **FILE, name="dropper.exe"), {"name": "dropper.exe"}, T),
    Row(16, sco("file", hashes={"SSDEEP": f'3:abc:def,"{CANARY}.doc"', "MD5": MD5, CANARY: MD5}), {"hashes": {"MD5": MD5}}),
    Row(
        17,
        sco(
            "file",
            **FILE,
            extensions={
                "pdf-ext": {"version": "1.7", "document_info_dict": {"Author": CANARY, "Title": CANARY, "Producer": "PDF Library 1.0"}},
                "raster-image-ext": {"image_width": 5, "exif_tags": {"GPSLatitude": CANARY, "BodySerialNumber": CANARY, "Orientation": 1}},
                "ntfs-ext": {"sid": CANARY, "alternate_data_streams": [{"name": CANARY}]},
                "windows-pebinary-ext": {
                    "pe_type": "exe",
                    "pdb_path": CANARY,
                    "machine_hex": "014c",
                    "optional_header": {
                        "magic_hex": "010b",
                        "size_of_code": 5,
                        "image_base": 4194304,
                        "hashes": {"MD5": MD5, CANARY: MD5},
                        **dict.fromkeys((f"{CANARY}_hex", f"{CANARY}_version", f"size_of_{CANARY}", f"{CANARY}_alignment"), CANARY),
                        "name_of_victim": CANARY,
                        CANARY: {"size_of_code": CANARY},
                    },
                    "sections": [{"name": ".text", "size": 1, CANARY: CANARY}],
                },
            },
        ),
        {
            "extensions": {
                "pdf-ext": {"version": "1.7", "document_info_dict": {"Producer": "PDF Library 1.0"}},
                "raster-image-ext": {"image_width": 5, "exif_tags": {"Orientation": 1}},
                "windows-pebinary-ext": {
                    "pe_type": "exe",
                    "machine_hex": "014c",
                    "optional_header": {"magic_hex": "010b", "size_of_code": 5, "image_base": 4194304, "hashes": {"MD5": MD5}},
                    "sections": [{"name": ".text", "size": 1}],
                },
            }
        },
    ),
    Row(18, sco("directory", path=rf"C:\Users\{CANARY}\AppData"), {"path": r"C:\Users\<user>\AppData"}),
    Row(18, sco("directory", path=f"/home/{CANARY}/.ssh"), {"path": "/home/<user>/<name>"}),
    Row(18, sco("directory", path=rf"\\{CANARY}\share\x"), {"path": r"\\<host>\<share>\<name>"}),
    Row(18, sco("directory", path=rf"C:\Users\{CANARY}\OneDrive - {CANARY}\x"), {"path": r"C:\Users\<user>\<name>\<name>"}),
    Row(
        19,
        sco(
            "process",
            command_line=rf"cmd.exe /c C:\Users\{CANARY}\a.exe",
            cwd=rf"C:\Users\{CANARY}",
            environment_variables={"USERNAME": CANARY},
            creator_user_ref=USER,
            extensions={
                "windows-process-ext": {"owner_sid": CANARY, "window_title": CANARY, "aslr_enabled": True, "priority": f"as {CANARY} said"}
            },
        ),
        {
            "command_line": None,
            "cwd": r"C:\Users\<user>",
            "environment_variables": None,
            "creator_user_ref": None,
            "extensions": {"windows-process-ext": {"aslr_enabled": True}},
        },
    ),
    Row(
        20,
        sco(
            "windows-registry-key",
            key=r"HKEY_USERS\S-1-5-21-1111-2222-3333-1001\Software\Run",
            values=[{"name": "a", "data": rf"C:\Users\{CANARY}\a.exe", "data_type": "REG_SZ"}],
            creator_user_ref=USER,
            modified_time=CREATED,
        ),
        {
            "key": r"HKEY_USERS\S-1-5-21-<sid>\Software\Run",
            "values": [{"data_type": "REG_SZ"}],
            "creator_user_ref": None,
            "modified_time": None,
        },
    ),
    Row(
        21,
        sco("url", value=f"https://{CANARY}:pw@www.example.com/reset/{CANARY}?email={CANARY}#{CANARY}"),
        {"value": "https://www.example.com/"},
    ),
    Row(
        21,
        sco("url", value=f"https://{CANARY}:pw@threat.example/gate.php?id=5#{CANARY}"),
        {"value": "https://threat.example/gate.php?id=5"},
        T,
    ),
    Row(
        21,
        sco("url", value=f"https://threat.example/a?email={CANARY}%40corp.example&x=1"),
        {"value": "https://threat.example/a?email=&x="},
        T,
    ),
    Row(22, sco("domain-name", value="www.example.com"), {"value": "www.example.com"}),
    Row(23, sco("ipv4-addr", value="198.51.100.7", resolves_to_refs=[USER]), {"value": "198.51.100.0/24", "resolves_to_refs": None}),
    Row(23, sco("ipv4-addr", value="198.51.100.79/24"), {"value": "198.51.100.0/24"}),
    Row(23, sco("ipv4-addr", value="198.51.100.79/25"), {"value": "198.51.100.0/24"}),
    Row(23, sco("ipv6-addr", value="2001:db8::1/48"), {"value": "2001:db8::/48"}),
    Row(23, sco("ipv4-addr", value="198.51.100.7"), {"value": "198.51.100.7"}, T),
    Row(23, sco("ipv6-addr", value="2001:db8:1:2::7"), {"value": "2001:db8:1::/48"}),
    Row(23, sco("ipv6-addr", value="2001:db8:1:2::7%eth0"), {"value": "2001:db8:1:2::7"}, T),
    Row(23, sco("ipv6-addr", value="2001:db8:1:2:211:22ff:fe33:4455"), {"value": "2001:db8:1:2::/64"}, T),
    Row(24, sco("mac-addr", value="00:11:22:33:44:55"), {"value": "00:11:22:00:00:00"}),
    Row(
        19,
        sco(
            "process",
            pid=5,
            extensions={"windows-service-ext": {"service_name": f"service of {CANARY}", "group_name": "kit17"}},
        ),
        {"extensions": {"windows-service-ext": {"group_name": "kit17"}}},
        T,
    ),
    Row(
        25,
        sco(
            "network-traffic",
            src_ref=identifier("ipv4-addr", CANARY),
            src_port=5,
            dst_ref=identifier("ipv4-addr", "threat"),
            protocols=["tcp", f"what {CANARY} used", "http"],
            src_payload_ref=USER,
            dst_payload_ref=USER,
            ipfix={"a": CANARY},
            extensions={
                "http-request-ext": {
                    "request_method": "get",
                    "request_version": f"the one of {CANARY}",
                    "request_value": f"/reset/{CANARY}",
                    "request_header": {"Cookie": [CANARY], "Authorization": [CANARY], "Referer": [CANARY], "Accept": ["*/*"]},
                    "message_body_data_ref": USER,
                }
            },
        ),
        {
            "protocols": ["tcp", "http"],
            "src_ref": None,
            "src_port": None,
            "src_payload_ref": None,
            "dst_payload_ref": None,
            "ipfix": None,
            "extensions": {"http-request-ext": {"request_method": "get", "request_value": "/", "request_header": {"Accept": ["*/*"]}}},
        },
    ),
    Row(
        26,
        sco(
            "artifact",
            hashes={"MD5": MD5},
            mime_type="text/plain",
            url=f"https://x.example/{CANARY}",
            payload_bin="YQ==",
            decryption_key=CANARY,
        ),
        {"hashes": {"MD5": MD5}, "mime_type": "text/plain", "url": None, "payload_bin": None, "decryption_key": None},
    ),
    Row(
        27,
        sco(
            "x509-certificate",
            serial_number="00:a1",
            hashes={"MD5": MD5},
            subject=f"C=DE, O={CANARY}, CN=www.example.com, emailAddress={CANARY}@corp.example, GN={CANARY}, SN={CANARY}, UID={CANARY}",
            issuer=f"/C=US/CN={CANARY}",
            signature_algorithm=f"as {CANARY} told us",
            subject_public_key_algorithm="rsaEncryption",
            x509_v3_extensions={
                "subject_alternative_name": f"DNS:www.example.com, email:{CANARY}@corp.example, URI:{CANARY}",
                "basic_constraints": "critical,CA:TRUE, pathlen:0",
                "key_usage": "Digital Signature, Key Encipherment",
                "extended_key_usage": f"TLS Web Server Authentication, of {CANARY}",
            },
        ),
        {
            "subject": "C=DE, CN=www.example.com",
            "issuer": "C=US",
            "signature_algorithm": None,
            "subject_public_key_algorithm": "rsaEncryption",
            "x509_v3_extensions": {
                "subject_alternative_name": "DNS:www.example.com",
                "basic_constraints": "critical,CA:TRUE, pathlen:0",
                "key_usage": "Digital Signature, Key Encipherment",
            },
            "serial_number": None,
        },
    ),
    Row(28, sco("software", name="Windows 10", vendor=CANARY, swid=CANARY), {"name": "Windows 10", "vendor": None, "swid": None}),
    Row(28, sco("software", name="Some Kit", swid=CANARY), {"name": "Some Kit", "swid": None}, T),
    Row(28, sco("software", name="Windows 10", languages=[f"x-{CANARY[:8]}"]), {"languages": None}),
    Row(28, sco("autonomous-system", number=64500, name=CANARY), {"number": 64500, "name": None}),
    Row(28, sco("autonomous-system", number=64500, name=f"{CANARY}@corp.example"), {"number": 64500, "name": None}),
    Row(28, sco("mutex", name=rf"C:\Users\{CANARY}\lock"), {"name": r"C:\Users\<user>\lock"}, T),
]
