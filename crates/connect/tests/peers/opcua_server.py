"""An OPC UA server by asyncua: the peer of the tests of OPC UA sources.

usage: opcua_server.py PORT [FOLDER]
With FOLDER it takes only connections that are signed and encrypted (Basic256Sha256), from the user sandan
with the password "geheim"; its certificate is FOLDER/server.der, made anew.
ns=2: s=kw counts up by 0.5 five times a second; s=temp is 21.5 with status Uncertain; s=bad has status
Bad; s=door is true.
"""

import asyncio
import logging
import sys

from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.server.user_managers import UserManager
from asyncua.crypto.permission_rules import User, UserRole
from cryptography.x509.oid import ExtendedKeyUsageOID


class OneUser(UserManager):
    def get_user(self, iserver, username=None, password=None, certificate=None):
        if (username, password) == ("sandan", "geheim"):
            return User(role=UserRole.User)
        return None


async def protect(server: Server, folder: Path) -> None:
    key, certificate, uri = folder / "server.pem", folder / "server.der", "urn:freeopcua:python:server"
    for old in (key, certificate):
        old.unlink(missing_ok=True)
    usage = [ExtendedKeyUsageOID.SERVER_AUTH]
    await setup_self_signed_certificate(key, certificate, uri, "127.0.0.1", usage, {})
    server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
    await server.load_certificate(str(certificate))
    await server.load_private_key(str(key))
    server.set_identity_tokens([ua.UserNameIdentityToken])


async def main() -> None:
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    server = Server(user_manager=OneUser() if folder else None)
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{sys.argv[1]}/")
    if folder:
        await protect(server, folder)
    else:
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    space = await server.register_namespace("urn:peer")
    assert space == 2
    objects = server.nodes.objects
    nodes = {}
    for name, value in [("kw", 1.0), ("temp", 21.5), ("bad", 0.0), ("door", True)]:
        nodes[name] = await objects.add_variable(ua.NodeId(name, space), name, value)
    async with server:
        codes = ua.StatusCodes
        for name, code in [("temp", codes.Uncertain), ("bad", codes.BadSensorFailure)]:
            value = ua.DataValue(ua.Variant(21.5, ua.VariantType.Double), ua.StatusCode(code))
            await nodes[name].write_value(value)
        print("ready", flush=True)
        value = 1.0
        while True:
            await asyncio.sleep(0.2)
            value += 0.5
            await nodes["kw"].write_value(value)


logging.disable(logging.CRITICAL)
asyncio.run(main())
