// How an answer in text can be unusable.

import { LabError } from '../../base/errors.ts';

/** Whose answer was not as its grammar says; `problem` is for callers, the message for people. */
export class AnswerError<Problem extends string> extends LabError {
  readonly problem: Problem;

  constructor(problem: Problem, message: string) {
    super('device/protocol', message, { context: { problem } });
    this.name = 'AnswerError';
    this.problem = problem;
  }
}

/** The beginning of an answer as messages show it. */
export function excerpt(text: string): string {
  const line = text.trim();
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

/** Text of an answer: every byte a letter, as instruments of many makers mean it. */
export function answerText(answer: Uint8Array): string {
  // a copy, because memory that threads share is not decoded
  return new TextDecoder('latin1').decode(answer.slice());
}

/** Without the line end that a text answer has. */
export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$|\r$/, '');
}
