"""Split a document into its STIX objects' own bytes, whatever a feed sends, in bounded memory."""

from schemas.split.documents import split, split_bytes
from schemas.split.piece import HEAD_BYTES, MAX_DEPTH, MAX_OBJECT_BYTES, Fragment, Piece
from schemas.split.quick import elements_of

__all__ = ["HEAD_BYTES", "MAX_DEPTH", "MAX_OBJECT_BYTES", "Fragment", "Piece", "elements_of", "split", "split_bytes"]
