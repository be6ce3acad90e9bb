"""Words that announce a person, by language. All in small letters; a blank also stands for _ and -."""

from __future__ import annotations

import unicodedata

PHONE = (
    *("tel", "telephone", "phone", "mobile", "fax", "whatsapp", "telegram", "cell phone"),  # en
    *("telefon", "telefonnummer", "rufnummer", "handy", "mobil"),  # de, tr, pl, sv
    *("téléphone", "tél", "portable"),  # fr
    *("teléfono", "móvil", "telefono", "cellulare", "telefone", "celular", "telemóvel"),  # es, it, pt
    *("telefoon", "gsm", "komórka"),  # nl, pl
    *("тел", "телефон", "моб", "мобильный", "мобільний"),  # ru, uk
    *("τηλ", "τηλέφωνο", "κινητό"),  # el
    *("هاتف", "جوال", "موبايل", "الهاتف", "תלפון", "טלפון"),  # ar, he
    *("电话", "電話", "手机", "手機", "携帯", "联系电话", "전화", "휴대폰", "연락처"),  # zh, ja, ko
    *("điện thoại", "sđt", "số điện thoại", "फ़ोन", "फोन", "मोबाइल", "โทร", "โทรศัพท์"),  # vi, hi, th
)

BIRTH = (
    *("dob", "date of birth", "birth date", "birthdate", "birthday", "born"),
    *("geburtsdatum", "geboren", "geb", "né le", "née le"),
    *("date de naissance", "fecha de nacimiento", "nacido el", "nacida el", "nacido"),
    *("data di nascita", "nato il", "nata il", "data de nascimento", "nascido em", "nascida em", "geboortedatum"),
    *("data urodzenia", "urodzony", "urodzona", "ur", "дата рождения", "родился", "родилась", "д.р", "дата народження", "народився"),
    *("ημερομηνία γέννησης", "γεννήθηκε", "doğum tarihi", "تاريخ الميلاد", "تاريخ الولادة", "תאריך לידה"),
    *("出生日期", "生日", "生年月日", "생년월일", "ngày sinh", "जन्म तिथि", "วันเกิด"),
)

NATIONAL_ID = (
    *("ssn", "social security number", "passport", "passport no", "passport number", "national id", "national insurance number", "nino"),
    *("tax id", "driver license", "driver's license", "driving licence", "identity card", "id card", "id number"),
    *("personalausweis", "reisepass", "steuer id", "sozialversicherungsnummer", "ausweisnummer", "passnummer"),
    *("passeport", "numéro de sécurité sociale", "carte d'identité", "dni", "nif", "nie", "pasaporte", "cédula", "curp"),
    *(
        "codice fiscale",
        "carta d'identità",
        "passaporto",
        "cpf",
        "passaporte",
        "bilhete de identidade",
        "bsn",
        "paspoort",
        "rijksregisternummer",
    ),
    *("pesel", "dowód osobisty", "paszport", "cpr", "personnummer", "henkilötunnus"),
    *("паспорт", "инн", "снилс", "іпн", "рнокпп", "αφμ", "αμκα", "ταυτότητα", "διαβατήριο", "tc kimlik no", "kimlik no", "pasaport"),
    *("رقم الهوية", "جواز سفر", "الرقم القومي", "תעודת זהות", "דרכון"),
    *("身份证", "身份证号", "身分證", "护照", "護照", "マイナンバー", "個人番号", "パスポート", "주민등록번호", "여권"),
    *("cmnd", "cccd", "hộ chiếu", "aadhaar", "आधार", "บัตรประชาชน"),
)

TITLES = (
    *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "herr", "frau", "hr", "fr", "mme", "mlle", "monsieur", "madame"),
    *(
        "sr",
        "sra",
        "srta",
        "señor",
        "señora",
        "sig",
        "sig.ra",
        "signor",
        "signora",
        "dott",
        "dott.ssa",
        "senhor",
        "senhora",
        "dhr",
        "mevr",
        "mevrouw",
    ),
    *("pan", "pani", "г-н", "г-жа", "господин", "госпожа", "гражданин", "гр", "пані", "κ", "κος", "κα", "κύριος", "κυρία", "sayın"),
    *("السيد", "السيدة", "الأستاذ", "الدكتور", "مר", "מר", "גב'", "ông", "bà", "श्री", "श्रीमती", "คุณ", "นาย", "นาง"),
)

GREETINGS = (
    *("dear", "hi", "hello", "hey", "sehr geehrter", "sehr geehrte", "liebe", "lieber", "hallo", "guten tag", "cher", "chère", "bonjour"),
    *(
        "estimado",
        "estimada",
        "querido",
        "querida",
        "hola",
        "gentile",
        "egregio",
        "caro",
        "cara",
        "buongiorno",
        "prezado",
        "prezada",
        "olá",
    ),
    *("geachte", "beste", "szanowny", "szanowna", "drogi", "droga", "уважаемый", "уважаемая", "здравствуйте", "шановний", "шановна"),
    *(
        "αγαπητέ",
        "αγαπητή",
        "sayın",
        "merhaba",
        "عزيزي",
        "عزيزتي",
        "kính gửi",
        "chào",
        "尊敬的",
        "亲爱的",
        "親愛的",
        "拝啓",
        "प्रिय",
        "เรียน",
    ),
)

