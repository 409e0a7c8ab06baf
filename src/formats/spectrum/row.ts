// How to know spectra of multichannel analysers.

import type { FormatRow } from '../row.ts';
import { headText } from './text.ts';

const SPE_ROW: FormatRow = {
  id: 'spe',
  label: 'IAEA SPE spectrum',
  matches: (head) => /^\$[A-Z][A-Z0-9_ ]*:\s*[\r\n]/i.test(headText(head)),
  open: async (source) => (await import('./spe-reader.ts')).openSpe(source),
};

const N42_ROW: FormatRow = {
  id: 'n42',
  label: 'ANSI N42.42 spectra',
  matches: (head) => /^<(?:[\s\S]*?<)?(?:\w+:)?(?:N42InstrumentData|RadInstrumentData)[\s>]/.test(headText(head)),
  open: async (source) => (await import('./n42-reader.ts')).openN42(source),
};

const BECQMONI_ROW: FormatRow = {
  id: 'becqmoni',
  label: 'BecquerelMonitor spectra',
  matches: (head) => /^<(?:[\s\S]*?<)?ResultDataFile[\s>]/.test(headText(head)),
  open: async (source) => (await import('./becqmoni-reader.ts')).openBecqmoni(source),
};

const IEC_ROW: FormatRow = {
  id: 'iec1455',
  label: 'IEC 1455 spectrum',
  matches: (head) => /^A004[^\r\n]*\r?\nA004/.test(headText(head)),
  open: async (source) => (await import('./iec-reader.ts')).openIec(source),
};

const NPES_ROW: FormatRow = {
  id: 'npes',
  label: 'Gamma MCA spectra',
  matches: (head) => /^\{[\s\S]*?"(?:NPESv\d|resultData)"/.test(headText(head)),
  open: async (source) => (await import('./npes-reader.ts')).openNpes(source),
};

const AMPTEK_ROW: FormatRow = {
  id: 'amptek-mca',
  label: 'Amptek MCA spectrum',
  matches: (head) => headText(head).startsWith('<<PMCA SPECTRUM>>'),
  open: async (source) => (await import('./amptek-reader.ts')).openAmptek(source),
};

const CHN_ROW: FormatRow = {
  id: 'ortec-chn',
  label: 'ORTEC CHN spectrum',
  // −1, numbers of the analyser and the segment, and a date such as `26Apr171` at byte 16
  matches: (head) =>
    head[0] === 0xff && head[1] === 0xff && /^[\d ]\d[A-Z]{3}\d\d/i.test(String.fromCharCode(...head.subarray(16, 24))),
  open: async (source) => (await import('./chn-reader.ts')).openChn(source),
};

const SPC_ROW: FormatRow = {
  id: 'ortec-spc',
  label: 'ORTEC SPC spectrum',
  // INFTYP is 1, FILTYP 1 or 5, and files are whole records of 128 bytes
  matches: (head, sizeBytes) =>
    head[0] === 1 &&
    head[1] === 0 &&
    (head[2] === 1 || head[2] === 5) &&
    head[3] === 0 &&
    head.length >= 128 &&
    sizeBytes % 128 === 0,
  open: async (source) => (await import('./spc-reader.ts')).openSpc(source),
};

const SPC_TEXT_ROW: FormatRow = {
  id: 'spc-text',
  label: 'SPC text spectrum',
  matches: (head) => /^SpectrumName\s*:[\s\S]*\nLength\s*:/.test(headText(head)),
  open: async (source) => (await import('./spc-text-reader.ts')).openSpcText(source),
};

const CNF_ROW: FormatRow = {
  id: 'canberra-cnf',
  label: 'Canberra CNF spectrum',
  // the first entry of the list of sections: 0x000120KK
  matches: (head) => head[113] === 0x20 && head[114] === 0x01 && head[115] === 0 && head[0] === 0 && head[1] === 0x04,
  open: async (source) => (await import('./cnf-reader.ts')).openCnf(source),
};

/** All of them; each has a signature. */
export const SPECTRUM_ROWS: readonly FormatRow[] = [
  SPE_ROW,
  N42_ROW,
  BECQMONI_ROW,
  IEC_ROW,
  NPES_ROW,
  AMPTEK_ROW,
  CHN_ROW,
  SPC_ROW,
  SPC_TEXT_ROW,
  CNF_ROW,
];
