// `npm run test:foreign`: what this program writes, before programs that nobody here wrote. Each judge is a row of the
// table below; one that is not on this machine is named with what it needs, and the others judge. Not part of `npm test`.
// `npm run test:foreign TEST …`: only the judges of those tests, named as files below tests/foreign without their ending.
// Exit codes: 0 all judged and passed, 1 a judge disagrees, 2 a judge is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { ensureChromium } from './chromium.mjs';
import { ensureCore, ensureDependencies, ROOT, run, runBin } from './run.mjs';

const WORK = join(ROOT, 'build', 'foreign');
const JLS = process.env.PULSEBENCH_JLS ?? '';
const JLS_LIBRARY = join(JLS, 'build', 'src', 'libjls.a');
const SPECUTILS = process.env.PULSEBENCH_SPECUTILS ?? '';
const GAMMA_MCA = process.env.PULSEBENCH_GAMMA_MCA ?? '';
const SPECUTILS_LIBRARY = join(SPECUTILS, 'build', 'libSpecUtils.a');

/** `findMissing` says in a sentence what is not there; `prepare` makes what the `tests` below tests/foreign use. */
const JUDGES = [
  {
    name: 'the JLS library of the vendor',
    tests: ['jls-files', 'recordings'],
    findMissing: () => {
      if (JLS === '')
        return 'Set PULSEBENCH_JLS to a checkout of github.com/jetperch/jls in which the library is built.';
      if (!existsSync(JLS_LIBRARY)) return `PULSEBENCH_JLS is set, but there is no built library at ${JLS_LIBRARY}.`;
      return undefined;
    },
    prepare: () => {
      const program = join(WORK, 'jls-library');
      const source = join(ROOT, 'tests', 'foreign', 'jls-library.c');
      run('cc', ['-O1', '-o', program, source, '-I', join(JLS, 'include'), JLS_LIBRARY, '-lm']);
      console.log(`JLS library ${spawnSync(program, ['version'], { encoding: 'utf8' }).stdout.trim()}`);
    },
  },
  {
    name: 'pandas, NumPy, h5py, SciPy, DuckDB and pyarrow',
    tests: ['tables'],
    findMissing: () => {
      const { status, stderr } = python('versions');
      return status === 0
        ? undefined
        : `Python has not all of them: ${stderr?.trim().split('\n').at(-1) ?? 'no python3'}`;
    },
    prepare: () => console.log(python('versions').stdout.trim()),
  },
  {
    name: 'h5py of Debian, on files of scans',
    tests: ['scans'],
    findMissing: () => {
      if (h5pyVersion().status !== 0) installPackages(H5PY_PACKAGES);
      return h5pyVersion().status === 0
        ? undefined
        : `Debian's Python has no h5py (Debian, as root: apt-get install ${H5PY_PACKAGES.join(' ')}).`;
    },
    prepare: () => console.log(h5pyVersion().stdout.trim()),
  },
  {
    name: 'SpecUtils, which InterSpec reads files with',
    tests: ['spectra'],
    findMissing: () => {
      if (SPECUTILS === '')
        return 'Set PULSEBENCH_SPECUTILS to a checkout of github.com/sandialabs/SpecUtils in which the library is built.';
      if (!existsSync(SPECUTILS_LIBRARY))
        return `PULSEBENCH_SPECUTILS is set, but there is no built library at ${SPECUTILS_LIBRARY}.`;
      return undefined;
    },
    prepare: () => {
      const source = join(ROOT, 'tests', 'foreign', 'spectra.cpp');
      // the configuration of its own build says which of its parts there are
      const includes = [SPECUTILS, join(SPECUTILS, 'build'), join(SPECUTILS, '3rdparty')].flatMap((it) => ['-I', it]);
      const program = join(WORK, 'spectra');
      run('c++', ['-std=c++17', '-o', program, source, ...includes, SPECUTILS_LIBRARY, '-lpthread']);
    },
  },
  {
    name: 'Gamma MCA',
    tests: ['gamma-mca'],
    findMissing: () =>
      existsSync(join(GAMMA_MCA, 'node_modules', 'z-schema'))
        ? undefined
        : 'Set PULSEBENCH_GAMMA_MCA to a checkout of github.com/OpenGammaProject/Gamma-MCA in which `npm ci` was run.',
    prepare: () =>
      build({
        root: GAMMA_MCA,
        configFile: false,
        logLevel: 'error',
        ssr: { noExternal: true },
        build: {
          ssr: join(GAMMA_MCA, 'source', 'raw-data.ts'),
          outDir: WORK,
          emptyOutDir: false,
          copyPublicDir: false,
          rolldownOptions: { output: { entryFileNames: 'gamma-mca.mjs', codeSplitting: false } },
        },
      }),
  },
  {
    name: 'sigrok-cli, lxi-tools and PyVISA',
    tests: ['simulators'],
    findMissing: () => {
      if (missingPrograms().length > 0) installPackages(INSTRUMENT_PACKAGES);
      const missing = missingPrograms();
      return missing.length === 0
        ? undefined
        : `There is no ${missing.map(([program]) => program).join(' and ')} that runs (Debian, as root: apt-get install ${INSTRUMENT_PACKAGES.join(' ')}).`;
    },
    prepare: () => console.log(spawnSync('sigrok-cli', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0]),
  },
  {
    name: 'libca of EPICS Base and pyepics',
    tests: ['channel-access', 'crowd', 'published-scope', 'published-page'],
    findMissing: () => {
      if (epicsVersion().status !== 0) installPackages(EPICS_PACKAGES);
      return epicsVersion().status === 0
        ? undefined
        : `Debian's Python has no pyepics (Debian, as root: apt-get install ${EPICS_PACKAGES.join(' ')}).`;
    },
    prepare: () => console.log(epicsVersion().stdout.trim()),
  },
  {
    name: 'epics-tca',
    tests: ['epics-tca'],
    findMissing: () => {
      if (!existsSync(TCA)) {
        mkdirSync(WORK, { recursive: true });
        spawnSync('npm', ['install', '--prefix', WORK, '--no-audit', '--no-fund', '--ignore-scripts', TCA_PACKAGE], {
          stdio: 'inherit',
        });
      }
      return existsSync(TCA) ? undefined : `npm did not get ${TCA_PACKAGE}: it needs its registry.`;
    },
    prepare: () => console.log(TCA_PACKAGE),
  },
  {
    name: 'websockify',
    tests: ['relay'],
    findMissing: () => {
      const isThere = () => spawnSync('websockify', ['--help']).status === 0;
      if (!isThere()) installPackages(RELAY_PACKAGES);
      return isThere()
        ? undefined
        : `There is no websockify that runs (Debian, as root: apt-get install ${RELAY_PACKAGES.join(' ')}).`;
    },
    prepare: () => {},
  },
  {
    name: 'Avahi',
    tests: ['discovery'],
    findMissing: () => {
      const isThere = () =>
        spawnSync('avahi-publish', ['--version']).status === 0 && spawnSync('avahi-daemon', ['--check']).status === 0;
      if (!isThere()) installPackages(AVAHI_PACKAGES);
      if (!isThere() && process.getuid?.() === 0) startAvahi();
      return isThere()
        ? undefined
        : `There is no avahi-daemon that runs, with avahi-publish (Debian, as root: apt-get install ${AVAHI_PACKAGES.join(' ')}).`;
    },
    prepare: () => console.log(spawnSync('avahi-publish', ['--version'], { encoding: 'utf8' }).stdout.trim()),
  },
];

