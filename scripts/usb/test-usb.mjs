// `npm run test:usb`: the built app on Chromium's own WebUSB, the Linux USB stack and an emulated xHCI controller. A
// virtual machine (Debian's kernel, software emulation) has USB devices that this process implements: our simulated
// JS110 and JS220, one that plays the golden frames of a JS220, and a scope (USBTMC) and a supply (serial port) that are
// spoken to in text. `npm run test:usb joulescope` or `scpi`: only that part. Debian as root; installs what is missing.
// Not part of `npm test`: it takes minutes.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../bundle.mjs';
import { ensureChromium } from '../chromium.mjs';
import { ensureCore, ensureDependencies, ROOT, run, runBin } from '../run.mjs';

const WORK = join(ROOT, 'build', 'usb');
const KERNEL = join(WORK, 'vmlinuz');
const INITRD = join(WORK, 'initrd.gz');
/** Debian package and the program in it that is needed. */
const PACKAGES = {
  'qemu-system-x86': '/usr/bin/qemu-system-x86_64',
  'busybox-static': '/bin/busybox',
  udev: '/usr/bin/udevadm',
  kmod: '/sbin/depmod',
  cpio: '/usr/bin/cpio',
};
/** What the guest needs to find its root and its USB controller; and the drivers that take such instruments there. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'xhci-pci', 'usbtmc', 'cdc-acm'];
const PARTS = ['joulescope', 'scpi'];
const parts = process.argv[2] === undefined ? PARTS : [process.argv[2]];

if (process.platform !== 'linux' || process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) {
  console.error('test:usb needs Debian and root: it boots a virtual machine. Run it in a container.');
  process.exit(1);
}
if (!PARTS.includes(parts[0])) {
  console.error(`test:usb knows the parts ${PARTS.join(' and ')}, not "${parts[0]}".`);
  process.exit(1);
}
ensureDependencies();
ensureCore();
ensureChromium();
installPackages();
makeKernel();
runBin('vite', ['build', '--logLevel', 'warn']);
const bundle = await bundleForNode('scripts/usb/units-on-the-bus.ts', 'units-on-the-bus');
const { goldenSteps, putJoulescopesOnTheBus, putScpiOnTheBus, SCPI_CASE } = await import(pathToFileURL(bundle));
writeFileSync(join(WORK, 'golden-steps.json'), JSON.stringify(goldenSteps(ROOT)));
writeFileSync(join(WORK, 'scpi-case.json'), JSON.stringify(SCPI_CASE));
const put = { joulescope: () => putJoulescopesOnTheBus(ROOT), scpi: putScpiOnTheBus };
const lent = (await Promise.all(parts.map((part) => put[part]()))).flat();
const units = lent.map((unit) => ({ ...unit, started: 0, stopped: 0, wasStreaming: false }));
const streaming = units.filter(({ isStreaming }) => isStreaming);
const watch = setInterval(() => streaming.forEach(look), 5);
const guestExit = await boot(units);
clearInterval(watch);
for (const unit of units) {
  const { controlCount, bulkBytes } = unit.counts;
  console.log(
    `bus: ${unit.label}: ${controlCount} control transfers, ${(bulkBytes / 1e6).toFixed(3)} MB to the host, streaming started ${unit.started} time(s), stopped ${unit.stopped} time(s)`,
  );
  unit.close();
}
const isGood =
  guestExit === 0 &&
  units.every(({ counts }) => counts.bulkBytes > 0) &&
  streaming.every(({ started, stopped }) => started > 0 && stopped === started);
console.log(isGood ? 'test:usb passed' : 'test:usb FAILED');
process.exit(isGood ? 0 : 1);

/** Counts the turns of a unit's stream. */
function look(unit) {
  if (unit.isStreaming() === unit.wasStreaming) return;
  unit.wasStreaming = !unit.wasStreaming;
  unit[unit.wasStreaming ? 'started' : 'stopped']++;
  console.log(`bus: ${unit.label}: streaming ${unit.wasStreaming ? 'started' : 'stopped'}`);
}

/** What the guest asks for on its console: `bus, please: unplug LABEL`. */
function pull(line) {
  const [, verb, label] = /bus, please: (unplug|plug) (.+?)\s*$/.exec(line) ?? [];
  if (verb) void units.find((unit) => unit.label === label)[verb]();
}

