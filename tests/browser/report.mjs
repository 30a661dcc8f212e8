// Lines that tests/run.sh counts: "ok NAME", "not ok NAME".

let failed = 0;

export function ok(name) {
  console.log(`ok ${name}`);
}

// details: what was expected and what came, a line each.
export function notOk(name, details) {
  failed++;
  for (const line of String(details).split('\n').slice(0, 6))
    console.log(`  ${line}`);
  console.log(`not ok ${name}`);
}

export function check(name, is, details = '') {
  if (is)
    ok(name);
  else
    notOk(name, details);
  return is;
}

// Runs one story; whatever it throws is its failure.
export async function story(name, run) {
  try {
    await run();
    ok(name);
  } catch (error) {
    notOk(name, error.message);
  }
}

export function finish() {
  process.exitCode = failed > 0 ? 1 : 0;
}
