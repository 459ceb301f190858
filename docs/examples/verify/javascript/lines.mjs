// What the examples share: the two ways a check can fail, and one JSON line of answer for each line of input.
import { createInterface } from 'node:readline';

/** What was presented is not good. Trying again does not help. */
export class Refused extends Error {}

/** Plain http is for tests on this machine. */
export function requireSafe(address) {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))) {
    throw new Error(`${address} must be https`);
  }
}

export const numberOf = (text) => (text ? Number(text) : undefined);

export async function answerLines(verify) {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await judge(verify, line)));
  }
}

async function judge(verify, line) {
  try {
    return { ok: true, ...(await verify(line)) };
  } catch (error) {
    return { ok: false, [error instanceof Refused ? 'refused' : 'unavailable']: error.message };
  }
}
