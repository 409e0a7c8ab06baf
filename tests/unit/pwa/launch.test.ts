import { expect, test } from 'vitest';
import { onLaunchFiles } from '../../../src/pwa/launch.ts';

type Consumer = (params: { readonly files: readonly FileSystemHandle[] }) => void;

test('files of a launch are handed on, folders and empty launches are not', () => {
  const heard: string[][] = [];
  let consume: Consumer = () => undefined;
  onLaunchFiles((handles) => heard.push(handles.map((handle) => handle.name)), {
    setConsumer: (consumer) => {
      consume = consumer;
    },
  });
  consume({ files: [] });
  consume({
    files: [
      { kind: 'file', name: 'a.jls' },
      { kind: 'directory', name: 'folder' },
    ] as unknown as FileSystemHandle[],
  });
  expect(heard).toEqual([['a.jls']]);
});

test('a browser without a launch queue is fine', () => {
  expect(() => onLaunchFiles(() => undefined, undefined)).not.toThrow();
});
