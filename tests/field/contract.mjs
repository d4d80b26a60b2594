// Requests made from the API's own description (fast-check), sent to a running daemon: every reply must be one that the
// description allows (ajv).  Reads its settings as JSON from standard input, prints what it counted as JSON.
import { createRequire } from 'node:module';
import http from 'node:http';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const settings = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(settings.tools + '/node_modules/');
const fc = require('fast-check');
const { default: Ajv } = require('ajv/dist/2020.js');
const { default: formats } = require('ajv-formats');
const { Validator } = await import('file://' + require.resolve('@seriousme/openapi-schema-validator'));

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

function send({ method, path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const ask = http.request({ agent, host: '127.0.0.1', port: settings.port, method, path, headers }, (reply) => {
      const parts = [];
      reply.on('data', (d) => {
        parts.push(d);
        if ((reply.headers['content-type'] ?? '').startsWith('text/event-stream')) ask.destroy();
      });
      reply.on('close', () => {
        const bytes = Buffer.concat(parts);
        const packed = reply.headers['content-encoding'] === 'gzip' && bytes.length > 0;
        resolve({ status: reply.statusCode, headers: reply.headers, size: bytes.length, text: (packed ? gunzipSync(bytes) : bytes).toString() });
      });
    });
    ask.on('error', (e) => reject(new Error(`${e.message} (${JSON.stringify({ method, path, headers, body, raw: e.rawPacket?.toString('latin1').slice(0, 500) })})`)));
    ask.setTimeout(20000, () => ask.destroy(new Error('no answer within 20 s')));
    ask.end(body);
  });
}

const description = JSON.parse((await send({ method: 'GET', path: '/api/v1/openapi.json' })).text);

// ---- the description itself

const lint = await new Validator().validate(structuredClone(description));
if (!lint.valid) throw new Error('the description is no OpenAPI 3.1: ' + JSON.stringify(lint.errors).slice(0, 2000));

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: false, strictRequired: false, strictTypes: false });
formats(ajv);
ajv.addFormat('double', true).addFormat('int64', true).addFormat('int32', true);
const within = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"api#/$defs/'));
ajv.addSchema({ $id: 'api', $defs: within(description.components.schemas) });

function look(node) { // follows a $ref within the document
  return node?.$ref ? look(node.$ref.slice(2).split('/').reduce((at, key) => at[key.replace(/~1/g, '/')], description)) : node;
}

const validators = new Map();
function validator(schema) {
  const key = JSON.stringify(schema);
  if (!validators.has(key)) validators.set(key, ajv.compile(within(schema)));
  return validators.get(key);
}

// ---- what to send

const IDS = settings.ids;
const junk = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', '-1', '0', '1e400', 'null', '%', '٣', '../..', 'a'.repeat(300), '2026-02-30', '\u0000'),
  fc.string({ unit: 'grapheme', maxLength: 20 }));

function fitting(schema, name) {
  schema = look(schema) ?? {};
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.oneOf ?? schema.anyOf) return fc.oneof(...(schema.oneOf ?? schema.anyOf).map((s) => fitting(s, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (type === 'integer') return fc.integer({ min: schema.minimum ?? -5, max: schema.maximum ?? 1000000 });
  if (type === 'number') return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(fitting(schema.items ?? {}, name), { maxLength: 4 });
  if (type === 'object') return object(schema);
  if (schema.format === 'date-time')
    return fc.date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }).map((d) => d.toISOString());
  if (schema.format === 'date') return fc.date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10));
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...IDS) },
    { weight: 1, arbitrary: fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 40, 200) }) });
}

function object(schema) {
  const fields = {};
  for (const [name, s] of Object.entries(schema.properties ?? {})) fields[name] = fitting(s, name);
  return fc.record(fields, { requiredKeys: schema.required ?? [] });
}

