"""The classes of differences between Tearline and the witnesses, by witness and direction."""
