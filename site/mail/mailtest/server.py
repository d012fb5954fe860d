# An SMTP server (aiosmtpd) for tests: server.py SECURITY MECHANISM CERT KEY USER PASSWORD
#
# SECURITY is none, starttls or tls; MECHANISM is PLAIN, LOGIN or "-" for no
# sign-in. The first line of output is the port, each further one a letter as
# JSON. It ends with its standard input.
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

security, mechanism, cert, key, user, password = sys.argv[1:]


class Box:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 there is no such mailbox"
        if address.startswith("hangup"):
            session.loop.call_soon(server.transport.abort)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("utf-8"),
            "user": session.auth_data, "greeted": session.host_name,
        }), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == user.encode() and data.password == password.encode()
    return AuthResult(success=good, handled=False, auth_data=data.login.decode() if good else None)


def protocol():
    with_auth = mechanism != "-"
    options = {"auth_required": with_auth, "auth_require_tls": security == "starttls", "require_starttls": security == "starttls"}
    if with_auth:
        options["authenticator"] = authenticate
        options["auth_exclude_mechanism"] = [m for m in ("PLAIN", "LOGIN") if m != mechanism]
    if security == "starttls":
        options["tls_context"] = context
    return SMTP(Box(), **options)


context = None
if security != "none":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if security == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
