"""An OPC UA server by asyncua: the peer of the tests of OPC UA sources.

usage: opcua_server.py PORT
ns=2: s=kw counts up by 0.5 five times a second; s=temp is 21.5 with status Uncertain; s=bad has status
Bad; s=door is true.
"""

import asyncio
import logging
import sys

from asyncua import Server, ua


async def main() -> None:
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{sys.argv[1]}/")
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
