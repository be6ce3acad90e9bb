"""Rows 16 to 20: files, folders, processes and the registry of a victim's machine."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.leak.canaries import Role
from benchmarks.leak.plant import STRING, Plant, Stix


def file(plant: Plant) -> Iterator[Stix]:
    """16: a document with a person's name, in a person's folder."""
    folder = plant.observable("directory", path=plant.value("directory.path", "path"))
    inner = plant.observable("file", name=plant.hidden("file.name", "document"))
    content = plant.observable(
        "artifact", mime_type="application/pdf", payload_bin=plant.packed("artifact.payload_bin"), hashes=plant.hashes()
    )
    yield from (folder, inner, content)
    yield plant.observable(
        "file", name=plant.hidden("file.name", "document"), parent_directory_ref=folder["id"], contains_refs=[inner["id"]],
        content_ref=content["id"], ctime=plant.value("file.ctime", "time"), mtime=plant.value("file.mtime", "time"),
        atime=plant.value("file.atime", "time"),
    )  # fmt: skip


def file_parts(plant: Plant) -> Iterator[Stix]:
    """17: what programs write into files about their authors."""
    at = "file.extensions"
    yield plant.observable(
        "file", name="report.pdf",
        extensions={"pdf-ext": {"version": "1.7", "document_info_dict": {
            "Author": plant.hidden(f"{at}.pdf-ext.document_info_dict", "person"),
            "Creator": plant.hidden(f"{at}.pdf-ext.document_info_dict", "account"),
            "Title": plant.hidden(f"{at}.pdf-ext.document_info_dict", "ticket"),
        }}},
    )  # fmt: skip
    yield plant.observable(
        "file", name="photo.jpg",
        extensions={"raster-image-ext": {"image_height": 10, "exif_tags": {
            "GPSLatitude": plant.value(f"{at}.raster-image-ext.exif_tags", "degrees"),
            "BodySerialNumber": plant.value(f"{at}.raster-image-ext.exif_tags", "national-id"),
            "Artist": plant.hidden(f"{at}.raster-image-ext.exif_tags", "person"),
        }}},
    )  # fmt: skip
    member = plant.observable("file", name=plant.hidden("file.name", "document"))
    yield member
    yield plant.observable(
        "file", name="batch.zip",
        extensions={"archive-ext": {"contains_refs": [member["id"]], "comment": plant.hidden(f"{at}.archive-ext.comment", "person")}},
    )  # fmt: skip
    yield plant.observable(
        "file", name="notes.txt",
        extensions={"ntfs-ext": {
            "sid": plant.value(f"{at}.ntfs-ext.sid", "sid"),
            "alternate_data_streams": [{"name": plant.hidden(f"{at}.ntfs-ext.alternate_data_streams", "document")}],
        }},
    )  # fmt: skip
    yield plant.observable(
        "file", name="tool.exe",
        extensions={"windows-pebinary-ext": {"pe_type": "exe", "optional_header": {
            "major_linker_version": 14, "x_pdb_path": plant.hidden(f"{at}.windows-pebinary-ext.optional_header", "path"),
        }}},
    )  # fmt: skip


def directory(plant: Plant) -> Iterator[Stix]:
    """18: folders that bear a user's name."""
    for kind in ("path", "unix-path", "share"):
        yield plant.observable("directory", path=plant.value("directory.path", kind))
    yield plant.observable(
        "directory", path=f"C:\\Users\\{plant.hidden('directory.path', 'account')}\\OneDrive - Hospital",
        ctime=plant.value("directory.ctime", "time"),
    )  # fmt: skip


