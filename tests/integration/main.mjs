// Tests through nginx against the running stack; see run.sh.

import { authorityTests } from './authority.mjs';
import { end } from './check.mjs';
import { draftTests } from './drafts.mjs';
import { efileTests } from './efile.mjs';
import { exchangeTests } from './exchange.mjs';
import { handoverTests } from './handover.mjs';
import { httpTests } from './http.mjs';
import { journeyTests } from './journey.mjs';
import { movingTests } from './moving.mjs';
import { onceTests } from './once.mjs';
import { logTests, operationsTests } from './operations.mjs';
import { privacyTests } from './privacy.mjs';
import { producerTests } from './producer.mjs';
import { stepsTests } from './steps.mjs';
import { sampleTests } from './generated.mjs';
import { uploadTests } from './uploads.mjs';
import { webhookTests } from './webhooks.mjs';

const groups = {
  http: httpTests, once: onceTests, uploads: uploadTests,
  steps: stepsTests, drafts: draftTests, journey: journeyTests,
  samples: sampleTests, privacy: privacyTests, handover: handoverTests,
  webhooks: webhookTests, efile: efileTests, exchange: exchangeTests,
  producer: producerTests,
  authority: authorityTests,
  moving: movingTests,
  operations: operationsTests, logs: logTests,
};
const wanted = process.argv.slice(2);

for (const [name, run] of Object.entries(groups)) {
  if (wanted.length === 0 || wanted.includes(name))
    await run();
}
end();
