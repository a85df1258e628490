"""A mail server for test_client.c: aiosmtpd on a free port of the loopback address.

Prints its port, then takes mail into the folder given: one file per message, headed by the envelope. Recipients named "no@…" are
refused for good, "later@…" for now. With a certificate and key as further arguments it offers STARTTLS and takes a user
and password (only behind it).
"""
import asyncio
import itertools
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Sink:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = itertools.count(1)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no@"):
            return "550 no such mailbox"
        if address.startswith("later@"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        head = f"from={envelope.mail_from} to={','.join(envelope.rcpt_tos)} tls={int(session.ssl is not None)} " \
               f"user={session.auth_data or ''}\n"
        partial = self.folder / "partial"
        partial.write_bytes(head.encode() + envelope.original_content)
        partial.rename(self.folder / str(next(self.count)))
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    user, password = data.login.decode(), data.password.decode()
    return AuthResult(success=password == "right", handled=False, auth_data=user)


async def main():
    loop = asyncio.get_running_loop()
    sink = Sink(sys.argv[1])
    tls = None
    if len(sys.argv) > 3:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[2], sys.argv[3])
    server = await loop.create_server(
        lambda: SMTP(sink, tls_context=tls, authenticator=authenticate if tls else None, hostname="sink.test"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # ends with its parent


asyncio.run(main())
