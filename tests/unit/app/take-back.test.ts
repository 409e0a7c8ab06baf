// What a message offers to take back, Undo takes back, too: as long as the message stands, and once.

import { beforeEach, expect, test } from 'vitest';
import { offerBack } from '../../../src/app/take-back.ts';
import { type FakeApp, fakeApp } from '../../support/fake-app.ts';

let fake: FakeApp;
let happened: string[];

beforeEach(() => {
  fake = fakeApp();
  happened = [];
  offerBack(fake.app, {
    step: 'Delete a.jls',
    title: 'a.jls deleted',
    takeBack: () => happened.push('taken back'),
    settle: () => happened.push('deleted'),
  });
});

const messages = () => fake.app.toasts.list.value;
const steps = () => fake.app.undo.state.value.done.map(({ title }) => title);

test('Undo takes it back and takes the message away', async () => {
  expect(steps()).toEqual(['Delete a.jls']);
  await fake.app.commands.execute('edit.undo');
  await fake.clock.advance(60_000);
  expect(happened).toEqual(['taken back']);
  expect(messages()).toEqual([]);
  // It cannot be done again by itself.
  expect(fake.app.undo.state.value).toEqual({ done: [], undone: [] });
});

test('the button of the message does the same', async () => {
  messages()[0]!.action!.run();
  await fake.clock.advance(60_000);
  expect(happened).toEqual(['taken back']);
  expect(steps()).toEqual([]);
  expect(messages()).toEqual([]);
});

test('when the message goes it is settled, and Undo does not offer it any more', async () => {
  await fake.clock.advance(8000);
  expect(happened).toEqual(['deleted']);
  expect(messages()).toEqual([]);
  expect(steps()).toEqual([]);
});
