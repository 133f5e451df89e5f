"""Errors: one class for each thing that a caller can do about a failure; and one warning.

Each error carries where it happened and what is known of it as attributes, and its text is one line
without keys, message texts or full phone numbers.
"""

from __future__ import annotations

import builtins

# `typing` takes longer to import than everything else of palabre together; type checkers take
# this name for the one in `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import ClassVar, Literal, TypeAlias

    from palabre._palabre import DeleteReport

    _Outcome: TypeAlias = Literal["not_sent", "unknown", "accepted"]

__all__ = [
    "AuthenticationError",
    "ConfigError",
    "ConflictError",
    "DecodeError",
    "InvalidInputError",
    "NotFoundError",
    "OutcomeUnknownError",
    "PalabreError",
    "PartialResultWarning",
    "PermissionError",
    "QuotaExceededError",
    "RateLimitedError",
    "TimeoutError",
    "UnavailableError",
    "UnsupportedError",
    "VendorError",
]


class PalabreError(Exception):
    """The base of every error that palabre raises.

    Attributes:
        kind: The kind as one word, the same in Rust and Python: ``"NotFound"``.
        message: What failed, in one line.
        vendor: The vendor's identifier.
        account: The account's name.
        operation: What was being done: a verb (``contacts.get``) or an operation of the spec.
        status: The HTTP status of the vendor's answer.
        vendor_code: The vendor's own code.
        request_id: The vendor's identifier of the request.
        retry_after: How many seconds the vendor asks to wait.
        idempotency_key: The key under which a write was sent, where the vendor honours one.
        outcome: For writes: ``not_sent``, ``unknown`` or ``accepted``.
        attempted_at: When a write of which nobody knows left for the last time, UTC, by this machine's clock.
        to: To whom a message that may have gone out was to go; the middle of the number is hidden.
        hint: What to do.
        report: What a bulk call had done when it failed.
    """

    kind: ClassVar[str] = "Palabre"

    def __init__(
        self,
        message: str,
        *,
        vendor: str | None = None,
        account: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        vendor_code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        idempotency_key: str | None = None,
        outcome: _Outcome | None = None,
        attempted_at: datetime | None = None,
        to: str | None = None,
        hint: str | None = None,
        report: DeleteReport | None = None,
        text: str | None = None,
    ) -> None:
        super().__init__(text or message)
        self.message = message
        self.vendor = vendor
        self.account = account
        self.operation = operation
        self.status = status
        self.vendor_code = vendor_code
        self.request_id = request_id
        self.retry_after = retry_after
        self.idempotency_key = idempotency_key
        self.outcome: _Outcome | None = outcome
        self.attempted_at = attempted_at
        self.to = to
        self.hint = hint
        self.report = report

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.args, self.__dict__.copy()))


def _restore(
    kind: type[PalabreError], args: tuple[str, ...], state: dict[str, object]
) -> PalabreError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class UnsupportedError(PalabreError):
    """The vendor has no way to do this. Nothing was sent."""

    kind = "Unsupported"


class InvalidInputError(PalabreError, ValueError):
    """An argument is wrong; the message names it."""

    kind = "InvalidInput"


class AuthenticationError(PalabreError):
    """The credentials, or the address that the call came from, were refused."""

    kind = "Authentication"


class PermissionError(PalabreError, builtins.PermissionError):
    """The credentials are good, but do not reach this: a scope, a plan, a subscription.

    It is a builtin PermissionError too.
    """

    kind = "Permission"


class NotFoundError(PalabreError):
    """There is no such thing at the vendor."""

    kind = "NotFound"


class ConflictError(PalabreError):
    """It collides with something that exists."""

    kind = "Conflict"


class RateLimitedError(PalabreError):
    """Too many requests in a short time; wait and try again."""

    kind = "RateLimited"


class QuotaExceededError(PalabreError):
    """An allowance is used up; waiting a moment does not help."""

    kind = "QuotaExceeded"


class UnavailableError(PalabreError):
    """The vendor did not answer, or answered that it cannot work now."""

    kind = "Unavailable"


class TimeoutError(PalabreError, builtins.TimeoutError):
    """A read was not answered in time.

    It is a builtin TimeoutError too, which asyncio raises as well.
    """

    kind = "Timeout"


class OutcomeUnknownError(PalabreError):
    """A write may or may not have happened. Look before you repeat it.

    ``attempted_at`` says when it left, and of a message ``to`` to whom; the hint says where to look.
    """

    kind = "OutcomeUnknown"


class DecodeError(PalabreError):
    """The vendor's answer could not be read."""

    kind = "Decode"


class VendorError(PalabreError):
    """The vendor reported a failure that fits no other kind."""

    kind = "Vendor"


class ConfigError(PalabreError):
    """A setting is missing or wrong: a credential, an address, a time-out."""

    kind = "Config"


class PartialResultWarning(UserWarning):
    """A table without the accounts that failed became something that does not say so.

    Its attribute ``failures`` has them; read with ``on_error="raise"`` where a part is of no use.
    """
