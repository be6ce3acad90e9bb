"""The locales. Sentences differ from one another on purpose: no detector may be tuned on them, and none of the project's has been."""

# ruff: noqa: RUF001 - letters of other scripts are the content

from __future__ import annotations

from benchmarks.leak.names import Locale

LOCALES: tuple[Locale, ...] = (
    Locale("en", "latin", ("Jane", "Oliver", "Priya", "Kofi"), False, "GB", "44", (
        "The first machine belonged to {name} in accounts, who opened the attachment.",
        "Call {name} on {phone} before you block anything.",
        "According to {name} ({mail}), the lure came in on a Monday.",
    )),
    Locale("de", "latin", ("Jürgen", "Käthe", "Uwe", "Anneliese"), False, "DE", "49", (
        "Ansprechpartnerin im Krankenhaus ist {name}, Durchwahl {phone}.",
        "Betroffen war der Rechner von {name}, Abteilung Einkauf.",
        "Rückfragen bitte an {mail} ({name}).",
    )),
    Locale("fr", "latin", ("Zoé", "François", "Hélène", "Loïc"), False, "FR", "33", (
        "Le poste de {name} a été chiffré pendant la nuit.",
        "Signalé par {name}, joignable au {phone}.",
        "Copie envoyée à {mail} à la demande de {name}.",
    )),
    Locale("es", "latin", ("Íñigo", "Lucía", "Begoña", "José"), False, "ES", "34", (
        "La víctima, {name}, trabaja en la tesorería.",
        "Avisó {name} desde el {phone}.",
        "El mensaje iba dirigido a {mail}, cuenta de {name}.",
    )),
    Locale("pt-BR", "latin", ("João", "Conceição", "Thaís", "Antônio"), False, "BR", "55", (
        "O notebook de {name} foi o primeiro a cair.",
        "Quem atendeu foi {name}, ramal {phone}.",
        "Favor responder para {mail}, aos cuidados de {name}.",
    )),
    Locale("it", "latin", ("Niccolò", "Ilaria", "Desirée", "Matteo"), False, "IT", "39", (
        "La postazione di {name} comunicava con il server.",
        "Ha segnalato {name}, telefono {phone}.",
        "Scrivere a {mail} ({name}) per i dettagli.",
    )),
    Locale("nl", "latin", ("Sjoerd", "Anouk", "Daniël", "Fenna"), False, "NL", "31", (
        "De laptop van {name} stond open in de vergaderzaal.",
        "Melder: {name}, bereikbaar op {phone}.",
        "Graag antwoord aan {mail} ter attentie van {name}.",
    )),
    Locale("sv", "latin", ("Åsa", "Björn", "Märta", "Göran"), False, "SE", "46", (
        "Kontot tillhör {name} på ekonomiavdelningen.",
        "{name} ringde från {phone} samma morgon.",
        "Svara till {mail}, det är {name} som äger ärendet.",
    )),
    Locale("pl", "latin", ("Łukasz", "Żaneta", "Stanisław", "Bożena"), False, "PL", "48", (
        "Poszkodowana {name} otworzyła załącznik.",
        "Zgłosił {name}, tel. {phone}.",
        "Adresatem była skrzynka {mail} ({name}).",
    )),
    Locale("cs", "latin", ("Jiří", "Květa", "Tomáš", "Růžena"), False, "CZ", "420", (
        "Napadený počítač patří uživateli {name}.",
        "Oznámil {name} z čísla {phone}.",
        "Kontakt: {name}, {mail}.",
    )),
    Locale("tr", "latin", ("Çağla", "Işıl", "Şükrü", "Gökhan"), False, "TR", "90", (
        "Etkilenen kullanıcı {name}, muhasebede çalışıyor.",
        "{name} bize {phone} numarasından ulaştı.",
        "Yanıtlar {mail} adresine, {name} adına.",
    )),
    Locale("ru", "cyrillic", ("Ольга", "Пётр", "Надежда", "Глеб"), False, "RU", "7", (
        "Пострадавший сотрудник: {name}, бухгалтерия.",
        "Сообщил {name} по телефону {phone}.",
        "Письмо пришло на {mail}, ящик сотрудника {name}.",
    )),
    Locale("uk", "cyrillic", ("Оксана", "Юрій", "Соломія", "Тарас"), False, "UA", "380", (
        "Постраждала {name} відкрила вкладення.",
        "Повідомив {name}, тел. {phone}.",
        "Лист надійшов на {mail} для {name}.",
    )),
    Locale("bg", "cyrillic", ("Цветан", "Йорданка", "Пламен", "Ваня"), False, "BG", "359", (
        "Засегнатият служител е {name}.",
        "Обади се {name} от {phone}.",
        "Писмото е до {mail}, получател {name}.",
    )),
    Locale("el", "greek", ("Ελένη", "Γιώργος", "Χρυσούλα", "Νίκος"), False, "GR", "30", (
        "Ο υπολογιστής ανήκει στον υπάλληλο {name}.",
        "Τηλεφώνησε ο χρήστης {name} από το {phone}.",
        "Το μήνυμα στάλθηκε στο {mail} ({name}).",
    )),
    Locale("ar", "arabic", ("ليلى", "يوسف", "هند", "طارق"), False, "AE", "971", (
        "الضحية هي {name} من قسم المحاسبة.",
        "أبلغ {name} عبر الهاتف {phone}.",
        "وصلت الرسالة إلى {mail} باسم {name}.",
    )),
    Locale("he", "hebrew", ("נועה", "אורי", "תמר", "יונתן"), False, "IL", "972", (
        "המחשב שייך לעובדת {name}.",
        "דיווח {name} מטלפון {phone}.",
        "ההודעה נשלחה אל {mail} עבור {name}.",
    )),
    Locale("hi", "devanagari", ("सुनीता", "अर्जुन", "कमला", "विकास"), False, "IN", "91", (
        "प्रभावित कर्मचारी {name} लेखा विभाग में हैं।",
        "{name} ने {phone} से सूचना दी।",
        "संदेश {mail} पर {name} को भेजा गया।",
    )),
    Locale("zh", "han", ("秀英", "建国", "丽华", "志强"), True, "CN", "86", (
        "受害者{name}在财务部工作。",
        "{name}从{phone}打来电话。",
        "邮件发到了{mail}，收件人{name}。",
    )),
    Locale("ja", "kana", ("花子", "太郎", "さくら", "健一"), True, "JP", "81", (
        "被害者は経理部の{name}さんです。",
        "{name}さんから{phone}で連絡がありました。",
        "宛先は{mail}({name}様)でした。",
    )),
    Locale("ko", "hangul", ("지영", "민수", "서연", "동현"), True, "KR", "82", (
        "피해자는 회계팀 {name} 씨입니다.",
        "{name} 씨가 {phone} 번호로 신고했습니다.",
        "메일은 {mail} 주소의 {name} 님께 갔습니다.",
    )),
    Locale("vi", "latin", ("Nguyễn Thị", "Đặng Văn", "Phạm Thuỳ", "Lê Hữu"), False, "VN", "84", (
        "Máy bị nhiễm là của chị {name}, phòng kế toán.",
        "Anh {name} báo tin từ số {phone}.",
        "Thư gửi tới {mail}, người nhận {name}.",
    )),
)  # fmt: skip
