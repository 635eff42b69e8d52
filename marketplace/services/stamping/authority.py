"""A time-stamping authority (RFC 3161): asked for a stamp, and not believed before its answer has been checked."""

from __future__ import annotations

import datetime as dt
import time
import urllib.request
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from marketplace.db import now
from marketplace.errors import N_, Unavailable
from marketplace.services.stamping.queue import Stamp, Unreachable, Untrue

_ASKING = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
# A stamp with the certificates of its authority takes a few thousand bytes.
_LARGEST = 65_536
# How far the clocks of the authority and of this machine may be apart.
_APART = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class TimeStampingAuthority:
    """``ca_file`` holds the roots its certificates lead to, ``patience`` is how many seconds an answer may take."""

    url: str
    ca_file: Path
    patience: float = 20.0

    @cached_property
    def _roots(self) -> list[x509.Certificate]:
        try:
            return x509.load_pem_x509_certificates(self.ca_file.read_bytes())
        except (OSError, ValueError) as error:
            raise Unavailable(
                N_("读不出时间戳机构的证书 %(file)s，请检查 TSA_CA_FILE。"), file=str(self.ca_file)
            ) from error

    def stamp(self, content: bytes) -> Stamp:
        """Return a stamp over the SHA-256 of some content; raise Unreachable, or Untrue where the answer is no stamp.

        The answer must be signed under a root, be of this content and this question, and state about the present time.
        """
        roots, asked = self._roots, now()
        question = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
        answer = self._ask(question.as_bytes())
        stamp = _checked(answer, content, VerifierBuilder(nonce=question.nonce, roots=roots))
        if not asked - _APART <= stamp.at <= now() + _APART:
            raise Untrue(f"it states {stamp.at.isoformat()}")
        return stamp

    def check(self, response: bytes, content: bytes) -> None:
        """Raise Untrue unless an answer kept from before is a stamp over the content, as at the time it states."""
        _checked(response, content, VerifierBuilder(roots=self._roots))

    def _ask(self, question: bytes) -> bytes:
        request = urllib.request.Request(self.url, question, _ASKING)  # noqa: S310 -- The setting allows HTTP alone.
        deadline, answer = time.monotonic() + self.patience, b""
        try:
            with urllib.request.urlopen(request, timeout=self.patience) as stream:  # noqa: S310 -- As above.
                while some := stream.read1(_LARGEST):
                    answer += some
                    if len(answer) > _LARGEST:
                        raise Untrue(f"it is longer than {_LARGEST} bytes")
                    if time.monotonic() > deadline:
                        raise Unreachable("it takes too long")
        except (OSError, HTTPException) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        return answer


def _checked(response: bytes, content: bytes, verifier: VerifierBuilder) -> Stamp:
    try:
        read = decode_timestamp_response(response)
        verifier.build().verify_message(read, content)
        return Stamp(response, _moment(read))
    except (ValueError, VerificationError) as error:
        raise Untrue(str(error)) from error


def _moment(read: TimeStampResponse) -> dt.datetime:
    return read.tst_info.gen_time.astimezone(dt.UTC)
