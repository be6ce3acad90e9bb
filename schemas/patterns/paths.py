"""Which object paths STIX 2.1 defines, and of what kind their values are: the properties of §6 as data.

A table of words: `name` is a string, `name=kind` something else. `[kind]` is a list, `@a|b` a reference to objects of these types
(`@*`: of any), `a-ext` and other names of OBJECTS are objects inside the object. What a kind demands of a constant is in `forms`.
"""

from __future__ import annotations

from typing import get_args

from schemas.stix.vocabularies_observable import (
    AddressFamily,
    EncryptionAlgorithm,
    IntegrityLevel,
    RegistryDatatype,
    ServiceStartType,
    ServiceStatus,
    ServiceType,
    SocketType,
)

COMMON = "type id=identifier spec_version object_marking_refs=[identifier] granular_markings=[any] defanged=boolean"
"""Properties of every observable (§3.2)."""

OBSERVABLES: dict[str, str] = {
    "artifact": "mime_type payload_bin=binary url=uri hashes=hashes encryption_algorithm=encryption-algorithm decryption_key",
    "autonomous-system": "number=natural name rir",
    "directory": "path path_enc ctime=timestamp mtime=timestamp atime=timestamp contains_refs=[@file|directory]",
    "domain-name": "value=domain resolves_to_refs=[@ipv4-addr|ipv6-addr|domain-name]",
    "email-addr": "value=email-address display_name belongs_to_ref=@user-account",
    "email-message": "is_multipart=boolean date=timestamp content_type from_ref=@email-addr sender_ref=@email-addr to_refs=[@email-addr]"
    " cc_refs=[@email-addr] bcc_refs=[@email-addr] message_id subject received_lines=[string] additional_header_fields=dictionary body"
    " body_multipart=[email-mime-part] raw_email_ref=@artifact",
    "file": "hashes=hashes size=natural name name_enc magic_number_hex=hex mime_type ctime=timestamp mtime=timestamp atime=timestamp"
    " parent_directory_ref=@directory contains_refs=[@*] content_ref=@artifact",
    "ipv4-addr": "value=ipv4-address resolves_to_refs=[@mac-addr] belongs_to_refs=[@autonomous-system]",
    "ipv6-addr": "value=ipv6-address resolves_to_refs=[@mac-addr] belongs_to_refs=[@autonomous-system]",
    "mac-addr": "value=mac-address",
    "mutex": "name",
    "network-traffic": "start=timestamp end=timestamp is_active=boolean src_ref=@ipv4-addr|ipv6-addr|mac-addr|domain-name"
    " dst_ref=@ipv4-addr|ipv6-addr|mac-addr|domain-name src_port=port dst_port=port protocols=[string] src_byte_count=natural"
    " dst_byte_count=natural src_packets=natural dst_packets=natural ipfix=dictionary src_payload_ref=@artifact"
    " dst_payload_ref=@artifact encapsulates_refs=[@network-traffic] encapsulated_by_ref=@network-traffic",
    "process": "is_hidden=boolean pid=integer created_time=timestamp cwd command_line environment_variables=dictionary"
    " opened_connection_refs=[@network-traffic] creator_user_ref=@user-account image_ref=@file parent_ref=@process child_refs=[@process]",
    "software": "name cpe swid languages=[string] vendor version",
    "url": "value=uri",
    "user-account": "user_id credential account_login account_type display_name is_service_account=boolean is_privileged=boolean"
    " can_escalate_privs=boolean is_disabled=boolean account_created=timestamp account_expires=timestamp"
    " credential_last_changed=timestamp account_first_login=timestamp account_last_login=timestamp",
    "windows-registry-key": "key=registry-key values=[registry-value] modified_time=timestamp creator_user_ref=@user-account"
    " number_of_subkeys=integer",
    "x509-certificate": "is_self_signed=boolean hashes=hashes version serial_number signature_algorithm issuer"
    " validity_not_before=timestamp validity_not_after=timestamp subject subject_public_key_algorithm subject_public_key_modulus"
    " subject_public_key_exponent=integer x509_v3_extensions=x509-v3-extensions",
}

