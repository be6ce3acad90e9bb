"""Personal data that nobody has: reserved names and numbers, by kind, by language and by disguise."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

CANARIES: dict[str, str] = {
    "email": "jane.q7k3@victim.example",
    "phone": "+49 30 55512345",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "national-id": "078-05-1121",
    "birth-date": "date of birth: 1987-03-14",
    "ip-private": "10.20.30.41",
    "mac": "00:00:5e:00:53:af",
    "sid": "S-1-5-21-1004336348-1177238915-682003330-512",
    "user-path": r"C:\Users\jdoe\Desktop",
    "coordinates": "52.520008, 13.404954",
    "street-address": "221 Garden Street",
    "credential": "password=Tr0ub4dor3",
    "url-userinfo": "https://jane:pw7@host.example/a",
    "dn-person": "OU=Desk, GN=Jane, SN=Doe",
    "labelled-name": "Victim: Jane Doe",
}
"""One of each kind, but for what is too long."""

_CYRILLIC = str.maketrans("aceopxyijsABCEHKMOPTX", "асеорхуіјѕАВСЕНКМОРТХ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _between(mark: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?<=[^ ])(?=[^ ])", mark, text)


def _percent(text: str) -> str:
    return "".join(f"%{ord(char):02X}" if not char.isalnum() else char for char in text)


EVERYWHERE: dict[str, Callable[[str], str]] = {
    "homoglyphs": lambda text: text.translate(_CYRILLIC),
    "zero-width": _between("\u200b"),
    "soft hyphen": _between("\u00ad"),
    "percent": _percent,
    "double percent": lambda text: _percent(text).replace("%", "%25"),
    "entities": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "escapes": lambda text: "".join(f"\\u{ord(char):04x}" if not char.isalnum() else char for char in text),
    "full-width": lambda text: text.translate(_WIDE),
    "base64": lambda text: base64.b64encode(f"see {text} ".encode()).decode(),
    "hex": lambda text: text.encode().hex(),
}
"""Disguises that any text can wear."""

MAIL: dict[str, str] = {
    "homoglyphs": "j\u0430n\u0435.q7k3@vi\u0441tim.example",
    "zero-width": "jane.q7k3\u200b@\u200bvictim.example",
    "soft hyphen": "jane.q\u00ad7k3@vic\u00adtim.example",
    "percent": "jane.q7k3%40victim.example",
    "double percent": "jane.q7k3%2540victim.example",
    "decimal entity": "jane.q7k3&#64;victim.example",
    "named entity": "jane.q7k3&commat;victim&period;example",
    "brackets": "jane.q7k3 [at] victim [dot] example",
    "parentheses": "jane.q7k3(at)victim.example",
    "spelled": "jane.q7k3 at victim.example",
    "spelled twice": "jane at victim dot example",
    "escape": "jane.q7k3\\u0040victim.example",
    "IDN": "jane.q7k3@xn--bcher-kva.example",
    "IDN in its own letters": "jane.q7k3@bücher.example",
    "EAI": "žané.q7k3@victim.example",
    "EAI in another script": "джейн@жертва.example",
    "quoted local part": '"jane q7k3"@victim.example',
    "base64": "amFuZS5xN2szQHZpY3RpbS5leGFtcGxl",
    "base64url in a path": "https://host.example/reset/amFuZS5xN2szQHZpY3RpbS5leGFtcGxl",
    "hex": "6a616e652e71376b334076696374696d2e6578616d706c65",
    "spaced hex": "6a 61 6e 65 2e 71 40 76 69 63 74 69 6d 2e 65 78 61 6d 70 6c 65",
    "full-width": "ｊａｎｅ．ｑ７ｋ３＠ｖｉｃｔｉｍ．ｅｘａｍｐｌｅ",
    "quoted-printable": "jane.q7k3=40victim.example",
    "tags": "jane.q7k3<b>@</b>victim.example",
    "ideographic stop": "jane.q7k3@victim。example",
}
"""One address in every disguise of the design, and some more."""

LOCALES: dict[str, tuple[str, ...]] = {
    "en": (
        "Reported by: Jane Doe",
        "Dear Jane Doe,",
        "Mrs. Jane Doe opened it.",
        "phone 555 0100 22",
        "12 Garden Lane",
        "DOB: 14 March 1987",
    ),
    "de": (
        "Geschädigter: Jürgen Müller",
        "Sehr geehrte Frau Müller,",
        "Ansprechpartnerin: Änne Groß",
        "Telefon: 030 5550123",
        "Gartenstraße 12",
        "geboren am 14.03.1987",
    ),
    "fr": (
        "Victime : Hélène Lefèvre",
        "Chère Hélène,",
        "Mme Lefèvre",
        "téléphone : 01 55 50 12 34",
        "12, rue des Jardins",
        "née le 14/03/1987",
    ),
    "es": (
        "Víctima: José Muñoz",
        "Estimada Lucía,",
        "Sra. Muñoz",
        "teléfono: 915 550 123",
        "Calle Mayor, 12",
        "fecha de nacimiento: 14/03/1987",
    ),
    "it": (
        "Vittima: Giulia Conti",
        "Gentile Giulia,",
        "cognome: Conti",
        "cellulare: 320 5550123",
        "Via Garibaldi, 12",
        "nata il 14/03/1987",
    ),
    "pt": (
        "Vítima: João Conceição",
        "Prezada Inês,",
        "nome completo: Inês da Conceição",
        "telefone: 21 5555 0123",
        "Rua Augusta, 12",
        "nascido em 14/03/1987",
    ),
    "nl": (
        "Slachtoffer: Sanne de Vries",
        "Geachte Sanne,",
        "contactpersoon: Sanne van der Berg",
        "telefoon: 020 555 0123",
        "Kerkstraat 12",
        "geboortedatum: 14-03-1987",
    ),
    "pl": (
        "Poszkodowana: Łucja Żak",
        "Szanowna Łucjo,",
        "imię i nazwisko: Łucja Żak",
        "telefon: 22 555 01 23",
        "ul. Ogrodowa 12",
        "data urodzenia: 14.03.1987",
    ),
    "ru": (
        "Пострадавший: Иван Петров",
        "Уважаемая Анна,",
        "г-н Петров",
        "телефон: 495 555 01 23",
        "ул. Садовая, д. 12",
        "дата рождения: 14.03.1987",
    ),
    "uk": (
        "Потерпіла: Олена Ковальчук",
        "Шановна Олено,",
        "прізвище: Ковальчук",
        "телефон: 044 555 01 23",
        "вул. Садова, 12",
        "дата народження: 14.03.1987",
    ),
    "el": (
        "Θύμα: Ελένη Παππά",
        "Αγαπητή Ελένη,",
        "ονοματεπώνυμο: Ελένη Παππά",
        "τηλέφωνο: 210 555 0123",
        "οδός Ερμού 12",
        "ημερομηνία γέννησης: 14/03/1987",
    ),
    "tr": (
        "Mağdur: Çağla Şahin",
        "Sayın Çağla Şahin,",
        "adı soyadı: Çağla Şahin",
        "telefon: 0212 555 01 23",
        "Lale Sokak No: 12",
        "doğum tarihi: 14.03.1987",
    ),
    "ar": (
        "الضحية: ليلى حداد",
        "عزيزتي ليلى حداد",
        "الاسم الكامل: ليلى حداد",
        "هاتف: 02 555 0123",
        "شارع النهر 12",
        "تاريخ الميلاد: 14/03/1987",
    ),
    "he": ("קורבן: נועה כהן", "שם מלא: נועה כהן", "טלפון: 03 555 0123", "רחוב הגפן 12", "תאריך לידה: 14/03/1987"),
    "zh": ("受害者：王小明", "联系人: 李娜", "王小明先生", "电话：010 5555 0123", "幸福路12号", "出生日期：1987年3月14日"),
    "ja": ("被害者：山田花子", "担当者: 佐藤健", "山田様", "電話：03-5555-0123", "緑町1丁目2-3", "生年月日：1987年3月14日"),
    "ko": ("피해자: 김민수", "담당자: 박지영", "김민수님", "전화: 02-555-0123", "새싹로 12", "생년월일: 1987년 3월 14일"),
    "vi": (
        "Nạn nhân: Nguyễn Thị Hoa",
        "Kính gửi Bà Hoa,",
        "họ và tên: Trần Văn An",
        "điện thoại: 028 5550 123",
        "12 Đường Hoa Mai",
        "ngày sinh: 14/03/1987",
    ),
    "hi": ("पीड़ित: सीता शर्मा", "नाम: राम वर्मा", "फोन: 011 5550 1234", "जन्म तिथि: 14/03/1987"),
    "th": ("ผู้เสียหาย: สมชาย ใจดี", "ชื่อ: สมหญิง ใจดี", "โทรศัพท์: 02 555 0123", "วันเกิด: 14/03/1987"),
}
"""By language: labelled names, salutations, telephones, streets, dates of birth."""

HARD: tuple[str, ...] = (
    "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f and bundle--44298a74-ba52-4f0c-87a3-1824e67d7fad",
    "d41d8cd98f00b204e9800998ecf8427e",
    "SHA-1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ssdeep 3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
    "seen between 2026-01-02T03:04:05.678Z and 2026-01-02T05:06:07+02:00",
    "CVE-2021-44228, CVE-2017-0144 and CWE-79; CAPEC-163",
    "T1059.001, T1566.002, TA0001, S0154, G0016, M1042, DS0009",
    "versions 10.0.19041.1288, 2.4.49 and 1.1.1w; build 22631.3007",
    "update KB5005565 for Windows Server 2019 version 10.0.17763",
    "command and control at 198.51.100.23:8443 and 203.0.113.0/24",
    "beacons to hxxps://evil.example/gate.php?id=12345678 every 600 seconds",
    "the domain update-check.example resolves to 2001:db8::1",
    "https://evil.example/users/login and https://evil.example/home/index.html",
    r"drops %APPDATA%\svc.exe and C:\Windows\System32\drivers\x.sys",
    r"writes to C:\Users\Public\a.dll and C:\Users\%USERNAME%\AppData",
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Run",
    "the private ranges 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16; 127.0.0.1",
    "Lazarus Group, Fancy Bear and Scattered Spider share tools such as Cobalt Strike.",
    "The actor sent mail that began Dear Customer, and asked for a password.",
    "victims: several banks; sector: energy; author: unknown",
    "file name: Invoice March.docx; process name: Service Host",
    "powershell -NoProfile -ExecutionPolicy Bypass -WindowStyle Hidden",
    "(Citation: Vendor Report 2020)(Citation: Some Blog May 2021)",
    "listens on ports 4444, 8080-8090; port 3389; error 0x80070005",
    "bitcoin 1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "serial number 4c:0b:1d:19:74:86:a7:66:b4:1a:bf:40:27:21:76:28 and http://169.254.169.254/latest",
    "APT29 at evil.example, command-and-control at evil.example, e.g. at evil.example",
    "hosted at evil.example; dropped from payload.exe at evil.example",
    "p-abcdefghijklmnopqrstuvwxyz@pseudonym.invalid",
    "JA3 771,4865-4866-4867-49195,0-23-65281-10-11,29-23-24,0",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H scored 9.8",
    "rule x { strings: $a = { 6A 40 68 00 30 00 00 6A 14 8D 91 } condition: $a }",
    "user agent Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.6099.130",
    "Пишет в журнал и связывается с управляющим сервером через HTTPS.",
    "該惡意程式會下載其他元件並與伺服器通訊。",
    "Le groupe utilise des documents piégés ; voir le rapport de 2020.",
    "Die Gruppe nutzt gestohlene Zugangsdaten und bewegt sich seitwärts.",
)
"""What stands in descriptions everywhere, and is nobody's."""
