// Init-talk: what is said to an instrument at the start, from a YAML file. An entry with `r` expects one answer of that
// format; one without expects silence. The whole file is looked at before anything is sent.

import { type ErrorCode, LabError } from '../../base/errors.ts';
import { isPythonList, isPythonMap, type PythonValue, pythonText } from '../../base/yaml/python-value.ts';
import { loadPythonYaml } from '../../base/yaml/python-yaml.ts';
import type { ScpiSession } from '../scpi/session.ts';
import { excerpt } from '../scpi/text-error.ts';
import { FormatString, MAX_ANSWER_LETTERS, type Parameters, type ParameterValue } from './format-string.ts';

export type InitTalkProblem =
  | 'bad-yaml'
  | 'bad-type'
  | 'bad-version'
  | 'bad-init'
  | 'bad-entry'
  | 'no-match'
  | 'timeout'
  | 'unexpected-reply';

const CODES: Readonly<Partial<Record<InitTalkProblem, ErrorCode>>> = {
  timeout: 'device/timeout',
  'no-match': 'device/protocol',
  'unexpected-reply': 'device/protocol',
};

export class InitTalkError extends LabError {
  readonly problem: InitTalkProblem;
  /** Index of the entry at fault. */
  readonly at: number | undefined;

  constructor(problem: InitTalkProblem, message: string, at?: number, cause?: unknown) {
    super(CODES[problem] ?? 'setup/invalid', message, { cause, context: { problem, at } });
    this.name = 'InitTalkError';
    this.problem = problem;
    this.at = at;
  }
}

interface InitTalkEntry {
  /** Sent as it is; the link adds what ends a message. */
  readonly question: string;
  /** `undefined`: the instrument stays silent. */
  readonly format: FormatString | undefined;
}

export type InitTalk = readonly InitTalkEntry[];

const TYPE = 'oszitrace-ioc/ascii-talk';
const VERSION = '0.1';
/** Time in which an answer that nobody expects is noticed. */
const QUIET_MS = 50;

/** Throws InitTalkError. */
export function parseInitTalk(text: string): InitTalk {
  const file = load(text);
  const get = (key: string) => (isPythonMap(file) ? file.get(key) : undefined);
  if (get('type') !== TYPE)
    throw new InitTalkError('bad-type', `The file is no init-talk: its type has to be "${TYPE}".`);
  const version = get('version');
  // unquoted it is a number for YAML
  if (version !== VERSION && version !== Number(VERSION)) {
    const found = version === undefined ? 'none' : pythonText(version);
    throw new InitTalkError('bad-version', `The version of the init-talk is ${found}; only ${VERSION} is known.`);
  }
  const init = get('init');
  if (!isPythonList(init))
    throw new InitTalkError('bad-init', 'The "init" of the init-talk has to be a list of entries.');
  return init.map(entryOf);
}

function load(text: string): PythonValue | undefined {
  const { value, problems } = loadYaml(text);
  const error = problems.find(({ severity }) => severity === 'error');
  if (!error) return value;
  throw new InitTalkError('bad-yaml', `The init-talk is no YAML, line ${error.line}: ${error.message}`);
}

function loadYaml(text: string): ReturnType<typeof loadPythonYaml> {
  try {
    return loadPythonYaml(text);
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    throw new InitTalkError('bad-yaml', cause.message, undefined, cause);
  }
}

function entryOf(entry: PythonValue, at: number): InitTalkEntry {
  const question = isPythonMap(entry) ? entry.get('q') : undefined;
  if (!isPythonMap(entry) || typeof question !== 'string') {
    throw new InitTalkError('bad-entry', `Entry ${at + 1} of the init-talk has no text "q".`, at);
  }
  if (!entry.has('r')) return { question, format: undefined };
  const format = entry.get('r');
  if (typeof format !== 'string') {
    throw new InitTalkError('bad-entry', `The "r" of entry ${at + 1} of the init-talk has to be a text.`, at);
  }
  return { question, format: compile(format, at) };
}

function compile(format: string, at: number): FormatString {
  try {
    return new FormatString(format);
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    throw new InitTalkError('bad-entry', `The "r" of entry ${at + 1} of the init-talk: ${cause.message}`, at, cause);
  }
}

/** Says everything in order; resolves with the named fields of the answers, later ones over earlier. Rejects with InitTalkError. */
export async function runInitTalk(talk: InitTalk, session: ScpiSession): Promise<Parameters> {
  const parameters: Record<string, ParameterValue> = {};
  for (const [at, { question, format }] of talk.entries()) {
    if (format) Object.assign(parameters, await ask(session, question, format, at));
    else if (!(await session.commandInSilence(question, QUIET_MS))) {
      const message = `"${excerpt(question)}" was answered, though its entry has no "r". Add one, or take the entry out.`;
      throw new InitTalkError('unexpected-reply', message, at);
    }
  }
  return parameters;
}

async function ask(session: ScpiSession, question: string, format: FormatString, at: number): Promise<Parameters> {
  let answer: string;
  try {
    answer = await session.query(question, { maxAnswerBytes: MAX_ANSWER_LETTERS });
  } catch (cause) {
    if (!(cause instanceof LabError) || cause.code !== 'device/timeout') throw cause;
    throw new InitTalkError('timeout', `"${excerpt(question)}" was not answered. ${cause.message}`, at, cause);
  }
  const match = format.match(answer);
  if (match) return match.named;
  const message = `The answer "${excerpt(answer)}" to "${excerpt(question)}" does not fit "${format.format}". Correct the format; each {} takes at least one letter.`;
  throw new InitTalkError('no-match', message, at);
}
