// In the virtual machine: an oscilloscope over USBTMC and a supply at a serial port, on Chromium's own WebUSB and Web Serial
// and the kernel's drivers. They are identified, read, set, unplugged and put back.

import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../run.mjs';
import { closeFirst, connect, connectOnce, LIMIT_MS, say, until } from './guest-page.mjs';

const SCALE_V = 1;
/** Eight divisions in 256 steps, with room for the last one. */
const STEP_V = (SCALE_V * 8) / 256;
/** Dividable by the supply's own steps of 1 mV. */
const VOLTAGE_V = 3.3;
const BAUD_RATE = 115_200;
/** How long the kernel and the browser need to see that a cable was pulled. */
const UNPLUGGED_MS = 5000;

/** True when both did what they have to. */
export async function tryScpi(page) {
  const given = JSON.parse(await readFile(join(ROOT, 'build', 'usb', 'scpi-case.json'), 'utf8'));
  const isScopeGood = await tryScope(page, given);
  return (await trySupply(page, given)) && isScopeGood;
}

/** Says whether something is as it has to be. */
function check(what, isGood, detail = '') {
  say(`${isGood ? 'good' : 'WRONG'}: ${what} ${detail}`);
  return isGood;
}

async function tryScope(page, given) {
  const { label } = given.scope;
  const isRemedyGood = await tryRemedy(page, label);
  await connect(page, label);
  const named = await until(page, 'scope', (now) => now.state === 'idle');
  const isNamed = check('the scope tells its name', named.identity?.model.startsWith(given.scope.model));
  const isFirstGood = await tryRecord(page, given, 'a record of the scope');
  const isBack = await tryCable(page, label);
  const isSecondGood = await tryRecord(page, given, 'a record after the cable was pulled');
  return (await closeFirst(page)) && isRemedyGood && isNamed && isFirstGood && isBack && isSecondGood;
}

/** The kernel's driver has the interface: the message names the command that takes it away, and that helps. */
async function tryRemedy(page, label) {
  const driver = spawnSync('readlink', ['-f', '/sys/bus/usb/drivers/usbtmc/module'], { encoding: 'utf8' });
  say(
    `the kernel's driver: ${driver.stdout.trim()}; devices: ${spawnSync('ls', ['/dev'], { encoding: 'utf8' }).stdout.match(/usbtmc\d+/g)}`,
  );
  const outcome = await connectOnce(page, label);
  const { messages } = await until(page, `${label}: ${outcome}`, () => true);
  const message = messages.find((text) => text.includes('in use')) ?? '';
  const isNamed = check('the message names the blacklist', message.includes('blacklist usbtmc'));
  const [, module] = /"sudo rmmod (\w+)"/.exec(message) ?? [];
  const { status, stderr } = spawnSync('rmmod', [module ?? 'none'], { encoding: 'utf8' });
  return check('its command takes the driver away', status === 0, stderr) && isNamed;
}

/** A single shot whose volts are what the generator is set to. */
async function tryRecord(page, { amplitudeVpp, offsetV, frequencyHz }, what) {
  const record = await page.evaluate(
    async ([scaleV, limitMs]) => {
      const { app } = document.querySelector('lab-app');
      const { handle } = app.instruments.connected.value[0];
      const before = handle.traces?.eventCount ?? 0;
      await handle.set('1.scale', scaleV);
      await handle.set('run', 'single');
      const untilMs = Date.now() + limitMs;
      const { promise, resolve } = Promise.withResolvers();
      const timer = setInterval(() => {
        const { traces } = handle;
        traces?.take();
        const taken = traces?.record(traces.eventCount - 1);
        const isNew = taken !== undefined && (traces.eventCount > before || before === 0);
        if (isNew || Date.now() > untilMs) {
          clearInterval(timer);
          const names = traces?.channel.signals.map(({ name }) => name);
          resolve(taken && { names, stepS: taken.stepS, volts: Array.from(taken.samples[0]) });
        }
      }, 200);
      return promise;
    },
    [SCALE_V, LIMIT_MS],
  );
  if (!record) return check(what, false, 'none came');
  const { volts, stepS } = record;
  const [low, high] = [Math.min(...volts), Math.max(...volts)];
  // the period is the time from one rise through the middle to the next
  const rises = volts.flatMap((value, index) =>
    index > 0 && volts[index - 1] < offsetV && value >= offsetV ? [index] : [],
  );
  const periodS = ((rises.at(-1) - rises[0]) / (rises.length - 1)) * stepS;
  const near = (value, wanted, tolerance) => Math.abs(value - wanted) <= tolerance;
  const isGood =
    near(low, offsetV - amplitudeVpp / 2, 2 * STEP_V) &&
    near(high, offsetV + amplitudeVpp / 2, 2 * STEP_V) &&
    (rises.length < 2 || near(periodS * frequencyHz, 1, 0.02));
  return check(what, isGood, `${volts.length} samples of ${stepS} s, ${low} V to ${high} V, period ${periodS} s`);
}

/** Pulls the cable and puts it back: the instrument goes on by itself. */
async function tryCable(page, label) {
  console.log(`bus, please: unplug ${label}`);
  const lost = await until(page, 'unplugged', (now) => now.state === 'lost');
  await page.waitForTimeout(UNPLUGGED_MS);
  console.log(`bus, please: plug ${label}`);
  const back = await until(page, 'plugged', (now) => now.state === 'idle' || now.state === 'failed');
  return check('it goes on after the cable was pulled', lost.state === 'lost' && back.state === 'idle');
}

async function trySupply(page, given) {
  const { label } = given.supply;
  say(`serial ports: ${spawnSync('ls', ['/dev'], { encoding: 'utf8' }).stdout.match(/ttyACM\d+/g)}`);
  await connectSerial(page);
  const named = await until(page, 'supply', (now) => now.state === 'idle');
  const isNamed = check('the supply tells its name', named.identity?.model === given.supply.model);
  const isSet = await trySetting(page, VOLTAGE_V);
  const isBack = await tryCable(page, label);
  const isSetAgain = await trySetting(page, VOLTAGE_V + 1);
  return (await closeFirst(page)) && isNamed && isSet && isBack && isSetAgain;
}

/** There is nobody to click the chooser: the port that the policy grants is the one that is picked. */
async function connectSerial(page) {
  const outcome = await page.evaluate(async (baudRate) => {
    const ports = await navigator.serial.getPorts();
    // the machine's own console is a serial port, too
    navigator.serial.requestPort = async () => ports.find((port) => port.getInfo().usbVendorId !== undefined);
    const instrument = await document.querySelector('lab-app').app.instruments.requestSerialPort(baudRate);
    return instrument ? 'connected' : 'failed';
  }, BAUD_RATE);
  say(`serial port: ${outcome}`);
}

/** Sets the voltage and the output; what the supply measures at its output is that. */
async function trySetting(page, voltageV) {
  await page.evaluate(async (wanted) => {
    const { handle } = document.querySelector('lab-app').app.instruments.connected.value[0];
    await handle.set('CH1.voltage', wanted);
    await handle.set('CH1.output', true);
  }, voltageV);
  const measured = ({ reading }) => reading?.values.find(({ id }) => id === 'CH1.voltage')?.value;
  const isNear = (now) => Math.abs(measured(now) - voltageV) < 0.01;
  const now = await until(page, 'set', isNear);
  const isGood = isNear(now) && now.values['CH1.voltage'] === voltageV;
  return check(
    'the supply gives what was set',
    isGood,
    `${now.values['CH1.voltage']} V set, ${measured(now)} V measured`,
  );
}
