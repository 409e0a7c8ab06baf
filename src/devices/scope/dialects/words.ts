// What the answers of several families have in common.

/** Whether a question for yes or no was answered with yes. */
export function isYes(answer: string): boolean {
  return /^(1|ON)$/i.test(answer.trim());
}

/** Analogue channels by the last digit of the model's number, as makers count them (DS1054Z: 4); 4 where it says none. */
export function channelsOfModel(model: string): number {
  const last = Number(/\d+/.exec(model)?.[0].at(-1));
  return last === 2 || last === 4 || last === 8 ? last : 4;
}