def process(plant: Plant) -> Iterator[Stix]:
    """19: a process of a user, with its environment."""
    user = plant.observable("user-account", user_id=plant.value("user-account.user_id", "account"))
    yield user
    yield plant.observable(
        "process", pid=4012, cwd=plant.value("process.cwd", "path"), creator_user_ref=user["id"],
        created_time=plant.value("process.created_time", "time"),
        command_line=f"robocopy {plant.hidden('process.command_line', 'share')} D:\\"
        f" /user:{plant.value('process.command_line', 'account', place=STRING)}",
        environment_variables={
            "USERNAME": plant.hidden("process.environment_variables", "account"),
            "USERPROFILE": plant.value("process.environment_variables", "path"),
            "API_TOKEN": plant.hidden("process.environment_variables", "secret"),
        },
        extensions={"windows-process-ext": {
            "owner_sid": plant.value("process.extensions.windows-process-ext.owner_sid", "sid"),
            "window_title": plant.hidden("process.extensions.windows-process-ext.window_title", "person"),
        }, "windows-service-ext": {
            "service_name": plant.hidden("process.extensions.windows-service-ext.service_name", "account"),
            "display_name": plant.hidden("process.extensions.windows-service-ext.display_name", "person"),
        }},
    )  # fmt: skip


def registry(plant: Plant) -> Iterator[Stix]:
    """20: a user's part of the registry."""
    user = plant.observable("user-account", account_login=plant.value("user-account.account_login", "account"))
    yield user
    yield plant.observable(
        "windows-registry-key", key=f"HKEY_USERS\\{plant.value('windows-registry-key.key', 'sid')}\\Software\\Recent",
        creator_user_ref=user["id"], modified_time=plant.value("windows-registry-key.modified_time", "time"),
        values=[
            {"name": plant.hidden("windows-registry-key.values.name", "document"), "data_type": "REG_SZ",
             "data": plant.hidden("windows-registry-key.values.data", "path")},
            {"name": "MRUList", "data_type": "REG_SZ", "data": plant.hidden("windows-registry-key.values.data", "person")},
        ],
    )  # fmt: skip


def artifact(plant: Plant) -> Iterator[Stix]:
    """26: bytes that may hold anything, and where they came from."""
    yield plant.observable("artifact", mime_type="application/zip", payload_bin=plant.packed("artifact.payload_bin"), hashes=plant.hashes())
    yield plant.observable(
        "artifact", mime_type="application/zip", url=plant.value("artifact.url", "login-url"), hashes=plant.hashes(),
        encryption_algorithm="mime-type-indicated", decryption_key=plant.hidden("artifact.decryption_key", "secret"),
    )  # fmt: skip


def certificate(plant: Plant) -> Iterator[Stix]:
    """27: a person's certificate."""
    name = plant.value("x509-certificate.subject", "codename", Role.VICTIM)
    yield plant.observable(
        "x509-certificate", serial_number=plant.value("x509-certificate.serial_number", "national-id").replace("-", ""),
        subject=f"C=DE, O=Hospital, CN=Jane {name}, emailAddress={plant.value('x509-certificate.subject', 'named-email')},"
        f" GN=Jane, SN={name}",
        issuer=f"CN=Hospital CA, UID={plant.value('x509-certificate.issuer', 'account')}",
        validity_not_before=plant.value("x509-certificate.validity_not_before", "time"),
        x509_v3_extensions={
            "subject_alternative_name": f"email:{plant.value('x509-certificate.x509_v3_extensions', 'email')}",
            "certificate_policies": plant.hidden("x509-certificate.x509_v3_extensions", "organization"),
        },
    )  # fmt: skip


def small_names(plant: Plant) -> Iterator[Stix]:
    """28: names that programs and networks bear, and that people put their own into."""
    yield plant.observable("mutex", name=f"Global\\{plant.hidden('mutex.name', 'account')}")
    yield plant.observable(
        "software", name=plant.hidden("software.name", "person"), vendor=plant.hidden("software.vendor", "organization"), version="1.0",
        swid=plant.hidden("software.swid", "account"),
    )  # fmt: skip
    number = plant.ledger.random.randrange(4_200_000_000, 4_294_967_294)
    yield plant.observable("autonomous-system", number=number, name=plant.hidden("autonomous-system.name", "organization"))
