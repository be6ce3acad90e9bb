"""Split a document into its STIX objects' own bytes, whatever a feed sends, in bounded memory."""

from schemas.split.documents import split, split_bytes
from schemas.split.piece import HEAD_BYTES, MAX_DEPTH, MAX_OBJECT_BYTES, Fragment, Piece

__all__ = ["HEAD_BYTES", "MAX_DEPTH", "MAX_OBJECT_BYTES", "Fragment", "Piece", "split", "split_bytes"]