function installPackages() {
  const missing = Object.keys(PACKAGES).filter((name) => !existsSync(PACKAGES[name]));
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}

/** Debian's kernel, and a first root file system with the modules that lead to the real one. */
function makeKernel() {
  if (!existsSync(KERNEL)) {
    rmSync(WORK, { recursive: true, force: true });
    mkdirSync(WORK, { recursive: true });
    const depends = spawnSync('apt-cache', ['depends', 'linux-image-amd64'], { encoding: 'utf8' }).stdout;
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (!name) throw new Error('apt knows no package linux-image-amd64. Run apt-get update.');
    run('apt-get', ['download', '-qq', name], { cwd: WORK });
    const archive = readdirSync(WORK).find((file) => file.endsWith('.deb'));
    run('dpkg-deb', ['-x', archive, 'kernel'], { cwd: WORK });
    const version = kernelVersion();
    run('depmod', ['-b', join(WORK, 'kernel'), version]);
    copyFileSync(join(WORK, 'kernel', 'boot', `vmlinuz-${version}`), KERNEL);
    rmSync(join(WORK, archive));
  }
  const modulesFolder = join(WORK, 'initrd', 'modules');
  rmSync(modulesFolder, { recursive: true, force: true });
  mkdirSync(modulesFolder, { recursive: true });
  const files = MODULES.flatMap((module) => modulesOf(module, kernelVersion()));
  [...new Set(files)].forEach((file, index) => {
    copyFileSync(file, join(modulesFolder, `${String(index).padStart(2, '0')}-${file.split('/').at(-1)}`));
  });
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'host', 'layer', 'root']) {
    mkdirSync(join(WORK, 'initrd', folder), { recursive: true });
  }
  copyFileSync('/bin/busybox', join(WORK, 'initrd', 'bin', 'busybox'));
  copyFileSync(join(ROOT, 'scripts', 'usb', 'guest-init.sh'), join(WORK, 'initrd', 'init'));
  run('sh', ['-c', `chmod +x initrd/init && cd initrd && find . | cpio -o -H newc --quiet | gzip -1 > ${INITRD}`], {
    cwd: WORK,
  });
}

function kernelVersion() {
  return readdirSync(join(WORK, 'kernel', 'lib', 'modules'))[0];
}

/** Files of a module and of all that it needs, in the order in which they must be loaded. */
function modulesOf(module, version) {
  const { stdout } = spawnSync('modprobe', ['-d', join(WORK, 'kernel'), '-S', version, '--show-depends', module], {
    encoding: 'utf8',
  });
  return [...stdout.matchAll(/^insmod (\S+)/gm)].map((match) => match[1]);
}

/** Runs the virtual machine to its end; resolves with the exit status of guest.sh. */
function boot(units) {
  const options = [
    ['-accel', 'tcg,thread=multi'],
    ['-cpu', 'max'],
    ['-smp', '2'],
    ['-m', '4096'],
    ['-nographic'],
    ['-no-reboot'],
    ['-nic', 'none'],
    ['-kernel', KERNEL],
    ['-initrd', INITRD],
    ['-append', `console=ttyS0 quiet panic=1 mitigations=off pulsebench=${ROOT} parts=${parts.join()} end`],
    ['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
    // With ports at high speed for all.
    ['-device', 'qemu-xhci,id=xhci,p2=8'],
    // Without nodelay each question and answer waits for a delayed acknowledgement.
    ...units.flatMap(({ port }, index) => [
      ['-chardev', `socket,id=usb${index},host=127.0.0.1,port=${port},nodelay=on`],
      ['-device', `usb-redir,chardev=usb${index},bus=xhci.0`],
    ]),
  ];
  const machine = spawn('qemu-system-x86_64', options.flat(), { stdio: ['ignore', 'pipe', 'inherit'] });
  let exit = 1;
  createInterface(machine.stdout).on('line', (line) => {
    console.log(line);
    pull(line);
    exit = Number(/GUEST-EXIT=(\d+)/.exec(line)?.[1] ?? exit);
  });
  return new Promise((resolve) => {
    machine.on('close', () => resolve(exit));
  });
}
