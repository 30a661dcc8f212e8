// Packages of build/npm, which is no folder above this one.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const i = process.argv.indexOf('--npm');
const root = resolve(i < 0 ? 'build/npm' : process.argv[i + 1]);
const require = createRequire(join(root, 'package.json'));

export function load(name) {
  return require(name);
}
