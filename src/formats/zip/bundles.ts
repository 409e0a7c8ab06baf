// Zips that a program writes as one thing, known by the names of the files in them.

import { FormatError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { ArchiveFile } from './archive.ts';

interface BundleRow {
  matches(names: readonly string[]): boolean;
  open(files: readonly ArchiveFile[], workspace: Workspace, context: OpenContext): Promise<FormatReader>;
}

/** The first that matches opens it. */
export const BUNDLE_ROWS: readonly BundleRow[] = [
  {
    // numpy.savez: a file per array
    matches: (names) => names.length > 0 && names.every((name) => name.endsWith('.npy')),
    open: async (files, workspace, context) =>
      (await import('../npy/npz-reader.ts')).openNpz(files, workspace, context),
  },
  {
    // sigrok.org/wiki/File_format:Sigrok/v2
    matches: (names) => names.includes('version') && names.includes('metadata'),
    open: async (files, _workspace, context) => (await import('../sigrok/reader.ts')).openSigrok(files, context),
  },
  {
    // Nordic's Power Profiler (pc-nrfconnect-ppk)
    matches: (names) => names.includes('session.raw') && names.includes('metadata.json'),
    open: async (files, _workspace, context) => (await import('../ppk2/reader.ts')).openPpk2(files, context),
  },
  {
    matches: (names) => names.includes('meta.json') && names.some((name) => /^(?:digital|analog)-\d+\.bin$/.test(name)),
    open: () =>
      refuse(
        'This is a capture of Saleae Logic 2 (.sal), whose form is not public. In Logic 2 choose File, Export Data, and take CSV or binary.',
      ),
  },
  {
    matches: (names) => names.includes('[Content_Types].xml'),
    open: () => refuse('This is a workbook or document of Microsoft Office. Save the table as CSV and open that.'),
  },
  {
    matches: (names) => names.includes('mimetype') && names.includes('content.xml'),
    open: () => refuse('This is a spreadsheet or document (OpenDocument). Save the table as CSV and open that.'),
  },
];

function refuse(message: string): Promise<never> {
  return Promise.reject(new FormatError('format/unsupported', message));
}