/** Its daemon needs the system's message bus; in a container nobody has started either. */
const AVAHI_PACKAGES = ['avahi-daemon', 'avahi-utils', 'dbus'];

function startAvahi() {
  mkdirSync('/run/dbus', { recursive: true });
  // a container that was ended leaves the file behind, which would keep the next one from starting
  spawnSync('dbus-daemon', ['--system', '--fork', '--nopidfile']);
  spawnSync('avahi-daemon', ['--daemonize']);
}

const RELAY_PACKAGES = ['websockify'];

/** Debian's packages of programs that speak to instruments; PyVISA is for Debian's Python. */
const INSTRUMENT_PACKAGES = ['sigrok-cli', 'lxi-tools', 'python3-pyvisa-py'];
const INSTRUMENT_PROGRAMS = [
  ['sigrok-cli', '--version'],
  ['lxi', '--version'],
  ['/usr/bin/python3', '-c', 'import pyvisa, pyvisa_py'],
];

function missingPrograms() {
  return INSTRUMENT_PROGRAMS.filter(([program, ...args]) => spawnSync(program, args).status !== 0);
}

/** Brings libca, too; for Debian's Python. */
const EPICS_PACKAGES = ['python3-pyepics'];

/** The second client of Channel Access; for this judge only, it is no package of this program. */
const TCA_PACKAGE = 'epics-tca@1.1.31';
const TCA = join(WORK, 'node_modules', 'epics-tca');

/** For Debian's Python. */
const H5PY_PACKAGES = ['python3-h5py'];

function h5pyVersion() {
  const script = join(ROOT, 'tests', 'foreign', 'scans.py');
  return spawnSync('/usr/bin/python3', [script, 'version'], { encoding: 'utf8' });
}

function epicsVersion() {
  const script = join(ROOT, 'tests', 'foreign', 'channel-access.py');
  return spawnSync('/usr/bin/python3', [script, 'version'], { encoding: 'utf8' });
}

function installPackages(packages) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit', env });
  const args = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  spawnSync('apt-get', args, { stdio: 'inherit', env });
}

function python(...args) {
  return spawnSync('python3', [join(ROOT, 'tests', 'foreign', 'tables.py'), ...args], { encoding: 'utf8' });
}

const chosenTests = process.argv.slice(2);
const unknown = chosenTests.find((test) => !JUDGES.some(({ tests }) => tests.includes(test)));
if (unknown !== undefined) {
  console.error(`There is no test "${unknown}"; there are ${JUDGES.flatMap(({ tests }) => tests).join(', ')}.`);
  process.exit(2);
}
const judges = JUDGES.filter(
  ({ tests }) => chosenTests.length === 0 || tests.some((test) => chosenTests.includes(test)),
);
const missing = judges.map(({ findMissing }) => findMissing());
const present = judges.filter((_, index) => missing[index] === undefined);
judges.forEach(({ name }, index) => {
  if (missing[index]) console.error(`Not judged by ${name}: ${missing[index]}`);
});
if (present.length > 0) {
  ensureDependencies();
  ensureCore();
  ensureChromium();
  mkdirSync(WORK, { recursive: true });
  for (const { prepare } of present) await prepare();
  runBin('vite', ['build', '--logLevel', 'warn']);
  runBin('vitest', ['run', '--project', 'foreign', ...present.flatMap(({ tests }) => tests)]);
}
process.exit(present.length === judges.length ? 0 : 2);