BY = (
    *("reported by", "submitted by", "prepared by", "written by"),
    *("authored by", "signed by", "compiled by", "approved by", "reviewed by"),
    *(
        "gemeldet von",
        "erstellt von",
        "verfasst von",
        "signalé par",
        "rédigé par",
        "établi par",
        "reportado por",
        "redactado por",
        "informado por",
    ),
    *(
        "segnalato da",
        "redatto da",
        "scritto da",
        "relatado por",
        "escrito por",
        "gemeld door",
        "opgesteld door",
        "zgłoszone przez",
        "zgłosił",
    ),
    *("сообщил", "сообщила", "подготовил", "подготовила", "составил", "повідомив", "повідомила", "підготував"),
    *("αναφέρθηκε από", "συντάχθηκε από", "bildiren", "hazırlayan", "أبلغ عنه", "أعده", "báo cáo bởi", "người báo cáo"),
)

_LABELS = frozenset({
    *("victim", "victims", "author", "authors", "analyst", "reporter"),
    *("contact", "contact person", "point of contact", "poc", "name", "full name"),
    *("first name", "last name", "surname", "given name", "family name"),
    *("middle name", "maiden name", "employee", "customer", "client", "patient"),
    *("suspect", "owner", "user", "recipient", "sender", "addressee", "attn"),
    *("attention", "from", "to", "cc", "bcc", "signed", "signature"),
    *("reported by", "submitted by", "prepared by", "written by", "created by"),
    *("reviewed by", "approved by", "handled by", "assigned to", "by"),
    *("complainant", "witness", "investigator", "case officer", "officer"),
    *("handler", "caller", "subscriber", "account holder", "cardholder", "holder"),
    *("opfer", "geschädigter", "geschädigte", "betroffener", "betroffene"),
    *("verfasser", "verfasserin", "autor", "autorin", "analyst", "analystin"),
    *("ansprechpartner", "ansprechpartnerin", "ansprechperson", "kontakt", "name"),
    *("vorname", "nachname", "bearbeiter", "bearbeiterin", "melder"),
    *("gemeldet von", "erstellt von", "kunde", "mitarbeiter", "mitarbeiterin", "von", "an"),
    *("victime", "auteur", "autrice", "analyste", "nom", "prénom"),
    *("nom de famille", "signalé par", "rédigé par", "responsable", "employé", "de", "à"),
    *("víctima", "afectado", "afectada", "autor", "autora", "analista"),
    *("contacto", "nombre", "apellido", "apellidos", "nombre completo", "para"),
    *("informado por", "reportado por", "denunciante", "empleado", "titular"),
    *("vittima", "autore", "autrice", "contatto", "referente", "nome", "cognome", "nome e cognome", "segnalato da", "dipendente", "da"),
    *("vítima", "contato", "contacto", "nome", "sobrenome", "apelido", "nome completo", "relatado por", "funcionário", "cliente"),
    *("slachtoffer", "auteur", "analist", "contactpersoon", "naam", "voornaam", "achternaam", "gemeld door", "melder", "medewerker"),
    *("ofiara", "poszkodowany", "poszkodowana", "autor", "autorka"),
    *("analityk", "kontakt", "imię", "nazwisko", "imię i nazwisko", "zgłaszający"),
    *("жертва", "пострадавший", "пострадавшая", "потерпевший", "автор"),
    *("аналитик", "контакт", "контактное лицо", "имя", "фамилия", "отчество"),
    *("фио", "ф.и.о", "заявитель", "сотрудник", "клиент", "исполнитель", "отправитель", "получатель"),
    *("потерпілий", "потерпіла", "аналітик", "ім'я", "прізвище", "піб", "заявник", "контактна особа", "виконавець"),
    *("θύμα", "συντάκτης", "συγγραφέας", "αναλυτής", "επαφή", "επικοινωνία", "όνομα", "επώνυμο", "ονοματεπώνυμο", "υπεύθυνος", "πελάτης"),
    *("mağdur", "kurban", "yazar", "analist", "iletişim", "ad", "adı"),
    *("soyad", "soyadı", "ad soyad", "adı soyadı", "isim", "bildiren", "hazırlayan"),
    *("الضحية", "المؤلف", "الكاتب", "المحلل", "الاسم", "اسم", "الاسم الكامل", "اللقب", "المبلغ", "جهة الاتصال", "الموظف", "العميل"),
    *("הקורבן", "קורבן", "מחבר", "אנליסט", "שם", "שם מלא", "שם משפחה", "איש קשר", "מדווח"),
    *("受害者", "受害人", "作者", "分析师", "分析員", "联系人", "聯絡人", "姓名"),
    *("名字", "报告人", "報告人", "举报人", "员工", "客户", "負責人", "负责人"),
    *("被害者", "被害者氏名", "氏名", "名前", "著者", "担当者", "担当", "報告者", "連絡先", "分析者", "作成者", "お客様"),
    *("피해자", "이름", "성명", "작성자", "분석가", "담당자", "연락처", "신고자", "보고자"),
    *("nạn nhân", "tác giả", "nhà phân tích", "liên hệ", "người liên hệ", "họ tên", "họ và tên", "tên", "người báo cáo", "khách hàng"),
    *("पीड़ित", "नाम", "लेखक", "संपर्क", "विश्लेषक", "ผู้เสียหาย", "เหยื่อ", "ชื่อ", "ผู้เขียน", "ผู้ติดต่อ"),
    *("offer", "forfatter", "navn", "kontaktperson", "författare", "namn", "uhri", "tekijä"),
    *("nimi", "oběť", "jméno", "příjmení", "áldozat", "név", "victimă", "nume"),
})  # fmt: skip
LABELS = _LABELS | {unicodedata.normalize("NFKC", label) for label in _LABELS}
"""Words before a colon that a name follows, English first, then de fr es it pt nl pl ru uk el tr ar he zh ja ko vi hi th and others."""

