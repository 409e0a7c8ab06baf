// What is lost at full rate when the process of an instrument's driver is stopped (SIGSTOP) for 0.2, 0.5 and 1 s. The
// simulated instrument runs in another process, which completes the reads in flight as an operating system does.
// Beside it: the same with 1 MiB in flight.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';
import { report } from './measure.mjs';

const MODELS = { js110: 'JS110', js220: 'JS220' };
const STOPS_S = [0.2, 0.5, 1];
const REPEATS = 3;
const SMALL_BYTES = 2 ** 20 + 16 * 1024;

const driver = await bundleForNode('bench/stall-driver.ts', 'stall-driver');
const { serveUsb } = await import(pathToFileURL(await bundleForNode('bench/stall-system.ts', 'stall-system')));
const seconds = (s) => new Promise((resolve) => setTimeout(resolve, s * 1000));

/** The most samples that were lost in a stop, by its length; `budgetBytes` 0 is what the driver takes by itself. */
async function measure(kind, budgetBytes) {
  const child = fork(driver, [kind, join(ROOT, 'build', 'core.wasm'), String(budgetBytes)], {
    serialization: 'advanced',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const next = (isWanted) =>
    new Promise((resolve, reject) => {
      const take = (message) => {
        if (!isWanted(message)) return;
        child.off('message', take);
        resolve(message);
      };
      child.on('message', take);
      void ended.then(() => reject(new Error('the driver’s process has ended')));
    });
  const lostCount = async () => {
    const count = next((message) => 'missingSampleCount' in Object(message));
    child.send('count');
    return (await count).missingSampleCount;
  };
  const streaming = next((message) => message === 'streaming');
  await serveUsb(child, kind);
  await streaming;
  await seconds(2);
  const lost = [];
  for (const stopS of STOPS_S) {
    const losses = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const before = await lostCount();
      child.kill('SIGSTOP');
      await seconds(stopS);
      child.kill('SIGCONT');
      await seconds(1);
      losses.push((await lostCount()) - before);
    }
    lost.push(Math.max(...losses));
  }
  child.send('close');
  await ended;
  return lost;
}

const rows = [];
for (const [kind, model] of Object.entries(MODELS)) {
  const lost = await measure(kind, 0);
  const lostWithLittle = await measure(kind, SMALL_BYTES);
  STOPS_S.forEach((stopS, i) => {
    rows.push({
      what: `${model}: samples lost in a stop of ${stopS} s`,
      value: lost[i],
      unit: 'samples',
      aim: '0',
      note: `most of ${REPEATS} stops; ${lostWithLittle[i]} with 1 MiB in flight`,
    });
  });
}
report('stall', 'process stopped', rows);
