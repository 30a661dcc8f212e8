// A client's patience with a server whose processes are killed.

import { send, sleep } from '../integration/client.mjs';

const GIVE_UP_MS = 120000;

// Until acknowledged. Only what a sensible client repeats is repeated: no
// answer, or one that says that the fault is on the other side.
// request: { path, headers, body, isDone(res) }; count is counted up.
export async function insist(request, agent, count) {
  const begin = Date.now();
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    let res = null;
    try {
      res = await send('POST', request.path, { ...request, agent });
      count.http[res.status] = (count.http[res.status] ?? 0) + 1;
    } catch {
      count.broken++;
    }
    count.longest = Math.max(count.longest, Date.now() - begin);
    if (res && request.isDone(res))
      return res;
    if (res && res.status < 500)
      throw new Error(`${res.status} ${res.headers.location ?? ''} ` +
        res.text.slice(0, 400));
    if (Date.now() - begin > GIVE_UP_MS)
      throw new Error(`not acknowledged in ${GIVE_UP_MS / 1000} s`);
    count.retries++;
    await sleep(pause * (0.5 + Math.random()));
  }
}
