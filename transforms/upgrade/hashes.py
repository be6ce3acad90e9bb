"""Names of hash algorithms that STIX 2.1 writes in another way (§10.7)."""

from __future__ import annotations

from transforms.upgrade.draft import Draft, parts

RENAMED_HASHES = {"ssdeep": "SSDEEP"}


def name_hashes(draft: Draft, *paths: tuple[str, ...]) -> None:
    """Give hashes at these paths their names of STIX 2.1; one that has both names keeps both."""
    for path in paths:
        for way, hashes in list(parts(draft.value, path)):
            if not isinstance(hashes, dict):
                continue
            renamed = {old: new for old, new in RENAMED_HASHES.items() if old in hashes and new not in hashes}
            if not renamed:
                continue
            content = {renamed.get(name, name): item for name, item in hashes.items()}  # their order counts in an id
            hashes.clear()
            hashes.update(content)
            for old, new in renamed.items():
                draft.moves.append(((*way, old), (*way, new)))
                draft.note("rename", *(step for step in path if step != "*"), old)
