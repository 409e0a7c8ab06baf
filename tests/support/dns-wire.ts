// Answers of multicast DNS on the wire, as RFC 1035 (4.1) and RFC 6763 have it, by hand.

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
export const label = (text: string | Buffer) =>
  Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
export const dnsName = (...labels: (string | Buffer)[]) => Buffer.concat([...labels.map(label), Buffer.of(0)]);
const TYPES = { A: 1, PTR: 12, SRV: 33 };

export function record(name: Buffer, type: keyof typeof TYPES, data: Buffer, ttlS = 120): Buffer {
  return Buffer.concat([name, u16(TYPES[type]), u16(1), u16(ttlS >> 16), u16(ttlS & 0xffff), u16(data.length), data]);
}

export const response = (...records: readonly Buffer[]) =>
  Buffer.concat([u16(0), u16(0x8400), u16(0), u16(records.length), u16(0), u16(0), ...records]);
const ipv4 = (text: string) => Buffer.from(text.split('.').map(Number));

export const service = (kind: string) => dnsName(`_${kind}`, '_tcp', 'local');
export const pointer = (name: string | Buffer, kind: string, ttlS?: number) =>
  record(service(kind), 'PTR', dnsName(name, `_${kind}`, '_tcp', 'local'), ttlS);
export const served = (name: string | Buffer, kind: string, port: number, host: string) =>
  record(
    dnsName(name, `_${kind}`, '_tcp', 'local'),
    'SRV',
    Buffer.concat([u16(0), u16(0), u16(port), dnsName(host, 'local')]),
  );
export const addressed = (host: string, address: string) => record(dnsName(host, 'local'), 'A', ipv4(address));
