// What the keyboard (and the command palette) can do in an event view.

import { strokeOf } from '../../../app/keys.ts';

/** What a command may use of the view. */
export interface EventSelection {
  readonly selected: number;
  readonly last: number;
  /** Selects an event; the nearest when there is none of that number. */
  show(index: number): void;
}

export interface EventCommand {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly string[];
  /** The event to go to. */
  readonly target: (view: EventSelection) => number;
}

/** Events that the page keys go on or back. */
const PAGE_EVENTS = 10;

export const EVENT_COMMANDS: readonly EventCommand[] = [
  { id: 'events.previous', label: 'Previous event', keys: ['ArrowLeft'], target: ({ selected }) => selected - 1 },
  { id: 'events.next', label: 'Next event', keys: ['ArrowRight'], target: ({ selected }) => selected + 1 },
  {
    id: 'events.page-back',
    label: 'Ten events back',
    keys: ['PageUp'],
    target: ({ selected }) => selected - PAGE_EVENTS,
  },
  {
    id: 'events.page-on',
    label: 'Ten events on',
    keys: ['PageDown'],
    target: ({ selected }) => selected + PAGE_EVENTS,
  },
  { id: 'events.first', label: 'First event', keys: ['Home'], target: () => 0 },
  { id: 'events.last', label: 'Last event', keys: ['End'], target: ({ last }) => last },
];

/** The command of a key press, if any. */
export function eventCommandFor(event: KeyboardEvent): EventCommand | undefined {
  const stroke = strokeOf(event);
  return EVENT_COMMANDS.find(({ keys }) => stroke !== undefined && keys.includes(stroke));
}