function body(operation) {
  const content = look(operation.requestBody)?.content?.['application/json'];
  if (!content && operation.requestBody) return fc.constantFrom('step=on_site', 'step=close', 'step=', '', 'x=1&step=on_site');
  if (!content) return fc.constant(undefined);
  const right = fitting(content.schema);
  return fc.oneof(
    { weight: 5, arbitrary: right.map((v) => JSON.stringify(v)) },
    { weight: 2, arbitrary: fc.tuple(right, fc.string({ minLength: 1, maxLength: 10 }), fc.jsonValue()).map(([v, k, x]) => JSON.stringify({ ...v, [k]: x })) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ maxLength: 100 }) });
}

function bodyType(operation) {
  return Object.keys(look(operation.requestBody)?.content ?? { 'application/json': 1 })[0];
}

function request(path, method, operation, shared) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map(look);
  const parts = {};
  for (const p of parameters.filter((p) => p.in === 'path' || p.in === 'query'))
    parts[p.in + ' ' + p.name] = fc.oneof({ weight: 4, arbitrary: fitting(p.schema, p.name) }, { weight: 1, arbitrary: junk });
  const optional = parameters.filter((p) => p.in === 'query' && !p.required).map((p) => 'query ' + p.name);
  return fc.record({
    parts: fc.record(parts, { requiredKeys: Object.keys(parts).filter((k) => !optional.includes(k)) }),
    extra: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: junk }),
    body: body(operation),
    who: fc.constantFrom(...Object.keys(settings.tokens), null),
    language: fc.constantFrom('vi', 'en', '*;q=0', 'x'),
    encoding: fc.constantFrom(null, 'gzip', 'identity', 'gzip;q=0, *', 'br, gzip;q=0.5'),
    accept: fc.constantFrom(null, null, 'application/json', 'text/csv', '*/*'),
    head: fc.boolean(),
    again: fc.boolean(),
  }).map((r) => {
    let at = path;
    const query = [];
    for (const [key, value] of Object.entries(r.parts)) {
      const [where, name] = key.split(' ');
      if (where === 'path') at = at.replace('{' + name + '}', encodeURIComponent(String(value)));
      else query.push(encodeURIComponent(name) + '=' + encodeURIComponent(String(value)));
    }
    if (r.extra !== null) query.push('extra=' + encodeURIComponent(r.extra));
    const headers = { 'Accept-Language': r.language };
    if (r.encoding) headers['Accept-Encoding'] = r.encoding;
    if (r.accept) headers.Accept = r.accept;
    if (r.who) headers.Authorization = 'Bearer ' + settings.tokens[r.who];
    if (r.body !== undefined) Object.assign(headers, { 'Content-Type': bodyType(operation), 'Content-Length': Buffer.byteLength(r.body) });
    return {
      method: method === 'get' && r.head ? 'HEAD' : method.toUpperCase(), again: r.again,
      path: at + (query.length ? '?' + query.join('&') : ''), headers, body: r.body,
    };
  });
}

// ---- what may come back

const seen = {};
const counted = { heads: 0, packed: 0, unchanged: 0 };

// What no description needs to repeat for each answer.
const ALWAYS = {
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /^default-src 'none'; .*frame-ancestors 'none'$/,
  'referrer-policy': /^(no-referrer|same-origin)$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cache-control': /^(no-store|no-cache)$/,
};

function judgeHeaders(say, response, asked, reply) {
  for (const [name, is] of Object.entries(ALWAYS))
    if (!is.test(reply.headers[name] ?? '')) throw say(`${name} is not as it should be`);
  const policy = reply.headers['content-security-policy'];
  // who may post knows the referrer: without it the origin of a form would be "null"
  if ((reply.headers['referrer-policy'] === 'same-origin') !== /form-action 'self'/.test(policy)) throw say('the referrer goes where no form posts');
  const page = /^text\/html/.test(reply.headers['content-type'] ?? '');
  if (page && !/^default-src 'none'; style-src [^;]*; /.test(policy)) throw say('a page may do more than look and post');
  if (/sandbox/.test(policy) !== /^inline; /.test(reply.headers['content-disposition'] ?? '')) throw say('what is shown in a tab is in a sandbox, and nothing else');
  for (const [name, ref] of Object.entries(response.headers ?? {})) {
    const header = look(ref);
    const value = reply.headers[name.toLowerCase()];
    if (value === undefined && header.required) throw say(`the header ${name} is missing`);
    if (value === undefined) continue;
    const text = String(value);
    const is = look(header.schema).type === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
    if (!validator(header.schema)(is)) throw say(`the header ${name} is not as described`);
  }
  for (const name of ['etag', 'set-cookie', 'retry-after', 'www-authenticate'])
    if (reply.headers[name] !== undefined && !Object.keys(response.headers ?? {}).some((n) => n.toLowerCase() === name))
      throw say(`the header ${name} is not described`);
  if (reply.headers['content-encoding'] !== undefined && !/gzip|\*/.test(asked.headers['Accept-Encoding'] ?? ''))
    throw say('packed, and nobody asked for it');
}

