// What goes wrong between a client and the board.

export const BOARD_FAULTS = {
  none: 'None',
  busy: 'Busy with another client',
  silent: 'Up, but says nothing',
  closes: 'Closes connections at once',
  greets: 'Another program at the port',
  pieces: 'Answers in small pieces',
  cut: 'Connection breaks in an answer',
  overflow: 'List mode loses words',
} as const;

export type BoardFault = keyof typeof BOARD_FAULTS;
