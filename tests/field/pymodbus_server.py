"""Debian's pymodbus serving a table row by row: every read of a unit's block gives its next row.

    pymodbus_server.py WHERE TABLE LOG [round]
                WHERE: a TCP port; rtu:PORT for RTU frames over TCP; the path of a serial port
                round: after the last row the first comes again
    TABLE: lines "unit word word ...", LOG gets "seconds unit row" a read
"""
import asyncio
import sys
import time

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer


class Unit(ModbusSlaveContext):
    def __init__(self, number, rows, log):
        super().__init__(zero_mode=True)
        self.number, self.rows, self.log, self.at = number, rows, log, -1

    def validate(self, _function, address, count=1):
        return address + count <= len(self.rows[0])

    def getValues(self, _function, address, count=1):
        self.at = (self.at + 1) % len(self.rows) if ROUND else min(self.at + 1, len(self.rows) - 1)
        self.log.write("%.3f %d %d\n" % (time.time(), self.number, self.at))
        return self.rows[self.at][address:address + count]


async def serve(where, table, log_path):
    log = open(log_path, "w", buffering=1, encoding="ascii")
    rows = {}
    for line in open(table, encoding="ascii"):
        unit, *words = map(int, line.split())
        rows.setdefault(unit, []).append(words)
    units = {unit: Unit(unit, of_unit, log) for unit, of_unit in rows.items()}
    context = ModbusServerContext(slaves=units, single=False)
    if where.startswith("/"):
        await StartAsyncSerialServer(context=context, framer=ModbusRtuFramer, port=where, baudrate=115200, parity="N",
                                     ignore_missing_slaves=True)
    elif where.startswith("rtu:"):
        await StartAsyncTcpServer(context=context, framer=ModbusRtuFramer, address=("127.0.0.1", int(where[4:])),
                                  allow_reuse_address=True)
    else:
        await StartAsyncTcpServer(context=context, address=("127.0.0.1", int(where)), allow_reuse_address=True)

ROUND = sys.argv[4:] == ["round"]
asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3]))
