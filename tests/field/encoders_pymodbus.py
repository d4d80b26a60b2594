"""Debian's pymodbus serving rows that its BinaryPayloadBuilder encoded; every read of a table gives its next row.
    encoders_pymodbus.py ROWS_JSON PORT
"""
import asyncio
import json
import sys

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartAsyncTcpServer

FIRST = 7
TABLE_OF = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
ADD = {"u16": "add_16bit_uint", "i16": "add_16bit_int", "u32": "add_32bit_uint", "i32": "add_32bit_int",
       "u64": "add_64bit_uint", "i64": "add_64bit_int", "f32": "add_32bit_float", "f64": "add_64bit_float",
       "bool": "add_16bit_uint", "bcd16": "add_16bit_uint", "bcd32": "add_32bit_uint"}


def encode(kind, order, text):
    builder = BinaryPayloadBuilder(byteorder=Endian.Big if order in ("abcd", "cdab") else Endian.Little,
                                   wordorder=Endian.Big if order in ("abcd", "badc") else Endian.Little)
    if kind == "bits":  # add_bits fills bytes from the lowest bit on; the high byte comes first
        bits = [bool(int(text) >> i & 1) for i in range(16)]
        builder.add_bits(bits[8:])
        builder.add_bits(bits[:8])
    elif kind == "bytes":
        builder.add_8bit_uint(int(text) >> 8)
        builder.add_8bit_uint(int(text) & 255)
    else:
        value = float(text) if kind[0] == "f" else int(text, 16 if kind.startswith("bcd") else 10)
        getattr(builder, ADD[kind])(value)
    return builder.to_registers()


class Unit(ModbusSlaveContext):
    def __init__(self, rows):
        super().__init__(zero_mode=True)
        self.rows = {table: [[bool(bit) for bit in row] for row in rows[table]] for table in ("coil", "discrete")}
        for table in ("holding", "input"):
            self.rows[table] = [[word for cell in row for word in encode(*cell)] for row in rows[table]]
        self.at = dict.fromkeys(self.rows, -1)

    def validate(self, function, address, count=1):
        return FIRST <= address and address + count <= FIRST + len(self.rows[TABLE_OF[function]][0])

    def getValues(self, function, address, count=1):
        table = TABLE_OF[function]
        if address == FIRST:
            self.at[table] = min(self.at[table] + 1, len(self.rows[table]) - 1)
        return self.rows[table][self.at[table]][address - FIRST:address - FIRST + count]


async def serve():
    with open(sys.argv[1], encoding="utf-8") as f:
        unit = Unit(json.load(f))
    print("ready", flush=True)  # whoever calls a moment too early calls again
    await StartAsyncTcpServer(context=ModbusServerContext(slaves={1: unit}, single=False),
                              address=("127.0.0.1", int(sys.argv[2])), allow_reuse_address=True)

asyncio.run(serve())
