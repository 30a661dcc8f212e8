// Mails as files: DIR/<id>.eml, with the envelope beside it in <id>.json.

import { randomBytes } from 'node:crypto';
import {
  mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { load } from './npm.mjs';

const PostalMime = load('postal-mime').default;

export class Store {
  constructor(dir) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
  }

  put(raw, envelope) {
    const id = new Date().toISOString().replace(/[-:.TZ]/g, '') + '-' +
      randomBytes(4).toString('hex');
    const path = join(this.dir, id);
    writeFileSync(path + '.json', JSON.stringify(envelope));
    writeFileSync(path + '.tmp', raw);
    renameSync(path + '.tmp', path + '.eml');
    return id;
  }

  // Newest first.
  ids() {
    return readdirSync(this.dir).filter((f) => f.endsWith('.eml'))
      .map((f) => f.slice(0, -4)).sort().reverse();
  }

  raw(id) {
    return readFileSync(join(this.dir, id + '.eml'));
  }

  async get(id) {
    if (!/^[0-9]+-[0-9a-f]{8}$/.test(id))
      return null;
    let raw;
    try {
      raw = this.raw(id);
    } catch {
      return null;
    }
    const envelope = JSON.parse(readFileSync(
      join(this.dir, id + '.json'), 'utf8'));
    const mail = await PostalMime.parse(raw);
    return {
      id,
      received: envelope.received,
      tls: envelope.tls,
      envelope_from: envelope.from,
      envelope_to: envelope.to,
      from: mail.from ?? null,
      to: mail.to ?? [],
      subject: mail.subject ?? '',
      message_id: mail.messageId ?? '',
      headers: mail.headers.map((h) => [h.key, h.value]),
      text: mail.text ?? '',
      html: mail.html ?? '',
      attachments: mail.attachments.map((a) => ({
        name: a.filename, type: a.mimeType, size: a.content.byteLength,
      })),
    };
  }

  async list(filter, limit) {
    const found = [];
    for (const id of this.ids()) {
      const mail = await this.get(id);
      if (mail && filter(mail))
        found.push(mail);
      if (found.length === limit)
        break;
    }
    return found;
  }

  clear() {
    for (const file of readdirSync(this.dir))
      rmSync(join(this.dir, file), { force: true });
  }
}
