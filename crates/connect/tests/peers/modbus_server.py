"""A Modbus TCP server by pymodbus: the peer of the tests of Modbus sources.

usage: modbus_server.py PORT DELAY_MS
Unit 1 holds in both register tables (address: value): 100: 1234, 101: 65535 (-1, "no value"),
102-103: 3.5 as f32 ABCD, 104-105: 70000 as u32 CDAB, 106: 5; coils and discrete inputs: 7 is on.
Unit 2 is the same but silent; any other unit is refused. Every answer of unit 1 waits DELAY_MS.
"""

import asyncio
import logging
import struct
import sys

from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusTcpServer


async def main() -> None:
    port, delay_ms = int(sys.argv[1]), int(sys.argv[2])
    words = [0] * 200
    words[100:102] = [1234, 65535]
    words[102:104] = struct.unpack(">HH", struct.pack(">f", 3.5))
    words[104:106] = [70000 & 0xFFFF, 70000 >> 16]
    words[106] = 5
    bits = [False] * 32
    bits[7] = True
    block = ModbusSequentialDataBlock
    # pymodbus counts cells of a block from 1.
    blocks = {"di": block(1, bits), "co": block(1, bits), "hr": block(1, words), "ir": block(1, words)}
    devices = {unit: ModbusDeviceContext(**blocks) for unit in (1, 2)}
    context = ModbusServerContext(devices=devices, single=False)
    server = ModbusTcpServer(context, address=("127.0.0.1", port))
    values = server.context.async_getValues

    async def slow(unit, *args):
        await asyncio.sleep(3600 if unit == 2 else delay_ms / 1000)
        return await values(unit, *args)

    server.context.async_getValues = slow
    await server.serve_forever(background=True)
    print("ready", flush=True)
    await asyncio.Event().wait()


logging.disable(logging.CRITICAL)
asyncio.run(main())
