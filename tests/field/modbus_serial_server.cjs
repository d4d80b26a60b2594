// npm's modbus-serial serving numbers that follow from a counter; each read of register 0 of a table moves it on.
//   node modbus_serial_server.cjs NODE_MODULES PORT
'use strict';
const { ServerTCP } = require(process.argv[2] + '/modbus-serial');

const counters = { holding: 0, input: 0 };

function place(bytes, order) {
  const [a, b, c, d] = bytes;
  return { abcd: [a, b, c, d], cdab: [c, d, a, b], badc: [b, a, d, c], dcba: [d, c, b, a] }[order];
}

// u16 counter, i16, u16, then f32, u32 and i32 in four orders each
function table(n) {
  const words = [n % 65536, ((n * 7919) % 65536 - 32768) & 0xffff, (n * 31) % 65536];
  const write = { f32: (b, v) => b.writeFloatBE(v), u32: (b, v) => b.writeUInt32BE(v), i32: (b, v) => b.writeInt32BE(v) };
  const value = { f32: ((n * 37) % 1000) / 8 - 50, u32: (n * 65537) % 4294967296, i32: ((n * 65537) % 4294967296) - 2147483648 };
  for (const kind of ['f32', 'u32', 'i32'])
    for (const order of ['abcd', 'cdab', 'badc', 'dcba']) {
      const bytes = Buffer.alloc(4);
      write[kind](bytes, value[kind]);
      const at = place(bytes, order);
      words.push(at[0] << 8 | at[1], at[2] << 8 | at[3]);
    }
  return words;
}

function read(name) {
  return (address) => {
    if (address === 0)
      counters[name]++;
    return table(counters[name])[address];
  };
}

const server = new ServerTCP({ getHoldingRegister: read('holding'), getInputRegister: read('input') },
                             { host: '127.0.0.1', port: Number(process.argv[3]), unitID: 1 });
server.on('initialized', () => console.log('ready'));
server.on('socketError', () => {});
