// Files to upload, made here.

import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';

function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++)
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)),
    8 + data.length);
  return out;
}

// A PNG of noise, side by side pixels: about 3 * side * side bytes.
export function png(side) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (1 + 3 * side));
  for (let y = 0; y < side; y++)
    randomBytes(3 * side).copy(rows, y * (1 + 3 * side) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export const photo = (name = 'laterne.png', side = 120) =>
  ({ name, mimeType: 'image/png', buffer: png(side) });

// A file of so many zeros; bytes by the megabyte reach the browser slowly.
export function fileOnDisk(name, size) {
  const folder = resolve(process.env.BUILD ?? 'build', 'test', 'samples');
  mkdirSync(folder, { recursive: true });
  const path = resolve(folder, name);
  writeFileSync(path, Buffer.alloc(size));
  return path;
}