OBJECTS: dict[str, str] = {
    "email-mime-part": "body body_raw_ref=@artifact|file content_type content_disposition",
    "registry-value": "name data data_type=registry-datatype",
    "x509-v3-extensions": "basic_constraints name_constraints policy_constraints key_usage extended_key_usage subject_key_identifier"
    " authority_key_identifier subject_alternative_name issuer_alternative_name subject_directory_attributes crl_distribution_points"
    " inhibit_any_policy private_key_usage_period_not_before=timestamp private_key_usage_period_not_after=timestamp"
    " certificate_policies policy_mappings",
    "archive-ext": "contains_refs=[@file|directory] comment",
    "ntfs-ext": "sid alternate_data_streams=[alternate-data-stream]",
    "alternate-data-stream": "name hashes=hashes size=natural",
    "pdf-ext": "version is_optimized=boolean document_info_dict=dictionary pdfid0 pdfid1",
    "raster-image-ext": "image_height=integer image_width=integer bits_per_pixel=integer exif_tags=dictionary",
    "windows-pebinary-ext": "pe_type imphash machine_hex=hex number_of_sections=natural time_date_stamp=timestamp"
    " pointer_to_symbol_table_hex=hex number_of_symbols=natural size_of_optional_header=natural characteristics_hex=hex"
    " file_header_hashes=hashes optional_header=pe-optional-header sections=[pe-section]",
    "pe-optional-header": "magic_hex=hex major_linker_version=integer minor_linker_version=integer size_of_code=natural"
    " size_of_initialized_data=natural size_of_uninitialized_data=natural address_of_entry_point=integer base_of_code=integer"
    " base_of_data=integer image_base=integer section_alignment=integer file_alignment=integer major_os_version=integer"
    " minor_os_version=integer major_image_version=integer minor_image_version=integer major_subsystem_version=integer"
    " minor_subsystem_version=integer win32_version_value_hex=hex size_of_image=natural size_of_headers=natural checksum_hex=hex"
    " subsystem_hex=hex dll_characteristics_hex=hex size_of_stack_reserve=natural size_of_stack_commit=natural"
    " size_of_heap_reserve=natural size_of_heap_commit=integer loader_flags_hex=hex number_of_rva_and_sizes=integer hashes=hashes",
    "pe-section": "name size=natural entropy=float hashes=hashes",
    "http-request-ext": "request_method request_value request_version request_header=dictionary message_body_length=integer"
    " message_body_data_ref=@artifact",
    "icmp-ext": "icmp_type_hex=hex icmp_code_hex=hex",
    "socket-ext": "address_family=socket-family is_blocking=boolean is_listening=boolean options=dictionary socket_type=socket-type"
    " socket_descriptor=natural socket_handle=integer",
    "tcp-ext": "src_flags_hex=hex dst_flags_hex=hex",
    "windows-process-ext": "aslr_enabled=boolean dep_enabled=boolean priority owner_sid window_title startup_info=dictionary"
    " integrity_level=integrity-level",
    "windows-service-ext": "service_name descriptions=[string] display_name group_name start_type=service-start-type"
    " service_dll_refs=[@file] service_type=service-type service_status=service-status",
    "unix-account-ext": "gid=integer groups=[string] home_dir shell",
}
"""Predefined extensions, and objects inside objects and extensions."""

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "file": ("archive-ext", "ntfs-ext", "pdf-ext", "raster-image-ext", "windows-pebinary-ext"),
    "network-traffic": ("http-request-ext", "icmp-ext", "socket-ext", "tcp-ext"),
    "process": ("windows-process-ext", "windows-service-ext"),
    "user-account": ("unix-account-ext",),
}
"""Which predefined extensions an observable may have."""

CLOSED: dict[str, frozenset[str]] = {
    "encryption-algorithm": frozenset(get_args(EncryptionAlgorithm)),
    "integrity-level": frozenset(get_args(IntegrityLevel)),
    "registry-datatype": frozenset(get_args(RegistryDatatype)),
    "service-start-type": frozenset(get_args(ServiceStartType)),
    "service-status": frozenset(get_args(ServiceStatus)),
    "service-type": frozenset(get_args(ServiceType)),
    "socket-family": frozenset(get_args(AddressFamily)),
    "socket-type": frozenset(get_args(SocketType)) - {"AF_ISOCK_DGRAMNET"},  # a slip of one summary: nobody searches for it
}
"""Closed vocabularies (§10) of the properties above."""
