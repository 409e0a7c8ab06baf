// Files that were picked or dropped, as the entry of an instrument: one with OSZI_ names, and the init-talk that it names.

import { LabError } from '../../base/errors.ts';
import type { DescribedInstrument } from '../../model/ports.ts';

type Files = ReadonlyMap<string, Blob>;

/** Of many files that are dropped together the first ones are looked into. */
const MOST_FILES = 200;
/** Of a path. */
const FOLDERS = /^.*[/\\]/;

/** As `InstrumentsPort.describedBy`. */
export async function describedBy(files: Files): Promise<DescribedInstrument | undefined> {
  const { configurationOf, MOST_CONFIGURATION_BYTES } = await import('../../devices/oszitrace/configuration-text.ts');
  const small = [...files.values()].filter(({ size }) => size <= MOST_CONFIGURATION_BYTES).slice(0, MOST_FILES);
  for (const file of small) {
    const settings = configurationOf(await file.text());
    if (settings) return describedIn(file, settings, files);
  }
  return undefined;
}

async function describedIn(
  file: Blob,
  settings: Readonly<Record<string, string>>,
  files: Files,
): Promise<DescribedInstrument> {
  const { parseInitTalk } = await import('../../devices/oszitrace/init-talk.ts');
  const { instrumentAddress, parseConfiguration } = await import('../../devices/oszitrace/configuration.ts');
  const { OSZITRACE_ROW } = await import('../../devices/oszitrace/row.ts');
  const configuration = parseConfiguration(settings);
  const { prefix, name, initTalkPath } = configuration;
  const address = instrumentAddress(configuration);
  const talkFile = initTalkPath === undefined ? undefined : talkFileOf(initTalkPath, files);
  const initTalk = await talkFile?.text();
  const label = `${prefix}:${name}`;
  // names are often left out
  const place = address === undefined ? '' : `:${address.host}:${address.port}`;
  return {
    choice: {
      id: `${OSZITRACE_ROW.id}:${label}${place}`,
      kind: OSZITRACE_ROW.id,
      model: OSZITRACE_ROW.model,
      serialNumber: '',
      label,
      isSimulated: address === undefined,
      ...(address && { connection: { kind: 'tcp', ...address } }),
      configuration: { settings, initTalk },
    },
    files: new Set(talkFile ? [file, talkFile] : [file]),
    talkCount: initTalk === undefined ? 0 : parseInitTalk(initTalk).length,
  };
}

/** By the path's end: where its folder was is not known here. */
function talkFileOf(path: string, files: Files): Blob {
  const nameOf = (text: string) => text.replace(FOLDERS, '');
  const found = [...files].find(([name]) => nameOf(name) === nameOf(path));
  if (found) return found[1];
  throw new LabError(
    'setup/invalid',
    `OSZI_INIT_TALK names ${path}, which is not among these files. Open both together, or the folder that holds them.`,
  );
}
