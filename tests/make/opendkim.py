"""A second opinion on DKIM signatures: OpenDKIM's library (Debian's libopendkim11), with its keys from a file."""

import ctypes
from collections.abc import Mapping, Sequence
from ctypes.util import find_library
from pathlib import Path

_SET, _HOW_KEYS_ARE_FOUND, _WHERE_KEYS_ARE, _IN_A_FILE = 1, 6, 7, 1
_PASSED, _BODY_MATCHES, _OK, _NO_RESOURCES = 0x04, 0, 0, 6
_ALGORITHMS = {1: "rsa-sha256", 2: "ed25519-sha256"}
NAME = find_library("opendkim")


class OpenDkim:
    """`records`: TXT records by their names, which are written to `file`."""

    def __init__(self, records: Mapping[str, str], file: Path) -> None:
        file.write_text("".join(f"{name} {value}\n" for name, value in records.items()))
        self._library = library = ctypes.CDLL(NAME)
        for name in ("dkim_init", "dkim_verify"):
            getattr(library, name).restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(library.dkim_init(None, None))
        self._set(_HOW_KEYS_ARE_FOUND, ctypes.c_int(_IN_A_FILE), ctypes.sizeof(ctypes.c_int))
        self._file = ctypes.create_string_buffer(str(file).encode())
        self._set(_WHERE_KEYS_ARE, self._file, ctypes.sizeof(self._file))

    def _set(self, option: int, value: ctypes.c_int | ctypes.Array, size: int) -> None:
        done = self._library.dkim_options(self._handle, _SET, option, ctypes.byref(value), ctypes.c_size_t(size))
        assert done == _OK, done

    def good(self, message: bytes) -> Sequence[str]:
        """The algorithms of the signatures that hold, in their order."""
        said = ctypes.c_int()
        mail = ctypes.c_void_p(self._library.dkim_verify(self._handle, b"mail", None, ctypes.byref(said)))
        assert mail, said
        try:
            self._library.dkim_chunk(mail, message, ctypes.c_size_t(len(message)))
            self._library.dkim_chunk(mail, b"", ctypes.c_size_t(0))
            self._library.dkim_eom(mail, None)
            return self._found(mail)
        finally:
            self._library.dkim_free(mail)

    def _found(self, mail: ctypes.c_void_p) -> Sequence[str]:
        signatures, count = ctypes.POINTER(ctypes.c_void_p)(), ctypes.c_int()
        if self._library.dkim_getsiglist(mail, ctypes.byref(signatures), ctypes.byref(count)) != _OK:
            return []
        return [
            self._algorithm(signature)
            for signature in map(ctypes.c_void_p, signatures[: count.value])
            if self._library.dkim_sig_getflags(signature) & _PASSED
            and self._library.dkim_sig_getbh(signature) == _BODY_MATCHES
        ]

    def _algorithm(self, signature: ctypes.c_void_p) -> str:
        number = ctypes.c_int()
        self._library.dkim_sig_getsignalg(signature, ctypes.byref(number))
        return _ALGORITHMS[number.value]
