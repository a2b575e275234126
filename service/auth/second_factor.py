"""The second factor: codes of an authenticator app (TOTP), each once, and recovery codes for a lost phone."""

import base64
import hashlib
import hmac

import pyotp

from service.kit import clock, db, sealing
from service.kit.errors import Invalid
from service.kit.i18n import Sentence

SEALED_FOR = "totp"
RECOVERY_CODES = 10
_STEP = 30
# One step earlier and later, for clocks that are not quite right.
_DRIFT = (0, -1, 1)


def new_secret() -> str:
    return base64.b32encode(clock.random_bytes(20)).decode()


def uri(secret: str, address: str) -> str:
    """What the QR code says; it names this program and not the organisation."""
    return pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name="Hundredfold")


async def set_up(account: int, secret: str, code: str) -> list[str]:
    """Turns it on when `code` fits; the recovery codes, which nobody can read again. Raises Invalid."""
    step = _step_of(secret, code)
    if step is None:
        raise Invalid({"code": Sentence("This code does not fit. Please type the one your app shows now.")})
    async with db.transaction():
        await db.execute(
            "UPDATE account SET totp_secret = $2, totp_step = $3 WHERE id = $1",
            account,
            sealing.seal(SEALED_FOR, secret),
            step,
        )
        return await renew_recovery_codes(account)


async def turn_off(account: int) -> None:
    async with db.transaction():
        await db.execute("UPDATE account SET totp_secret = NULL, totp_step = 0 WHERE id = $1", account)
        await db.execute("DELETE FROM recovery_code WHERE account = $1", account)


async def accepts(account: int, code: str) -> bool:
    """True once for each code of the app, and once for each recovery code."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    if plain.isdecimal() and len(plain) == 6:
        return await _accepts_totp(account, plain)
    return (
        await db.execute("DELETE FROM recovery_code WHERE account = $1 AND code_hash = $2", account, _hash(plain)) > 0
    )


async def renew_recovery_codes(account: int) -> list[str]:
    """Ten new codes, as `abcd-efgh-ijkl-mnop`; older ones stop working."""
    codes = [base64.b32encode(clock.random_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    async with db.transaction():
        await db.execute("DELETE FROM recovery_code WHERE account = $1", account)
        await db.execute_many(
            "INSERT INTO recovery_code (account, code_hash) VALUES ($1, $2)",
            [(account, _hash(code)) for code in codes],
        )
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in codes]


async def recovery_codes_left(account: int) -> int:
    left: int = await db.fetch_value("SELECT count(*) FROM recovery_code WHERE account = $1", account)
    return left


async def _accepts_totp(account: int, code: str) -> bool:
    sealed = await db.fetch_value("SELECT totp_secret FROM account WHERE id = $1", account)
    step = _step_of(sealing.unseal(SEALED_FOR, sealed), code) if sealed else None
    if step is None:
        return False
    # The row decides: a code that was seen over a shoulder, or sent twice at once, opens once.
    return await db.execute("UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2", account, step) > 0


def _step_of(secret: str, code: str) -> int | None:
    """The time step that `code` belongs to, near now."""
    totp, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // _STEP
    plain = "".join(code.split()).encode()
    fitting = [now + drift for drift in _DRIFT if hmac.compare_digest(totp.at((now + drift) * _STEP).encode(), plain)]
    return max(fitting, default=None)


def _hash(code: str) -> bytes:
    # 80 random bits need no slow hash.
    return hashlib.sha256(b"recovery:" + code.encode()).digest()
