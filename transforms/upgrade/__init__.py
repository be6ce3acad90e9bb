"""STIX 2.0 objects become STIX 2.1 ones, with a record of what was changed; what cannot become one is refused with a reason."""

from transforms.upgrade.draft import Upgraded
from transforms.upgrade.single import upgrade
from transforms.upgrade.version import is_stix20

__all__ = ["Upgraded", "is_stix20", "upgrade"]
