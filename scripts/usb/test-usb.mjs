// `npm run test:usb`: the built app on Chromium's own WebUSB, the Linux USB stack and an emulated xHCI controller. A
// virtual machine (Debian's kernel, software emulation) has USB devices that this process implements: our simulated
// JS110 and JS220, and one that plays the golden frames of a JS220. Debian as root; installs what is missing. Not part
// of `npm test`: it takes minutes.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
/** What the guest needs to find its root and its USB controller. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'xhci-pci'];

if (process.platform !== 'linux' || process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) {
  console.error('test:usb needs Debian and root: it boots a virtual machine. Run it in a container.');
  process.exit(1);
}
ensureDependencies();
ensureCore();
ensureChromium();
installPackages();
makeKernel();
runBin('vite', ['build', '--logLevel', 'warn']);
const bundle = await bundleForNode('scripts/usb/units-on-the-bus.ts', 'units-on-the-bus');
const { goldenSteps, putUnitsOnTheBus } = await import(pathToFileURL(bundle));
writeFileSync(join(WORK, 'golden-steps.json'), JSON.stringify(goldenSteps(ROOT)));
const units = (await putUnitsOnTheBus(ROOT)).map((unit) => ({ ...unit, started: 0, stopped: 0, wasStreaming: false }));
const watch = setInterval(() => units.forEach(look), 5);
const guestExit = await boot(units);
clearInterval(watch);
for (const unit of units) {
  const { controlCount, bulkBytes } = unit.counts;
  console.log(
    `bus: ${unit.label}: ${controlCount} control transfers, ${(bulkBytes / 1e6).toFixed(1)} MB of samples, streaming started ${unit.started} time(s), stopped ${unit.stopped} time(s)`,
  );
  unit.close();
}
const isGood =
  guestExit === 0 &&
  units.every(({ started, stopped, counts }) => started > 0 && stopped === started && counts.bulkBytes > 0);
console.log(isGood ? 'test:usb passed' : 'test:usb FAILED');
process.exit(isGood ? 0 : 1);

/** Counts the turns of a unit's stream. */
function look(unit) {
  if (unit.isStreaming() === unit.wasStreaming) return;
  unit.wasStreaming = !unit.wasStreaming;
  unit[unit.wasStreaming ? 'started' : 'stopped']++;
  console.log(`bus: ${unit.label}: streaming ${unit.wasStreaming ? 'started' : 'stopped'}`);
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
  const modulesFolder = join(WORK, 'initrd', 'modules');
  if (!existsSync(KERNEL)) {
    rmSync(WORK, { recursive: true, force: true });
    mkdirSync(WORK, { recursive: true });
    const depends = spawnSync('apt-cache', ['depends', 'linux-image-amd64'], { encoding: 'utf8' }).stdout;
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (!name) throw new Error('apt knows no package linux-image-amd64. Run apt-get update.');
    run('apt-get', ['download', '-qq', name], { cwd: WORK });
    const archive = readdirSync(WORK).find((file) => file.endsWith('.deb'));
    run('dpkg-deb', ['-x', archive, 'kernel'], { cwd: WORK });
    const version = readdirSync(join(WORK, 'kernel', 'lib', 'modules'))[0];
    run('depmod', ['-b', join(WORK, 'kernel'), version]);
    mkdirSync(modulesFolder, { recursive: true });
    const files = MODULES.flatMap((module) => modulesOf(module, version));
    [...new Set(files)].forEach((file, index) => {
      copyFileSync(file, join(modulesFolder, `${String(index).padStart(2, '0')}-${file.split('/').at(-1)}`));
    });
    copyFileSync(join(WORK, 'kernel', 'boot', `vmlinuz-${version}`), KERNEL);
    rmSync(join(WORK, archive));
  }
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'host', 'layer', 'root']) {
    mkdirSync(join(WORK, 'initrd', folder), { recursive: true });
  }
  copyFileSync('/bin/busybox', join(WORK, 'initrd', 'bin', 'busybox'));
  copyFileSync(join(ROOT, 'scripts', 'usb', 'guest-init.sh'), join(WORK, 'initrd', 'init'));
  run('sh', ['-c', `chmod +x initrd/init && cd initrd && find . | cpio -o -H newc --quiet | gzip -1 > ${INITRD}`], {
    cwd: WORK,
  });
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
    ['-append', `console=ttyS0 quiet panic=1 mitigations=off pulsebench=${ROOT} end`],
    ['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
    ['-device', 'qemu-xhci,id=xhci'],
    // Without nodelay each question and answer waits for a delayed acknowledgement.
    ...units.flatMap(({ port }, index) => [
      ['-chardev', `socket,id=usb${index},host=127.0.0.1,port=${port},nodelay=on`],
      ['-device', `usb-redir,chardev=usb${index},bus=xhci.0`],
    ]),
  ];
  const machine = spawn('qemu-system-x86_64', options.flat(), { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  machine.stdout.on('data', (data) => {
    output += data;
    process.stdout.write(data);
  });
  return new Promise((resolve) => {
    machine.on('exit', () => resolve(Number(/GUEST-EXIT=(\d+)/.exec(output)?.[1] ?? 1)));
  });
}
