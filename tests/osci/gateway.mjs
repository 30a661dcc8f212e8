// An HTTP server in front of the program osci, in nginx's place, that loses
// what it is told to lose. node gateway.mjs PORT SOCKET FAULT-FILE
//
// FAULT-FILE holds "N HOW": what becomes of the N-th request from now on (1: the
// next), once. HOW is request (it never gets there), answer (it gets there, its
// answer is lost) or hold (the answer comes after 60 s). The file is removed
// when it happened.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';

const [port, socket, file] = process.argv.slice(2);

const record = (type, data) => {
  const head = Buffer.alloc(8);
  head.writeUInt8(1, 0);
  head.writeUInt8(type, 1);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(data.length, 4);
  return Buffer.concat([head, data]);
};

const pair = (name, value) => {
  const size = (n) => {
    const b = Buffer.alloc(4);
    b.writeUInt32BE((n | 0x80000000) >>> 0);
    return b;
  };
  const [n, v] = [Buffer.from(name), Buffer.from(String(value))];
  return Buffer.concat([size(n.length), size(v.length), n, v]);
};

// Hands a request to the program; its answer's body comes back.
const forward = (url, body) => new Promise((resolve, reject) => {
  const to = net.connect(socket);
  const parameters = Buffer.concat([
    pair('REQUEST_METHOD', 'POST'), pair('SCRIPT_NAME', url),
    pair('DOCUMENT_URI', url), pair('REQUEST_URI', url),
    pair('QUERY_STRING', ''), pair('CONTENT_TYPE', 'text/xml'),
    pair('CONTENT_LENGTH', body.length), pair('REMOTE_ADDR', '127.0.0.1'),
    pair('HTTP_HOST', 'localhost'), pair('SERVER_PROTOCOL', 'HTTP/1.1'),
  ]);
  to.write(record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])));
  to.write(record(4, parameters));
  to.write(record(4, Buffer.alloc(0)));
  for (let at = 0; at < body.length; at += 65528)
    to.write(record(5, body.subarray(at, at + 65528)));
  to.write(record(5, Buffer.alloc(0)));
  let input = Buffer.alloc(0);
  const out = [];
  to.on('data', (data) => {
    input = Buffer.concat([input, data]);
    while (input.length >= 8) {
      const n = input.readUInt16BE(4), end = 8 + n + input.readUInt8(6);
      if (input.length < end)
        return;
      const type = input.readUInt8(1);
      if (type === 6)
        out.push(input.subarray(8, 8 + n));
      input = input.subarray(end);
      if (type === 3) {
        const all = Buffer.concat(out), head = all.indexOf('\r\n\r\n');
        resolve(all.subarray(head + 4));
        to.end();
      }
    }
  });
  to.on('error', reject);
  to.on('close', () => reject(new Error('the program hung up')));
});

// What is to become of this request; '' when nothing is.
const fault = () => {
  let n, how;
  try {
    [n, how] = readFileSync(file, 'utf8').trim().split(' ');
  } catch {
    return '';
  }
  if (Number(n) > 1) {
    writeFileSync(file, `${Number(n) - 1} ${how}`);
    return '';
  }
  rmSync(file);
  return how;
};

http.createServer((request, response) => {
  const parts = [];
  request.on('data', (data) => parts.push(data));
  request.on('end', async () => {
    const how = fault();
    if (how === 'request')
      return request.socket.destroy();
    try {
      const answer = await forward(request.url, Buffer.concat(parts));
      if (how === 'answer')
        return request.socket.destroy();
      if (how === 'hold')
        await new Promise((done) => setTimeout(done, 60000));
      response.setHeader('Content-Type', 'text/xml');
      response.end(answer);
    } catch (error) {
      console.error(error.message);
      response.statusCode = 502;
      response.end();
    }
  });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
