"""A watch over what code asks of Python and of the system while it runs, by an audit hook.

    install(); with watch() as events: …          events: what happened in this thread that no formula should cause

SymPy writes eight small functions for polynomials in n letters and compiles them (`sympy.polys.monomials`): their text
depends on n alone, and is let through only while it is made of nothing but their own words.

Seen are: text compiled or executed, a module imported that is none of ours or of the libraries we build on, a file opened
for writing or outside of them, processes, sockets, and changes of the file system. What happens while a known module is
imported is that module's business: SymPy loads some of its parts late.

A hook cannot be taken off again, so `install` is for processes that are made for it.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TRUSTED = (*(str(Path(folder).resolve()) for folder in (ROOT, sys.prefix, sys.base_prefix)), "<frozen ")
DANGEROUS = {
    *("antigravity", "asyncio", "code", "codeop", "ctypes", "ftplib", "http", "multiprocessing", "pdb", "pip", "pty"),
    *("runpy", "smtplib", "socket", "socketserver", "ssl", "subprocess", "telnetlib", "urllib", "webbrowser", "xmlrpc"),
}
KNOWN = ({"core", "sympy", "mpmath", "flint", "numpy", "streamlit", "tests"} | sys.stdlib_module_names) - DANGEROUS
NEVER = (
    *("socket.", "subprocess.", "ctypes.", "shutil.", "tempfile.", "pty.", "ftplib.", "smtplib.", "http.", "urllib."),
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "os.remove", "os.rename"),
    *("os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.putenv"),
    *("webbrowser.", "pickle.", "code.__new__", "function.__new__", "builtins.input", "builtins.breakpoint"),
)
MONOMIALS = re.compile(
    r"def monomial_\w+(\s|[-+*(),:=<>]|\b(def|return|if|else|None|A|B|k|[abr]?\d+|monomial_(mul|pow|mulpow|ldiv|div|lcm|gcd))\b)+"
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

_here = threading.local()
_installed = False


def install() -> None:
    """Put the hook into this process, for good."""
    global _installed
    if not _installed:
        sys.dont_write_bytecode = True
        sys.addaudithook(_hook)
        _installed = True


@contextmanager
def watch(tell: Callable[[str], None] = lambda _: None) -> Iterator[list[str]]:
    """What this thread does meanwhile; `tell` hears of each event at once, in case nobody lives to read the list."""
    events: list[str] = []
    _here.heard = lambda event: (events.append(event), tell(event))
    try:
        yield events
    finally:
        _here.heard = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    heard = getattr(_here, "heard", None)
    if heard is not None:
        _here.heard = None  # what follows is ours
        if _suspicious(event, arguments) and not _importing():
            heard(f"{event} {ascii(arguments)[:200]}")
        _here.heard = heard


def _suspicious(event: str, arguments: tuple[Any, ...]) -> bool:
    match event, arguments:
        case "exec", (CodeType() as code, *_):
            expected, _here.monomials = getattr(_here, "monomials", False), False
            return not (_trusted(code.co_filename) or (expected and code.co_filename == "<string>"))
        case "compile", (source, name, *_):
            _here.monomials = name == "<string>" and bool(MONOMIALS.fullmatch(os.fsdecode(source or "")))
            return not (_trusted(name) or _here.monomials)
        case "import", (str(name), *_):
            return name.partition(".")[0] not in KNOWN
        case "open", (path, mode, flags):
            writes = bool(set(mode or "") & set("wax+")) or bool(isinstance(flags, int) and flags & WRITING)
            return writes or not _trusted(path)
    return event.startswith(NEVER)


def _trusted(name: object) -> bool:
    return os.fsdecode(name).startswith(TRUSTED) if isinstance(name, str | bytes | os.PathLike) else False


def _importing() -> bool:
    """Whether a module is being imported, by somebody who was allowed to."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>" and frame.f_code.co_name == "_load_unlocked":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
