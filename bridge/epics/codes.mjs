// Numbers of the Channel Access protocol, version 4.13, by the names that EPICS gives them.

/** What this side announces. From 9 on, messages may have the long header. */
export const MINOR_VERSION = 13;
export const LONG_HEADER_MINOR = 9;
export const DEFAULT_PORT = 5064;
export const BEACON_PORT = 5065;
/** A place that means "who sent this". */
export const SENDER_ADDRESS = 0xffffffff;

export const COMMAND = {
  VERSION: 0,
  EVENT_ADD: 1,
  EVENT_CANCEL: 2,
  WRITE: 4,
  SEARCH: 6,
  EVENTS_OFF: 8,
  EVENTS_ON: 9,
  ERROR: 11,
  CLEAR_CHANNEL: 12,
  RSRV_IS_UP: 13,
  READ_NOTIFY: 15,
  CREATE_CHAN: 18,
  WRITE_NOTIFY: 19,
  CLIENT_NAME: 20,
  HOST_NAME: 21,
  ACCESS_RIGHTS: 22,
  ECHO: 23,
  CREATE_CH_FAIL: 26,
  SERVER_DISCONN: 27,
};

/** Results: number · 8 + severity. */
export const ECA = {
  NORMAL: 1,
  TOLARGE: 72,
  BADTYPE: 114,
  INTERNAL: 142,
  PUTFAIL: 160,
  BADCOUNT: 176,
  BADMASK: 330,
  NOWTACCESS: 376,
};

/** Data type of a SEARCH: stay silent about names that are not known. */
export const DONT_REPLY = 5;
/** Data type of the VERSION before searches: its p1 is a number that the answer repeats. */
export const SEQUENCE_IS_VALID = 1;

export const RIGHTS = { READ: 1, WRITE: 2 };
export const MASK = { VALUE: 1, LOG: 2, ALARM: 4, PROPERTY: 8 };
export const SEVERITY = { NONE: 0, MINOR: 1, MAJOR: 2, INVALID: 3 };
export const STATUS = { NONE: 0, COMM: 9, TIMEOUT: 10, UDF: 17 };
