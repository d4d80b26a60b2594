// The made-up meter of docs/commissioning.md, on npm's modbus-serial: flow, total, pressure and a sensor that is not there.
//   node practice_meter.cjs NODE_MODULES PORT
'use strict';
const { ServerTCP } = require(process.argv[2] + '/modbus-serial');

const began = Date.now();
const FLOW = 125.3; // m3/h

// The wire's 100 to 106; the meter's manual calls them 40101 to 40107.
function words() {
  const bytes = Buffer.alloc(8);
  bytes.writeFloatBE(FLOW, 0);
  bytes.writeUInt32BE(1234567 + Math.floor((Date.now() - began) / 3600000 * FLOW * 10), 4); // steps of 0.1 m3
  return [bytes.readUInt16BE(2), bytes.readUInt16BE(0), bytes.readUInt16BE(6), bytes.readUInt16BE(4), 352, 0xffff, 0];
}

const meter = {
  getHoldingRegister: (address) => {
    const word = words()[address - 100];
    if (word === undefined)
      throw { modbusErrorCode: 2, msg: 'no such register' };
    return word;
  },
};
const server = new ServerTCP(meter, { host: '127.0.0.1', port: Number(process.argv[3]), unitID: 1 });
server.on('initialized', () => console.log('ready'));
server.on('socketError', () => {});