function judge(where, operation, asked, reply) {
  const say = (what) => new Error(`${where}: ${what}\nasked: ${JSON.stringify(asked)}\nreply: ${reply.status} ${JSON.stringify(reply.headers)} ${reply.text.slice(0, 600)}`);
  const response = look(operation.responses[String(reply.status)]);
  seen[where] ??= {};
  seen[where][reply.status] = (seen[where][reply.status] ?? 0) + 1;
  if (reply.status >= 500) throw say('an answer of 500 or more');
  const all = reply.text + JSON.stringify(reply.headers);
  if (settings.secrets.some((secret) => all.includes(secret))) throw say('a secret in a reply');
  if (!response) throw say('a status that is not described');
  judgeHeaders(say, response, asked, reply);
  if (reply.headers['content-encoding'] === 'gzip' && reply.size > 0) counted.packed++;
  const type = (reply.headers['content-type'] ?? '').split(';')[0];
  const content = response.content ?? {};
  const bare = asked.method === 'HEAD' || reply.status === 304;
  if (bare && reply.size > 0) throw say('a body where none may be');
  if (reply.text === '' && Object.keys(content).length === 0) return;
  if (reply.status !== 304 && !content[type]) throw say(`a content type that is not described: ${type}`);
  if (type === 'application/problem+json' && !['vi', 'en'].includes(reply.headers['content-language'])) throw say('a problem in no language');
  if (bare) return;
  if (reply.headers['content-length'] !== undefined && Number(reply.headers['content-length']) !== reply.size) throw say('a wrong length');
  if (!type.endsWith('json')) return;
  const check = validator(content[type].schema);
  if (!check(JSON.parse(reply.text))) throw say('a reply the description does not allow: ' + ajv.errorsText(check.errors));
}

// What has an ETag is asked for again with it.
async function again(where, operation, asked, reply) {
  const repeated = { ...asked, headers: { ...asked.headers, 'If-None-Match': reply.headers.etag } };
  const second = await send(repeated);
  judge(where, operation, repeated, second);
  if (second.status === 304) counted.unchanged++;
  else if (second.headers.etag === reply.headers.etag) throw new Error(`${where}: not 304, though its ETag is the same`);
}

const METHODS = ['get', 'post', 'delete', 'put', 'patch'];
let runs = 0;
const wrong = [];
for (const [path, item] of Object.entries(description.paths)) {
  for (const method of METHODS.filter((m) => item[m])) {
    const where = `${method} ${path}`;
    if (settings.leave.includes(where)) continue;
    const property = fc.asyncProperty(request(path, method, item[method], item.parameters ?? []), async (asked) => {
      const reply = await send(asked);
      runs++;
      counted.heads += asked.method === 'HEAD';
      judge(where, item[method], asked, reply);
      if (asked.again && reply.status === 200 && reply.headers.etag) await again(where, item[method], asked, reply);
    });
    const result = await fc.check(property, { seed: settings.seed, numRuns: settings.runs, endOnFailure: true });
    if (result.failed) wrong.push(String(result.errorInstance?.message ?? result.error));
  }
}
if (wrong.length > 0) {
  console.error(wrong.join('\n\n'));
  process.exit(1);
}
console.log(JSON.stringify({ runs, operations: Object.keys(seen).length, seen, ...counted }));
agent.destroy();
