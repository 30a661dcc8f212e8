// Tests one after the other: each is a name and a function that throws.

const suite = process.env.CHECK ?? 'http';
let passed = 0;
let failed = 0;

export async function test(name, run) {
  try {
    await run();
    passed++;
    console.log(`ok ${suite}: ${name}`);
  } catch (error) {
    failed++;
    console.log(String(error.stack ?? error).split('\n').slice(0, 12)
      .join('\n').slice(0, 1500));
    console.log(`not ok ${suite}: ${name}`);
  }
}

export function skip(name, why) {
  console.log(`ok ${suite}: ${name} # SKIP ${why}`);
}

export function end() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
