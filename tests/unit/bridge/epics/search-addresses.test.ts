import { expect, test } from 'vitest';
import { searchAddresses } from '../../../../bridge/epics/epics.mjs';

test.each([
  [{}, [['127.0.0.1', 5064]]],
  [{ EPICS_CA_ADDR_LIST: ' ' }, [['127.0.0.1', 5064]]],
  [
    { EPICS_CA_ADDR_LIST: 'ioc1  10.0.0.255:5066', EPICS_CA_SERVER_PORT: '5070' },
    [
      ['ioc1', 5070],
      ['10.0.0.255', 5066],
    ],
  ],
])('%j', (environment, expected) => {
  expect(searchAddresses(environment)).toEqual(expected.map(([host, port]) => ({ host, port })));
});

test.each([{ EPICS_CA_ADDR_LIST: 'ioc1:x' }, { EPICS_CA_ADDR_LIST: 'ioc1:70000' }, { EPICS_CA_SERVER_PORT: '0' }])(
  '%j is refused in a sentence',
  (environment) => {
    expect(() => searchAddresses(environment)).toThrow(/^EPICS_CA_\w+ needs a port from 1 to 65535, not "\w+"\.$/);
  },
);
