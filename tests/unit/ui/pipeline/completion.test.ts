import { describe, expect, it } from 'vitest';
import { completionsAt, typesAt } from '../../../../src/ui/views/pipeline/completion.ts';

const FUNCTIONS = new Map([
  ['exporters.drain', 'Exporter'],
  ['exporters.csv', 'Exporter'],
]);

const SETUP = `Buffers:
  In:
    slot_count: 4
    data_length: 1
    data_dtype:
      x: f4
  Out: {slot_count: 4}
Workers:
  end:
`;

const labels = (text: string) => completionsAt(text, FUNCTIONS)?.options.map(({ label }) => label);

describe('completion', () => {
  it.each([
    ['', ['Buffers:', 'Workers:', 'base_config:', 'target_directory:']],
    ['Buffers:\n  In:\n    ', ['slot_count:', 'data_length:', 'data_dtype:']],
    [`${SETUP}    fun`, ['function:', 'file:', 'sources:', 'sinks:', 'observes:', 'number_of_processes:', 'config:']],
    [`${SETUP}    function: exp`, ['exporters.drain', 'exporters.csv']],
    [`${SETUP}    sources: [`, ['In', 'Out']],
    [`${SETUP}    sources: [In, O`, ['In', 'Out']],
    [`${SETUP}    sinks:\n      - `, ['In', 'Out']],
  ])('after %j', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it.each([`${SETUP}    number_of_processes: `, `${SETUP}    config:\n      `, '# a comment '])(
    'has nothing after %j',
    (text) => {
      expect(labels(text)).toBeUndefined();
    },
  );

  it('replaces what stands before the cursor', () => {
    expect(completionsAt(`${SETUP}    function: exporters.d`, FUNCTIONS)!.replaceCount).toBe('exporters.d'.length);
  });

  it('knows types of fields, and only there', () => {
    expect(typesAt('Buffers:\n  In:\n    data_dtype:\n      x: f')!.options.map(({ label }) => label)).toContain('f4');
    expect(typesAt('Buffers:\n  In:\n    slot_count: f')).toBeUndefined();
  });
});
