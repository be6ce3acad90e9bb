"""Detectors of personal data and secrets in texts: bounded, linear, without network and without models (docs/detectors.md)."""

from transforms.detect.engines import Detectors, detectors
from transforms.detect.hits import KINDS, Hit, mask
from transforms.detect.views import MAX_TEXT, views

__all__ = ["KINDS", "MAX_TEXT", "Detectors", "Hit", "detectors", "mask", "views"]