WEAK = frozenset(
    {"name", "to", "from", "by", "user", "owner", "von", "an", "de", "à", "para", "da", "nome", "nom", "ad", "offer", "contact", "client"}
)
"""Labels that also end other labels (`file name`, `written to`): only where they begin one."""

SINGLE = frozenset({
    *("first name", "last name", "surname", "given name", "family name", "middle name", "maiden name", "vorname", "nachname", "prénom"),
    *("nom de famille", "apellido", "apellidos", "cognome", "sobrenome", "apelido"),
    *("voornaam", "achternaam", "imię", "nazwisko", "имя", "фамилия"),
    *("отчество", "ім'я", "прізвище", "όνομα", "επώνυμο", "soyad"),
    *("soyadı", "victim", "opfer", "victime", "víctima", "vittima", "vítima"),
    *("slachtoffer", "ofiara", "жертва", "пострадавший", "пострадавшая"),
    *("потерпевший", "потерпілий", "потерпіла", "θύμα", "mağdur", "kurban"),
    *("patient", "employee", "complainant", "witness", "tên", "nạn nhân", "příjmení", "jméno"),
})  # fmt: skip
"""Labels after which one word that begins with a capital is a name already."""

NOT_NAMES = frozenset({
    *("unknown", "none", "n/a", "na", "null", "various", "several"),
    *("multiple", "anonymous", "undisclosed", "redacted", "yes", "no", "see"),
    *("the", "a", "an", "this", "these", "all", "any", "some"),
    *("user", "users", "customer", "customers", "client", "clients", "team", "sir"),
    *("madam", "colleague", "colleagues", "friend", "member", "members"),
    *("everyone", "partner", "partners", "account", "valued", "beneficiary"),
    *("windows", "linux", "android", "macos", "ios", "microsoft", "google", "apple", "adobe", "chrome", "office", "internet", "world"),
    *("government", "ministry", "industry", "sector", "energy"),
    *("finance", "financial", "healthcare", "education", "defense", "telecommunications"),
    *("kunde", "kunden", "damen", "herren", "client", "cliente", "clientes", "kolleginnen", "kollegen", "uwe"),
})  # fmt: skip

ORGANIZATIONS = frozenset({
    *("inc", "ltd", "llc", "llp", "gmbh", "ag", "corp", "corporation"),
    *("company", "co", "group", "team", "lab", "labs", "laboratory", "security"),
    *("research", "researchers", "intelligence", "threat", "threats", "cyber"),
    *("cert", "csirt", "unit", "institute", "university", "foundation"),
    *("agency", "department", "ministry", "bureau", "center", "centre"),
    *("services", "service", "systems", "solutions", "technologies", "software"),
    *("networks", "network", "point", "office", "bank", "police", "bear"),
    *("panda", "kitten", "spider", "tiger", "blizzard", "typhoon", "sandstorm"),
    *("malware", "ransomware", "trojan", "backdoor", "loader", "stealer"),
    *("rat", "worm", "botnet", "campaign", "operation", "attack", "attacks"),
    *("server", "explorer", "manager", "shell", "studio", "edge", "word"),
    *("excel", "outlook", "web", "strike", "mimikatz", "report", "reports"),
    *("defender", "analyst", "analysts", "data", "application", "control"),
    *("system", "protocol", "internet", "windows", "microsoft", "google"),
    *("file", "files", "process", "service", "command", "credential", "access"),
    *("remote", "user", "account", "project", "blog", "news", "times"),
})  # fmt: skip
"""Words that stand in names of organizations, threats and products, not of people."""
