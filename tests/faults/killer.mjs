// Kills one process after the other with SIGKILL, each while the load is on.

import { readFileSync } from 'node:fs';
import { processId, sleep } from '../integration/client.mjs';

const programs = [
  'forms.1', 'documents.1', 'status.1', 'courier', 'forms.2', 'documents.2',
  'status.2', 'nginx', 'nginx worker', 'mariadbd',
];

export const targets = programs;

function workerOf(master) {
  const children = readFileSync(
    `/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ');
  return Number(children[Math.floor(Math.random() * children.length)]);
}

function find(target) {
  const id = processId(target.split(' ')[0]);
  if (!id)
    return 0;
  try {
    return target.endsWith(' worker') ? workerOf(id) : id;
  } catch {
    return 0; /* between its end and its return */
  }
}

function isAlive(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/\) Z/.test(stat);
  } catch {
    return false;
  }
}

// Returns the killed process id; waits until there is one to kill.
export async function kill(target) {
  for (let tries = 0; tries < 1200; tries++) {
    const pid = find(target);
    if (pid > 1 && isAlive(pid)) {
      process.kill(pid, 'SIGKILL');
      return pid;
    }
    await sleep(50);
  }
  throw new Error(`${target} did not come back within a minute`);
}
