import { expect, test } from 'vitest';
import { type PointerInput, wheelSteps, type Zone, ZoneController } from '../../../../src/ui/plot/zones.ts';

const at = (x: number, y: number): PointerInput => ({ x, y, shift: false, ctrl: false, alt: false });
const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

test('the topmost zone that wants the event gets it', () => {
  const log: string[] = [];
  const zones = new ZoneController();
  zones.setZones([
    {
      id: 'plot',
      rect: rect(0, 0, 100, 100),
      cursor: 'crosshair',
      onClick: () => log.push('plot'),
      onWheel: () => log.push('wheel'),
    },
    { id: 'flag', rect: rect(10, 10, 20, 20), cursor: 'move', onClick: () => log.push('flag') },
  ]);
  zones.down(at(15, 15));
  zones.up(at(15, 15));
  zones.down(at(50, 50));
  zones.up(at(51, 51));
  expect(zones.wheel({ ...at(15, 15), stepsX: 0, stepsY: 1 })).toBe(true);
  expect(zones.wheel({ ...at(150, 15), stepsX: 0, stepsY: 1 })).toBe(false);
  expect(log).toEqual(['flag', 'plot', 'wheel']);
  expect(zones.cursorAt(at(15, 15))).toBe('move');
  expect(zones.cursorAt(at(99, 0))).toBe('crosshair');
  expect(zones.cursorAt(at(100, 0))).toBe('default');
});

test('a drag stays with its zone while the zones are made anew and move', () => {
  const moves: number[] = [];
  let drops = 0;
  const zones = new ZoneController();
  const flag = (x: number): Zone => ({
    id: 'flag',
    rect: rect(x, 0, 10, 10),
    onDrag: ({ dx }) => {
      moves.push(dx);
      zones.setZones([flag(x + dx)]);
    },
    onDrop: () => drops++,
  });
  zones.setZones([flag(0)]);
  zones.down(at(5, 5));
  zones.move(at(6, 5));
  zones.move(at(60, 5));
  zones.move(at(200, 300));
  zones.up(at(200, 300));
  expect(moves).toEqual([55, 140, 0]);
  expect(drops).toBe(1);
});

test('a cancelled drag does not drop', () => {
  const log: string[] = [];
  const zones = new ZoneController();
  zones.setZones([
    {
      id: 'a',
      rect: rect(0, 0, 10, 10),
      onDrag: () => log.push('drag'),
      onDrop: () => log.push('drop'),
      onCancel: () => log.push('cancel'),
    },
  ]);
  zones.down(at(1, 1));
  expect(zones.cancel()).toBe(false);
  zones.down(at(1, 1));
  zones.move(at(9, 9));
  expect(zones.isDragging).toBe(true);
  expect(zones.cancel()).toBe(true);
  zones.up(at(9, 9));
  expect(log).toEqual(['drag', 'cancel']);
});

test.each([
  ['one notch', { deltaX: 0, deltaY: 100, deltaMode: 0, shiftKey: false }, { stepsX: 0, stepsY: -1 }],
  ['a fine wheel', { deltaX: 0, deltaY: -4, deltaMode: 0, shiftKey: false }, { stepsX: 0, stepsY: 0.04 }],
  ['lines', { deltaX: 0, deltaY: 3, deltaMode: 1, shiftKey: false }, { stepsX: 0, stepsY: -1 }],
  ['the dominant axis', { deltaX: 50, deltaY: 20, deltaMode: 0, shiftKey: false }, { stepsX: -0.5, stepsY: 0 }],
  ['Shift', { deltaX: 0, deltaY: 100, deltaMode: 0, shiftKey: true }, { stepsX: -1, stepsY: 0 }],
  ['nothing', { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false }, { stepsX: 0, stepsY: 0 }],
])('wheel: %s', (_, event, steps) => {
  expect(wheelSteps(event)).toEqual(steps);
});
