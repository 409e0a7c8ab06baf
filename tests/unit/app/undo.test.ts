import { expect, it } from 'vitest';
import { UndoStack } from '../../../src/app/undo.ts';

function counter() {
  const stack = new UndoStack();
  const state = { value: 0 };
  const set = (to: number, coalesceKey?: string) => {
    const from = state.value;
    state.value = to;
    stack.push({
      title: `Set ${to}`,
      undo: () => {
        state.value = from;
      },
      redo: () => {
        state.value = to;
      },
      ...(coalesceKey === undefined ? {} : { coalesceKey }),
    });
  };
  return { stack, state, set };
}

it('goes back and forth', async () => {
  const { stack, state, set } = counter();
  set(1);
  set(2);
  await stack.undo();
  expect(state.value).toBe(1);
  await stack.undo();
  expect(await stack.undo()).toBe(false);
  expect(state.value).toBe(0);
  await stack.redo();
  await stack.redo();
  expect(await stack.redo()).toBe(false);
  expect(state.value).toBe(2);
});

it('forgets what was undone once something new is done', async () => {
  const { stack, state, set } = counter();
  set(1);
  await stack.undo();
  set(5);
  expect(await stack.redo()).toBe(false);
  expect(state.value).toBe(5);
});

it('takes a gesture of many steps back at once', async () => {
  const { stack, state, set } = counter();
  set(1);
  for (const value of [2, 3, 4]) set(value, 'wheel');
  await stack.undo();
  expect(state.value).toBe(1);
  await stack.redo();
  expect(state.value).toBe(4);
});

it('keeps a step whose undo failed', async () => {
  const stack = new UndoStack();
  const fail = () => Promise.reject(new Error('no'));
  stack.push({ title: 'x', undo: fail, redo: fail });
  await expect(stack.undo()).rejects.toThrow('no');
  expect(stack.state.value.done).toHaveLength(1);
});
