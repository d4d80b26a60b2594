// npm's modbus-serial or jsmodbus serving rows that Buffer's methods encoded; every read of a table gives its next row.
//   node encoders_node.cjs NODE_MODULES modbus-serial|jsmodbus ROWS_JSON PORT
'use strict';
const fs = require('fs');
const net = require('net');

const [modules, library, rowsPath, port] = process.argv.slice(2);
const FIRST = 7;
const NUMBERS = {
  u16: ['UInt16', 2, Number], bool: ['UInt16', 2, Number], bits: ['UInt16', 2, Number], i16: ['Int16', 2, Number],
  u32: ['UInt32', 4, Number], i32: ['Int32', 4, Number], f32: ['Float', 4, Number],
  u64: ['BigUInt64', 8, BigInt], i64: ['BigInt64', 8, BigInt], f64: ['Double', 8, Number],
};

// dcba is little-endian wholly; cdab and badc are the two ends with the bytes of each register swapped.
function encode([kind, order, text]) {
  const little = order === 'cdab' || order === 'dcba';
  if (kind === 'bytes')
    return Buffer.from([Number(text) >> 8, Number(text) & 255]);
  let bytes;
  if (kind.startsWith('bcd')) {
    bytes = Buffer.from(text.padStart(kind === 'bcd16' ? 4 : 8, '0'), 'hex');
    if (little)
      bytes.reverse();
  } else {
    const [name, size, parse] = NUMBERS[kind];
    bytes = Buffer.alloc(size);
    bytes['write' + name + (little ? 'LE' : 'BE')](parse(text));
  }
  return order === 'cdab' || order === 'badc' ? bytes.swap16() : bytes;
}

const rows = JSON.parse(fs.readFileSync(rowsPath));
const at = { holding: -1, input: -1, coil: -1, discrete: -1 };
for (const table of ['holding', 'input'])
  rows[table] = rows[table].map((row) => Buffer.concat(row.map(encode)));

function next(table) {
  at[table] = Math.min(at[table] + 1, rows[table].length - 1);
  return rows[table][at[table]];
}

function serveModbusSerial() {
  const { ServerTCP } = require(modules + '/modbus-serial');
  const reader = (table, value) => (address) => {
    if (address === FIRST)
      next(table);
    return value(rows[table][at[table]], address - FIRST);
  };
  const word = (row, i) => row.readUInt16BE(2 * i);
  const bit = (row, i) => row[i] === 1;
  const server = new ServerTCP({ getHoldingRegister: reader('holding', word), getInputRegister: reader('input', word),
                                 getCoil: reader('coil', bit), getDiscreteInput: reader('discrete', bit) },
                               { host: '127.0.0.1', port: Number(port), unitID: 1 });
  server.on('initialized', () => console.log('ready'));
  server.on('socketError', () => {});
}

function serveJsmodbus() {
  const { server: { TCP } } = require(modules + '/jsmodbus');
  const { arrayStatusToBuffer } = require(modules + '/jsmodbus/dist/buffer-utils.js');
  const listener = net.createServer();
  const server = new TCP(listener, { holding: Buffer.alloc(1024), input: Buffer.alloc(1024), coils: Buffer.alloc(64),
                                     discrete: Buffer.alloc(64) });
  listener.on('connection', (socket) => socket.on('error', () => {}));
  server.on('preReadHoldingRegisters', () => next('holding').copy(server.holding, 2 * FIRST));
  server.on('preReadInputRegisters', () => next('input').copy(server.input, 2 * FIRST));
  const bits = (row) => arrayStatusToBuffer(Array(FIRST).fill(0).concat(row));
  server.on('preReadCoils', () => bits(next('coil')).copy(server.coils));
  server.on('preReadDiscreteInputs', () => bits(next('discrete')).copy(server.discrete));
  listener.listen(Number(port), '127.0.0.1', () => console.log('ready'));
}

if (library === 'jsmodbus')
  serveJsmodbus();
else
  serveModbusSerial();
