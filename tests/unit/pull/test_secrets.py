"""The ids of a credential go into the request's body and nowhere else."""

import datetime
import ipaddress
import logging
import ssl
import traceback

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lookups.pull import Access, CertificateRefused, Client, Limits, PullError
from tests.unit.pull.golden import UUID
from tests.unit.pull.servers import Server, dripping, saying

SECURITY_ID = "5ec2e7" * 10 + "abcd"
FLOW_ID = "F10wId99"
QUICK = Limits(0.3, 0.3, 0.4)

BEHAVIOURS = {
    "hangs up": saying(b""),
    "garbage": saying(b"garbage\r\n\r\n"),
    "page": saying(b"HTTP/1.1 502 X\r\nContent-Length: 6\r\n\r\n<html>"),
    "cut short": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n{"),
    "redirect": saying(b"HTTP/1.1 302 X\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"),
    "gzip": saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"),
    "drips": dripping(b"HTTP/1.1 200 OK\r\n\r\n"),
}


def access_to(url: str) -> Access:
    return Access(url, 2, flow_id=FLOW_ID, security_id=SECURITY_ID)


def traces_of_ids(text: str) -> list[str]:
    return [secret for secret in (SECURITY_ID, FLOW_ID) if secret in text]


def error_from(url: str) -> PullError:
    client = Client(limits=QUICK, allow_private=True)
    try:
        client.pull(access_to(url), [UUID], "ALL")
    except PullError as error:
        return error
    finally:
        client.close()
    raise AssertionError("there was an answer")


def everything_an_error_tells(error: BaseException) -> str:
    """The traceback with the local variables of each frame, as an error page would show it."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format()) + repr(error) + repr(vars(error))


def test_the_ids_are_not_in_the_repr():
    assert traces_of_ids(repr(access_to("https://pull.phonon.example/"))) == []
    assert traces_of_ids(str(access_to("https://pull.phonon.example/"))) == []


@pytest.mark.parametrize("act", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_no_error_and_no_log_line_holds_an_id(act, caplog):
    caplog.set_level(logging.DEBUG)
    with Server(act) as server:
        error = error_from(server.url)
        assert traces_of_ids(server.requests[0].decode()) == [SECURITY_ID, FLOW_ID]
    assert traces_of_ids(everything_an_error_tells(error)) == []
    assert traces_of_ids(caplog.text) == []


def test_an_id_in_a_frame_of_the_traceback_would_be_found():
    def careless() -> None:
        body = f"security-id={SECURITY_ID}"
        raise RuntimeError(len(body))

    with pytest.raises(RuntimeError) as caught:
        careless()
    assert traces_of_ids(everything_an_error_tells(caught.value)) == [SECURITY_ID]


def test_version_1_sends_no_ids_even_when_it_has_them():
    with Server(saying(b"")) as server:
        client = Client(limits=QUICK, allow_private=True)
        access = Access(server.url, 1, flow_id=FLOW_ID, security_id=SECURITY_ID)
        with pytest.raises(PullError):
            client.pull(access, [UUID], "LAST")
        client.close()
        body = server.requests[0].partition(b"\r\n\r\n")[2]
    assert body == b'{"phonon-uuids":["' + UUID.encode() + b'"],"fetch-attempt":"LAST"}'


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context


def test_a_server_that_signed_its_own_certificate_gets_nothing(self_signed):
    client = Client(limits=Limits(2, 2, 3), allow_private=True)
    with Server(saying(b""), tls=self_signed) as server:
        with pytest.raises(CertificateRefused) as caught:
            client.pull(access_to(server.url), [UUID], "ALL")
        assert server.requests in ([], [b""])
    client.close()
    assert caught.value.action == "pause"
    assert traces_of_ids(everything_an_error_tells(caught.value)) == []


def test_a_handshake_that_never_ends_is_given_up():
    with Server(dripping(b"", b"")) as server:
        client = Client(limits=QUICK, allow_private=True)
        with pytest.raises(PullError) as caught:
            client.pull(access_to(server.url.replace("http:", "https:")), [UUID], "ALL")
        client.close()
    assert caught.value.action == "retry"
